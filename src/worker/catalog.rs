//! Keeps what is in memory current: hears of commits elsewhere, and renews the leases.

use std::{convert::Infallible, future::pending, time::Duration};

use actix_web::{rt::time::sleep, web::Data};

use crate::app::App;

/// Well within the lease.
const RENEWAL: Duration = Duration::from_millis(500);
/// Before another attempt to listen.
const PAUSE: Duration = Duration::from_secs(1);

/// Compares with the database before the lease ends, so that readers do not have to.
pub async fn renew(app: Data<App>) -> Infallible {
    loop {
        sleep(RENEWAL).await;
        if let Err(error) = app.renew().await {
            tracing::debug!(%error, "not renewed; reads ask the database themselves");
        }
    }
}

/// Ends a lease whenever another replica commits, or may have.
pub async fn listen(app: Data<App>) -> Infallible {
    loop {
        match app.listen().await {
            // There is nobody else.
            Ok(None) => pending().await,
            Ok(Some(mut listener)) => {
                app.set_listening(true);
                // A lost connection may have lost notifications: connect anew and start over.
                while let Ok(Some(what)) = listener.receive().await {
                    app.invalidate(&what);
                }
                app.set_listening(false);
                tracing::warn!(
                    "the connection that hears of other replicas was lost; reads ask the database until it is back"
                );
            }
            Err(error) => tracing::warn!(%error, "cannot listen for other replicas' changes; reads ask the database"),
        }
        sleep(PAUSE).await;
    }
}

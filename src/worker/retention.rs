//! Forgets what is kept for a time only.

use std::{convert::Infallible, time::Duration};

use actix_web::{rt::time::sleep, web::Data};

use crate::{
    app::App,
    service::{feedback, idempotency, imports, work::Context},
};

/// Once an hour is often enough for rows that are kept for days.
const INTERVAL: Duration = Duration::from_hours(1);

/// Removes replies kept for idempotency keys when they are old, sources of feedback, and imports.
pub async fn forget(app: Data<App>) -> Infallible {
    loop {
        sleep(INTERVAL).await;
        if let Err(error) = app.write(&Context::system(), idempotency::forget_old).await {
            tracing::warn!(%error, "old idempotency keys not removed");
        }
        if let Err(error) = app.write(&Context::system(), feedback::forget_sources).await {
            tracing::warn!(%error, "old sources of feedback not removed");
        }
        if let Err(error) = app.write(&Context::system(), imports::forget_expired).await {
            tracing::warn!(%error, "imports whose day is over not removed");
        }
    }
}

//! Seals the log: soon after each commit here, and what others left.

use std::{convert::Infallible, time::Duration};

use actix_web::{
    rt::time::{sleep, timeout},
    web::Data,
};

use crate::{
    app::{App, Readiness},
    service::{
        seals::{Sealing, seal_waiting},
        work::Context,
    },
};

/// Where nothing more comes for so long, what came is sealed.
const LULL: Duration = Duration::from_millis(5);
/// Commits of this time are sealed together at most: those who write wait while it is done, so it is done rarely where
/// many write at once.
const GATHER: Duration = Duration::from_millis(50);
/// Before asking again whether another replica has done.
const PAUSE: Duration = Duration::from_millis(20);
/// For what a replica committed that stopped before it was sealed.
const INTERVAL: Duration = Duration::from_secs(1);

/// While nobody seals the log, it is not.
struct NotSealing<'a>(&'a Readiness);

impl Drop for NotSealing<'_> {
    fn drop(&mut self) {
        self.0.set_sealing(false);
    }
}

/// Waits until nobody has added to the log for a moment.
async fn lull(app: &App) {
    while timeout(LULL, app.recorded()).await.is_ok() {}
}

/// Seals what waits, whenever something does.
pub async fn seal(app: Data<App>) -> Infallible {
    let (context, algorithm) = (Context::system(), app.log_algorithm());
    // Should it end in a panic.
    let _ended = NotSealing(&app.readiness);
    loop {
        let sealed = app
            .write(&context, async |work| seal_waiting(work, algorithm).await)
            .await;
        app.readiness.set_sealing(sealed.is_ok());
        if !app.readiness.writes() && app.try_to_write().await.is_ok() {
            tracing::info!("the database takes changes again");
        }
        match sealed {
            Ok(Sealing::More) => {}
            Ok(Sealing::Done) => {
                if timeout(INTERVAL, app.recorded()).await.is_ok() {
                    // That it is over by then is as good as a lull.
                    _ = timeout(GATHER, lull(&app)).await;
                }
            }
            Ok(Sealing::Elsewhere) => sleep(PAUSE).await,
            Err(error) => {
                let why = error.with_causes();
                tracing::warn!(
                    why,
                    "the log is not sealed: nothing new gets its number, and /readyz is 503. It is tried again each \
                     second; if it lasts, see whether the database takes changes and `duban verify` finds the log intact"
                );
                sleep(INTERVAL).await;
            }
        }
    }
}

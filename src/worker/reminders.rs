//! Notes what has become near or overdue: one replica at a time, also after having been down for days.

use std::{convert::Infallible, time::Duration};

use actix_web::{rt::time::sleep, web::Data};

use crate::{
    app::App,
    service::{
        reminders::{Noting, note_due},
        work::Context,
    },
};

/// Due days change at midnight; a minute late is early enough.
const INTERVAL: Duration = Duration::from_mins(1);
/// Before looking again whether the log is sealed.
const PAUSE: Duration = Duration::from_millis(100);

/// Looks every minute.
pub async fn remind(app: Data<App>) -> Infallible {
    loop {
        sleep(INTERVAL).await;
        // In batches, until nothing is left.
        loop {
            match app.write(&Context::system(), note_due).await {
                Ok(Noting::Done) => break,
                Ok(Noting::Later) => sleep(PAUSE).await,
                Ok(Noting::More(noted)) => tracing::info!(noted, "obligations noted as near or overdue"),
                Err(error) => {
                    let why = error.with_causes();
                    tracing::warn!(why, "reminders are not written; they are tried again in a minute");
                    break;
                }
            }
        }
    }
}

//! What happens without a request: siblings of `http` that call the same services, as the system.

mod catalog;
mod reminders;
mod retention;
mod seals;

use actix_web::{rt, web::Data};

use crate::app::App;

/// Starts the workers; they end with the runtime.
pub fn start(app: &Data<App>) {
    rt::spawn(catalog::renew(app.clone()));
    rt::spawn(catalog::listen(app.clone()));
    rt::spawn(reminders::remind(app.clone()));
    rt::spawn(retention::forget(app.clone()));
    rt::spawn(seals::seal(app.clone()));
}

//! What happens without a request: siblings of `http` that call the same services, as the system.

mod catalog;
mod reminders;
mod retention;
mod seals;
mod supervisor;

use std::convert::Infallible;

use actix_web::web::Data;

use self::supervisor::{Pace, supervise};
use crate::app::App;

/// Starts the workers; they end when the application is closed.
pub fn start(app: &Data<App>) {
    keep(app, "renewal", catalog::renew);
    keep(app, "listening", catalog::listen);
    keep(app, "reminders", reminders::remind);
    keep(app, "retention", retention::forget);
    keep(app, "sealing", seals::seal);
}

/// Keeps a worker at work until the application is closed.
pub fn keep(app: &Data<App>, name: &'static str, work: impl AsyncFn(Data<App>) -> Infallible + 'static) {
    let of = app.clone();
    app.background.run(name, async move {
        supervise(&of.background, name, &Pace::default(), async || work(of.clone()).await).await;
    });
}

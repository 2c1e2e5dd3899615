//! Starts the service as `main` does, on a database of its own, with a clock that stands still.

use std::panic::{AssertUnwindSafe, resume_unwind};

use futures_util::FutureExt as _;

mod app;
mod client;
mod database;
pub mod fixtures;
pub mod issuer;

pub use self::{
    app::{Engine, TestApp},
    client::{Caller, Reply, texts},
};

/// Runs a case; also when it fails, the service is stopped and its database removed. (What holds a
/// connection must go while the runtime still runs, or sqlx aborts the process and all other tests.)
pub async fn run(engine: Engine, case: impl AsyncFnOnce(&TestApp)) {
    let app = TestApp::start(engine).await;
    let outcome = AssertUnwindSafe(case(&app)).catch_unwind().await;
    app.stop().await;
    if let Err(panic) = outcome {
        resume_unwind(panic);
    }
}

/// Runs a test on SQLite and on PostgreSQL:
/// `on_both! { async fn does_a_thing(app: &TestApp) { … } }`.
macro_rules! on_both {
    ($($(#[$attribute:meta])* async fn $name:ident($app:ident: &TestApp) $body:block)+) => {
        $(
            $(#[$attribute])*
            mod $name {
                #[allow(unused_imports, clippy::allow_attributes, reason = "not every case needs all that its file imports")]
                use super::*;
                async fn case($app: &$crate::support::TestApp) $body

                #[actix_web::test]
                async fn sqlite() {
                    $crate::support::run($crate::support::Engine::Sqlite, case).await;
                }

                #[actix_web::test]
                async fn postgres() {
                    $crate::support::run($crate::support::Engine::Postgres, case).await;
                }
            }
        )+
    };
}

//! Starts the service as `main` does, on a database of its own, with a clock that stands still.

use std::panic::{AssertUnwindSafe, resume_unwind};

use futures_util::FutureExt as _;

mod app;
mod client;
pub mod database;
pub mod document;
pub mod golden;
pub mod issuer;
pub mod process;
pub mod sample;
pub mod source;

pub use self::{
    app::{Engine, TestApp},
    client::{Caller, Reply, texts},
};

/// Runs `case` on a service of its own, and stops that also when the case fails: connections that
/// were dropped after their runtime would take all other tests down with them.
pub async fn on(engine: Engine, case: impl AsyncFnOnce(&TestApp)) {
    let app = TestApp::start(engine).await;
    let ended = AssertUnwindSafe(case(&app)).catch_unwind().await;
    app.stop().await;
    if let Err(failure) = ended {
        resume_unwind(failure);
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
                    $crate::support::on($crate::support::Engine::Sqlite, case).await;
                }

                #[actix_web::test]
                async fn postgres() {
                    $crate::support::on($crate::support::Engine::Postgres, case).await;
                }
            }
        )+
    };
}

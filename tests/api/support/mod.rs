//! Starts the service as `main` does, on a database of its own, with a clock that stands still.

mod app;
pub mod backup;
mod client;
pub mod database;
pub mod document;
pub mod fixtures;
pub mod issuer;
pub mod nginx;
pub mod pooler;
pub mod process;
pub mod proxy;
pub mod sample;
pub mod snapshot;
pub mod source;
pub mod workbook;

use std::{panic::Location, time::Duration};

use actix_web::rt::time::timeout;

pub use self::{
    app::{Engine, TestApp},
    client::{Caller, Reply, texts},
};

/// Asks until it holds: what happens in the background, or in another process, has no other sign. A test that would wait for
/// ever fails.
#[track_caller]
pub fn soon(mut holds: impl AsyncFnMut() -> bool) -> impl Future<Output = ()> {
    let caller = Location::caller();
    async move {
        let asking = async { while !holds().await {} };
        let asked = timeout(Duration::from_secs(20), asking).await;
        assert!(asked.is_ok(), "it takes too long: {caller}");
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
                    let app = $crate::support::TestApp::start($crate::support::Engine::Sqlite).await;
                    app.during(case).await;
                }

                #[actix_web::test]
                async fn postgres() {
                    let app = $crate::support::TestApp::start($crate::support::Engine::Postgres).await;
                    app.during(case).await;
                }
            }
        )+
    };
}

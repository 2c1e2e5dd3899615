//! PostgreSQL ends connections: who waited hears that it will pass, who comes next notices nothing.

use futures_util::future::{join, join_all};
use serde_json::json;

use crate::support::{
    Engine, TestApp,
    database::{execute, hold, select},
    soon,
};

const UNIT: &str = "/api/v1/units/czj";
/// The service's connections that wait for a lock.
const WAITING: &str = "select pid::text from pg_stat_activity \
                       where datname = current_database() and application_name = 'duban' and wait_event_type = 'Lock'";

#[actix_web::test]
async fn whoever_is_interrupted_may_try_again() {
    let app = TestApp::start(Engine::Postgres).await;
    app.during(async |app| {
        let coordinator = app.coordinator();
        let change = async || coordinator.patch(UNIT, "*", &json!({"note": "停机时"})).await;
        let held = hold(&app.config, "begin; lock table unit in access exclusive mode").await;
        let end = async {
            let mut waiting = Vec::new();
            while waiting.is_empty() {
                waiting = select(&app.config, WAITING).await;
            }
            for pid in waiting {
                execute(&app.config, &format!("select pg_terminate_backend({pid})")).await;
            }
        };
        let (reply, ()) = join(change(), end).await;
        assert_eq!(reply.header("retry-after"), "5");
        reply.problem(503, "unavailable");
        held.release().await;

        let all = "select pg_terminate_backend(pid) from pg_stat_activity \
                   where datname = current_database() and pid <> pg_backend_pid()";
        execute(&app.config, all).await;
        for reply in join_all((0..8).map(|_| change())).await {
            reply.ok();
        }
        app.anonymous().ready().await;
    })
    .await;
}

/// The connection that hears of other replicas is lost, and nothing else is.
#[actix_web::test]
async fn a_replica_that_cannot_hear_still_follows() {
    let app = TestApp::start(Engine::Postgres).await;
    app.during(async |app| {
        let other = app.replica().await;
        for note in ["一", "二", "三"] {
            let listening = "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() \
                             and application_name = 'duban' and query ilike 'listen%'";
            execute(&app.config, listening).await;
            app.coordinator().patch(UNIT, "*", &json!({"note": note})).await.ok();
            soon(async || other.anonymous().get(UNIT).await.ok().json()["note"] == note).await;
        }
        // It listens again.
        let heard = "select count(*)::text from pg_stat_activity where datname = current_database() \
                     and application_name = 'duban' and query ilike 'listen%'";
        soon(async || select(&app.config, heard).await == ["2"]).await;
        other.stop().await;
    })
    .await;
}

//! Many look through many rows at once, and some of them leave: everybody else goes on.

use std::{pin::pin, time::Duration};

use actix_web::rt::time::timeout;
use futures_util::future::{Either, join_all, select};
use serde_json::json;

use crate::support::{
    Engine, TestApp,
    database::{self, execute},
    soon,
};

/// Looks through all obligations.
const SCANS: [&str; 6] = [
    "/api/v1/plans/dg-2017/statistics",
    "/api/v1/plans/dg-2017/board.svg",
    "/api/v1/obligations?group_by=unit",
    "/api/v1/obligations?limit=5",
    "/api/v1/obligations?format=csv",
    "/api/v1/obligations?format=xlsx",
];

/// From now on, whatever looks at an obligation takes minutes; so would a start.
async fn slow_down(app: &TestApp) {
    let forever = match app.engine {
        Engine::Sqlite => {
            "(with recursive n(i) as (select 1 union all select i + 1 from n where i < 1000000000) select count(*) from n) > 0"
        }
        Engine::Postgres => "(select pg_sleep(600)) is not null",
    };
    let view = format!(
        "alter table obligation rename to all_obligations; \
         create view obligation as select * from all_obligations where {forever}"
    );
    execute(&app.config, &view).await;
}

/// A replica that works on one such request at a time, for so long.
async fn replica(app: &TestApp, statement_seconds: u32) -> TestApp {
    let mut config = app.config.clone();
    config.seed = Some(false);
    config.migrate = false;
    config.database_connections = 4;
    config.database_wait_seconds = 1;
    config.database_statement_seconds = statement_seconds;
    app.replica_with(config).await
}

/// What is short, in the database and out of it.
async fn others(app: &TestApp) {
    for path in ["/api/v1/notices", "/api/v1/extensions", "/api/v1/units/czj"] {
        app.role("auditor").get(path).await.ok();
    }
    app.coordinator()
        .patch("/api/v1/units/czj", "*", &json!({"note": "照常"}))
        .await
        .ok();
    app.anonymous().get("/readyz").await.ok();
}

on_both! {
    async fn who_looks_at_much_waits_and_nobody_else_does(app: &TestApp) {
        let (patient, strict) = (replica(app, 600).await, replica(app, 2).await);
        slow_down(app).await;
        let auditor = patient.role("auditor");
        let scans = join_all((0..20).map(|number| auditor.get(SCANS[number % SCANS.len()])));
        let short = async {
            for _ in 0..5 {
                others(&patient).await;
            }
        };
        // One of the scans has not ended by then.
        let Either::Right(_) = select(pin!(scans), pin!(short)).await else {
            panic!("all scans were answered");
        };
        patient.stop().await;

        let auditor = strict.role("auditor");
        let mut heard = Vec::new();
        for reply in join_all((0..10).map(|number| auditor.get(SCANS[number % SCANS.len()]))).await {
            assert!(!reply.header("retry-after").is_empty());
            let problem = reply.problem(503, "overloaded");
            heard.push(problem["detail"].as_str().unwrap().to_owned());
        }
        // One ran until it was ended; the others were told why they did not run.
        assert!(heard.iter().any(|detail| detail.contains("超时")), "{heard:?}");
        assert!(heard.iter().any(|detail| detail.contains("大范围查询")), "{heard:?}");
        others(&strict).await;
        strict.stop().await;
    }

    /// It holds a connection and a processor no longer than its caller is there.
    async fn what_nobody_waits_for_is_not_worked_on(app: &TestApp) {
        let replica = replica(app, 600).await;
        slow_down(app).await;
        let auditor = replica.role("auditor");
        for path in SCANS {
            let left = timeout(Duration::from_millis(200), auditor.get(path)).await;
            assert!(left.is_err(), "{path}");
        }
        // There are no more connections than were left behind.
        others(&replica).await;
        if app.engine == Engine::Postgres {
            let running = "select count(*)::text from pg_stat_activity \
                           where datname = current_database() and wait_event = 'PgSleep'";
            soon(async || database::select(&app.config, running).await == ["0"]).await;
        }
        replica.stop().await;
    }
}

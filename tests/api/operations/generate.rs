//! `duban generate`

use duban::{
    config::Environment,
    domain::id::PlanId,
    generate::{self, Generation, Made, Province},
    server,
    service::seals::{Verdict, verify_log},
};
use serde_json::{Value, json};

use crate::{
    reports::{Cast, report},
    support::{
        TestApp,
        database::{Database, config},
        fixtures,
    },
};

async fn verdict(app: &TestApp) -> Verdict {
    app.app.read(async |tx| verify_log(tx, None).await).await.unwrap()
}

fn is_marked(text: &Value) -> bool {
    text.as_str().is_some_and(|text| text.starts_with("【示例】"))
}

on_both! {
    async fn a_province_is_whole_and_the_same_for_the_same_seed(app: &TestApp) {
        let mut heads = Vec::new();
        for _ in 0..2 {
            let database = Database::empty(app.engine).await;
            let config = config(&database.url);
            let (making, clock) = generate::open(config.clone(), 7).await.unwrap();
            server::prepare(&making).await.unwrap();
            let wanted = Generation::Province(Province { units: 2, plans: 1 });
            let made = generate::generate(&making, &clock, (&wanted, 7, false), &mut |_| {}).await.unwrap();
            let obligations = 2 * (117 + 25 * 4);
            assert_eq!(made, Made { units: 3, plans: 1, obligations, reports: obligations + 1, extensions: 0, notices: 0 });
            making.close().await;
            let served = app.replica_with(config).await;
            served.clock.set("2018-06-30T01:00:00Z".parse().unwrap());
            served.during(async |served| {
                let verdict = verdict(served).await;
                assert!(verdict.broken.is_none() && verdict.waiting == 0, "{verdict:?}");
                heads.push(verdict.head);
                agrees(served, "sl1-2018").await;
            }).await;
            database.drop().await;
        }
        assert_eq!(heads[0], heads[1]);
    }

    async fn a_plan_that_is_there_comes_to_life(app: &TestApp) {
        fixtures::published(app, "x-2018").await;
        let plan: PlanId = "x-2018".parse().unwrap();
        let wanted = Generation::Life { plan, until: "2018-09-30".parse().ok() };
        let fill = async |force| generate::generate(&app.app, &app.clock, (&wanted, 1, force), &mut |_| {}).await;
        report(&Cast::of(app), &[]).await;
        assert!(fill(false).await.unwrap_err().to_string().contains("--force"), "beside what people wrote");
        let made = fill(true).await.unwrap();
        app.clock.set("2018-09-30T09:00:00Z".parse().unwrap());
        assert!(verdict(app).await.broken.is_none());
        let coordinator = app.coordinator();
        for status in ["draft", "submitted", "accepted"] {
            let of = format!("/api/v1/progress-reports?plan=x-2018&limit=1&status={status}");
            let office = if status == "draft" { app.somebody("w", "unit_reporter", Some("humen")) } else { app.coordinator() };
            let page = office.get(&of).await.ok().json();
            assert!(status == "draft" || page["total"].as_u64() > Some(0), "{status}: {page}");
            assert!(page["items"].as_array().unwrap().iter().all(|report| is_marked(&report["summary"])), "{page}");
        }
        let notices = coordinator.get("/api/v1/notices?plan=x-2018").await.ok().json();
        assert_eq!(notices["total"], json!(made.notices));
        assert!(made.notices > 0 && is_marked(&notices["items"][0]["subject"]));
        let extensions = coordinator.get("/api/v1/extensions?plan=x-2018").await.ok().json();
        assert_eq!(extensions["total"], json!(made.extensions));
        agrees(app, "x-2018").await;
    }
}

/// The ledger, in memory and as the database has it, and the list of reports tell the same, and say that it is made up.
async fn agrees(app: &TestApp, plan: &str) {
    let auditor = app.role("auditor");
    let totals = async |query: &str| {
        let path = format!("/api/v1/plans/{plan}/statistics{query}");
        auditor.get(&path).await.ok().json()["total"].clone()
    };
    let memory = totals("").await;
    let rows = auditor
        .get(&format!("/api/v1/obligations?plan={plan}&limit=1"))
        .await
        .ok()
        .json();
    assert_eq!(memory["total"], rows["total"]);
    let public = format!("/api/v1/progress-reports?plan={plan}&limit=200");
    let public = app.anonymous().get(&public).await.ok().json()["items"].clone();
    let public = public.as_array().unwrap();
    assert!(!public.is_empty() && public.iter().all(|report| is_marked(&report["summary"])));
    for figure in ["reported", "on_time", "fulfilled", "red"] {
        assert!(memory[figure].as_i64().unwrap() > 0, "{figure}: {memory}");
    }
    // As of an earlier day SQL counts, from rows and their past.
    let earlier = totals("?as_of=2018-03-31").await;
    assert!(earlier["reported"].as_i64() < memory["reported"].as_i64(), "{earlier}");
}

#[actix_web::test]
async fn production_takes_no_examples() {
    let mut config = config("sqlite://nowhere.sqlite3");
    config.env = Environment::Production;
    let refused = generate::open(config, 1).await.err().unwrap();
    assert!(refused.to_string().contains("production"), "{refused}");
}

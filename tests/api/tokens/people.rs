//! A person is an issuer's: two issuers may call two people the same. And a unit's people need a unit.

use super::*;
use crate::support::{
    Caller,
    database::{execute, sealed},
    issuer::{Key, SECRET},
};

const OTHER: &str = "https://town.test";
const REPORTS: &str = "/api/v1/progress-reports";
const OBLIGATION: &str = "dg-2017.17.3.d2.hbj.2017Q2";

/// A service that trusts two issuers.
async fn of_two(app: &TestApp) -> TestApp {
    let trusted = [ISSUER, OTHER].map(|name| {
        let mut trusted = issuer(name);
        trusted.secret = Some(SECRET.into());
        trusted
    });
    let mut config = app.config.clone();
    config.issuers = trusted.into();
    app.replica_with(config).await
}

/// Whom one of them calls `zhang.san`.
fn zhang<'a>(app: &'a TestApp, issuer: &str, role: &str, name: &str) -> Caller<'a> {
    let unit = if role == "coordinator" { "zwfwb" } else { "hbj" };
    let says = json!({"iss": issuer, "roles": [role], "unit": unit, "name": name});
    app.bearing(Some(Key::Secret.sign(&claims_with(app, &says))))
}

async fn act(caller: &Caller<'_>, path: &str, step: &str) -> Reply {
    caller.step(&format!("{path}/{step}"), &json!({})).await
}

async fn create(caller: &Caller<'_>, key: &str) -> Reply {
    let request = caller.request(reqwest::Method::POST, REPORTS);
    let body = json!({"obligation_id": OBLIGATION, "summary": "已公开", "percent": 100, "claims_completion": true,
        "evidence": [{"title": "季度状况", "url": "https://www.dg.gov.cn/hbj/2017q2.html"}]});
    Reply::to(request.header("Idempotency-Key", key).json(&body)).await
}

on_both! {
    async fn a_subject_of_another_issuer_is_somebody_else(app: &TestApp) {
        of_two(app).await.during(async |app| {
            let writer = zhang(app, ISSUER, "unit_reporter", "张三");
            let made = create(&writer, "one").await.expect(201);
            let path = format!("{REPORTS}/{}", made.json()["id"].as_str().unwrap());
            assert_eq!((&made.json()["created_by"], &made.json()["created_by_name"]), (&json!("zhang.san"), &json!("张三")));
            // The key is the first one's: the other's request is one of its own, and the obligation has its report.
            assert_eq!(create(&writer, "one").await.expect(201).header("idempotency-replayed"), "true");
            create(&zhang(app, OTHER, "unit_reporter", "张三丰"), "one").await.expect(409);

            act(&writer, &path, "submit").await.ok();
            act(&zhang(app, ISSUER, "coordinator", ""), &path, "accept").await.problem(403, "forbidden");
            let accepted = act(&zhang(app, OTHER, "coordinator", "张\u{200b}三丰"), &path, "accept").await.ok().json();
            assert_eq!((&accepted["reviewed_by"], &accepted["reviewed_by_name"]), (&json!("zhang.san"), &json!("张三丰")));

            sealed(&app.app).await;
            let auditor = app.bearing(Some(Key::Secret.sign(&claims_with(app, &json!({"roles": ["auditor"]})))));
            let log = auditor.get("/api/v1/audit-events?thing=progress_report&sort=-seq&limit=2").await.ok().json();
            let who = |entry: &Value| ["actor", "actor_issuer", "actor_name"].map(|field| entry[field].as_str().unwrap_or_default().to_owned());
            assert_eq!(who(&log["items"][0]), ["zhang.san", OTHER, "张三丰"]);
            assert_eq!(who(&log["items"][1]), ["zhang.san", ISSUER, "张三"]);
            for (issuer, name) in [(ISSUER, "张三"), (OTHER, "张三丰")] {
                let his = auditor.find("/api/v1/audit-events", &[("actor", "zhang.san"), ("actor_issuer", issuer)]).await.ok().json();
                let items = his["items"].as_array().unwrap();
                assert!(!items.is_empty() && items.iter().all(|entry| who(entry) == ["zhang.san", issuer, name]), "{his}");
            }

            // Nobody outside reads a name.
            let secrecy = Key::Secret.sign(&claims_with(app, &json!({"sub": "sun", "roles": ["secrecy_reviewer"], "unit": null})));
            act(&app.bearing(Some(secrecy)), &path, "clear").await.ok();
            let public = app.anonymous().get(&path).await.ok().text();
            assert!(!public.contains("张三") && !public.contains("zhang.san"), "{public}");
        }).await;
    }

    async fn what_was_written_before_is_of_the_first_issuer(app: &TestApp) {
        of_two(app).await.during(async |app| {
            let made = create(&zhang(app, ISSUER, "unit_reporter", ""), "one").await.expect(201).json();
            let path = format!("{REPORTS}/{}", made["id"].as_str().unwrap());
            let earlier = "update progress_report set created_by = 'zhang.san', authors = '[\"zhang.san\"]'";
            execute(&app.config, earlier).await;
            let shown = zhang(app, ISSUER, "unit_reporter", "").get(&path).await.ok().json();
            assert_eq!(shown["created_by"], "zhang.san");
            // By somebody else, so that only who wrote it before stands in the way.
            let says = json!({"sub": "li.si", "roles": ["unit_reporter"], "unit": "hbj"});
            act(&app.bearing(Some(Key::Secret.sign(&claims_with(app, &says)))), &path, "submit").await.ok();
            act(&zhang(app, ISSUER, "coordinator", ""), &path, "accept").await.problem(403, "forbidden");
            act(&zhang(app, OTHER, "coordinator", ""), &path, "accept").await.ok();
        }).await;
    }
}

/// 403 with the claim and its value in both languages, wherever rights are the unit's own.
async fn told(app: &TestApp, token: &str, path: &str, words: &[&str]) {
    for language in ["zh", "en"] {
        let request = app.bearing(Some(token.to_owned())).request(reqwest::Method::GET, path);
        let problem = Reply::to(request.header("Accept-Language", language)).await;
        let problem = problem.problem(403, "forbidden");
        let detail = problem["detail"].as_str().unwrap();
        assert!(words.iter().all(|word| detail.contains(word)), "{path}: {detail}");
    }
}

#[actix_web::test]
async fn a_unit_that_is_not_there_is_told() {
    let app = trusting(|issuer| {
        issuer.secret = Some(SECRET.into());
        issuer.unit_claim = "org.unit".into();
    })
    .await;
    app.during(async |app| {
        let of = |role: &str, unit: Value| {
            let mut says = claims_with(app, &json!({"roles": [role], "unit": null}));
            says["org"] = json!({"unit": unit});
            Key::Secret.sign(&says)
        };
        let ended = json!({"valid_to": "2017-06-29", "successors": ["hbj"]});
        let coordinator = app.bearing(Some(of("coordinator", json!("zwfwb"))));
        coordinator.patch("/api/v1/units/lyj", "*", &ended).await.ok();
        for list in [
            "obligations",
            "progress-reports",
            "extensions",
            "notices",
            "second-reviews",
        ] {
            let path = format!("/api/v1/{list}");
            told(
                app,
                &of("unit_reporter", json!("nosuch")),
                &path,
                &["org.unit", "nosuch"],
            )
            .await;
            // Its people read on what was its own.
            let past = app.bearing(Some(of("unit_approver", json!("lyj"))));
            past.get(&path).await.ok();
            told(
                app,
                &of("unit_reporter", Value::Null),
                &path,
                &["org.unit", "unit_reporter"],
            )
            .await;
        }
        let past = app.bearing(Some(of("unit_reporter", json!("lyj"))));
        let step = past
            .post(REPORTS, &json!({"obligation_id": "dg-2017.1.1.d1.lyj.2017Q2"}))
            .await;
        let problem = step.problem(403, "forbidden");
        for word in ["org.unit", "lyj", "2017-06-29"] {
            assert!(problem["detail"].as_str().unwrap().contains(word), "{problem}");
        }
        // What does not rest on the unit is not touched by it.
        for (role, unit) in [("unit_reporter", "nosuch"), ("unit_reporter", "lyj")] {
            let caller = app.bearing(Some(of(role, json!(unit))));
            caller.get("/api/v1/plans").await.ok();
        }
        app.bearing(Some(of("inspector", json!("nosuch"))))
            .get("/api/v1/obligations")
            .await
            .ok();
        app.bearing(Some(of("secrecy_reviewer", Value::Null)))
            .get(REPORTS)
            .await
            .ok();
    })
    .await;
}

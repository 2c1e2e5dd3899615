//! Rows that were told are told again on other pages while they are as they were, to who may see the same: each page is
//! what a service says that has just started.

use serde_json::{Value, json};

use super::changes::with_a_replica;
use crate::{
    reports::{Cast, OBLIGATION, REPORTS, act, path, report, report_on},
    support::{
        Caller, TestApp, database,
        sample::feedback::{PDF, attach},
        soon,
    },
};

const REQUIREMENT: &str = "/api/v1/requirements/dg-2017.17.3";

/// People with different rights, on one replica.
fn callers(app: &TestApp) -> Vec<Caller<'_>> {
    let token = |subject: &str, roles: &[&str], unit: Option<&str>, scopes: &[&str]| {
        app.bearing(Some(app.token(subject, roles, unit, scopes)))
    };
    vec![
        app.anonymous(),
        token("a", &["unit_reporter"], Some("hbj"), &[]),
        token("wang", &["unit_reporter"], Some("hbj"), &[]),
        token("b", &["unit_approver"], Some("hbj"), &["read"]),
        token("li", &["unit_approver"], Some("hbj"), &[]),
        token("c", &["unit_reporter"], Some("humen"), &[]),
        token("d", &["secrecy_reviewer"], Some("hbj"), &[]),
        token("sun", &["secrecy_reviewer"], None, &[]),
        token("zhao", &["coordinator"], None, &[]),
        // Somebody who wrote reports, and somebody who did not, with the same rights.
        token("wang", &["unit_reporter", "coordinator"], Some("hbj"), &[]),
        token("e", &["unit_reporter", "coordinator"], Some("hbj"), &[]),
        token("auditor", &["auditor"], None, &[]),
    ]
}

/// Whoever wrote of the reports and may judge them, among the callers: they are told of their own words anew.
const JUDGES_OWN_WORDS: usize = 9;

/// Pages of the unit's reports that show the same rows, in two ways to ask; the other way is walked to its end.
const PAGES: &[(&str, &str)] = &[
    ("limit=20", "limit=30"),
    ("limit=1", "limit=1&plan=dg-2017"),
    (
        "fields=id,status,allowed_actions",
        "limit=40&fields=id,status,allowed_actions",
    ),
    ("sort=id", "sort=id&limit=1"),
    (
        "status=submitted&status=accepted&status=draft",
        "status=accepted&status=draft&status=submitted&limit=1&reported_to=2017-07-31&task=dg-2017.17",
    ),
];

fn page(how: &str) -> String {
    format!("{REPORTS}?unit=hbj&{how}")
}

/// All pages from this one on: what is asked, and what is told.
async fn walk(caller: &Caller<'_>, base: &str, path: String) -> Vec<(String, String)> {
    let (mut pages, mut next) = (Vec::new(), Some(path));
    while let Some(path) = next {
        let page = caller.get(&path).await.ok();
        let link = page.json()["next"].as_str().map(str::to_owned);
        next = link.map(|link| link.strip_prefix(base).unwrap().to_owned());
        pages.push((path, page.text().replace(base, "")));
    }
    pages
}

/// The ledger in memory is what the database has.
async fn ledger_is_known(app: &TestApp) {
    app.role("auditor").get("/api/v1/obligations?limit=1").await.ok();
}

/// Each of these people is told what a replica tells that has just started, and without that the database is asked. Gives
/// all that was said.
async fn compare(app: &TestApp, after: &str) -> Vec<String> {
    ledger_is_known(app).await;
    let mut told = Vec::new();
    for (number, caller) in callers(app).into_iter().enumerate() {
        for (first, then) in PAGES {
            let first = caller.get(&page(first)).await.ok().json();
            let before = app.app.reads();
            let pages = walk(&caller, &app.base, page(then)).await;
            let items: Vec<Value> = pages
                .iter()
                .flat_map(|(_, text)| {
                    let page: Value = serde_json::from_str(text).unwrap();
                    page["items"].as_array().unwrap().clone()
                })
                .collect();
            if then.contains("limit=1") {
                assert_eq!(pages.len(), items.len().max(1), "{after}: {number} {then}");
            } else {
                assert_eq!(json!(items), first["items"], "{after}: {number} {then}");
            }
            let reads = app.app.reads() - before;
            assert!(
                number == JUDGES_OWN_WORDS || reads == 0,
                "{after}: {number} reads {reads} times for {then}"
            );
            told.push((number, pages));
        }
    }
    let cold = app.replica().await;
    cold.during(async |cold| {
        let callers = callers(cold);
        // The other way round, so that no two ask in the same order here and there.
        for (number, pages) in told.iter().rev() {
            for (path, told) in pages {
                let fresh = callers[*number].get(path).await.ok().text().replace(&cold.base, "");
                assert_eq!(*told, fresh, "{after}: {number} {path}");
            }
        }
    })
    .await;
    let pages = told.into_iter().flat_map(|(_, pages)| pages);
    pages.map(|(_, text)| text).collect()
}

on_both! {
    async fn each_page_is_as_after_a_start(app: &TestApp) {
        let cast = Cast::of(app);
        let both = app.bearing(Some(app.token("wang", &["unit_reporter", "coordinator"], Some("hbj"), &[])));
        let reason = json!({"reason": "理由"});
        path(&cast.reporter.post(REPORTS, &report_on("dg-2017.17.3.d2.hbj.2017Q1")).await.expect(201));
        let mut before = compare(app, "another report").await;
        let report = report(&cast, &[]).await;
        let obligation = format!("/api/v1/obligations/{OBLIGATION}");
        let nothing = json!({});
        let step = async |caller: &Caller<'_>, step: &str, body: &Value| {
            act(caller, &report, step, "*", body).await.ok();
        };
        let mut second = String::new();
        for what in [
            "created", "submit", "return", "saved", "attached", "submit again", "withdraw", "signoff", "submit to sign",
            "exempt", "restore", "sign", "accept", "second", "second deleted", "clear", "withhold", "clear again",
            "feedback", "revise", "amended", "renamed", "closed",
        ] {
            match what {
                "created" => {}
                "submit" | "submit again" | "submit to sign" => step(&both, "submit", &nothing).await,
                "withdraw" => step(&cast.reporter, "withdraw", &nothing).await,
                "return" => step(&cast.coordinator, "return", &reason).await,
                "saved" => {
                    let change = json!({"summary": "补充", "percent": 90, "claims_completion": false});
                    cast.reporter.patch(&report, "*", &change).await.ok();
                }
                "attached" => drop(attach(&cast.reporter, &report, "证明.pdf", PDF).await.expect(201)),
                "signoff" => {
                    let change = json!({"settings": {"unit_signoff": true}, "reason": "理由"});
                    cast.coordinator.patch("/api/v1/plans/dg-2017", "*", &change).await.ok();
                }
                "sign" => step(&cast.approver, "sign", &nothing).await,
                "exempt" => drop(act(&cast.coordinator, &obligation, "exempt", "*", &reason).await.ok()),
                "restore" => drop(act(&cast.coordinator, &obligation, "restore", "*", &nothing).await.ok()),
                "accept" => step(&cast.coordinator, "accept", &json!({"note": "齐"})).await,
                "second" => {
                    second = path(&cast.reporter.post(REPORTS, &report_on(OBLIGATION)).await.expect(201));
                }
                "second deleted" => drop(cast.reporter.delete(&second, "*").await.expect(204)),
                "clear" | "clear again" => step(&cast.secrecy, "clear", &nothing).await,
                "withhold" => step(&cast.secrecy, "withhold", &reason).await,
                "feedback" => {
                    let body = json!({"report_id": report.rsplit('/').next().unwrap(), "rating": 5});
                    app.role("portal").post("/api/v1/feedback", &body).await.expect(201);
                }
                "revise" => step(&cast.reporter, "revise", &nothing).await,
                "amended" => {
                    let change = json!({"text": "改过的要求。", "reason": "理由"});
                    cast.coordinator.patch(REQUIREMENT, "*", &change).await.ok();
                }
                "renamed" => {
                    cast.coordinator.patch("/api/v1/units/hbj", "*", &json!({"name": "某局"})).await.ok();
                }
                "closed" => drop(cast.coordinator.transition("/api/v1/plans/dg-2017/close?accept_unfinished=true", "*").await.ok()),
                _ => unreachable!("{what}"),
            }
            let after = compare(app, what).await;
            let as_before = ["signoff", "feedback", "amended"].contains(&what);
            assert_eq!(after == before, as_before, "{what}");
            before = after;
        }
    }

    async fn reports_outlast_what_they_are_on(app: &TestApp) {
        let cast = Cast::of(app);
        path(&cast.reporter.post(REPORTS, &report_on("dg-2017.17.3.d2.hbj.2017Q1")).await.expect(201));
        let report = report(&cast, &["submit", "accept", "clear"]).await;
        let before = compare(app, "cleared").await;
        // As it was left by who did not know that it was begun.
        let forget = format!("update obligation set reported_on = null, fulfilled_on = null, report_phase = null where id = '{OBLIGATION}'");
        let first = OBLIGATION.replace("Q2", "Q1");
        let hide = format!("update progress_report set obligation_id = '{first}' where obligation_id = '{OBLIGATION}' and status <> 'draft'");
        let show = format!("update progress_report set obligation_id = '{OBLIGATION}' where obligation_id = '{first}' and status <> 'draft'");
        database::execute(&app.config, &format!("{forget}; {hide}")).await;
        let others = json!({"units": [{"code": "humen"}], "reason": "职责划转"});
        cast.coordinator.patch(REQUIREMENT, "*", &others).await.ok();
        database::execute(&app.config, &show).await;
        cast.coordinator.get(&format!("/api/v1/obligations/{OBLIGATION}")).await.problem(404, "not_found");
        let after = compare(app, "not owed any more").await;
        assert_eq!(after.len(), before.len());
        for (step, body) in [("withhold", json!({"reason": "涉密"})), ("clear", json!({}))] {
            let before = compare(app, "as it was").await;
            act(&cast.secrecy, &report, step, "*", &body).await.ok();
            assert_ne!(compare(app, step).await, before, "{step}");
        }
    }

    async fn rows_are_told_again_until_the_log_says_otherwise(app: &TestApp) {
        let cast = Cast::of(app);
        let report = report(&cast, &["submit", "accept", "clear"]).await;
        let revisions = async |how: &str| -> Vec<Value> {
            let mut told = Vec::new();
            for caller in callers(app) {
                let page = caller.get(&page(how)).await.ok().json();
                told.push(page["items"][0]["revision"].clone());
            }
            told
        };
        let first = revisions("limit=20").await;
        assert!(first.iter().all(|revision| *revision == 1), "{first:?}");
        database::execute(&app.config, "update progress_report set revision = 7 where unit = 'hbj'").await;
        let again = revisions("limit=30").await;
        // Who wrote of it and may judge is told of their own words anew.
        let anew = |revisions: &[Value]| revisions.iter().filter(|revision| **revision == 7).count();
        assert_eq!(anew(&again), 1, "{again:?}");
        assert_eq!(anew(&revisions("limit=30&as_of=2017-06-30").await), 1);
        let elsewhere = report_on("dg-2017.1.1.d1.humen.2017Q2");
        let elsewhere = cast.stranger.post(REPORTS, &elsewhere).await.expect(201);
        act(&cast.stranger, &path(&elsewhere), "submit", "*", &json!({})).await.ok();
        assert_eq!(anew(&revisions("limit=31").await), 1, "another unit's step says nothing of it");
        act(&cast.secrecy, &report, "withhold", "*", &json!({"reason": "理由"})).await.ok();
        act(&cast.secrecy, &report, "clear", "*", &json!({})).await.ok();
        assert_eq!(anew(&revisions("limit=32").await), callers(app).len());
        assert_eq!(anew(&revisions("limit=20").await), callers(app).len());
    }
}

#[actix_web::test]
async fn what_one_replica_writes_pages_of_the_other_have() {
    with_a_replica(async |app, replica| {
        let (here, there) = (Cast::of(app), Cast::of(replica));
        let page = async |caller: &Caller<'_>, limit: usize| {
            let told = caller.get(&page(&format!("limit={limit}"))).await.ok();
            told.text().replace(&app.base, "").replace(&replica.base, "")
        };
        let report = report(&here, &[]).await;
        let steps = [
            "submit", "withdraw", "submit", "return", "submit", "accept", "clear", "withhold", "clear", "revise",
        ];
        for (number, step) in steps.into_iter().enumerate() {
            ledger_is_known(replica).await;
            let (caller, body) = match step {
                "return" => (&here.coordinator, json!({"reason": "理由"})),
                "accept" => (&here.coordinator, json!({})),
                "clear" => (&here.secrecy, json!({})),
                "withhold" => (&here.secrecy, json!({"reason": "理由"})),
                _ => (&here.reporter, json!({})),
            };
            act(caller, &report, step, "*", &body).await.ok();
            // Who may change something is told of it at once, everybody else soon.
            let limit = 10 + 3 * number;
            assert_eq!(
                page(&there.reporter, limit).await,
                page(&here.reporter, limit).await,
                "{step}"
            );
            soon(async || page(&replica.anonymous(), limit).await == page(&app.anonymous(), limit).await).await;
            ledger_is_known(replica).await;
            for caller in [&there.reporter, &replica.anonymous()] {
                page(caller, limit + 1).await;
                let before = replica.app.reads();
                page(caller, limit + 2).await;
                assert_eq!(replica.app.reads(), before, "{step}");
            }
        }
    })
    .await;
}

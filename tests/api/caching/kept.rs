//! What shows the ledger, reports and scores is given again as bytes while nothing of it has changed, to who may
//! see the same, and to nobody else.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::{changes::with_a_replica, get};
use crate::{
    reports::{Cast, REPORTS, act, path, report, report_on},
    support::{Caller, TestApp, database, soon},
};

/// A report of another unit than [`OBLIGATION`]'s.
const ANOTHER: &str = "dg-2017.1.1.d1.humen.2017Q2";

/// What everybody's ledger is made of.
const LEDGER: &[&str] = &[
    "/api/v1/obligations?plan=dg-2017&requirement=dg-2017.17.3",
    "/api/v1/obligations?unit=hbj&unit=humen&requirement=dg-2017.17.3&sort=-id&fields=id,state,reported_on",
    "/api/v1/obligations?group_by=unit",
    "/api/v1/obligations?plan=dg-2017&group_by=light&format=csv",
    "/api/v1/obligations?as_of=2017-06-29&requirement=dg-2017.17.3",
    "/api/v1/plans/dg-2017/statistics",
    "/api/v1/plans/dg-2017/board.svg",
    "/api/v1/plans/dg-2017/statistics/series?from=2017-06-01&to=2017-07-31",
    "/api/v1/plans/dg-2017/assessment",
    "/api/v1/plans/dg-2017/assessment?format=csv",
    "/api/v1/plans/dg-2017?format=docx&progress=true",
    "/api/v1/progress-reports?plan=dg-2017",
];

/// Makes the rows of a unit say something else, past the service and its log.
async fn tamper(app: &TestApp, unit: &str) {
    let sql = format!(
        "update obligation set reported_on = '2017-06-01', fulfilled_on = '2017-06-02' where unit = '{unit}' and fulfilled_on is null;
         update progress_report set revision = 7 where unit = '{unit}'"
    );
    for sql in sql.split(';') {
        database::execute(&app.config, sql).await;
    }
}

/// A replica that reads rows whenever it has no bytes.
async fn without_memory(app: &TestApp, case: impl AsyncFnOnce(&TestApp)) {
    let mut config = app.config.clone();
    config.ledger_memory_mib = 0;
    app.replica_with(config).await.during(case).await;
}

async fn etags(caller: &Caller<'_>, paths: &[&str]) -> Vec<String> {
    let mut etags = Vec::new();
    for path in paths {
        etags.push(caller.etag(path).await);
    }
    etags
}

on_both! {
    async fn rows_are_read_again_when_the_log_says_so(app: &TestApp) {
        without_memory(app, async |app| {
            let cast = Cast::of(app);
            report(&cast, &["submit"]).await;
            let auditor = app.role("auditor");
            let before = etags(&auditor, LEDGER).await;
            tamper(app, "hbj").await;
            assert_eq!(etags(&auditor, LEDGER).await, before, "nothing is read");
            for (path, etag) in LEDGER.iter().zip(&before) {
                get(&auditor, path, &[("If-None-Match", etag)]).await.expect(304);
            }
            let humen = app.bearing(Some(app.token("chen", &["unit_reporter"], Some("humen"), &[])));
            // Handed in, so that the list of reports has another row: those of other units need not be read again.
            let written = path(&humen.post(REPORTS, &report_on(ANOTHER)).await.expect(201));
            act(&humen, &written, "submit", "*", &json!({})).await.ok();
            let after = etags(&auditor, LEDGER).await;
            for ((path, before), after) in LEDGER.iter().zip(before).zip(after) {
                assert_ne!(before, after, "{path}");
            }
        })
        .await;
    }

    async fn steps_of_today_leave_figures_of_days_that_are_over(app: &TestApp) {
        without_memory(app, async |app| {
            const PAST: &[&str] = &[
                "/api/v1/plans/dg-2017/statistics?group_by=task&as_of=2017-06-29",
                "/api/v1/plans/dg-2017/board.svg?as_of=2017-06-29",
                "/api/v1/plans/dg-2017/statistics/series?from=2017-05-01&to=2017-06-29",
                "/api/v1/plans/dg-2017/trend.svg?from=2017-05-01&to=2017-06-29",
            ];
            const TODAY: &[&str] = &["/api/v1/plans/dg-2017/statistics", "/api/v1/plans/dg-2017/trend.svg"];
            let (auditor, anybody) = (app.role("auditor"), app.anonymous());
            let told = async || {
                let both = [etags(&auditor, PAST).await, etags(&anybody, PAST).await];
                // Who does not read the ledger is told of today what was known yesterday.
                [both.concat(), etags(&anybody, TODAY).await].concat()
            };
            let before = told().await;
            tamper(app, "humen").await;
            report(&Cast::of(app), &["submit", "accept", "clear"]).await;
            assert_eq!(told().await, before, "nothing is read");
            let renamed = json!({"title": "政务公开要点", "reason": "更名"});
            app.coordinator().patch("/api/v1/plans/dg-2017", "*", &renamed).await.ok();
            for (before, after) in before.iter().zip(told().await) {
                assert_ne!(*before, after, "all of it is read again");
            }
        })
        .await;
    }

    async fn reminders_leave_it_however_many_they_are(app: &TestApp) {
        without_memory(app, async |app| {
            app.clock.set("2017-12-29T02:00:00Z".parse().unwrap());
            let auditor = app.role("auditor");
            let before = etags(&auditor, LEDGER).await;
            let noted = app.note_due().await;
            assert!(noted > 1000, "{noted}");
            tamper(app, "hbj").await;
            assert_eq!(etags(&auditor, LEDGER).await, before);
        })
        .await;
    }

    async fn a_step_of_one_unit_leaves_what_others_have(app: &TestApp) {
        without_memory(app, async |app| {
            let cast = Cast::of(app);
            let humen = app.bearing(Some(app.token("chen", &["unit_reporter"], Some("humen"), &[])));
            let own = ["/api/v1/obligations", "/api/v1/obligations?group_by=light", "/api/v1/progress-reports?unit=humen"];
            path(&humen.post(REPORTS, &report_on(ANOTHER)).await.expect(201));
            let before = etags(&humen, &own).await;
            tamper(app, "humen").await;
            report(&cast, &["submit", "accept"]).await;
            assert_eq!(etags(&humen, &own).await, before, "their rows are as they were");
            // What settles the ledger anew may touch anybody's.
            let reason = json!({"reason": "职责划转"});
            let other = "/api/v1/obligations/dg-2017.17.3.d2.hbj.2017Q3";
            act(&cast.coordinator, other, "exempt", "*", &reason).await.ok();
            assert_eq!(etags(&humen, &own).await, before, "nor did this touch them");
            act(&cast.coordinator, other, "restore", "*", &json!({})).await.ok();
            for (before, after) in before.iter().zip(etags(&humen, &own).await) {
                assert_ne!(*before, after);
            }
        })
        .await;
    }

    async fn nobody_gets_what_was_made_for_others(app: &TestApp) {
        let cast = Cast::of(app);
        report(&cast, &["submit", "accept", "clear"]).await;
        let humen = app.bearing(Some(app.token("chen", &["unit_reporter"], Some("humen"), &[])));
        let submitted = path(&humen.post(REPORTS, &report_on(ANOTHER)).await.expect(201));
        act(&humen, &submitted, "submit", "*", &json!({})).await.ok();
        let both = ["unit_reporter", "unit_approver", "coordinator"];
        let writer = app.bearing(Some(app.token("both", &both, Some("hbj"), &[])));
        let earlier = "dg-2017.17.3.d2.hbj.2017Q1";
        let written = path(&writer.post(REPORTS, &report_on(earlier)).await.expect(201));
        act(&writer, &written, "submit", "*", &json!({})).await.ok();

        let token = |subject: &str, roles: &[&str], unit: Option<&str>, scopes: &[&str]| {
            app.bearing(Some(app.token(subject, roles, unit, scopes)))
        };
        let callers = [
            app.anonymous(),
            token("nobody", &[], None, &[]),
            token("a", &["unit_reporter"], Some("hbj"), &[]),
            token("b", &["unit_reporter"], Some("humen"), &[]),
            token("c", &["unit_approver"], Some("hbj"), &[]),
            token("d", &["unit_reporter"], Some("hbj"), &["read"]),
            token("e", &["unit_reporter"], Some("hbj"), &["reports:write"]),
            token("f", &["secrecy_reviewer"], Some("hbj"), &[]),
            token("g", &["secrecy_reviewer"], None, &[]),
            token("zhao", &["coordinator"], None, &[]),
            token("h", &["coordinator"], None, &["read"]),
            app.role("inspector"),
            app.role("auditor"),
            app.role("admin"),
            token("other", &both, Some("hbj"), &[]),
            writer,
            token("third", &both, Some("hbj"), &[]),
        ];
        let mut told = BTreeSet::new();
        for path in LEDGER.iter().chain(&["/api/v1/obligations", REPORTS]) {
            for (number, caller) in callers.iter().enumerate() {
                let given = caller.get(path).await;
                // Under another name nobody has asked yet: this is made of rows.
                let host = format!("h{number}.example");
                let fresh = get(caller, path, &[("Host", &host)]).await;
                let plain = |text: String, base: &str| text.replace(base, "");
                let (given_text, fresh_text) = (
                    plain(given.text(), &app.base),
                    plain(fresh.text(), &format!("http://{host}")),
                );
                let problem = given.status >= 400;
                assert_eq!((given.status, problem || given_text == fresh_text), (fresh.status, true), "{path} {number}");
                told.insert((path, given_text));
            }
        }
        assert!(told.len() > 40, "they see different things: {}", told.len());
        // Whoever wrote it is not offered to judge it, though they see the same as their colleagues.
        let offers = async |caller: &Caller<'_>| {
            let items = caller.get(REPORTS).await.ok().json()["items"].clone();
            let of = |item: &&Value| item["obligation_id"] == earlier;
            items.as_array().unwrap().iter().find(of).unwrap()["allowed_actions"].clone()
        };
        let [other, writer, third] = &callers[14..] else { panic!() };
        assert_eq!(offers(other).await, offers(third).await);
        assert_ne!(offers(other).await, offers(writer).await);
        assert_ne!(offers(writer).await, offers(third).await);
    }

    async fn a_day_has_its_own_reply(app: &TestApp) {
        let auditor = app.role("auditor");
        let paths = ["/api/v1/plans/dg-2017/statistics", "/api/v1/plans/dg-2017/board.svg", "/api/v1/obligations?unit=hbj"];
        let before = etags(&auditor, &paths).await;
        app.clock.set("2017-06-30T16:00:00Z".parse().unwrap());
        for (before, after) in before.iter().zip(etags(&app.role("auditor"), &paths).await) {
            assert_ne!(*before, after);
        }
        app.clock.set("2017-06-30T01:00:00Z".parse().unwrap());
        assert_eq!(etags(&auditor, &paths).await, before);
    }
}

#[actix_web::test]
async fn what_one_replica_writes_the_other_tells() {
    with_a_replica(async |app, replica| {
        let (here, there) = (Cast::of(app), Cast::of(replica));
        let paths = [
            "/api/v1/obligations?unit=hbj&requirement=dg-2017.17.3",
            "/api/v1/plans/dg-2017/statistics",
            REPORTS,
        ];
        let auditor = replica.role("auditor");
        let mut before = etags(&auditor, &paths).await;
        let mut own = there.reporter.etag(paths[0]).await;
        let report = report(&here, &[]).await;
        for step in ["submit", "withdraw", "submit"] {
            act(&here.reporter, &report, step, "*", &json!({})).await.ok();
            // Who may change something is told of it at once, everybody else soon.
            let now = there.reporter.etag(paths[0]).await;
            assert_ne!(now, own, "{step}");
            own = now;
            soon(async || {
                let after = etags(&auditor, &paths).await;
                after.iter().zip(&before).all(|(after, before)| after != before)
            })
            .await;
            before = etags(&auditor, &paths).await;
        }
    })
    .await;
}

//! The report that a row of the ledger speaks of, to who may know of it. Today is 2017-06-30.

use serde_json::{Value, json};

use crate::{
    reports::{OBLIGATION, REPORTS, act, path, report_on},
    support::Caller,
};

const ROWS: &str = "/api/v1/obligations?requirement=dg-2017.17.3&unit=hbj&period=2017Q2&rule_kind=recurring";

/// What the list, its table and the row by itself say of the report.
async fn said(caller: &Caller<'_>, when: &str) -> Value {
    let row = caller.get(&format!("{ROWS}{when}")).await.ok().json()["items"][0].clone();
    let alone = caller
        .get(&format!("/api/v1/obligations/{OBLIGATION}?{when}"))
        .await
        .ok()
        .json();
    let report = json!([row["report_id"], row["report_status"]]);
    assert_eq!(report, json!([alone["report_id"], alone["report_status"]]));
    let table = caller
        .get(&format!("{ROWS}{when}&format=csv&fields=report_id,report_status"))
        .await
        .ok()
        .text();
    let cells: Vec<&str> = table.lines().nth(1).unwrap().split(',').collect();
    let of_table: Vec<Value> = cells
        .iter()
        .map(|cell| if cell.is_empty() { Value::Null } else { json!(cell) })
        .collect();
    assert_eq!(report, json!(of_table), "{table}");
    report
}

on_both! {
    async fn a_row_names_the_report_that_its_reader_sees(app: &TestApp) {
        let wang = app.somebody("wang", "unit_reporter", Some("hbj"));
        let (boss, sun) = (app.somebody("boss", "coordinator", None), app.somebody("sun", "secrecy_reviewer", None));
        // Who runs the service reads the ledger, and of reports what anybody does.
        let admin = app.role("admin");
        let nothing = json!([null, null]);
        let mut etag = boss.etag(ROWS).await;
        let path = path(&wang.post(REPORTS, &report_on(OBLIGATION)).await.expect(201));
        let id = path.rsplit('/').next().unwrap();
        assert_eq!(said(&wang, "").await, json!([id, "draft"]));
        for caller in [&boss, &admin] {
            assert_eq!(said(caller, "").await, nothing);
        }
        assert_eq!(boss.etag(ROWS).await, etag, "of a draft an office hears nothing");
        for (caller, step, status, to_office, to_admin) in [
            (&wang, "submit", "submitted", true, false),
            (&wang, "withdraw", "withdrawn", false, false),
            (&wang, "submit", "submitted", true, false),
            (&boss, "accept", "accepted", true, false),
            (&sun, "clear", "accepted", true, true),
            (&wang, "revise", "draft", false, false),
        ] {
            act(caller, &path, step, "*", &json!({})).await.ok();
            let told = json!([id, status]);
            let or_nothing = |told_to: bool| if told_to { &told } else { &nothing };
            assert_eq!(said(&wang, "").await, told);
            assert_eq!(said(&boss, "").await, *or_nothing(to_office), "{step}");
            assert_eq!(said(&admin, "").await, *or_nothing(to_admin), "{step}");
            if step != "clear" {
                let now = boss.etag(ROWS).await;
                assert_ne!(now, etag, "{step}");
                etag = now;
            }
        }
        // As it was on an earlier day, and what was taken back since is not public as of then either.
        app.clock.set("2017-07-03T01:00:00Z".parse().unwrap());
        let wang = app.somebody("wang", "unit_reporter", Some("hbj"));
        act(&wang, &path, "submit", "*", &json!({})).await.ok();
        for (as_of, to_office) in [("2017-06-29", nothing.clone()), ("2017-06-30", nothing.clone()), ("2017-07-03", json!([id, "submitted"]))] {
            let when = format!("&as_of={as_of}");
            assert_eq!(said(&app.role("coordinator"), &when).await, to_office, "{as_of}");
            assert_eq!(said(&app.role("admin"), &when).await, nothing, "{as_of}");
        }
        assert_eq!(said(&wang, "&as_of=2017-06-30").await, json!([id, "draft"]));
        // A step that is taken replies what a GET does.
        let exempted = app.role("coordinator").step(&format!("/api/v1/obligations/{OBLIGATION}/exempt"), &json!({"reason": "职责已划转"})).await.ok();
        assert_eq!(exempted.json()["report_status"], "submitted");
    }

    async fn rows_come_with_report_and_requirement_if_asked(app: &TestApp) {
        let wang = app.somebody("wang", "unit_reporter", Some("hbj"));
        let boss = app.somebody("boss", "coordinator", None);
        let path = path(&wang.post(REPORTS, &report_on(OBLIGATION)).await.expect(201));
        act(&wang, &path, "submit", "*", &json!({})).await.ok();
        let requirement = boss.get("/api/v1/requirements/dg-2017.17.3").await.ok().json();
        let embedding = format!("{ROWS}&embed=report,requirement");
        for caller in [&wang, &boss] {
            let row = caller.get(&embedding).await.ok().json()["items"][0].clone();
            let report = caller.get(&path).await.ok().json();
            assert_eq!((&row["report"], &row["requirement"]), (&report, &requirement), "as it is by itself");
            let line = caller.get(&format!("{embedding}&format=ndjson")).await.ok().json();
            assert_eq!(line["report"], report);
            let alone = format!("/api/v1/obligations/{OBLIGATION}?embed=report,requirement");
            assert_eq!(caller.get(&alone).await.ok().json(), row, "and the obligation by itself");
            let some = caller.get(&format!("{alone}&fields=id,report&as_of=2017-06-30")).await.ok().json();
            assert_eq!(some, json!({"id": OBLIGATION, "report": report}));
        }
        let plain = boss.get(&format!("/api/v1/obligations/{OBLIGATION}")).await.ok().json();
        assert!(plain.get("report").is_none() && plain.get("requirement").is_none(), "{plain}");
        boss.get(&format!("/api/v1/obligations/{OBLIGATION}?embed=task")).await.problem(400, "invalid_parameter");
        let of_admin = app.role("admin").get(&embedding).await.ok().json()["items"][0].clone();
        assert!(of_admin.get("report").is_none() && of_admin["requirement"]["id"] == "dg-2017.17.3", "{of_admin}");
        for refused in ["&embed=task", "&embed=report&format=csv"] {
            boss.get(&format!("{ROWS}{refused}")).await.problem(400, "invalid_parameter");
        }
    }
}

//! `PATCH /deadlines/{id}`

use serde_json::{Value, json};

use crate::support::fixtures::{self, amendments, assert_faults, everything};

const DEADLINE: &str = "/api/v1/deadlines/dg-2018.1.1.d2";

on_both! {
    async fn in_a_draft(app: &TestApp) {
        fixtures::draft(app, "dg-2018").await;
        let caller = app.coordinator();
        let mut expected = caller.get(DEADLINE).await.ok().json();
        let rule = json!({"kind": "recurring", "every": "half_year", "due": {"kind": "day", "month": 6, "day": 31}});
        let change = json!({"phrase": "每半年", "source": "text", "rule": rule});
        let reply = caller.patch(DEADLINE, &caller.etag(DEADLINE).await, &change).await.ok();
        expected.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
        expected.as_object_mut().unwrap().remove("due_on");
        expected["version"] = json!(2);
        assert_eq!(reply.json(), expected);
        let shown = caller.get(DEADLINE).await.ok();
        assert_eq!((shown.json(), shown.etag()), (reply.json(), reply.etag()));
        // Its requirement has a new version; the other deadline has not.
        let requirement = caller.get("/api/v1/requirements/dg-2018.1.1").await.ok().json();
        assert_eq!((&requirement["version"], &requirement["deadlines"][1]["phrase"]), (&json!(2), &json!("每半年")));
        assert_eq!(caller.get("/api/v1/deadlines/dg-2018.1.1.d1").await.ok().json()["version"], 1);
    }

    async fn leaves_alone_what_it_does_not_name(app: &TestApp) {
        fixtures::draft(app, "dg-2018").await;
        let caller = app.coordinator();
        for change in [
            json!({"phrase": "年底"}), json!({"source": "text"}), json!({"rule": {"kind": "year_round"}}),
        ] {
            let mut expected = caller.get(DEADLINE).await.ok().json();
            expected.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
            if change.get("rule").is_some() {
                expected.as_object_mut().unwrap().remove("due_on");
            }
            expected["version"] = json!(expected["version"].as_u64().unwrap() + 1);
            assert_eq!(caller.patch(DEADLINE, "*", &change).await.ok().json(), expected);
        }
    }

    async fn another_phrase_is_read(app: &TestApp) {
        let caller = app.coordinator();
        let path = "/api/v1/deadlines/dg-2017.2.1.d1";
        let row = format!("/api/v1/obligations/{}", crate::support::texts(&app.role("auditor").walk("/api/v1/obligations?requirement=dg-2017.2.1").await, "id")[0]);
        let after = caller.patch(path, "*", &json!({"phrase": "11月底前", "reason": "提前"})).await.ok().json();
        assert_eq!((&after["rule"], &after["due_on"]), (&json!({"kind": "date", "due_on": "2017-11-30"}), &json!("2017-11-30")));
        assert_eq!(app.role("auditor").get(&row).await.ok().json()["due_on"], "2017-11-30");
        // What does not say when needs a rule, and one that means two things is two deadlines.
        for (phrase, fault) in [("适时", ("/rule", "required")), ("6月底、12月底", ("/phrase", "conflict"))] {
            let problem = caller.patch(path, "*", &json!({"phrase": phrase, "reason": "改"})).await.problem(422, "invalid");
            assert_faults(&problem, &[fault]);
        }
        let undecided = json!({"phrase": "适时", "rule": {"kind": "undecided"}, "reason": "改"});
        assert_eq!(caller.patch(path, "*", &undecided).await.ok().json()["rule"]["kind"], "undecided");
        // A space more is the same phrase, whatever its rule.
        assert_eq!(caller.patch(path, "*", &json!({"phrase": "适 时", "reason": "更正"})).await.ok().json()["rule"]["kind"], "undecided");
    }

    async fn by_amendment(app: &TestApp) {
        let caller = app.coordinator();
        let plan = "/api/v1/plans/dg-2017?embed=requirements";
        let mut expected = caller.get(plan).await.ok().json();
        let path = "/api/v1/deadlines/dg-2017.2.1.d1";
        let rule = json!({"kind": "date", "due_on": "2017-11-30"});
        let change = json!({"phrase": "11月底", "rule": rule, "reason": "市政府常务会议决定提前完成"});
        let after = caller.patch(path, &caller.etag(path).await, &change).await.ok().json();
        assert_eq!((&after["due_on"], &after["version"]), (&json!("2017-11-30"), &json!(2)));
        let requirement = &mut expected["tasks"][1]["requirements"][0];
        requirement["version"] = json!(2);
        for field in ["phrase", "rule", "due_on"] {
            requirement["deadlines"][0][field] = after[field].clone();
        }
        assert_eq!(caller.get(plan).await.ok().json(), expected);
        assert_eq!(app.anonymous().get(path).await.ok().json(), after);
        let due = "/api/v1/deadlines?due_from=2017-11-30&due_to=2017-11-30&task=dg-2017.2";
        assert_eq!(app.anonymous().get(due).await.ok().json()["total"], 1);
        let entry = caller.get("/api/v1/plans/dg-2017/amendments").await.ok().json()["items"][0].clone();
        assert_eq!((&entry["event"], &entry["subject"]), (&json!("deadline.updated"), &json!("dg-2017.2.1.d1")));
        assert_eq!(entry["before"]["deadlines"][0]["rule"]["due_on"], "2017-12-31");
        assert_eq!(entry["after"]["deadlines"][0]["rule"]["due_on"], "2017-11-30");
    }

    async fn nothing_new(app: &TestApp) {
        let caller = app.coordinator();
        let path = "/api/v1/deadlines/dg-2017.18.1.d2";
        let (before, requirement) = (caller.get(path).await.ok(), caller.etag("/api/v1/requirements/dg-2017.18.1").await);
        let rule = before.json()["rule"].clone();
        let change = json!({"phrase": "高考11月", "source": "column", "rule": rule, "reason": "确认"});
        let reply = caller.patch(path, &before.etag(), &change).await.ok();
        assert_eq!((reply.json(), reply.etag()), (before.json(), before.etag()));
        assert_eq!(caller.etag("/api/v1/requirements/dg-2017.18.1").await, requirement);
        assert_eq!(amendments(app, "dg-2017").await, 0);
    }

    async fn invalid(app: &TestApp) {
        fixtures::draft(app, "dg-2018").await;
        let before = everything(app).await;
        let cases: [(Value, &[(&str, &str)]); 5] = [
            (json!({"phrase": null, "source": null, "rule": null}), &[
                ("/phrase", "required"), ("/source", "required"), ("/rule", "required"),
            ]),
            (json!({"phrase": " ", "rule": {"kind": "on_event", "event": ""}}), &[
                ("/phrase", "required"), ("/rule/event", "required"),
            ]),
            (json!({"source": "elsewhere"}), &[("/source", "invalid")]),
            (json!({"due_on": "2018-06-30"}), &[("/due_on", "unknown")]),
            (json!({"requirement_id": "dg-2018.1.2"}), &[("/requirement_id", "unknown")]),
        ];
        for (change, faults) in cases {
            let problem = app.coordinator().patch(DEADLINE, "*", &change).await.problem(422, "invalid");
            assert_faults(&problem, faults);
        }
        assert_eq!(everything(app).await, before);
    }

    async fn not_found(app: &TestApp) {
        let change = json!({"phrase": "全年", "reason": "更正"});
        for id in ["dg-2018.1.1.d1", "dg-2017.1.1.d2", "dg-2017.1.9.d1", "dg-2017.1.1", "dg-2017.1.1.d01", "dg-2017.1.1.i1"] {
            app.coordinator().patch(&format!("/api/v1/deadlines/{id}"), "*", &change).await.problem(404, "not_found");
        }
    }

    async fn by_other_roles(app: &TestApp) {
        let before = everything(app).await;
        let (path, change) = ("/api/v1/deadlines/dg-2017.1.1.d1", json!({"phrase": "全年度", "reason": "更正"}));
        app.anonymous().patch(path, "*", &change).await.problem(401, "unauthenticated");
        for role in ["unit_reporter", "unit_approver", "secrecy_reviewer", "inspector", "auditor", "admin"] {
            app.role(role).patch(path, "*", &change).await.problem(403, "forbidden");
        }
        assert_eq!(everything(app).await, before);
    }
}

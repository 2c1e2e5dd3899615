//! `PATCH /plans/{id}`

use futures_util::future::join;
use serde_json::{Value, json};

use crate::support::fixtures::{self, amendments, assert_faults, everything};

const PLAN: &str = "/api/v1/plans/dg-2018";

on_both! {
    async fn success(app: &TestApp) {
        let before = fixtures::draft(app, "dg-2018").await;
        let caller = app.coordinator();
        let change = json!({"title": "改过的标题", "period_from": "2018-02-01", "period_to": "2018-11-30", "issuer": "fzj"});
        let reply = caller.patch(PLAN, &caller.etag(PLAN).await, &change).await.ok();
        let mut expected = before;
        for (field, value) in [
            ("title", json!("改过的标题")), ("period_from", json!("2018-02-01")), ("period_to", json!("2018-11-30")),
            ("issuer", json!({"code": "fzj", "name": "市法制局"})), ("version", json!(2)),
        ] {
            expected[field] = value;
        }
        assert_eq!(reply.json(), expected);
        let shown = caller.get(PLAN).await.ok();
        assert_eq!((shown.json(), shown.etag()), (reply.json(), reply.etag()));
    }

    async fn leaves_alone_what_it_does_not_name(app: &TestApp) {
        let before = fixtures::draft(app, "dg-2018").await;
        let caller = app.coordinator();
        let mut after = caller.patch(PLAN, "*", &json!({"title": "改过的标题"})).await.ok().json();
        after["title"] = before["title"].clone();
        after["version"] = before["version"].clone();
        assert_eq!(after, before);
        let others = "/api/v1/tasks?plan=dg-2018&embed=requirements";
        let tasks = caller.get(others).await.ok().json();
        assert_eq!(tasks["items"][0]["requirements"].as_array().unwrap().len(), 2);
    }

    async fn null_clears_the_issuer(app: &TestApp) {
        fixtures::draft(app, "dg-2018").await;
        let caller = app.coordinator();
        let plan = caller.patch(PLAN, "*", &json!({"issuer": null})).await.ok().json();
        assert_eq!(plan.get("issuer"), None);
        let plan = caller.patch(PLAN, "*", &json!({"issuer": "fzj"})).await.ok().json();
        assert_eq!((&plan["issuer"]["code"], &plan["version"]), (&json!("fzj"), &json!(3)));
    }

    async fn settings_that_are_not_named_stay(app: &TestApp) {
        let before = fixtures::draft(app, "dg-2018").await["settings"].clone();
        let caller = app.coordinator();
        let set = async |settings: Value| caller.patch(PLAN, "*", &json!({"settings": settings})).await.ok().json()["settings"].clone();
        let mut expected = before.clone();
        expected["unit_signoff"] = json!(true);
        expected["assessment"]["deductions"]["blue"] = json!(7);
        assert_eq!(set(json!({"unit_signoff": true, "assessment": {"deductions": {"blue": 7}}})).await, expected);
        expected["auto_reminder"] = json!(true);
        assert_eq!(set(json!({"auto_reminder": true})).await, expected);
        // Null restores what holds where nothing is said, at any depth.
        expected["unit_signoff"] = json!(false);
        expected["assessment"]["deductions"] = before["assessment"]["deductions"].clone();
        assert_eq!(set(json!({"unit_signoff": null, "assessment": {"deductions": {"blue": null}}})).await, expected);
        let wrong = json!({"settings": {"assessment": {"completion": 30}, "due_soon_working_days": "drei", "colour": 1}});
        let problem = caller.patch(PLAN, "*", &wrong).await.problem(422, "invalid");
        assert_faults(&problem, &[("/settings/colour", "unknown"), ("/settings/due_soon_working_days", "invalid")]);
        let wrong = json!({"settings": {"assessment": {"completion": 30}}});
        let problem = caller.patch(PLAN, "*", &wrong).await.problem(422, "invalid");
        assert_faults(&problem, &[("/settings/assessment", "conflict")]);
    }

    async fn as_merge_patch(app: &TestApp) {
        fixtures::draft(app, "dg-2018").await;
        let request = app.coordinator().request(reqwest::Method::PATCH, PLAN).header("If-Match", "*");
        let request = request.header("Content-Type", "application/merge-patch+json").body(r#"{"title":"改过的标题"}"#);
        let plan = crate::support::Reply::to(request).await.ok().json();
        assert_eq!(plan["title"], "改过的标题");
    }

    async fn invalid(app: &TestApp) {
        fixtures::draft(app, "dg-2018").await;
        let before = everything(app).await;
        let blank = json!({"title": " ", "period_from": "2019-01-01", "issuer": "nosuch"});
        let cleared = json!({"title": null, "period_from": null, "period_to": null});
        let cases: [(Value, &[(&str, &str)]); 7] = [
            (blank, &[("/title", "required"), ("/period_to", "out_of_range"), ("/issuer", "not_found")]),
            (cleared, &[("/title", "required"), ("/period_from", "required"), ("/period_to", "required")]),
            (json!({"title": "长".repeat(201)}), &[("/title", "too_long")]),
            (json!({"period_from": "2017-01-01", "period_to": "2017-12-31"}), &[("/period_from", "conflict")]),
            (json!({"year": 2019}), &[("/year", "unknown")]),
            (json!({"status": "published"}), &[("/status", "unknown")]),
            (json!({"period_to": "明天"}), &[("/period_to", "invalid")]),
        ];
        for (change, faults) in cases {
            let problem = app.coordinator().patch(PLAN, "*", &change).await.problem(422, "invalid");
            assert_faults(&problem, faults);
        }
        assert_eq!(everything(app).await, before);
    }

    async fn nothing_new(app: &TestApp) {
        let before = fixtures::published(app, "dg-2018").await;
        let caller = app.coordinator();
        let etag = caller.etag(PLAN).await;
        let same = json!({"title": before["title"], "issuer": "zwfwb", "period_from": "2018-01-01", "reason": "确认"});
        for change in [same, json!({"reason": "什么也没有"})] {
            let reply = caller.patch(PLAN, &etag, &change).await.ok();
            assert_eq!((reply.json(), reply.etag()), (before.clone(), etag.clone()));
        }
        assert_eq!(amendments(app, "dg-2018").await, 0);
    }

    async fn not_found(app: &TestApp) {
        let before = everything(app).await;
        for id in ["dg-2018", "no-such-plan", "DG-2017", "dg-2017.1"] {
            let path = format!("/api/v1/plans/{id}");
            app.coordinator().patch(&path, "*", &json!({"title": "标题"})).await.problem(404, "not_found");
        }
        assert_eq!(everything(app).await, before);
    }

    async fn by_two_at_once(app: &TestApp) {
        fixtures::draft(app, "dg-2018").await;
        let (one, two) = (app.coordinator(), app.bearing(Some(app.token("li.si", &["coordinator"], None, &[]))));
        let etag = one.etag(PLAN).await;
        let (first, second) = (json!({"title": "甲的标题"}), json!({"title": "乙的标题"}));
        let (first, second) = join(one.patch(PLAN, &etag, &first), two.patch(PLAN, &etag, &second)).await;
        let (won, lost) = if first.status == 200 { (first, second) } else { (second, first) };
        let lost_etag = lost.etag();
        lost.problem(412, "stale");
        let plan = one.get(PLAN).await.ok();
        assert_eq!((plan.json(), plan.etag()), (won.ok().json(), plan.etag()));
        assert_eq!(plan.json()["version"], 2);
        // What the loser was told is enough to go on.
        two.patch(PLAN, &lost_etag, &json!({"title": "合并的标题"})).await.ok();
    }

    async fn by_other_roles(app: &TestApp) {
        fixtures::published(app, "dg-2018").await;
        let before = everything(app).await;
        let change = json!({"title": "标题", "reason": "理由"});
        app.anonymous().patch(PLAN, "*", &change).await.problem(401, "unauthenticated");
        for role in ["unit_reporter", "unit_approver", "secrecy_reviewer", "inspector", "auditor", "admin"] {
            app.role(role).patch(PLAN, "*", &change).await.problem(403, "forbidden");
        }
        assert_eq!(everything(app).await, before);
    }
}

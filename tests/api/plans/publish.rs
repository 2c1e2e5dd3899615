//! `POST /plans/{id}/publish`

use serde_json::json;

use crate::support::{
    fixtures::{self, create, everything},
    texts,
};

const PLAN: &str = "/api/v1/plans/dg-2018";
const PUBLISH: &str = "/api/v1/plans/dg-2018/publish";

on_both! {
    async fn success(app: &TestApp) {
        let draft = fixtures::draft(app, "dg-2018").await;
        app.anonymous().get(PLAN).await.problem(404, "not_found");
        app.clock.set("2018-01-15T08:30:00.123456Z".parse().unwrap());
        let caller = app.coordinator();
        let reply = caller.transition(PUBLISH, &caller.etag(PLAN).await).await.ok();
        let mut expected = draft;
        expected["status"] = json!("published");
        expected["published_at"] = json!("2018-01-15T08:30:00.123456Z");
        expected["version"] = json!(2);
        expected["settings"]["obligations_from"] = json!("2018-01-15");
        expected["allowed_actions"] = json!(["update", "close"]);
        expected["links"] = reply.json()["links"].clone();
        assert_eq!(reply.json(), expected);
        let shown = caller.get(PLAN).await.ok();
        assert_eq!((shown.json(), shown.etag()), (reply.json(), reply.etag()));
        // Anybody sees all of it at once.
        let seen = app.anonymous().get("/api/v1/plans/dg-2018?embed=requirements").await.ok().json();
        assert_eq!((&seen["status"], &seen["allowed_actions"]), (&json!("published"), &json!([])));
        assert_eq!(seen["tasks"][0]["requirements"][1]["text"], "每季度公布审计结果。");
        assert_eq!(app.anonymous().get("/api/v1/deadlines?plan=dg-2018").await.ok().json()["total"], 3);
    }

    async fn twice(app: &TestApp) {
        fixtures::published(app, "dg-2018").await;
        fixtures::closed(app, "dg-2019").await;
        let before = everything(app).await;
        for id in ["dg-2017", "dg-2018", "dg-2019"] {
            let path = format!("/api/v1/plans/{id}/publish");
            app.coordinator().transition(&path, "*").await.problem(409, "wrong_state");
        }
        assert_eq!(everything(app).await, before);
    }

    async fn twice_at_once(app: &TestApp) {
        fixtures::draft(app, "dg-2018").await;
        let caller = app.coordinator();
        let (one, two) = futures_util::future::join(caller.transition(PUBLISH, "*"), caller.transition(PUBLISH, "*")).await;
        let (won, lost) = if one.status == 200 { (one, two) } else { (two, one) };
        lost.problem(409, "wrong_state");
        assert_eq!(won.ok().json()["version"], 2);
    }

    async fn what_is_left_open_is_nobodys_until_it_is_settled(app: &TestApp) {
        app.clock.set("2018-01-01T08:30:00Z".parse().unwrap());
        let boss = app.coordinator();
        let collective = |code: &str, name: &str, kind: &str| {
            json!({"code": code, "name": name, "kind": "collective", "membership": {"kind": kind}})
        };
        assert_eq!(create(&boss, "/api/v1/units", &collective("yg", "有关单位", "open")).await["membership"], json!({"kind": "open"}));
        create(&boss, "/api/v1/units", &collective("kong", "各专班", "list")).await;
        let deadlines = json!([{"phrase": "12月底", "rule": {"kind": "date", "due_on": "2018-12-31"}}]);
        let of = |units: serde_json::Value, deadlines: &serde_json::Value| json!({"text": "做好工作。", "units": units, "deadlines": deadlines});
        let plan = json!({"id": "dg-2018", "title": "方案", "year": 2018, "tasks": [{"title": "任务", "requirements": [
            of(json!([{"code": "hbj"}, {"code": "yg", "role": "support"}]), &deadlines),
            of(json!([{"code": "kong"}]), &deadlines),
            of(json!([]), &deadlines),
            of(json!([]), &json!([])),
            of(json!([{"code": "yg", "members": ["lyj"]}]), &deadlines)
        ]}]});
        create(&boss, "/api/v1/plans", &plan).await;
        // Publishing says what is open, and where.
        let problem = boss.transition(PUBLISH, "*").await.problem(409, "open_questions");
        let place = |number: u32| format!("dg-2018.1.{number}");
        let open = json!([
            {"kind": "no_unit", "count": 2, "requirements": [place(3), place(4)]},
            {"kind": "no_deadline", "count": 1, "requirements": [place(4)]},
            {"kind": "empty_collective", "count": 1, "requirements": [place(2)]},
            {"kind": "open_collective", "count": 1, "requirements": [place(1)]}
        ]);
        assert_eq!(problem["open_questions"], open);
        assert_eq!(problem["errors"][0]["parameter"], "accept_open");
        let no = boss.transition(&format!("{PUBLISH}?accept_open=false"), "*").await;
        no.problem(409, "open_questions");
        boss.transition(&format!("{PUBLISH}?accept_open=true"), "*").await.ok();
        let owed = async || {
            let rows = app.role("auditor").walk("/api/v1/obligations?plan=dg-2018&sort=id").await;
            texts(&rows, "id")
        };
        let id = |number: u32, unit: &str| format!("dg-2018.1.{number}.d1.{unit}.2018");
        assert_eq!(owed().await, [id(1, "hbj"), id(5, "lyj")]);
        // The same is on the list of what waits, for whoever can settle it.
        let todo = async |query: &str| {
            let page = boss.get(&format!("/api/v1/me/todo?plan=dg-2018&sort=id&{query}")).await.ok().json();
            texts(page["items"].as_array().unwrap(), "id")
        };
        let open = [
            "collective_to_settle:dg-2018.1.1", "collective_to_settle:dg-2018.1.2", "deadline_to_set:dg-2018.1.4",
            "unit_to_name:dg-2018.1.3", "unit_to_name:dg-2018.1.4",
        ];
        assert_eq!(todo("").await, open);
        assert_eq!(app.role("auditor").get("/api/v1/me/todo?plan=dg-2018").await.ok().json()["total"], 0);
        let who = boss.get("/api/v1/me/todo?plan=dg-2018&kind=collective_to_settle").await.ok().json();
        assert_eq!((&who["items"][0]["reason"], &who["items"][0]["action"]), (&json!("有关单位"), &json!("update")));
        // Somebody says who is meant: they owe it, and the question is settled.
        let said = json!({"units": [{"code": "hbj"}, {"code": "yg", "role": "support", "members": ["gaj", "czj"]}], "reason": "明确"});
        boss.patch(&format!("/api/v1/requirements/{}", place(1)), "*", &said).await.ok();
        assert_eq!(owed().await, [id(1, "czj"), id(1, "gaj"), id(1, "hbj"), id(5, "lyj")]);
        boss.put("/api/v1/units/kong/members/sjj", "*", &json!({"periods": [{"valid_from": "2018-02-01"}]})).await.ok();
        assert_eq!(owed().await, [id(1, "czj"), id(1, "gaj"), id(1, "hbj"), id(2, "sjj"), id(5, "lyj")]);
        assert_eq!(todo("").await, open[2..]);
        // Nobody joins what is open by its nature.
        boss.put("/api/v1/units/yg/members/sjj", "*", &json!({"periods": [{}]})).await.problem(409, "wrong_state");
    }

    async fn not_found(app: &TestApp) {
        app.coordinator().transition(PUBLISH, "*").await.problem(404, "not_found");
    }

    async fn by_other_roles(app: &TestApp) {
        fixtures::draft(app, "dg-2018").await;
        app.anonymous().transition(PUBLISH, "*").await.problem(401, "unauthenticated");
        for role in ["unit_reporter", "unit_approver", "secrecy_reviewer", "inspector", "auditor", "admin"] {
            app.role(role).transition(PUBLISH, "*").await.problem(403, "forbidden");
        }
        assert_eq!(app.coordinator().get(PLAN).await.ok().json()["status"], "draft");
    }
}

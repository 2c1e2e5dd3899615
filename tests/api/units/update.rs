//! `PATCH /units/{id}`

use futures_util::future::join;
use serde_json::{Value, json};

use crate::support::{
    Engine, database,
    fixtures::{self, assert_faults, create, everything},
};

type Faults = &'static [(&'static str, &'static str)];

on_both! {
    async fn success(app: &TestApp) {
        let caller = app.coordinator();
        let path = "/api/v1/units/wsjsj";
        let mut expected = caller.get(path).await.ok().json();
        let change = json!({
            "name": "市卫生健康局", "official_name": "东莞市卫生健康局", "aliases": ["市卫健局"], "region_code": "441900",
            "valid_from": "2014-01-01", "valid_to": "2018-12-31", "kind": "institution", "note": "更名。"
        });
        let reply = caller.patch(path, &caller.etag(path).await, &change).await.ok();
        let former = [&expected["name"], &expected["official_name"]].map(|name| json!({"name": name, "until": "2017-06-30"}));
        expected["former_names"] = json!(former);
        expected.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
        expected["version"] = json!(2);
        assert_eq!(reply.json(), expected);
        let shown = caller.get(path).await.ok();
        assert_eq!((shown.json(), shown.etag()), (reply.json(), reply.etag()));
        // null clears what may be absent.
        let clear = json!({
            "official_name": null, "region_code": null, "valid_from": null, "valid_to": null, "note": null, "aliases": []
        });
        let cleared = caller.patch(path, "*", &clear).await.ok().json();
        let former = ["市卫生计生局", "东莞市卫生和计划生育局", "东莞市卫生健康局"].map(|name| json!({"name": name, "until": "2017-06-30"}));
        assert_eq!(cleared, json!({
            "code": "wsjsj", "name": "市卫生健康局", "kind": "institution", "aliases": [], "former_names": former, "successors": [], "version": 3
        }));
    }

    async fn a_new_name_is_seen_everywhere_at_once(app: &TestApp) {
        fixtures::draft(app, "dg-2018").await;
        let (caller, anybody) = (app.coordinator(), app.anonymous());
        let requirement = "/api/v1/requirements/dg-2017.17.3";
        let (before, plan) = (anybody.get(requirement).await.ok(), anybody.etag("/api/v1/plans/dg-2017").await);
        assert_eq!(before.json()["units"][0]["name"], "市环保局");
        let all = anybody.walk("/api/v1/requirements?fields=id,units").await;
        let names = |requirement: &&Value| requirement["units"].as_array().unwrap().iter().any(|unit| unit["code"] == "hbj");
        let concerned: Vec<Value> = all.iter().filter(names).map(|requirement| json!({"id": requirement["id"]})).collect();
        assert_eq!(concerned.len(), 5);
        caller.patch("/api/v1/units/hbj", "*", &json!({"name": "市生态环境局"})).await.ok();
        caller.patch("/api/v1/units/zwfwb", "*", &json!({"name": "市政数局"})).await.ok();
        let after = anybody.get(requirement).await.ok();
        assert_eq!(after.json()["units"][0]["name"], "市生态环境局");
        // The words of the document are not touched, nor is the requirement's version; its bytes are others.
        assert_eq!(after.json()["units_phrase"], "市环保局");
        assert_eq!(after.json()["version"], before.json()["version"]);
        assert_ne!(after.etag(), before.etag());
        for id in ["dg-2017", "dg-2018"] {
            let path = format!("/api/v1/plans/{id}");
            assert_eq!(caller.get(&path).await.ok().json()["issuer"]["name"], "市政数局", "{id}");
        }
        assert_ne!(anybody.etag("/api/v1/plans/dg-2017").await, plan);
        let found = async |key: &str, value: &str| {
            let query = serde_html_form::to_string([(key, value), ("fields", "id")]).unwrap();
            anybody.walk(&format!("/api/v1/requirements?{query}")).await
        };
        assert_eq!(found("q", "生态环境局").await, concerned);
        assert_eq!(found("unit", "市生态环境局").await, found("unit", "hbj").await);
        assert_eq!(found("unit", "市环保局").await, found("unit", "hbj").await, "documents go on using the old one");
        anybody.find("/api/v1/requirements", &[("unit", "市环境保护局（不存在）")]).await.problem(400, "invalid_parameter");
    }

    async fn a_reorganisation(app: &TestApp) {
        let caller = app.coordinator();
        let new = json!({"code": "wglj", "name": "市文广旅体局", "kind": "department", "valid_from": "2017-10-01"});
        create(&caller, "/api/v1/units", &new).await;
        let change = json!({"valid_to": "2017-09-30", "successors": ["wglj"]});
        let unit = caller.patch("/api/v1/units/lyj", "*", &change).await.ok().json();
        assert_eq!(unit["successors"], json!([{"code": "wglj", "name": "市文广旅体局"}]));
        // It is gone from its collective from that day on.
        let on = async |day: &str| {
            let path = format!("/api/v1/units?member_of=ygdw&on={day}&q=lyj");
            app.anonymous().get(&path).await.ok().json()["total"].as_u64().unwrap()
        };
        assert_eq!((on("2017-09-30").await, on("2017-10-01").await), (1, 0));
    }

    async fn a_rule(app: &TestApp) {
        let caller = app.coordinator();
        let query = "/api/v1/requirements?requirement=dg-2017.39.1&unit=";
        assert_eq!(app.anonymous().get(&format!("{query}songshanhu")).await.ok().json()["total"], 1);
        let rule = json!({"kind": "rule", "region": "441900", "unit_kinds": ["town"]});
        let unit = caller.patch("/api/v1/units/zhenjie", "*", &json!({"membership": rule})).await.ok().json();
        assert_eq!((&unit["membership"], &unit["version"]), (&rule, &json!(2)));
        assert_eq!(app.anonymous().get("/api/v1/units/zhenjie/members").await.ok().json()["total"], 28);
        assert_eq!(app.anonymous().get(&format!("{query}songshanhu")).await.ok().json()["total"], 0);
        assert_eq!(app.anonymous().get(&format!("{query}humen")).await.ok().json()["total"], 1);
        // From a rule to a list and back again.
        let list = json!({"kind": "list", "members": [{"code": "humen"}]});
        caller.patch("/api/v1/units/zhenjie", "*", &json!({"membership": list})).await.ok();
        assert_eq!(app.anonymous().get("/api/v1/units/zhenjie/members").await.ok().json()["total"], 1);
        caller.patch("/api/v1/units/zhenjie", "*", &json!({"membership": rule})).await.ok();
        assert_eq!(app.anonymous().get("/api/v1/units/zhenjie/members").await.ok().json()["total"], 28);
    }

    async fn nothing_new(app: &TestApp) {
        let caller = app.coordinator();
        for (code, change) in [
            ("hbj", json!({"name": "市环保局", "aliases": [], "note": null})),
            ("zhenjie", json!({"membership": {"kind": "rule", "region": "441900", "unit_kinds": ["park", "town", "subdistrict"]}})),
            ("ygdw", json!({})),
        ] {
            let path = format!("/api/v1/units/{code}");
            let before = caller.get(&path).await.ok();
            let reply = caller.patch(&path, &before.etag(), &change).await.ok();
            assert_eq!((reply.json(), reply.etag()), (before.json(), before.etag()), "{code}");
        }
    }

    async fn invalid(app: &TestApp) {
        let before = everything(app).await;
        let cases: [(&str, Value, Faults); 14] = [
            ("hbj", json!({"kind": "collective", "membership": {"kind": "list"}}), &[("/kind", "conflict")]),
            ("ygdw", json!({"kind": "department", "membership": null}), &[("/kind", "conflict")]),
            ("ygdw", json!({"membership": null}), &[("/membership", "required")]),
            ("hbj", json!({"membership": {"kind": "list"}}), &[("/membership", "conflict")]),
            ("hbj", json!({"name": null, "kind": null, "aliases": null, "successors": null}), &[
                ("/name", "required"), ("/kind", "required"), ("/aliases", "required"), ("/successors", "required"),
            ]),
            ("hbj", json!({"name": "市教育局"}), &[("/name", "duplicate")]),
            ("hbj", json!({"aliases": ["环保", "市教育局"]}), &[("/aliases/1", "duplicate")]),
            ("hbj", json!({"region_code": "东莞"}), &[("/region_code", "invalid")]),
            ("binhaiwan", json!({"valid_to": "2017-09-30"}), &[("/valid_to", "out_of_range")]),
            ("hbj", json!({"successors": ["hbj"]}), &[("/successors/0", "conflict")]),
            ("hbj", json!({"successors": ["zhenjie", "nosuch"]}), &[
                ("/successors/0", "conflict"), ("/successors/1", "not_found"),
            ]),
            ("hbj", json!({"code": "sthjj"}), &[("/code", "unknown")]),
            ("zhenjie", json!({"membership": {"kind": "rule", "region": "441900"}}), &[("/membership/unit_kinds", "required")]),
            ("hbj", json!({"valid_to": "2017-13-01"}), &[("/valid_to", "invalid")]),
        ];
        for (code, change, faults) in cases {
            let path = format!("/api/v1/units/{code}");
            let problem = app.coordinator().patch(&path, "*", &change).await.problem(422, "invalid");
            assert_faults(&problem, faults);
        }
        assert_eq!(everything(app).await, before);
    }

    async fn by_two_at_once(app: &TestApp) {
        let caller = app.coordinator();
        let path = "/api/v1/units/hbj";
        let etag = caller.etag(path).await;
        let (one, two) = (json!({"name": "甲局"}), json!({"name": "乙局"}));
        let (one, two) = join(caller.patch(path, &etag, &one), caller.patch(path, &etag, &two)).await;
        let (won, lost) = if one.status == 200 { (one, two) } else { (two, one) };
        lost.problem(412, "stale");
        assert_eq!(caller.get(path).await.ok().json(), won.ok().json());
    }

    async fn not_found(app: &TestApp) {
        for code in ["nosuch", "HBJ", "市环保局"] {
            let path = format!("/api/v1/units/{code}");
            app.coordinator().patch(&path, "*", &json!({"note": "备注"})).await.problem(404, "not_found");
        }
    }

    async fn by_other_roles(app: &TestApp) {
        let before = everything(app).await;
        let (path, change) = ("/api/v1/units/zwfwb", json!({"note": "备注"}));
        app.anonymous().patch(path, "*", &change).await.problem(401, "unauthenticated");
        for role in ["unit_reporter", "unit_approver", "secrecy_reviewer", "inspector", "auditor", "admin"] {
            app.role(role).patch(path, "*", &change).await.problem(403, "forbidden");
        }
        assert_eq!(everything(app).await, before);
    }

    /// Documents of before go on using the name of before.
    async fn found_by_its_former_names(app: &TestApp) {
        let caller = app.coordinator();
        let path = "/api/v1/units/wsjsj";
        let old = caller.get(path).await.ok().json()["name"].as_str().unwrap().to_owned();
        let owed = app.role("auditor").get(&format!("/api/v1/obligations?unit={old}&limit=1")).await.ok().json()["total"].clone();
        let renamed = caller.patch(path, "*", &json!({"name": "市卫生健康局"})).await.ok().json();
        assert_eq!(renamed["former_names"], json!([{"name": old, "until": "2017-06-30"}]));
        assert_eq!(caller.get(path).await.ok().json(), renamed);
        app.clock.set("2018-02-01T01:00:00Z".parse().unwrap());
        let caller = app.coordinator();
        let again = caller.patch(path, "*", &json!({"name": "市卫健局"})).await.ok().json();
        assert_eq!(again["former_names"], json!([{"name": old, "until": "2017-06-30"}, {"name": "市卫生健康局", "until": "2018-02-01"}]));
        for name in [&old, "市卫生健康局", "市卫健局", "wsjsj"] {
            let ledger = app.role("auditor").find("/api/v1/obligations", &[("unit", name), ("limit", "1")]).await.ok().json();
            assert_eq!((&ledger["total"], &ledger["items"][0]["unit"]["name"]), (&owed, &json!("市卫健局")), "{name}");
            for list in ["units", "requirements"] {
                let found = caller.find(&format!("/api/v1/{list}"), &[("q", name), ("limit", "200")]).await.ok().json();
                assert!(found.to_string().contains("wsjsj"), "{list} {name}");
            }
        }
        // Back again; and another may take a name that nobody has any more.
        let back = caller.patch(path, "*", &json!({"name": old})).await.ok().json();
        assert_eq!(back["former_names"], json!([{"name": "市卫生健康局", "until": "2018-02-01"}, {"name": "市卫健局", "until": "2018-02-01"}]));
        caller.post("/api/v1/units", &json!({"code": "xin", "name": "市卫健局", "kind": "department"})).await.expect(201);
        assert_eq!(caller.find("/api/v1/extensions", &[("unit", "市卫健局")]).await.ok().json()["total"], 0);
        let found = caller.find("/api/v1/requirements", &[("unit", "市卫健局")]).await.ok().json();
        assert_eq!(found["total"], 0, "who has the name goes before who had it");
        // What was renamed before names were kept is in the log.
        let again = match app.engine {
            Engine::Sqlite => include_str!("../../../migrations/sqlite/0012_former_names.sql"),
            Engine::Postgres => include_str!("../../../migrations/postgres/0012_former_names.sql"),
        };
        database::execute(&app.config, "alter table unit drop column former_names").await;
        database::execute(&app.config, again).await;
        let kept = database::select(&app.config, "select cast(former_names as text) from unit where code = 'wsjsj'").await;
        let mut kept: Vec<Value> = serde_json::from_str(&kept[0]).unwrap();
        kept.sort_by_key(|former| former["name"] != "市卫生健康局");
        assert_eq!(json!(kept), back["former_names"]);
    }

    /// What they are called changes nothing of what is owed, and a plan that does not name them waits for nothing.
    async fn settles_only_the_plans_that_it_concerns(app: &TestApp) {
        if app.engine == Engine::Sqlite {
            return; // It has one writer at a time.
        }
        for (id, unit) in [("dg-2018", "sjj"), ("dg-2019", "zhenjie")] {
            let plan = json!({"id": id, "title": "试点方案", "year": 2017, "tasks": [{"title": "任务", "requirements": [
                {"text": "要求", "units": [{"code": unit}], "deadlines": [{"phrase": "年底", "rule": {"kind": "date", "due_on": "2017-12-31"}}]}
            ]}]});
            let caller = app.coordinator();
            caller.post("/api/v1/plans", &plan).await.expect(201);
            caller.transition(&format!("/api/v1/plans/{id}/publish"), "*").await.ok();
        }
        let owed = async || app.role("auditor").get("/api/v1/obligations?plan=dg-2019&unit=humen").await.ok().json()["total"].as_u64().unwrap();
        assert_eq!(owed().await, 1);
        fixtures::holding(app, "plan:dg-2018", async |release| {
            app.coordinator().patch("/api/v1/units/humen", "*", &json!({"valid_to": "2017-06-29", "successors": ["changan"]})).await.ok();
            release.send(()).unwrap();
        }).await;
        assert_eq!(owed().await, 0, "through the collective that a plan names");
        for plan in ["dg-2017", "dg-2018", "dg-2019"] {
            fixtures::holding(app, &format!("plan:{plan}"), async |release| {
                app.coordinator().patch("/api/v1/units/sjj", "*", &json!({"note": plan})).await.ok();
                release.send(()).unwrap();
            }).await;
        }
    }
}

//! `POST /units`

use serde_json::{Value, json};

use crate::support::fixtures::{assert_faults, create, everything};

const UNITS: &str = "/api/v1/units";

/// A unit with these fields beside its code, name and kind.
fn unit(more: &Value) -> Value {
    let mut unit = json!({"code": "wglj", "name": "市文广旅体局", "kind": "department"});
    unit.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    unit
}

on_both! {
    async fn of_each_kind(app: &TestApp) {
        let kinds = [
            "department", "subdistrict", "town", "park", "institution", "committee", "county", "city", "enterprise",
            "vertical_agency", "internal_office", "village", "other",
        ];
        for kind in kinds {
            let code = kind.replace('_', "-");
            let new = json!({"code": format!("x-{code}"), "name": format!("新的{kind}"), "kind": kind});
            let created = create(&app.coordinator(), UNITS, &new).await;
            assert_eq!(created, json!({
                "code": format!("x-{code}"), "name": format!("新的{kind}"), "kind": kind,
                "aliases": [], "successors": [], "version": 1
            }));
        }
        assert_eq!(app.anonymous().get("/api/v1/units?q=新的").await.ok().json()["total"], 13);
    }

    async fn whole(app: &TestApp) {
        let new = unit(&json!({
            "official_name": "东莞市文化广电旅游体育局", "aliases": ["文广旅体局", "市文旅局"], "region_code": "441900",
            "valid_from": "2019-01-01", "valid_to": "2029-12-31", "successors": ["lyj"], "note": "由市旅游局等组建。"
        }));
        let created = create(&app.coordinator(), UNITS, &new).await;
        let mut expected = new;
        expected["successors"] = json!([{"code": "lyj", "name": "市旅游局"}]);
        expected["version"] = json!(1);
        assert_eq!(created, expected);
        // It is found by all its names.
        for name in ["wglj", "市文广旅体局", "东莞市文化广电旅游体育局", "市文旅局"] {
            let found = app.anonymous().find("/api/v1/requirements", &[("unit", name)]).await.ok().json();
            assert_eq!(found["total"], 0, "{name}");
        }
    }

    async fn a_collective_by_list(app: &TestApp) {
        // `unit` is what `code` was called before.
        let members = json!([{"code": "humen"}, {"unit": "changan", "valid_from": "2017-07-01", "valid_to": "2017-12-31"}]);
        let new = json!({
            "code": "binhai", "name": "滨海片区各镇", "kind": "collective",
            "membership": {"kind": "list", "members": members}
        });
        let created = create(&app.coordinator(), UNITS, &new).await;
        assert_eq!(created["membership"], json!({"kind": "list"}));
        let page = app.anonymous().get("/api/v1/units/binhai/members").await.ok().json();
        assert_eq!(page["items"], json!([
            {
                "id": "binhai.changan.2017-07-01", "code": "changan", "name": "长安镇", "kind": "town",
                "valid_from": "2017-07-01", "valid_to": "2017-12-31"
            },
            {"id": "binhai.humen", "code": "humen", "name": "虎门镇", "kind": "town"}
        ]));
        // A list may be empty until somebody joins.
        let new = json!({
            "code": "kong", "name": "待定单位", "kind": "collective", "membership": {"kind": "list"}
        });
        create(&app.coordinator(), UNITS, &new).await;
        assert_eq!(app.anonymous().get("/api/v1/units/kong/members").await.ok().json()["total"], 0);
    }

    async fn a_collective_by_rule(app: &TestApp) {
        let new = json!({
            "code": "gejiedao", "name": "各街道", "kind": "collective",
            "membership": {"kind": "rule", "region": "441900", "unit_kinds": ["subdistrict"]}
        });
        let created = create(&app.coordinator(), UNITS, &new).await;
        assert_eq!(created["membership"], new["membership"]);
        let members = app.anonymous().get("/api/v1/units/gejiedao/members").await.ok().json();
        let codes = crate::support::texts(members["items"].as_array().unwrap(), "code");
        assert_eq!(codes, ["dongcheng", "guancheng", "nancheng", "wanjiang"]);
        // Who comes into being under the rule is a member at once.
        let new = json!({"code": "xinjie", "name": "新街道", "kind": "subdistrict", "region_code": "441900005999"});
        create(&app.coordinator(), UNITS, &new).await;
        assert_eq!(app.anonymous().get("/api/v1/units/gejiedao/members").await.ok().json()["total"], 5);
    }

    async fn invalid(app: &TestApp) {
        let before = everything(app).await;
        let rule = |region: &str, kinds: Value| json!({"kind": "rule", "region": region, "unit_kinds": kinds});
        let collective = |membership: Value| json!({"kind": "collective", "membership": membership});
        let list = |members: Value| collective(json!({"kind": "list", "members": members}));
        let cases: [(Value, &[(&str, &str)]); 20] = [
            (json!({"name": "", "official_name": " ", "aliases": ["好", ""]}), &[
                ("/name", "required"), ("/official_name", "required"), ("/aliases/1", "required"),
            ]),
            (json!({"note": "\u{0}"}), &[("/note", "invalid")]),
            (json!({"region_code": "4419"}), &[("/region_code", "invalid")]),
            (json!({"region_code": "44190012x"}), &[("/region_code", "invalid")]),
            (json!({"region_code": "4419001210001"}), &[("/region_code", "invalid")]),
            (json!({"valid_from": "2019-01-01", "valid_to": "2018-12-31"}), &[("/valid_to", "out_of_range")]),
            (json!({"valid_from": "+12019-01-01"}), &[("/valid_from", "invalid")]),
            (json!({"successors": ["lyj", "nosuch", "zhenjie", "wglj"]}), &[
                ("/successors/1", "not_found"), ("/successors/2", "conflict"), ("/successors/3", "conflict"),
            ]),
            (json!({"successors": ["lyj", "lyj"]}), &[("/successors/1", "duplicate")]),
            (json!({"kind": "collective"}), &[("/membership", "required")]),
            (json!({"membership": {"kind": "list"}}), &[("/membership", "conflict")]),
            (collective(rule("44190x", json!(["town"]))), &[("/membership/region", "invalid")]),
            (collective(rule("4", json!(["town"]))), &[("/membership/region", "invalid")]),
            (collective(rule("441900", json!([]))), &[("/membership/unit_kinds", "invalid")]),
            (collective(rule("441900", json!(["town", "collective"]))), &[("/membership/unit_kinds", "invalid")]),
            (list(json!([{"code": "humen"}, {"code": "nosuch"}, {"code": "zhenjie"}, {"code": "wglj"}])), &[
                ("/membership/members/1/code", "not_found"), ("/membership/members/2/code", "conflict"),
                ("/membership/members/3/code", "conflict"),
            ]),
            (list(json!([{"code": "humen", "valid_to": "2017-06-30"}, {"code": "humen", "valid_from": "2017-06-30"}])), &[
                ("/membership/members/1", "duplicate"),
            ]),
            (list(json!([{"code": "humen", "valid_from": "2017-07-01", "valid_to": "2017-06-30"}])), &[
                ("/membership/members/0/valid_to", "out_of_range"),
            ]),
            (json!({"kind": "ministry"}), &[("/kind", "invalid")]),
            (json!({"colour": "red"}), &[("/colour", "unknown")]),
        ];
        for (more, faults) in cases {
            let problem = app.coordinator().post(UNITS, &unit(&more)).await.problem(422, "invalid");
            assert_faults(&problem, faults);
        }
        for code in ["WGLJ", "wglj-", "9lj", "w_lj", ""] {
            let problem = app.coordinator().post(UNITS, &unit(&json!({"code": code}))).await.problem(422, "invalid");
            assert_faults(&problem, &[("/code", "invalid")]);
        }
        assert_eq!(everything(app).await, before);
    }

    async fn names_of_others(app: &TestApp) {
        let before = everything(app).await;
        // Case, width and spacing do not tell names apart.
        for (more, pointer) in [
            (json!({"name": "市环保局"}), "/name"),
            (json!({"name": "各镇街"}), "/name"),
            (json!({"name": "各镇(街、园区)"}), "/name"),
            (json!({"official_name": "市 环保局"}), "/official_name"),
            (json!({"aliases": ["新名", "市环保局"]}), "/aliases/1"),
        ] {
            let problem = app.coordinator().post(UNITS, &unit(&more)).await.problem(422, "invalid");
            assert_faults(&problem, &[(pointer, "duplicate")]);
            let named = problem["errors"][0]["detail"].as_str().unwrap();
            assert!(named.contains("hbj") || named.contains("zhenjie"), "{problem}");
        }
        assert_eq!(everything(app).await, before);
    }

    async fn words_of_others(app: &TestApp) {
        let boss = app.coordinator();
        create(&boss, UNITS, &json!({"code": "gan", "name": "甘局", "kind": "department", "aliases": ["GJ-1"]})).await;
        let before = everything(app).await;
        // Nobody is called what another's code is, however that is written, and no code is what another is called.
        for (more, pointer) in [
            (json!({"name": "czj"}), "/name"),
            (json!({"official_name": "C Z J"}), "/official_name"),
            (json!({"aliases": ["新名", "ＣＺＪ"]}), "/aliases/1"),
            (json!({"code": "gj-1"}), "/code"),
        ] {
            let problem = boss.post(UNITS, &unit(&more)).await.problem(422, "invalid");
            assert_faults(&problem, &[(pointer, "duplicate")]);
            let named = problem["errors"][0]["detail"].as_str().unwrap();
            assert!(named.contains("市财政局") || named.contains("gan"), "{problem}");
        }
        let two = json!({"units": [unit(&json!({"code": "yi", "name": "er"})), unit(&json!({"code": "er", "name": "二局"}))]});
        let problem = boss.post(UNITS, &two).await.problem(422, "invalid");
        assert_faults(&problem, &[("/units/0/name", "duplicate"), ("/units/1/code", "duplicate")]);
        let renamed = boss.patch(&format!("{UNITS}/gan"), "*", &json!({"aliases": ["czj"]})).await.problem(422, "invalid");
        assert_faults(&renamed, &[("/aliases/0", "duplicate")]);
        assert_eq!(everything(app).await, before);
        // Its own code it may be called; and it is found by that.
        create(&boss, UNITS, &unit(&json!({"name": "WGLJ"}))).await;
        for word in ["wglj", "WGLJ", "ｗｇｌｊ"] {
            app.anonymous().find("/api/v1/requirements", &[("unit", word)]).await.ok();
        }
    }

    async fn twice(app: &TestApp) {
        let caller = app.coordinator();
        create(&caller, UNITS, &unit(&json!({}))).await;
        let before = everything(app).await;
        caller.post(UNITS, &unit(&json!({"name": "另一个局"}))).await.problem(409, "already_exists");
        caller.post(UNITS, &unit(&json!({"code": "humen"}))).await.problem(409, "already_exists");
        assert_eq!(everything(app).await, before);
    }

    async fn twice_at_once(app: &TestApp) {
        let caller = app.coordinator();
        let (one, two) = (unit(&json!({"code": "yi"})), unit(&json!({"code": "er"})));
        // Neither code nor name can be taken by both.
        let replies = futures_util::future::join_all([&one, &one, &two, &two].map(|new| caller.post(UNITS, new))).await;
        assert_eq!(replies.iter().filter(|reply| reply.status == 201).count(), 1);
        for reply in replies.into_iter().filter(|reply| reply.status != 201) {
            assert!(matches!(reply.status, 409 | 422), "{}", reply.text());
        }
        assert_eq!(caller.get("/api/v1/units?q=市文广旅体局").await.ok().json()["total"], 1);
    }

    async fn by_other_roles(app: &TestApp) {
        let before = everything(app).await;
        app.anonymous().post(UNITS, &unit(&json!({}))).await.problem(401, "unauthenticated");
        for role in ["unit_reporter", "unit_approver", "secrecy_reviewer", "inspector", "auditor", "admin"] {
            app.role(role).post(UNITS, &unit(&json!({}))).await.problem(403, "forbidden");
        }
        assert_eq!(everything(app).await, before);
    }
}

//! Plans as people write them: units by name, phrases without rules, units that come with the plan; and a plan that is
//! read and sent back under another id.

use serde_json::{Value, json};

use crate::support::{
    TestApp,
    fixtures::{assert_faults, create},
};

const PLANS: &str = "/api/v1/plans";

async fn whole(app: &TestApp, id: &str) -> Value {
    app.coordinator()
        .get(&format!("{PLANS}/{id}?embed=requirements"))
        .await
        .ok()
        .json()
}

on_both! {
    async fn units_by_name_and_phrases_alone(app: &TestApp) {
        let boss = app.coordinator();
        let plan = json!({
            "id": "dg-2018", "title": "方案", "year": 2018, "issuer": "市政务服务办",
            "units": [
                {"code": "xcjyk", "name": "宣教科", "kind": "internal_office", "parent": "sthj"},
                {"code": "sthj", "name": "市生态环境分局", "kind": "vertical_agency"}
            ],
            "tasks": [{"title": "任务", "requirements": [{
                "text": "要求", "units": [{"code": "市环保局"}, {"code": "宣教科", "role": "support"}, {"code": "各镇街", "members": ["虎门镇", "changan"]}],
                "deadlines": [{"phrase": "6月底前完成初稿，9月底前完成终稿"}, {"phrase": "适时"}, {"phrase": "每季度", "source": "text"}]
            }]}]
        });
        let created = create(&boss, PLANS, &plan).await;
        assert_eq!(created["issuer"]["code"], "zwfwb");
        let of = &whole(app, "dg-2018").await["tasks"][0]["requirements"][0];
        assert_eq!(crate::support::texts(of["units"].as_array().unwrap(), "code"), ["hbj", "xcjyk", "zhenjie"]);
        assert_eq!(crate::support::texts(of["units"][2]["members"].as_array().unwrap(), "code"), ["humen", "changan"]);
        let read: Vec<(&str, &str, &str)> = of["deadlines"].as_array().unwrap().iter()
            .map(|one| (one["id"].as_str().unwrap(), one["rule"]["kind"].as_str().unwrap(), one["due_on"].as_str().unwrap_or_default()))
            .collect();
        assert_eq!(read, [
            ("dg-2018.1.1.d1", "date", "2018-06-30"), ("dg-2018.1.1.d2", "date", "2018-09-30"),
            ("dg-2018.1.1.d3", "undecided", ""), ("dg-2018.1.1.d4", "recurring", ""),
        ]);
        assert_eq!(of["deadlines"][0]["rule"]["label"], "完成初稿");
        let patch = json!({"units": [{"code": "市财政局"}]});
        let changed = boss.patch("/api/v1/requirements/dg-2018.1.1", "*", &patch).await.ok().json();
        assert_eq!(changed["units"][0]["code"], "czj");
        // One deadline is one.
        let two = json!({"requirement_id": "dg-2018.1.1", "phrase": "6月底前完成初稿，9月底前完成终稿"});
        assert_faults(&boss.post("/api/v1/deadlines", &two).await.problem(422, "invalid"), &[("/phrase", "conflict")]);
    }

    async fn all_faults_at_once_and_nothing_is_left_behind(app: &TestApp) {
        let boss = app.coordinator();
        let before = app.anonymous().get("/api/v1/units").await.ok().json()["total"].clone();
        let requirement = json!({"text": "要求", "units": [{"code": "市环保"}, {"code": "hbj"}, {"code": "市环保局"}, {"code": "zhenjie", "members": ["无此镇"]}]});
        let plan = json!({"id": "dg-2018", "title": " ", "year": 2018, "issuer": "无此单位",
            "units": [{"code": "xin", "name": "新单位", "kind": "other"}], "tasks": [{"title": "任务", "requirements": [requirement]}]});
        let problem = boss.post(PLANS, &plan).await.problem(422, "invalid");
        assert_faults(&problem, &[
            ("/title", "required"), ("/issuer", "not_found"), ("/tasks/0/requirements/0/units/0/code", "not_found"),
            ("/tasks/0/requirements/0/units/2/code", "duplicate"), ("/tasks/0/requirements/0/units/3/members/0", "not_found"),
        ]);
        assert!(problem.to_string().contains("市环保局 (hbj)"), "{problem}");
        assert_eq!(app.anonymous().get("/api/v1/units").await.ok().json()["total"], before);
        let mut taken = plan.clone();
        taken["units"][0]["code"] = json!("hbj");
        assert_faults(&boss.post(PLANS, &taken).await.problem(422, "invalid"), &[("/units/0/code", "duplicate")]);
    }

    async fn what_is_read_is_sent_back_under_another_id(app: &TestApp) {
        let boss = app.coordinator();
        let mut copy = whole(app, "dg-2017").await;
        copy["id"] = json!("dg-2017-b");
        create(&boss, PLANS, &copy).await;
        // The same but for ids, versions, and what belongs to its life.
        let plain = |mut plan: Value, id: &str| {
            for field in ["status", "published_at", "version", "allowed_actions", "links"] {
                plan.as_object_mut().unwrap().remove(field);
            }
            plan.to_string().replace(&format!("\"{id}"), "\"x")
        };
        assert_eq!(plain(whole(app, "dg-2017-b").await, "dg-2017-b"), plain(whole(app, "dg-2017").await, "dg-2017"));
    }

    async fn so_is_one_of_another_shape(app: &TestApp) {
        let boss = app.coordinator();
        let plan = json!({
            "id": "a-2018", "title": "方案", "year": 2018, "issuer": "zwfwb", "settings": {"obligations_from": "2018-03-01"},
            "extra_columns": [{"name": "责任领导"}, {"name": "分值", "public": true}], "default_deadline": {"phrase": "12月底"},
            "tasks": [
                {"number": 98, "label": "（一）", "headings": ["一、总体"], "title": "任务", "extra": [{"name": "分值", "text": "5"}], "requirements": [
                    {"number": 3, "text": "要求", "units": [{"code": "zhenjie", "role": "support", "part": "1-2", "members": ["humen"]}],
                     "extra": [{"name": "责任领导", "text": "赵某"}],
                     "indicators": [{"name": "完成数", "comparator": "about", "unit": "个", "targets": [{"unit": "humen", "target": 3}, {"unit": "changan", "target": 5}]}]},
                    {"text": "要求", "units": [], "deadlines": [{"phrase": "收到文件后20日内"}, {"phrase": "汛前"}]}
                ]}
            ]
        });
        create(&boss, PLANS, &plan).await;
        let mut copy = whole(app, "a-2018").await;
        copy["id"] = json!("b-2018");
        create(&boss, PLANS, &copy).await;
        let renamed = |plan: Value, id: &str| plan.to_string().replace(id, "x");
        assert_eq!(renamed(whole(app, "b-2018").await, "b-2018"), renamed(whole(app, "a-2018").await, "a-2018"));
    }
}

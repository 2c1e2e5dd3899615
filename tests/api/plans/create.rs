//! `POST /plans`

use serde_json::{Value, json};

use crate::support::{
    Reply,
    fixtures::{self, assert_faults, create, everything},
};

const PLANS: &str = "/api/v1/plans";

/// A plan with these tasks.
fn with_tasks(tasks: &Value) -> Value {
    json!({"id": "dg-2018", "title": "方案", "year": 2018, "tasks": tasks})
}

on_both! {
    async fn minimal(app: &TestApp) {
        let new = json!({"id": "dg-2018", "title": "2018年方案", "year": 2018});
        let plan = create(&app.coordinator(), PLANS, &new).await;
        assert_eq!(plan, json!({
            "id": "dg-2018", "title": "2018年方案", "year": 2018,
            "period_from": "2018-01-01", "period_to": "2018-12-31",
            "status": "draft", "task_count": 0, "requirement_count": 0, "version": 1,
            "settings": {"reporting_cadence": "quarter", "rollover": "none", "due_soon_working_days": 3, "unit_signoff": false, "auto_reminder": false, "public_figures": "status", "assessment": {
                "completion": 40, "timeliness": 30, "quality": 20, "notices": 10, "late_percent": 50, "commendation": 2,
                "deductions": {"returned_report": 2, "blue": 1, "yellow": 2, "red": 3, "criticism": 5, "unanswered": 1}
            }},
            "allowed_actions": ["update", "delete", "publish"],
            "links": {
                "update": {"method": "PATCH", "path": "/api/v1/plans/dg-2018"},
                "delete": {"method": "DELETE", "path": "/api/v1/plans/dg-2018"},
                "publish": {"method": "POST", "path": "/api/v1/plans/dg-2018/publish"}
            }
        }));
    }

    async fn with_a_period_of_its_own(app: &TestApp) {
        let new = json!({
            "id": "dg-2018", "title": "方案", "year": 2018, "period_from": "2018-03-01", "period_to": "2019-02-28"
        });
        let plan = create(&app.coordinator(), PLANS, &new).await;
        assert_eq!((&plan["period_from"], &plan["period_to"]), (&json!("2018-03-01"), &json!("2019-02-28")));
    }

    async fn whole(app: &TestApp) {
        let caller = app.coordinator();
        let plan = create(&caller, PLANS, &fixtures::plan("dg-2018")).await;
        assert_eq!((&plan["task_count"], &plan["requirement_count"]), (&json!(2), &json!(2)));
        assert_eq!(plan["issuer"], json!({"code": "zwfwb", "name": "市政务服务办"}));
        let whole = caller.get("/api/v1/plans/dg-2018?embed=requirements").await.ok().json();
        assert_eq!(whole["tasks"], json!([
            {
                "id": "dg-2018.1", "plan_id": "dg-2018", "number": 1, "title": "推进决策公开",
                "label": "（一）", "headings": ["一、主动公开"], "requirement_count": 2, "version": 1,
                "requirements": [
                    {
                        "id": "dg-2018.1.1", "plan_id": "dg-2018", "task_id": "dg-2018.1", "task_title": "推进决策公开",
                        "number": "1.1", "text": "完善政府法律顾问制度，覆盖率达80%以上。",
                        "units_phrase": "市法制局、各镇（街、园区）",
                        "units": [
                            {"code": "fzj", "name": "市法制局", "kind": "department", "role": "lead"},
                            {"code": "zhenjie", "name": "各镇（街、园区）", "kind": "collective", "role": "support"}
                        ],
                        "deadlines": [
                            {
                                "id": "dg-2018.1.1.d1", "phrase": "全年", "source": "column",
                                "rule": {"kind": "year_round"}
                            },
                            {
                                "id": "dg-2018.1.1.d2", "phrase": "12月底", "source": "column",
                                "rule": {"kind": "date", "due_on": "2018-12-31"}, "due_on": "2018-12-31"
                            }
                        ],
                        "indicators": [{
                            "id": "dg-2018.1.1.i1", "name": "覆盖率", "comparator": "gte", "target": 80.0,
                            "unit": "%", "phrase": "80%以上"
                        }],
                        "version": 1
                    },
                    {
                        "id": "dg-2018.1.2", "plan_id": "dg-2018", "task_id": "dg-2018.1", "task_title": "推进决策公开",
                        "number": "1.2", "text": "每季度公布审计结果。", "units_phrase": "市审计局",
                        "units": [{"code": "sjj", "name": "市审计局", "kind": "department", "role": "lead"}],
                        "deadlines": [{
                            "id": "dg-2018.1.2.d1", "phrase": "每季度", "source": "text",
                            "rule": {"kind": "recurring", "every": "quarter", "due": {"kind": "period_end"}}
                        }],
                        "indicators": [], "version": 1
                    }
                ]
            },
            {
                "id": "dg-2018.2", "plan_id": "dg-2018", "number": 2, "title": "推进执行公开", "headings": [],
                "requirement_count": 0, "version": 1, "requirements": []
            }
        ]));
    }

    async fn numbers_what_has_no_number(app: &TestApp) {
        let tasks = json!([
            {"title": "甲"}, {"title": "乙", "number": 7}, {"title": "丙"}, {"title": "丁", "number": 3},
            {"title": "戊", "requirements": [{"text": "子。", "number": 4}, {"text": "丑。"}, {"text": "寅。", "number": 2}]}
        ]);
        create(&app.coordinator(), PLANS, &with_tasks(&tasks)).await;
        let plan = app.coordinator().get("/api/v1/plans/dg-2018?embed=requirements").await.ok().json();
        let numbered = |things: &Value, text: &str| -> Vec<(String, String)> {
            let pair = |thing: &Value| (thing["id"].as_str().unwrap().into(), thing[text].as_str().unwrap().into());
            things.as_array().unwrap().iter().map(pair).collect()
        };
        let expected = |pairs: &[(&str, &str)]| -> Vec<(String, String)> {
            pairs.iter().map(|(id, text)| (format!("dg-2018.{id}"), (*text).to_owned())).collect()
        };
        let tasks = [("1", "甲"), ("3", "丁"), ("7", "乙"), ("8", "丙"), ("9", "戊")];
        assert_eq!(numbered(&plan["tasks"], "title"), expected(&tasks));
        let requirements = [("9.2", "寅。"), ("9.4", "子。"), ("9.5", "丑。")];
        assert_eq!(numbered(&plan["tasks"][4]["requirements"], "text"), expected(&requirements));
    }

    async fn duplicate_numbers(app: &TestApp) {
        let tasks = json!([
            {"title": "甲", "number": 2}, {"title": "乙", "number": 2},
            {"title": "丙", "requirements": [{"text": "子。"}, {"text": "丑。", "number": 1}]}
        ]);
        let problem = app.coordinator().post(PLANS, &with_tasks(&tasks)).await.problem(422, "invalid");
        assert_faults(&problem, &[
            ("/tasks/1/number", "duplicate"),
            ("/tasks/2/requirements/1/number", "duplicate"),
        ]);
    }

    async fn numbers_out_of_range(app: &TestApp) {
        let tasks = json!([
            {"title": "甲", "number": 0},
            {"title": "乙", "number": u32::MAX, "requirements": [{"text": "子。", "number": u32::MAX}, {"text": "丑。"}]},
            {"title": "丙"}
        ]);
        let problem = app.coordinator().post(PLANS, &with_tasks(&tasks)).await.problem(422, "invalid");
        let found = fixtures::faults(&problem);
        for pointer in ["/tasks/0/number", "/tasks/1/number", "/tasks/1/requirements/0/number"] {
            assert!(found.contains(&(pointer.into(), "out_of_range".into())), "{pointer}: {problem}");
        }
        // The next number is not given beyond the last that can be asked for.
        let tasks = json!([{"title": "甲", "number": 999}, {"title": "乙"}]);
        let problem = app.coordinator().post(PLANS, &with_tasks(&tasks)).await.problem(422, "invalid");
        assert_faults(&problem, &[("/tasks/1/number", "out_of_range")]);
    }

    async fn too_many_parts(app: &TestApp) {
        let parts = |deadlines: usize, indicators: usize| {
            let deadline = json!({"phrase": "全年", "rule": {"kind": "year_round"}});
            let indicator = json!({"name": "率", "comparator": "gte", "target": 80, "unit": "%"});
            with_tasks(&json!([{"title": "甲", "requirements": [{
                "text": "子。", "deadlines": vec![deadline; deadlines], "indicators": vec![indicator; indicators]
            }]}]))
        };
        let problem = app.coordinator().post(PLANS, &parts(1000, 1000)).await.problem(422, "invalid");
        let requirement = "/tasks/0/requirements/0";
        let (deadlines, indicators) = (format!("{requirement}/deadlines"), format!("{requirement}/indicators"));
        assert_faults(&problem, &[(&deadlines, "too_long"), (&indicators, "too_long")]);
        create(&app.coordinator(), PLANS, &parts(999, 999)).await;
        let page = app.coordinator().get("/api/v1/deadlines?plan=dg-2018").await.ok().json();
        assert_eq!(page["total"], 999);
        // Neither is there one more afterwards.
        let more = json!({"requirement_id": "dg-2018.1.1", "phrase": "全年", "rule": {"kind": "year_round"}});
        let problem = app.coordinator().post("/api/v1/deadlines", &more).await.problem(422, "invalid");
        assert_faults(&problem, &[("/requirement_id", "out_of_range")]);
    }

    async fn invalid(app: &TestApp) {
        let before = everything(app).await;
        let new = json!({
            "id": "dg-2018", "title": "  ", "year": 2018, "issuer": "nosuch",
            "period_from": "2018-12-31", "period_to": "2018-01-01",
            "tasks": [
                {"title": "好的任务", "requirements": [{"text": "好的要求。"}]},
                {"title": "", "requirements": [{
                    "text": "长".repeat(5001), "units_phrase": "市法制局",
                    "units": [
                        {"code": "nosuch"}, {"code": "fzj"}, {"code": "fzj"}, {"code": "sjj", "members": ["zwfwb"]},
                        {"code": "zhenjie", "members": ["humen", "nosuch", "ygdw"]}
                    ],
                    "deadlines": [{"phrase": "", "rule": {"kind": "date", "due_on": "2018-06-30", "label": " "}}],
                    "indicators": [{"name": "", "comparator": "gte", "target": 1e13, "unit": "", "phrase": ""}]
                }]}
            ]
        });
        let problem = app.coordinator().post(PLANS, &new).await.problem(422, "invalid");
        let requirement = "/tasks/1/requirements/0";
        let expected = [
            ("/title".to_owned(), "required"),
            ("/period_to".to_owned(), "out_of_range"),
            ("/issuer".to_owned(), "not_found"),
            ("/tasks/1/title".to_owned(), "required"),
            (format!("{requirement}/text"), "too_long"),
            (format!("{requirement}/units/0/code"), "not_found"),
            (format!("{requirement}/units/2/code"), "duplicate"),
            (format!("{requirement}/units/3/members"), "conflict"),
            (format!("{requirement}/units/4/members/1"), "not_found"),
            (format!("{requirement}/units/4/members/2"), "not_found"),
            (format!("{requirement}/deadlines/0/phrase"), "required"),
            (format!("{requirement}/deadlines/0/rule/label"), "required"),
            (format!("{requirement}/indicators/0/name"), "required"),
            (format!("{requirement}/indicators/0/unit"), "required"),
            (format!("{requirement}/indicators/0/phrase"), "required"),
            (format!("{requirement}/indicators/0/target"), "out_of_range"),
        ];
        let expected: Vec<(&str, &str)> = expected.iter().map(|(place, code)| (&**place, *code)).collect();
        assert_faults(&problem, &expected);
        // The good first task is not there either.
        app.coordinator().get("/api/v1/plans/dg-2018").await.problem(404, "not_found");
        assert_eq!(everything(app).await, before);
        // The id is still free.
        create(&app.coordinator(), PLANS, &fixtures::plan("dg-2018")).await;
    }

    async fn a_period_that_is_not_of_its_year(app: &TestApp) {
        for (from, to) in [("2019-01-01", "2019-12-31"), ("2016-01-01", "2017-12-31"), ("2010-01-01", "2020-12-31")] {
            let new = json!({"id": "dg-2018", "title": "方案", "year": 2018, "period_from": from, "period_to": to});
            let problem = app.coordinator().post(PLANS, &new).await.problem(422, "invalid");
            assert_faults(&problem, &[("/period_from", "conflict")]);
        }
        for year in [1948, 2200] {
            let new = json!({"id": "dg-2018", "title": "方案", "year": year});
            let problem = app.coordinator().post(PLANS, &new).await.problem(422, "invalid");
            assert_faults(&problem, &[("/year", "out_of_range")]);
        }
    }

    async fn of_the_wrong_shape(app: &TestApp) {
        for (change, pointer, code) in [
            (json!({"id": "DG 2018"}), "/id", "invalid"),
            (json!({"id": "a".repeat(41)}), "/id", "invalid"),
            (json!({"year": "2018"}), "/year", "invalid"),
            (json!({"year": 3_000_000_000_u32}), "/year", "invalid"),
            (json!({"period_from": "2018-02-30"}), "/period_from", "invalid"),
            (json!({"state": "published"}), "/state", "unknown"),
            (json!({"tasks": {}}), "/tasks", "invalid"),
            (json!({"tasks": [{"titel": "甲", "title": "甲"}]}), "/tasks/0/titel", "unknown"),
            (json!({"tasks": [{}]}), "/tasks/0/title", "required"),
        ] {
            let mut new = json!({"id": "dg-2018", "title": "方案", "year": 2018});
            new.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
            let problem = app.coordinator().post(PLANS, &new).await.problem(422, "invalid");
            assert_faults(&problem, &[(pointer, code)]);
        }
        let problem = app.coordinator().post(PLANS, &json!({"id": "dg-2018", "year": 2018})).await.problem(422, "invalid");
        assert_faults(&problem, &[("/title", "required")]);
        app.coordinator().get("/api/v1/plans/dg-2018").await.problem(404, "not_found");
    }

    async fn twice(app: &TestApp) {
        let caller = app.coordinator();
        create(&caller, PLANS, &fixtures::plan("dg-2018")).await;
        let before = everything(app).await;
        let again = json!({"id": "dg-2018", "title": "另一个方案", "year": 2018, "tasks": [{"title": "甲"}]});
        caller.post(PLANS, &again).await.problem(409, "already_exists");
        caller.post(PLANS, &json!({"id": "dg-2017", "title": "方案", "year": 2017})).await.problem(409, "already_exists");
        assert_eq!(everything(app).await, before);
    }

    async fn twice_at_once(app: &TestApp) {
        let caller = app.coordinator();
        let whole = fixtures::plan("dg-2018");
        let replies = futures_util::future::join_all((0..4).map(|_| caller.post(PLANS, &whole))).await;
        let created = replies.iter().filter(|reply| reply.status == 201).count();
        assert_eq!(created, 1, "{:?}", replies.iter().map(Reply::text).collect::<Vec<_>>());
        for reply in replies.into_iter().filter(|reply| reply.status != 201) {
            reply.problem(409, "already_exists");
        }
    }

    async fn by_other_roles(app: &TestApp) {
        let before = everything(app).await;
        let new = fixtures::plan("dg-2018");
        app.anonymous().post(PLANS, &new).await.problem(401, "unauthenticated");
        for role in ["unit_reporter", "unit_approver", "secrecy_reviewer", "inspector", "auditor", "admin"] {
            app.role(role).post(PLANS, &new).await.problem(403, "forbidden");
        }
        assert_eq!(everything(app).await, before);
    }
}

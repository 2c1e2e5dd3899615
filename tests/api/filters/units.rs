//! `unit=` and `unit_kind=` of requirements, tasks and deadlines; the filters of units themselves.

use super::*;

const CONTENT: [&str; 3] = ["requirements", "tasks", "deadlines"];

on_both! {
    async fn a_unit_by_code_name_official_name_or_alias(app: &TestApp) {
        let caller = app.anonymous();
        let whole = Whole::read(&caller).await;
        let hbj = whole.requirements(|requirement| whole.concerned(requirement).contains("hbj"));
        assert!(hbj.contains(&"dg-2017.17.1".to_owned()) && hbj.len() < 127);
        for name in ["hbj", "市环保局", "东莞市环境保护局", " 市环保局 "] {
            assert_eq!(found(&caller, "requirements", &[("unit", name)]).await, hbj, "{name}");
        }
        let humen = whole.requirements(|requirement| whole.concerned(requirement).contains("humen"));
        for name in ["humen", "虎门镇", "虎门"] {
            assert_eq!(found(&caller, "requirements", &[("unit", name)]).await, humen, "{name}");
        }
        let towns = whole.requirements(|requirement| {
            texts(requirement["units"].as_array().unwrap(), "code").contains(&"zhenjie".to_owned())
        });
        for name in ["zhenjie", "各镇（街、园区）", "各镇(街、园区)", "各镇街"] {
            assert_eq!(found(&caller, "requirements", &[("unit", name)]).await, towns, "{name}");
        }
    }

    async fn every_unit_with_what_it_owes_through_collectives(app: &TestApp) {
        let caller = app.anonymous();
        let whole = Whole::read(&caller).await;
        for code in texts(&whole.units, "code") {
            let expected = whole.requirements(|requirement| whole.concerned(requirement).contains(&code));
            assert!(!expected.is_empty(), "{code} has something to do");
            assert_eq!(
                found(&caller, "requirements", &[("unit", &code)]).await,
                expected,
                "{code}"
            );
        }
        // A town has what 各镇（街、园区） has, and nothing of its own.
        let towns = found(&caller, "requirements", &[("unit", "zhenjie")]).await;
        for code in ["humen", "guancheng", "songshanhu", "binhaiwan"] {
            assert_eq!(found(&caller, "requirements", &[("unit", code)]).await, towns, "{code}");
        }
    }

    async fn tasks_and_deadlines_of_a_unit(app: &TestApp) {
        let caller = app.anonymous();
        let whole = Whole::read(&caller).await;
        for code in ["humen", "fzj", "jcj", "zfbm"] {
            let requirements = whole.requirements(|requirement| whole.concerned(requirement).contains(code));
            let of = |deadline: &Value| requirements.contains(&deadline["requirement_id"].as_str().unwrap().to_owned());
            assert_eq!(
                found(&caller, "deadlines", &[("unit", code)]).await,
                whole.deadlines(of),
                "{code}"
            );
            let mut tasks: Vec<String> = requirements
                .iter()
                .map(|id| id.rsplit_once('.').unwrap().0.to_owned())
                .collect();
            tasks.dedup();
            assert_eq!(found(&caller, "tasks", &[("unit", code)]).await, tasks, "{code}");
        }
    }

    async fn a_requirement_may_mean_less_than_the_whole_collective(app: &TestApp) {
        let plan = json!({"id": "dg-2018", "title": "方案", "year": 2018, "tasks": [{"title": "任务", "requirements": [
            {"text": "两镇先行", "units": [{"code": "zhenjie", "members": ["humen", "changan"]}]},
            {"text": "各镇跟进", "units": [{"code": "zhenjie"}]},
        ]}]});
        app.coordinator().post("/api/v1/plans", &plan).await.expect(201);
        let caller = app.coordinator();
        for (unit, expected) in [
            ("humen", &["dg-2018.1.1", "dg-2018.1.2"][..]),
            ("houjie", &["dg-2018.1.2"]),
            ("zhenjie", &["dg-2018.1.1", "dg-2018.1.2"]),
            ("zwfwb", &[]),
        ] {
            assert_eq!(
                found(&caller, "requirements", &[("plan", "dg-2018"), ("unit", unit)]).await,
                expected,
                "{unit}"
            );
        }
        let kinds = [("plan", "dg-2018"), ("unit_kind", "park")];
        assert_eq!(
            found(&caller, "requirements", &kinds).await,
            ["dg-2018.1.2"],
            "both towns are no park"
        );
    }

    async fn a_unit_is_found_for_the_days_of_the_plan_only(app: &TestApp) {
        let coordinator = app.coordinator();
        for (id, year) in [("dg-2016", 2016), ("dg-2018", 2018)] {
            let plan = json!({"id": id, "title": "方案", "year": year, "tasks": [
                {"title": "任务", "requirements": [{"text": "各镇落实", "units": [{"code": "zhenjie"}]}]},
            ]});
            coordinator.post("/api/v1/plans", &plan).await.expect(201);
        }
        // 滨海湾新区 was founded in 2017.
        let found = |plan| async move {
            found(
                &app.coordinator(),
                "requirements",
                &[("plan", plan), ("unit", "滨海湾新区")],
            )
            .await
        };
        assert_eq!(found("dg-2016").await, [""; 0]);
        assert_eq!(found("dg-2018").await, ["dg-2018.1.1"]);
        assert!(!found("dg-2017").await.is_empty());
    }

    async fn a_kind_of_unit(app: &TestApp) {
        let caller = app.anonymous();
        let whole = Whole::read(&caller).await;
        for kind in [
            "department",
            "subdistrict",
            "town",
            "park",
            "institution",
            "committee",
            "collective",
        ] {
            let concerns =
                |requirement: &Value| whole.concerned(requirement).iter().any(|code| whole.kind(code) == kind);
            assert_eq!(
                found(&caller, "requirements", &[("unit_kind", kind)]).await,
                whole.requirements(concerns),
                "{kind}"
            );
        }
    }

    async fn a_name_that_nobody_has_is_refused(app: &TestApp) {
        for list in CONTENT {
            for name in ["nosuch", "市城管局", "虎门 镇街", "humen,houjie"] {
                let problem = refused(&app.anonymous(), list, &[("unit", "hbj"), ("unit", name)], "unit").await;
                assert!(problem["detail"].as_str().unwrap().contains(name), "{problem}");
            }
            refused(&app.anonymous(), list, &[("unit_kind", "ministry")], "unit_kind").await;
        }
        refused(&app.anonymous(), "units", &[("member_of", "各县")], "member_of").await;
        refused(&app.anonymous(), "units", &[("kind", "Town")], "kind").await;
        refused(&app.anonymous(), "units", &[("on", "2017-02-30")], "on").await;
        refused(&app.anonymous(), "units/zhenjie/members", &[("on", "tomorrow")], "on").await;
    }

    async fn units_by_kind(app: &TestApp) {
        let caller = app.anonymous();
        let whole = Whole::read(&caller).await;
        for (kind, count) in [
            ("subdistrict", 4),
            ("town", 28),
            ("park", 4),
            ("collective", 3),
            ("department", 30),
        ] {
            let of_kind = texts(whole.units.iter().filter(|unit| unit["kind"] == kind), "code");
            assert_eq!(of_kind.len(), count, "{kind}");
            assert_eq!(found(&caller, "units", &[("kind", kind)]).await, of_kind);
        }
        assert_eq!(
            found(&caller, "units", &[("kind", "park"), ("kind", "subdistrict")])
                .await
                .len(),
            8
        );
    }

    async fn units_by_collective_and_day(app: &TestApp) {
        let caller = app.anonymous();
        let whole = Whole::read(&caller).await;
        for (code, members) in &whole.members {
            let members: Vec<String> = members.iter().cloned().collect();
            assert_eq!(
                &found(&caller, "units", &[("member_of", code)]).await,
                &members,
                "{code}"
            );
        }
        for (day, count) in [("2017-09-30", 35), ("2017-10-01", 36)] {
            for name in ["zhenjie", "各镇（街、园区）"] {
                let query = [("member_of", name), ("on", day)];
                assert_eq!(found(&caller, "units", &query).await.len(), count, "{day} {name}");
            }
            assert_eq!(found(&caller, "units", &[("on", day)]).await.len(), count + 35, "{day}");
        }
        let both = [("member_of", "zhenjie"), ("member_of", "各行政执法部门")];
        assert_eq!(found(&caller, "units", &both).await.len(), 36 + 18);
        let parks = [("member_of", "zhenjie"), ("kind", "park"), ("on", "2017-06-30")];
        assert_eq!(
            found(&caller, "units", &parks).await,
            ["dongguangang", "shengtaiyuan", "songshanhu"]
        );
    }

    async fn a_listed_member_on_its_days_only(app: &TestApp) {
        let coordinator = app.coordinator();
        let etag = coordinator.etag("/api/v1/units/ygdw").await;
        let periods = json!({"periods": [{"valid_to": "2017-03-31"}, {"valid_from": "2017-07-01"}]});
        coordinator
            .put("/api/v1/units/ygdw/members/lyj", &etag, &periods)
            .await
            .ok();
        for (day, there) in [
            ("2017-03-31", true),
            ("2017-04-01", false),
            ("2017-06-30", false),
            ("2017-07-01", true),
        ] {
            let units = found(&coordinator, "units", &[("member_of", "ygdw"), ("on", day)]).await;
            assert_eq!(units.contains(&"lyj".to_owned()), there, "{day}");
            let members = coordinator.walk(&format!("/api/v1/units/ygdw/members?on={day}")).await;
            assert_eq!(texts(&members, "code").contains(&"lyj".to_owned()), there, "{day}");
        }
        // It was one on some day of the year, so what 市各有关单位 owe concerns it.
        let ygdw = found(&coordinator, "requirements", &[("unit", "ygdw")]).await;
        let lyj = found(&coordinator, "requirements", &[("unit", "lyj")]).await;
        assert!(ygdw.iter().all(|id| lyj.contains(id)));
    }

    async fn units_by_words(app: &TestApp) {
        let caller = app.anonymous();
        for (words, expected) in [
            ("虎门", &["dongguangang", "humen"][..]),
            ("环境保护", &["hbj"]),
            ("HUMEN", &["humen"]),
            ("ｈｕｍｅｎ", &["humen"]),
            ("行政 各", &["zfbm"]),
            ("各镇(街", &["zhenjie"]),
            ("没有这样的单位", &[]),
        ] {
            assert_eq!(found(&caller, "units", &[("q", words)]).await, expected, "{words}");
        }
    }
}

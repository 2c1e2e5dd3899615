//! Filters by place in the plan, several filters at once, and blank ones; the filters of plans.

use super::*;

fn requirements_of(tasks: &[&str], whole: &Whole) -> Vec<String> {
    whole.requirements(|requirement| tasks.contains(&requirement["task_id"].as_str().unwrap()))
}

on_both! {
    async fn a_place_in_the_plan(app: &TestApp) {
        let caller = app.anonymous();
        let whole = Whole::read(&caller).await;
        let find = async |query: &[(&str, &str)]| found(&caller, "requirements", query).await;
        assert_eq!(find(&[("plan", "dg-2017")]).await.len(), 127);
        assert_eq!(find(&[("plan", "dg-1999")]).await, [""; 0]);
        assert_eq!(
            find(&[("task", "dg-2017.2")]).await,
            requirements_of(&["dg-2017.2"], &whole),
            "and not 20 to 29"
        );
        assert_eq!(find(&[("requirement", "dg-2017.1.1")]).await, ["dg-2017.1.1"]);
        assert_eq!(
            found(&caller, "tasks", &[("requirement", "dg-2017.17.3")]).await,
            ["dg-2017.17"]
        );
        let deadlines = ["dg-2017.17.3.d1", "dg-2017.17.3.d2"];
        assert_eq!(
            found(&caller, "deadlines", &[("requirement", "dg-2017.17.3")]).await,
            deadlines
        );
        for (name, value) in [
            ("plan", "2017"),
            ("plan", "DG-2017"),
            ("task", "dg-2017"),
            ("task", "dg-2017.1.1"),
            ("task", "dg-2017.01"),
            ("requirement", "dg-2017.1"),
            ("requirement", "17.3"),
        ] {
            for list in ["requirements", "tasks", "deadlines"] {
                refused(&caller, list, &[(name, value)], name).await;
            }
        }
    }

    async fn any_value_of_one_filter(app: &TestApp) {
        let caller = app.anonymous();
        let whole = Whole::read(&caller).await;
        let find = async |query: &[(&str, &str)]| found(&caller, "requirements", query).await;
        let tasks = [("task", "dg-2017.33"), ("task", "dg-2017.2")];
        assert_eq!(
            find(&tasks).await,
            requirements_of(&["dg-2017.2", "dg-2017.33"], &whole)
        );
        let units = whole.requirements(|requirement| {
            let concerned = whole.concerned(requirement);
            concerned.contains("jyj") || concerned.contains("humen")
        });
        assert_eq!(find(&[("unit", "jyj"), ("unit", "虎门镇")]).await, units);
        for (one, other) in [("date", "on_event"), ("year_round", "recurring")] {
            let either = |deadline: &Value| deadline["rule"]["kind"] == one || deadline["rule"]["kind"] == other;
            let query = [("rule_kind", one), ("rule_kind", other)];
            assert_eq!(found(&caller, "deadlines", &query).await, whole.deadlines(either));
        }
        assert_eq!(
            found(&caller, "deadlines", &[("source", "text"), ("source", "column")])
                .await
                .len(),
            142
        );
        let kinds = [("unit_kind", "institution"), ("unit_kind", "town")];
        let either = whole.requirements(|requirement| {
            whole
                .concerned(requirement)
                .iter()
                .any(|code| ["institution", "town"].contains(&whole.kind(code)))
        });
        assert_eq!(find(&kinds).await, either);
    }

    async fn all_of_several_filters(app: &TestApp) {
        let caller = app.anonymous();
        let whole = Whole::read(&caller).await;
        let query = [
            ("unit", "humen"),
            ("unit", "jcj"),
            ("rule_kind", "date"),
            ("q", "推进"),
            ("plan", "dg-2017"),
        ];
        let all = whole.requirements(|requirement| {
            let concerned = whole.concerned(requirement);
            let words = format!("{} {}", requirement["task_title"], requirement["text"]);
            let mut deadlines = requirement["deadlines"].as_array().unwrap().iter();
            (concerned.contains("humen") || concerned.contains("jcj"))
                && words.contains("推进")
                && deadlines.any(|deadline| deadline["rule"]["kind"] == "date")
        });
        assert_eq!(found(&caller, "requirements", &query).await, all);
        // Each does its part; there is no other plan.
        for (index, (name, value)) in query.iter().enumerate().take(4) {
            let mut others = query.to_vec();
            others.remove(index);
            assert_ne!(
                found(&caller, "requirements", &others).await,
                all,
                "without {name}={value}"
            );
        }
    }

    async fn a_blank_value_is_no_condition(app: &TestApp) {
        let caller = app.anonymous();
        for (list, blanks) in [
            ("plans", "status=&year=&q="),
            ("tasks", "plan=&task=&unit=&q=%20"),
            (
                "requirements",
                "plan=&task=&requirement=&unit=&unit_kind=&rule_kind=&source=&due_from=&due_to=&q=",
            ),
            ("deadlines", "unit=%20&unit_kind=&q=%E3%80%80&due_to="),
            ("units", "kind=&member_of=&on=&q="),
            ("units/zhenjie/members", "on="),
        ] {
            let plain = caller.get(&format!("/api/v1/{list}?limit=200")).await.ok().json();
            let blank = format!("/api/v1/{list}?{blanks}&limit=200&cursor=&sort=&fields=&embed=&format=&bom=");
            assert_eq!(caller.get(&blank).await.ok().json(), plain, "{list}");
        }
        // Beside a value it is not there either.
        let some = found(&caller, "requirements", &[("unit", ""), ("unit", "jyj"), ("q", "")]).await;
        assert_eq!(some, found(&caller, "requirements", &[("unit", "jyj")]).await);
        let item = "/api/v1/requirements/dg-2017.17.3";
        assert_eq!(
            caller.get(&format!("{item}?fields=&embed=")).await.ok().json(),
            caller.get(item).await.ok().json()
        );
    }

    async fn plans_by_status_year_and_words(app: &TestApp) {
        let coordinator = app.coordinator();
        for (id, year, title) in [
            ("dg-2018", 2018, "2018年政务公开工作要点"),
            ("dg-2016", 2016, "政务服务（ＡＢＣ）"),
        ] {
            coordinator
                .post("/api/v1/plans", &json!({"id": id, "title": title, "year": year}))
                .await
                .expect(201);
        }
        let find = async |query: &[(&str, &str)]| found(&coordinator, "plans", query).await;
        assert_eq!(find(&[("status", "draft")]).await, ["dg-2016", "dg-2018"]);
        assert_eq!(
            find(&[("status", "published"), ("status", "closed")]).await,
            ["dg-2017"]
        );
        assert_eq!(
            find(&[("year", "2017"), ("year", "2018")]).await,
            ["dg-2017", "dg-2018"]
        );
        assert_eq!(find(&[("q", "政务")]).await, ["dg-2016", "dg-2017", "dg-2018"]);
        assert_eq!(find(&[("q", "abc")]).await, ["dg-2016"]);
        assert_eq!(find(&[("q", "公开 工作"), ("status", "draft")]).await, ["dg-2018"]);
        refused(&coordinator, "plans", &[("status", "secret")], "status").await;
        refused(&coordinator, "plans", &[("year", "MMXVII")], "year").await;
        // Nobody else is told that there are drafts.
        assert_eq!(found(&app.anonymous(), "plans", &[("status", "draft")]).await, [""; 0]);
    }
}

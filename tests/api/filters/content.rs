//! Filters by place in the plan, several filters at once, and blank ones; the filters of plans.

use std::collections::BTreeSet;

use super::*;
use crate::support::{document::Document, sample::sample};

fn requirements_of(tasks: &[&str], whole: &Whole) -> Vec<String> {
    whole.requirements(|requirement| tasks.contains(&requirement["task_id"].as_str().unwrap()))
}

on_both! {
    async fn a_place_in_the_plan(app: &TestApp) {
        let caller = app.anonymous();
        let whole = Whole::read(&caller).await;
        let find = async |query: &[(&str, &str)]| found(&caller, "requirements", query).await;
        assert_eq!(find(&[("plan", "dg-2017")]).await.len(), 127);
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
            ("plan", "dg-1999"),
            ("task", "dg-2017.40"),
            ("task", "dg-1999.1"),
            ("requirement", "dg-2017.17.99"),
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

    /// A parameter without a value is more likely a slip than a wish for everything, and a client that loses its cursor
    /// would read the first page for ever.
    async fn a_parameter_has_a_value(app: &TestApp) {
        let document = Document::of(app).await;
        let caller = app.all_roles(&[]);
        let mut seen = BTreeSet::new();
        for (n, operation) in document.operations().into_iter().enumerate().filter(|(_, operation)| operation.is_read()) {
            let path = sample(app, operation, 8700 + n).await.path;
            let path = path.split('?').next().unwrap();
            for parameter in operation.parameters("query") {
                let name = parameter["name"].as_str().unwrap();
                seen.insert((operation.name(), name.to_owned()));
                for blank in ["", "%20", "%E3%80%80", "%E2%80%8B"] {
                    let problem = caller.get(&format!("{path}?{name}={blank}")).await.problem(400, "invalid_parameter");
                    assert_eq!(problem["errors"][0]["parameter"], *name, "{path}");
                }
            }
        }
        let names: BTreeSet<&str> = seen.iter().map(|(_, name)| name.as_str()).collect();
        for name in ["q", "limit", "cursor", "sort", "fields", "embed", "format", "bom", "headers", "changed_since"] {
            assert!(names.contains(name), "{name}");
        }
        assert!(seen.len() > 180, "{}", seen.len());
    }

    /// What may not be known of is as unknown as what is not there, to the byte.
    async fn a_hidden_plan_is_as_unknown_as_none(app: &TestApp) {
        let caller = app.anonymous();
        let reporter = app.role("unit_reporter");
        let queries = ["plan=dg-2018", "task=dg-2018.1", "requirement=dg-2018.1.1", "period=2018Q1"];
        let lists = ["tasks", "requirements", "deadlines", "progress-reports", "obligations", "feedback", "extensions", "notices", "second-reviews"];
        let ask = async || {
            let mut answers = Vec::new();
            for (list, query) in lists.iter().flat_map(|list| queries.map(|query| (list, query))) {
                for caller in [&caller, &reporter] {
                    let reply = caller.get(&format!("/api/v1/{list}?{query}")).await;
                    let (status, mut said) = (reply.status, reply.json());
                    assert!((400..405).contains(&status), "{list} {query}: {}", reply.text());
                    said["request_id"] = Value::Null;
                    answers.push(said);
                }
            }
            answers
        };
        let before = ask().await;
        let draft = json!({"id": "dg-2018", "title": "草案", "year": 2018, "tasks": [{"title": "一", "requirements": [{
            "text": "正文", "units": [{"code": "zwfwb", "role": "lead"}], "deadlines": [{"phrase": "全年", "rule": {"kind": "year_round"}}]
        }]}]});
        app.coordinator().post("/api/v1/plans", &draft).await.expect(201);
        assert_eq!(ask().await, before);
        // Whoever may know of it is answered.
        for list in ["tasks", "requirements", "deadlines", "obligations"] {
            app.coordinator().get(&format!("/api/v1/{list}?plan=dg-2018&task=dg-2018.1")).await.ok();
        }
    }

    /// What a plan asked once may have left rows behind, and they can still be asked for.
    async fn what_was_taken_out_of_a_plan_is_remembered(app: &TestApp) {
        let caller = app.coordinator();
        let last = "dg-2017.17.3";
        let path = format!("/api/v1/requirements/{last}?reason=%E5%B7%B2%E5%B9%B6%E5%85%A5");
        caller.delete(&path, "*").await.expect(204);
        refused(&caller, "requirements", &[("requirement", last)], "requirement").await;
        caller.get(&format!("/api/v1/obligations?requirement={last}&as_of=2017-06-29")).await.ok();
        caller.get(&format!("/api/v1/progress-reports?requirement={last}")).await.ok();
    }

    async fn near_misses_are_named(app: &TestApp) {
        let caller = app.coordinator();
        for (query, meant) in [
            ("requirements?unit=财政局", "市财政局 (czj)"),
            ("requirements?unit=czjj", "(czj)"),
            ("requirements?unit=门镇", "虎门镇 (humen)"),
            ("requirements?plan=dg-2071", "dg-2017"),
            ("requirements?unti=czj", "unit"),
            ("requirements?sort=due", "due_on"),
            ("requirements?fields=txt", "text"),
            ("requirements?embed=tasks", "task"),
            ("requirements?unit_kind=towns", "town"),
            ("obligations?state=overdu", "open"),
        ] {
            let problem = caller.get(&format!("/api/v1/{query}")).await;
            assert_eq!(problem.status, 400, "{query}");
            let detail = problem.json()["detail"].as_str().unwrap().to_owned();
            assert!(detail.contains(meant), "{query}: {detail}");
            assert!(query.contains("overdu") || detail.contains("是否指"), "{query}: {detail}");
        }
        for period in ["2017q2", "2017Q5", "2017-13", "17Q1", "二季度"] {
            refused(&caller, "obligations", &[("period", period)], "period").await;
            refused(&caller, "progress-reports", &[("period", period)], "period").await;
        }
        for period in ["2017", "2017H1", "2017Q2", "2017-06", "e1", "waiting"] {
            caller.find("/api/v1/obligations", &[("period", period)]).await.ok();
        }
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

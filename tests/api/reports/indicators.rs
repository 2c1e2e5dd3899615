//! Values of indicators: a report keeps the words and the targets that it was made with, whatever becomes of the plan.

use serde_json::{Value, json};

use super::{Cast, OBLIGATION, REPORTS, act, path, report_on};
use crate::support::{
    Engine, TestApp,
    database::execute,
    fixtures::{assert_faults, faults},
    texts,
};

const REQUIREMENT: &str = "/api/v1/requirements/dg-2017.17.3";
const MIGRATION: [&str; 2] = [
    include_str!("../../../migrations/sqlite/0041_indicators_as_reported.sql"),
    include_str!("../../../migrations/postgres/0041_indicators_as_reported.sql"),
];

/// Amends the indicators of the requirement, and gives what they are then.
async fn amend(app: &TestApp, indicators: Value) -> Vec<Value> {
    let change = json!({"indicators": indicators, "reason": "调整指标"});
    let after = app.coordinator().patch(REQUIREMENT, "*", &change).await.ok().json();
    assert_eq!(app.coordinator().get(REQUIREMENT).await.ok().json(), after);
    after["indicators"].as_array().unwrap().clone()
}

fn rate(target: f64) -> Value {
    json!({"name": "网上办理率", "comparator": "gte", "target": target, "unit": "%"})
}

fn trainings() -> Value {
    json!({
        "name": "培训次数", "comparator": "gte", "unit": "次",
        "target": 9, "targets": [{"unit": "humen", "target": 7}, {"unit": "hbj", "target": 2}]
    })
}

fn numbered(n: u32) -> String {
    format!("dg-2017.17.3.i{n}")
}

/// Reports 90 % and 3 trainings, and takes these steps.
async fn report(cast: &Cast<'_>, steps: &[&str]) -> String {
    let mut body = report_on(OBLIGATION);
    body["indicators"] = json!([{"indicator_id": numbered(1), "value": 90}, {"indicator_id": numbered(2), "value": 3}]);
    let path = path(&cast.reporter.post(REPORTS, &body).await.expect(201));
    for step in steps {
        let caller = match *step {
            "accept" => &cast.coordinator,
            "clear" => &cast.secrecy,
            _ => &cast.reporter,
        };
        act(caller, &path, step, "*", &json!({})).await.ok();
    }
    path
}

/// What [`report`] says.
fn said() -> Value {
    json!([
        {"indicator_id": numbered(1), "name": "网上办理率", "value": 90.0, "unit": "%", "comparator": "gte", "target": 80.0, "met": true},
        {"indicator_id": numbered(2), "name": "培训次数", "value": 3.0, "unit": "次", "comparator": "gte", "target": 2.0, "met": true},
    ])
}

on_both! {
    async fn what_was_made_public_says_the_same_after_every_amendment(app: &TestApp) {
        let cast = Cast::of(app);
        amend(app, json!([rate(80.0), trainings()])).await;
        let report = report(&cast, &["submit", "accept", "clear"]).await;
        let public = app.anonymous().get(&report).await.ok();
        assert_eq!(public.json()["indicators"], said());
        let amendments = [
            json!([trainings()]),
            json!([{"name": "投诉件数", "comparator": "lte", "target": 5, "unit": "件"}]),
            json!([]),
            json!([rate(95.0), {"name": "培训次数", "comparator": "gt", "target": 3, "unit": "场"}]),
        ];
        for indicators in amendments {
            amend(app, indicators).await;
            let again = app.anonymous().get(&report).await.ok();
            assert_eq!((again.text(), again.etag()), (public.text(), public.etag()));
            let own = cast.reporter.get(&report).await.ok().json();
            assert_eq!(own["indicators"], said());
            let rows = app.anonymous().walk(&format!("{REPORTS}?requirement=dg-2017.17.3")).await;
            assert_eq!(rows[0]["indicators"], said());
        }
    }

    async fn what_is_reviewed_says_what_was_submitted(app: &TestApp) {
        let cast = Cast::of(app);
        amend(app, json!([rate(80.0), trainings()])).await;
        let report = report(&cast, &["submit"]).await;
        amend(app, json!([rate(95.0)])).await;
        for step in ["accept", "clear"] {
            let caller = if step == "accept" { &cast.coordinator } else { &cast.secrecy };
            assert_eq!(caller.get(&report).await.ok().json()["indicators"], said());
            act(caller, &report, step, "*", &json!({})).await.ok();
        }
        assert_eq!(app.anonymous().get(&report).await.ok().json()["indicators"], said());
        // A revision is held against what the plan says when it is saved.
        act(&cast.reporter, &report, "revise", "*", &json!({})).await.ok();
        assert_eq!(cast.reporter.get(&report).await.ok().json()["indicators"], said());
        let removed = cast.reporter.patch(&report, "*", &json!({"summary": "修订"})).await.problem(422, "invalid");
        assert_faults(&removed, &[("/indicators/1/indicator_id", "not_found")]);
        let values = json!([{"indicator_id": numbered(1), "value": 90}]);
        let saved = cast.reporter.patch(&report, "*", &json!({"indicators": values})).await.ok().json();
        assert_eq!((saved["indicators"][0]["target"].as_f64(), &saved["indicators"][0]["met"]), (Some(95.0), &json!(false)));
    }

    async fn a_draft_is_held_against_the_targets_of_its_submission(app: &TestApp) {
        let cast = Cast::of(app);
        amend(app, json!([rate(80.0), trainings()])).await;
        let draft = report(&cast, &[]).await;
        amend(app, json!([rate(95.0), trainings()])).await;
        assert_eq!(cast.reporter.get(&draft).await.ok().json()["indicators"], said());
        act(&cast.reporter, &draft, "submit", "*", &json!({})).await.ok();
        let submitted = cast.reporter.get(&draft).await.ok().json();
        assert_eq!((submitted["indicators"][0]["target"].as_f64(), &submitted["indicators"][0]["met"]), (Some(95.0), &json!(false)));
        assert_eq!(submitted["indicators"][1], said()[1]);
    }

    async fn a_value_never_comes_to_be_in_another_unit(app: &TestApp) {
        let cast = Cast::of(app);
        amend(app, json!([rate(80.0), trainings()])).await;
        let draft = report(&cast, &[]).await;
        let mut counted = rate(80.0);
        counted["unit"] = json!("个");
        let after = amend(app, json!([trainings(), counted])).await;
        assert_eq!(texts(&after, "id"), [numbered(2), numbered(1)]);
        let problem = act(&cast.reporter, &draft, "submit", "*", &json!({})).await.problem(422, "invalid");
        assert_eq!(faults(&problem), [("/indicators/0/unit".to_owned(), "conflict".to_owned())]);
    }

    async fn reports_of_before_say_what_they_said(app: &TestApp) {
        let cast = Cast::of(app);
        // The list was longer once: the numbers of its places were given.
        amend(app, json!([rate(80.0), trainings(), {"name": "旧", "comparator": "eq", "target": 0.1, "unit": "件"}])).await;
        let mut body = report_on(OBLIGATION);
        let values = ["5.960464477539063e-8", "0.30000000000000004", "1"].map(|value| value.parse::<f64>().unwrap());
        body["indicators"] = (1..).zip(values).map(|(n, value)| json!({"indicator_id": numbered(n), "value": value})).collect();
        let report = path(&cast.reporter.post(REPORTS, &body).await.expect(201));
        act(&cast.reporter, &report, "submit", "*", &json!({})).await.ok();
        amend(app, json!([rate(31.245_270_191_439_438), trainings()])).await;
        let mut shown = cast.reporter.get(&report).await.ok().json()["indicators"].clone();
        shown[0]["target"] = json!(31.245_270_191_439_438);
        shown[2] = json!({"indicator_id": numbered(3), "value": 1.0});

        let (engine, without) = match app.engine {
            Engine::Sqlite => (0, "json_set(content, '$.indicators', (select json_group_array(json_object(
                'indicator_id', value -> '$.indicator_id', 'value', value -> '$.value')) from json_each(content, '$.indicators')))"),
            Engine::Postgres => (1, "jsonb_set(content, '{indicators}', (select jsonb_agg(said - 'name' - 'unit' - 'comparator' - 'target')
                from jsonb_array_elements(content -> 'indicators') as said))"),
        };
        let undo = format!(
            "alter table indicator drop column position; alter table requirement drop column last_removed_indicator;
             update progress_report set content = {without}; update progress_report_past set content = {without}"
        );
        execute(&app.config, &undo).await;
        execute(&app.config, MIGRATION[engine]).await;
        let replica = app.replica().await;
        let reporter = replica.somebody("wang", "unit_reporter", Some("hbj"));
        assert_eq!(reporter.get(&report).await.ok().json()["indicators"], shown);
        let after = amend(&replica, json!([trainings(), {"name": "新", "comparator": "eq", "target": 1, "unit": "件"}])).await;
        assert_eq!(texts(&after, "id"), [numbered(2), numbered(4)]);
        replica.stop().await;
    }
}

//! `rule` of a deadline: each kind, and what can be wrong with it

use serde_json::{Value, json};

use crate::support::fixtures::{self, assert_faults, create};

const DEADLINES: &str = "/api/v1/deadlines";

fn deadline(rule: &Value) -> Value {
    json!({"requirement_id": "dg-2018.1.1", "phrase": "时限", "rule": rule})
}

on_both! {
    async fn of_each_kind(app: &TestApp) {
        fixtures::draft(app, "dg-2018").await;
        let caller = app.coordinator();
        for rule in [
            json!({"kind": "date", "due_on": "2018-12-31"}),
            json!({"kind": "date", "due_on": "2018-02-28", "label": "中考"}),
            json!({"kind": "year_round"}),
            json!({"kind": "recurring", "every": "month", "due": {"kind": "period_end"}}),
            json!({"kind": "recurring", "every": "month", "due": {"kind": "day", "day": 31}}),
            json!({"kind": "recurring", "every": "quarter", "due": {"kind": "day", "month": 3, "day": 1}}),
            json!({"kind": "recurring", "every": "half_year", "due": {"kind": "day", "month": 6, "day": 15}}),
            json!({"kind": "recurring", "every": "year", "due": {"kind": "day", "month": 12, "day": 10}}),
            json!({"kind": "recurring", "every": "week", "due": {"kind": "day", "day": 7}}),
            json!({"kind": "recurring", "every": "ten_days", "due": {"kind": "day", "day": 11}}),
            json!({"kind": "recurring", "every": "half_month", "due": {"kind": "period_end"}}),
            json!({"kind": "recurring", "every": "quarter", "due": {"kind": "after", "count": 10, "unit": "working_day"}}),
            json!({"kind": "recurring", "every": "month", "due": {"kind": "period_end"}, "from": "2018-05-01", "until": "2018-10-31"}),
            json!({"kind": "on_event", "event": "竣工验收", "within": {"count": 6, "unit": "month"}}),
            json!({"kind": "on_event", "event": "批复", "within": {"count": 2, "unit": "year"}}),
            json!({"kind": "undecided"}),
            json!({"kind": "on_event", "event": "收到市有关文件"}),
            json!({"kind": "on_event", "event": "收到文件", "basis": "《条例》第三条"}),
            json!({"kind": "on_event", "event": "收到文件", "within": {"count": 1, "unit": "working_day"}}),
            json!({"kind": "on_event", "event": "收到文件", "basis": "《条例》", "within": {"count": 366, "unit": "day"}}),
        ] {
            let created = create(&caller, DEADLINES, &deadline(&rule)).await;
            assert_eq!(created["rule"], rule);
            // Only a date has a due date by itself.
            assert_eq!(created.get("due_on"), rule.get("due_on"));
        }
    }

    async fn a_recurring_duty_is_due_at_the_end_of_its_period(app: &TestApp) {
        fixtures::draft(app, "dg-2018").await;
        let rule = json!({"kind": "recurring", "every": "month"});
        let created = create(&app.coordinator(), DEADLINES, &deadline(&rule)).await;
        assert_eq!(created["rule"], json!({"kind": "recurring", "every": "month", "due": {"kind": "period_end"}}));
    }

    async fn invalid(app: &TestApp) {
        fixtures::draft(app, "dg-2018").await;
        let recurring = |every: &str, due: Value| json!({"kind": "recurring", "every": every, "due": due});
        let event = |more: Value| {
            let mut rule = json!({"kind": "on_event", "event": "收到文件"});
            rule.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            rule
        };
        let cases: [(Value, &[(&str, &str)]); 25] = [
            (json!({"kind": "date", "due_on": "2018-12-31", "label": ""}), &[("/rule/label", "required")]),
            (json!({"kind": "date", "due_on": "2018-12-31", "label": "长".repeat(51)}), &[("/rule/label", "too_long")]),
            (json!({"kind": "date"}), &[("/rule/due_on", "required")]),
            (json!({"kind": "date", "due_on": "2018-02-29"}), &[("/rule/due_on", "invalid")]),
            (json!({"kind": "date", "due_on": "+12018-02-28"}), &[("/rule/due_on", "invalid")]),
            (json!({"kind": "date", "due_on": "0018-02-28"}), &[("/rule/due_on", "out_of_range")]),
            (recurring("month", json!({"kind": "day", "month": 2, "day": 1})), &[("/rule/due/month", "out_of_range")]),
            (recurring("quarter", json!({"kind": "day", "month": 0, "day": 0})), &[
                ("/rule/due/month", "out_of_range"), ("/rule/due/day", "out_of_range"),
            ]),
            (recurring("half_year", json!({"kind": "day", "month": 7, "day": 32})), &[
                ("/rule/due/month", "out_of_range"), ("/rule/due/day", "out_of_range"),
            ]),
            (recurring("year", json!({"kind": "day", "month": 13, "day": 31})), &[("/rule/due/month", "out_of_range")]),
            (recurring("fortnight", json!({"kind": "period_end"})), &[("/rule/every", "invalid")]),
            (recurring("week", json!({"kind": "day", "month": 1, "day": 8})), &[
                ("/rule/due/month", "invalid"), ("/rule/due/day", "out_of_range"),
            ]),
            (recurring("quarter", json!({"kind": "after", "count": 0, "unit": "day"})), &[("/rule/due/count", "out_of_range")]),
            (recurring("quarter", json!({"kind": "after", "count": 1, "unit": "hour"})), &[("/rule/due/unit", "invalid")]),
            (json!({"kind": "recurring", "every": "month", "from": "2018-10-01", "until": "2018-05-31"}), &[("/rule/until", "out_of_range")]),
            (json!({"kind": "undecided", "due_on": "2018-12-31"}), &[("/rule/due_on", "unknown")]),
            (json!({"kind": "recurring"}), &[("/rule/every", "required")]),
            (event(json!({"event": "长".repeat(201), "basis": " "})), &[
                ("/rule/event", "too_long"), ("/rule/basis", "required"),
            ]),
            (event(json!({"within": {"count": 0, "unit": "day"}})), &[("/rule/within/count", "out_of_range")]),
            (event(json!({"within": {"count": 367, "unit": "day"}})), &[("/rule/within/count", "out_of_range")]),
            (event(json!({"due_on": "2018-12-31"})), &[("/rule/due_on", "unknown")]),
            (json!({"kind": "sometimes"}), &[("/rule/kind", "invalid")]),
            (json!({"due_on": "2018-12-31"}), &[("/rule/kind", "required")]),
            // What a kind does not have is not dropped in silence.
            (json!({"kind": "year_round", "due_on": "2018-12-31"}), &[("/rule/due_on", "unknown")]),
            (recurring("month", json!({"kind": "period_end", "day": 3})), &[("/rule/due/day", "unknown")]),
        ];
        for (rule, faults) in cases {
            let problem = app.coordinator().post(DEADLINES, &deadline(&rule)).await.problem(422, "invalid");
            assert_faults(&problem, faults);
        }
        assert_eq!(app.coordinator().get("/api/v1/requirements/dg-2018.1.1").await.ok().json()["version"], 1);
    }
}

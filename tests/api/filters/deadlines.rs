//! `rule_kind=`, `source=`, `due_from=` and `due_to=`: conditions on one and the same deadline.

use super::*;

/// Whether the rule's date lies between the two; what has no date lies nowhere.
fn due_between(deadline: &Value, from: &str, to: &str) -> bool {
    deadline
        .get("due_on")
        .is_some_and(|due| (from..=to).contains(&due.as_str().unwrap()))
}

fn any_deadline(requirement: &Value, wanted: impl Fn(&Value) -> bool) -> bool {
    requirement["deadlines"].as_array().unwrap().iter().any(wanted)
}

on_both! {
    async fn a_kind_of_rule_and_where_it_was_found(app: &TestApp) {
        let caller = app.anonymous();
        let whole = Whole::read(&caller).await;
        for kind in ["date", "year_round", "recurring", "on_event"] {
            let of_kind = |deadline: &Value| deadline["rule"]["kind"] == kind;
            let query = [("rule_kind", kind)];
            assert_eq!(
                found(&caller, "deadlines", &query).await,
                whole.deadlines(of_kind),
                "{kind}"
            );
            let expected = whole.requirements(|requirement| any_deadline(requirement, of_kind));
            assert!(!expected.is_empty());
            assert_eq!(found(&caller, "requirements", &query).await, expected, "{kind}");
        }
        for (source, count) in [("column", 128), ("text", 14)] {
            let from = |deadline: &Value| deadline["source"] == source;
            let deadlines = found(&caller, "deadlines", &[("source", source)]).await;
            assert_eq!((deadlines.len(), &deadlines), (count, &whole.deadlines(from)));
            let expected = whole.requirements(|requirement| any_deadline(requirement, from));
            assert_eq!(found(&caller, "requirements", &[("source", source)]).await, expected);
        }
    }

    async fn both_ends_of_a_range_count(app: &TestApp) {
        let caller = app.anonymous();
        let whole = Whole::read(&caller).await;
        let june = [("due_from", "2017-06-30"), ("due_to", "2017-06-30")];
        assert_eq!(
            found(&caller, "deadlines", &june).await,
            ["dg-2017.4.2.d1", "dg-2017.26.3.d1"]
        );
        assert_eq!(
            found(&caller, "requirements", &june).await,
            ["dg-2017.4.2", "dg-2017.26.3"]
        );
        assert_eq!(found(&caller, "tasks", &june).await, ["dg-2017.4", "dg-2017.26"]);
        for (from, to) in [
            ("2017-01-01", "2017-12-31"),
            ("2017-01-01", "2017-06-29"),
            ("2017-06-30", "2017-12-30"),
            ("2017-07-01", "2017-12-31"),
            ("2017-12-31", "2017-12-31"),
            ("2018-01-01", "2018-12-31"),
        ] {
            let query = [("due_from", from), ("due_to", to)];
            let expected = whole.deadlines(|deadline| due_between(deadline, from, to));
            assert_eq!(found(&caller, "deadlines", &query).await, expected, "{from} {to}");
            let expected =
                whole.requirements(|requirement| any_deadline(requirement, |deadline| due_between(deadline, from, to)));
            assert_eq!(found(&caller, "requirements", &query).await, expected, "{from} {to}");
        }
        let reversed = [("due_from", "2017-12-31"), ("due_to", "2017-01-01")];
        refused(&caller, "deadlines", &reversed, "due_to").await;
        // One end may be open; what has no date is in neither half.
        let dated = whole.deadlines(|deadline| deadline.get("due_on").is_some());
        let until = found(&caller, "deadlines", &[("due_to", "2017-06-30")]).await;
        let after = found(&caller, "deadlines", &[("due_from", "2017-07-01")]).await;
        assert_eq!(until.len() + after.len(), dated.len());
        assert!(dated.iter().all(|id| until.contains(id) != after.contains(id)));
    }

    async fn all_conditions_hold_for_the_same_deadline(app: &TestApp) {
        let caller = app.anonymous();
        let find = async |query: &[(&str, &str)]| found(&caller, "requirements", query).await;
        // 22.1 has one on an event, and one of the column; but these are two.
        let by_kind = find(&[("rule_kind", "on_event"), ("task", "dg-2017.22")]).await;
        assert_eq!(by_kind, ["dg-2017.22.1"]);
        let by_both = find(&[("rule_kind", "on_event"), ("source", "column"), ("task", "dg-2017.22")]).await;
        assert_eq!(by_both, [""; 0]);
        // 18.1 has one in March and one in November, and none between.
        let between = [
            ("due_from", "2017-04-01"),
            ("due_to", "2017-10-31"),
            ("requirement", "dg-2017.18.1"),
        ];
        assert_eq!(find(&between).await, [""; 0]);
        assert_eq!(find(&between[1..]).await, ["dg-2017.18.1"]);
        assert_eq!(find(&[between[0], between[2]]).await, ["dg-2017.18.1"]);
        // The deadlines themselves are listed alone, not with their siblings.
        let november = [("due_from", "2017-04-01"), ("requirement", "dg-2017.18.1")];
        assert_eq!(found(&caller, "deadlines", &november).await, ["dg-2017.18.1.d2"]);

        let whole = Whole::read(&caller).await;
        for kind in ["date", "year_round", "recurring", "on_event"] {
            for source in ["column", "text"] {
                let wanted = |deadline: &Value| deadline["rule"]["kind"] == kind && deadline["source"] == source;
                let query = [("rule_kind", kind), ("source", source)];
                let expected = whole.requirements(|requirement| any_deadline(requirement, wanted));
                assert_eq!(find(&query).await, expected, "{kind} {source}");
                assert_eq!(
                    found(&caller, "deadlines", &query).await,
                    whole.deadlines(wanted),
                    "{kind} {source}"
                );
            }
        }
    }

    async fn what_is_no_date_or_kind_is_refused(app: &TestApp) {
        for list in ["requirements", "tasks", "deadlines"] {
            for (name, value) in [
                ("due_from", "2017-13-01"),
                ("due_to", "2017-02-29"),
                ("due_to", "31.12.2017"),
                ("due_from", "12月底"),
                ("rule_kind", "weekly"),
                ("source", "column,text"),
            ] {
                refused(&app.anonymous(), list, &[(name, value)], name).await;
            }
            // One range has one beginning.
            refused(
                &app.anonymous(),
                list,
                &[("due_from", "2017-01-01"), ("due_from", "2017-02-01")],
                "due_from",
            )
            .await;
        }
    }
}

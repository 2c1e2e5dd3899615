//! Tests of obligations.

use proptest::prelude::*;

use super::*;
use crate::domain::amendment::AppliesTo;

fn horizon(as_of: Day, near_in: u64) -> Horizon {
    Horizon {
        as_of,
        near: as_of + chrono::Days::new(near_in),
        missing: None,
    }
}

fn row(unit: &str, opens: Day, due: Day) -> Obligation {
    let id = ObligationId {
        deadline: "dg-2017.1.1.d1".parse().unwrap(),
        unit: unit.parse().unwrap(),
        period: "2017Q1".into(),
    };
    Obligation {
        id,
        judged_as: RuleKind::YearRound,
        role: None,
        opens_on: Some(opens),
        due_on: Some(due),
        original_due_on: Some(due),
        exemption: None,
        report: ReportFacts::default(),
        reported_due_on: None,
        unfinished: Unfinished::default(),
        version: 1,
    }
}

fn all(rows: &[Obligation]) -> Vec<DesiredRow> {
    let of = |row: &Obligation| DesiredRow {
        row: row.clone(),
        heir_of: BTreeSet::new(),
        parts: BTreeSet::from([row.id.unit.clone()]),
        is_before_its_time: false,
    };
    rows.iter().map(of).collect()
}

/// Some of them before their time.
fn some(rows: &[Obligation], early: &BTreeSet<String>) -> Vec<DesiredRow> {
    let of = |wanted: DesiredRow| DesiredRow {
        is_before_its_time: early.contains(wanted.row.id.unit.as_str()),
        ..wanted
    };
    all(rows).into_iter().map(of).collect()
}

fn early() -> impl Strategy<Value = BTreeSet<String>> {
    proptest::collection::btree_set("[a-f]", 0..6)
}

fn any_day() -> impl Strategy<Value = Day> {
    (0u64..800).prop_map(|offset| Day::from_ymd_opt(2017, 1, 1).unwrap() + chrono::Days::new(offset))
}

fn rows() -> impl Strategy<Value = Vec<Obligation>> {
    proptest::collection::btree_map("[a-f]", (any_day(), any_day()), 0..6).prop_map(|rows| {
        rows.into_iter()
            .map(|(unit, (a, b))| row(&unit, a.min(b), a.max(b)))
            .collect()
    })
}

fn apply(existing: &[Obligation], changes: &LedgerDiff) -> Vec<Obligation> {
    let mut rows: BTreeMap<ObligationId, Obligation> =
        existing.iter().map(|row| (row.id.clone(), row.clone())).collect();
    for id in &changes.withdraw {
        rows.remove(id);
    }
    for row in changes.create.iter().chain(&changes.reschedule) {
        rows.insert(row.id.clone(), row.clone());
    }
    rows.into_values().collect()
}

#[test]
fn ids_round_trip() {
    let id: ObligationId = "dg-2017.17.3.d2.humen.2017-03".parse().unwrap();
    assert_eq!(
        (id.unit.as_str(), id.period.as_str(), id.to_string().as_str()),
        ("humen", "2017-03", "dg-2017.17.3.d2.humen.2017-03")
    );
    assert!("dg-2017.17.3.d2.humen.".parse::<ObligationId>().is_err());
}

proptest! {
    #[test]
    fn the_light_only_gets_worse_by_time_alone(a in any_day(), b in any_day(), near in 1u64..9) {
        let row = row("a", a.min(b), a.max(b));
        let mut last = Light::Green;
        for offset in 0..900 {
            let as_of = a.min(b) + chrono::Days::new(offset);
            let standing = row.standing(horizon(as_of, near));
            prop_assert!(standing.light >= last);
            prop_assert_eq!(standing.overdue, as_of > a.max(b));
            last = standing.light;
        }
    }

    #[test]
    fn reconciling_twice_changes_nothing_the_second_time(existing in rows(), wanted in rows(), today in any_day()) {
        let changes = reconcile(existing.clone(), all(&wanted), today, Hindsight::default());
        let after = apply(&existing, &changes);
        let open = |row: &&Obligation| row.due_on.is_none_or(|due| due >= today);
        // What was created with a past day is history from then on, so only open rows are compared.
        let again = reconcile(after.clone(), all(&wanted), today, Hindsight::default());
        prop_assert!(again.create.is_empty() && again.withdraw.is_empty() && again.reschedule.is_empty());
        for past in existing.iter().filter(|row| !open(row)) {
            prop_assert!(after.contains(past), "history was rewritten");
        }
    }

    #[test]
    fn nobody_owes_what_was_due_before_it_was_theirs(existing in rows(), wanted in rows(), early in early(), put_right in early(), today in any_day()) {
        let wanted = some(&wanted, &early);
        let is_corrected = |id: &ObligationId| put_right.contains(id.unit.as_str());
        let parts = put_right.iter().map(|unit| unit.parse().unwrap()).collect();
        let corrected = Corrected { parts, ..Corrected::default() };
        let hindsight = Hindsight { corrected: Some(&corrected), ..Hindsight::default() };
        let changes = reconcile(existing.clone(), wanted.clone(), today, hindsight);
        let is_early = |id: &ObligationId| early.contains(id.unit.as_str());
        prop_assert!(changes.create.iter().all(|row| !is_early(&row.id)));
        // What was its own before stays, unless it never was.
        for old in &existing {
            let is_wanted = wanted.iter().any(|wanted| wanted.row.id == old.id);
            if is_wanted && is_early(&old.id) {
                prop_assert_eq!(changes.withdraw.contains(&old.id), is_corrected(&old.id));
            }
        }
        let after = apply(&existing, &changes);
        let again = reconcile(after, wanted, today, hindsight);
        prop_assert_eq!(LedgerDiff { kept: 0, ..again }, LedgerDiff::default());
    }

    /// Once and for all: what is past follows, and what is told to be kept is.
    #[test]
    fn a_decision_may_reach_what_is_not_done(existing in rows(), wanted in rows(), today in any_day()) {
        let unfinished = Hindsight { applies_to: AppliesTo::Unfinished, ..Hindsight::default() };
        let changes = reconcile(existing.clone(), all(&wanted), today, unfinished);
        let after = apply(&existing, &changes);
        let days = |rows: &[Obligation]| rows.iter().map(|row| (row.id.clone(), row.due_on)).collect::<Vec<_>>();
        prop_assert_eq!(days(&after), days(&wanted));
        prop_assert_eq!(changes.kept, 0);
        prop_assert_eq!(reconcile(after, all(&wanted), today, Hindsight::default()), LedgerDiff::default());
        // Without it, what is told to be kept is what is past and would be otherwise.
        let changes = reconcile(existing.clone(), all(&wanted), today, Hindsight::default());
        let is_wanted = |old: &Obligation| wanted.iter().any(|row| row.id == old.id && row.due_on == old.due_on);
        let past = existing.iter().filter(|old| old.due_on < Some(today) && !is_wanted(old));
        prop_assert_eq!(changes.kept, past.count());
    }

    /// What is open in the end is what the last amendment asks for, whatever came before it.
    #[test]
    fn the_order_of_amendments_does_not_matter(first in rows(), second in rows(), last in rows()) {
        let today = Day::from_ymd_opt(2016, 12, 31).unwrap();
        let open = |amendments: &[&Vec<Obligation>]| {
            let ledger = amendments.iter().fold(Vec::new(), |ledger, wanted| {
                let changes = reconcile(ledger.clone(), all(wanted), today, Hindsight::default());
                apply(&ledger, &changes)
            });
            ledger.into_iter().map(|row| (row.id, row.opens_on, row.due_on)).collect::<Vec<_>>()
        };
        let directly = open(&[&last]);
        prop_assert_eq!(&open(&[&first, &second, &last]), &directly);
        prop_assert_eq!(&open(&[&second, &first, &last]), &directly);
    }
}

#[test]
fn what_no_calendar_tells_is_not_counted() {
    let due = |text: &str| row("gaj", "2017-01-01".parse().unwrap(), text.parse().unwrap());
    let calendar = Calendar::default();
    let on: Day = "2017-06-30".parse().unwrap();
    let one = due("2017-07-03");
    let left = one.left(horizon(on, 3), &calendar);
    assert_eq!((left.days, left.working_days), (Some(3), None));
    assert_eq!(
        left.missing,
        calendar.working_days_between(on, one.due_on.unwrap()).err()
    );
    assert!(left.missing.is_some());
    let past = due("2017-06-28").left(horizon(on, 3), &calendar);
    assert_eq!(past.days, Some(-2));
    // Nobody knows yet which day it rolls to.
    let unrolled = Obligation {
        due_on: None,
        ..one.clone()
    };
    let left = unrolled.left(horizon(on, 3), &calendar);
    assert_eq!(
        (left.days, left.working_days, left.missing.is_some()),
        (None, None, true)
    );
    let exempted = Obligation {
        exemption: Some(Exemption {
            reason: "机构改革".into(),
            at: "2017-06-01T00:00:00Z".parse().unwrap(),
        }),
        ..one.clone()
    };
    assert_eq!(exempted.left(horizon(on, 3), &calendar), Left::default());
    assert_eq!((one.day_in_mind(), exempted.day_in_mind()), (one.due_on, None));
}

//! A ledger that is read stays as it is while another is made of it, which shares with it what is not different.

use super::*;

/// Rows of many units, in several chunks.
fn many() -> Vec<Owed> {
    let of_day = Facts {
        opens_on: None,
        due_on: Day::from_ymd_opt(2017, 6, 30),
        is_undecided: false,
        is_exempted: false,
        report: ReportFacts {
            phase: None,
            reported_on: None,
            fulfilled_on: None,
        },
        reported_due_on: None,
    };
    let row = |number: u32| Owed {
        id: format!("p.{}.1.d1.u{}.2017", number / 400 + 1, number % 400)
            .parse()
            .unwrap(),
        unit_kind: UnitKind::Town,
        role: None,
        rule_kind: RuleKind::Date,
        original_due_on: None,
        facts: of_day,
        detail: Detail::default(),
    };
    (0..4000).map(row).collect()
}

fn report(id: u128) -> Brief {
    Brief {
        id: Uuid::from_u128(id).into(),
        status: ReportStatus::Draft,
        is_public: false,
        reported_on: None,
    }
}

#[test]
fn a_change_copies_the_chunk_that_it_is_in() {
    let rows = many();
    let reports: Vec<Reported> = rows
        .iter()
        .zip(1..)
        .map(|(row, id)| (row.id.clone(), report(id)))
        .collect();
    let before = Columns::new(rows.clone(), &reports).unwrap();
    let plan: PlanId = "p".parse().unwrap();
    let horizon = Horizon {
        as_of: Day::from_ymd_opt(2017, 6, 30).unwrap(),
        near: Day::MAX,
        missing: None,
    };
    let everything = ObligationFilter::default();
    let seen = |columns: &Columns| {
        let reading = LedgerQuery::new([(&plan, columns, horizon)], &everything, &Owners::Everybodys);
        let window = Window {
            order: order(&[("due_on", false), ("id", false)]),
            after: None,
            rows: 4000,
        };
        let rows = reading.rows(&window).unwrap().into_iter();
        rows.map(|row| (row.obligation, row.reports.to_vec()))
            .collect::<Vec<_>>()
    };
    let as_it_was = seen(&before);

    let mut after = before.clone();
    assert_eq!(after.copied(&before), 0, "a copy shares all");
    let mut row = rows[1234].clone();
    row.detail.version = 7;
    row.facts.due_on = Day::from_ymd_opt(2017, 6, 29);
    assert!(after.put(&row));
    assert!(after.report(&Retold::These(&[&row.id]), &[(row.id.clone(), report(5000))]));
    assert_eq!(
        after.copied(&before),
        3,
        "a chunk of rows, a chunk of what they show, and the reports of a unit"
    );
    assert_eq!(seen(&before), as_it_was, "whoever reads it goes on");
    assert_eq!(seen(&after)[0].0.version, 7);
}

#[test]
fn what_is_settled_anew_and_is_owed_as_before_copies_what_it_is_in() {
    let rows = many();
    let before = Columns::new(rows.clone(), &[]).unwrap();
    let mut after = before.clone();
    let requirement = "p.3.1".parse().unwrap();
    let settled: Vec<Owed> = rows
        .iter()
        .filter(|row| row.id.deadline.requirement == requirement)
        .cloned()
        .collect();
    assert_eq!(settled.len(), 400);
    assert!(after.put_all(&requirement, settled));
    assert!(after.copied(&before) <= 4, "rows of one requirement stand together");
}

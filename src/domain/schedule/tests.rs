//! Periods and due days, whatever the plan's period.

use proptest::prelude::*;

use super::*;

fn day(text: &str) -> Day {
    text.parse().unwrap()
}

fn terms(from: &str, to: &str) -> Terms {
    let period = Period {
        from: day(from),
        to: day(to),
    };
    Terms {
        year: period.from.year(),
        period,
        cadence: Every::Quarter,
        rollover: Rollover::None,
        obligations_from: None,
    }
}

fn days(rule: &Rule, terms: &Terms) -> Vec<(String, String)> {
    let found = due_periods(rule, terms, &[], &Calendar::default());
    found
        .into_iter()
        .map(|occurrence| (occurrence.period, occurrence.due_on.unwrap().to_string()))
        .collect()
}

#[test]
fn a_year_round_task_is_reported_on_each_quarter_and_at_the_end() {
    let pair = |id: &str, due: &str| (id.to_owned(), due.to_owned());
    let quarters = [
        pair("2017Q1", "2017-03-31"),
        pair("2017Q2", "2017-06-30"),
        pair("2017Q3", "2017-09-30"),
        pair("2017Q4", "2017-12-31"),
    ];
    assert_eq!(days(&Rule::YearRound, &terms("2017-01-01", "2017-12-31")), quarters);
    assert_eq!(
        days(&Rule::YearRound, &terms("2017-02-15", "2017-05-20")),
        [pair("2017Q1", "2017-03-31"), pair("2017Q2", "2017-05-20")]
    );
}

#[test]
fn month_ends_do_not_drift() {
    let rule = Rule::Recurring {
        every: Every::Month,
        due: Due::Day { month: None, day: 31 },
        from: None,
        until: None,
    };
    let ends: Vec<String> = days(&rule, &terms("2016-01-01", "2016-12-31"))
        .into_iter()
        .map(|(_, due)| due)
        .collect();
    assert_eq!(ends[1], "2016-02-29");
    assert_eq!(
        (ends[2].as_str(), ends[3].as_str(), ends.len()),
        ("2016-03-31", "2016-04-30", 12)
    );
    let rule = Rule::Recurring {
        every: Every::Quarter,
        due: Due::Day {
            month: Some(1),
            day: 10,
        },
        from: None,
        until: None,
    };
    assert_eq!(
        days(&rule, &terms("2017-01-01", "2017-12-31"))[1],
        ("2017Q2".to_owned(), "2017-04-10".to_owned())
    );
}

#[test]
fn an_event_that_has_not_happened_is_waited_for() {
    let rule = Rule::OnEvent {
        event: "收到省级政策文件".into(),
        basis: None,
        within: None,
    };
    let found = due_periods(&rule, &terms("2017-01-01", "2017-12-31"), &[], &Calendar::default());
    assert_eq!(
        found,
        [DuePeriod {
            period: WAITING.into(),
            opens_on: None,
            due_on: None
        }]
    );
}

#[test]
fn short_periods_have_ids_that_people_read() {
    let found = |every, from: &str, to: &str| {
        let found = periods(every, terms(from, to).period).into_iter();
        let brief = found.map(|(id, one)| format!("{id} {} {}", one.from.format("%m-%d"), one.to.format("%m-%d")));
        brief.collect::<Vec<_>>().join(", ")
    };
    assert_eq!(
        found(Every::Week, "2016-12-31", "2017-01-02"),
        "2016W52 12-26 01-01, 2017W01 01-02 01-08"
    );
    assert_eq!(
        found(Every::TenDays, "2017-02-20", "2017-03-01"),
        "2017-02D2 02-11 02-20, 2017-02D3 02-21 02-28, 2017-03D1 03-01 03-10"
    );
    assert_eq!(
        found(Every::HalfMonth, "2016-02-15", "2016-02-16"),
        "2016-02H1 02-01 02-15, 2016-02H2 02-16 02-29"
    );
}

#[test]
fn a_duty_of_a_period_may_be_due_after_it() {
    let dues = |every, count, unit| {
        let found = days(
            &recurring(every, Due::After { count, unit }),
            &terms("2017-01-01", "2017-12-31"),
        );
        found.into_iter().map(|(_, due)| due).collect::<Vec<_>>()
    };
    assert_eq!(
        dues(Every::Quarter, 10, SpanUnit::Day),
        ["2017-04-10", "2017-07-10", "2017-10-10", "2018-01-10"]
    );
    // The month after a quarter, to its end.
    assert_eq!(
        dues(Every::Quarter, 1, SpanUnit::Month),
        ["2017-04-30", "2017-07-31", "2017-10-31", "2018-01-31"]
    );
    assert_eq!(dues(Every::Year, 1, SpanUnit::Year), ["2018-12-31"]);
    // Which days are worked is not known without a calendar.
    let working = recurring(
        Every::Year,
        Due::After {
            count: 5,
            unit: SpanUnit::WorkingDay,
        },
    );
    let found = due_periods(&working, &terms("2017-01-01", "2017-12-31"), &[], &Calendar::default());
    assert_eq!(
        found,
        [DuePeriod {
            period: "2017".into(),
            opens_on: Some(day("2017-01-01")),
            due_on: None
        }]
    );
}

#[test]
fn months_after_an_event_end_on_the_matching_day_or_at_the_end_of_the_month() {
    for (event, count, unit, due) in [
        ("2017-01-15", 1, SpanUnit::Month, "2017-02-15"),
        ("2017-01-31", 1, SpanUnit::Month, "2017-02-28"),
        ("2017-02-28", 1, SpanUnit::Month, "2017-03-28"),
        ("2016-02-29", 1, SpanUnit::Year, "2017-02-28"),
        ("2017-08-31", 6, SpanUnit::Month, "2018-02-28"),
    ] {
        let within = Within { count, unit };
        assert_eq!(
            due_after(day(event), within, &Calendar::default()).ok(),
            Some(day(due)),
            "{event}"
        );
    }
}

#[test]
fn what_nobody_decided_has_one_occurrence_without_days() {
    let found = due_periods(
        &Rule::Undecided,
        &terms("2017-01-01", "2017-12-31"),
        &[],
        &Calendar::default(),
    );
    assert_eq!(
        found,
        [DuePeriod {
            period: UNDECIDED.into(),
            opens_on: None,
            due_on: None
        }]
    );
}

fn any_day() -> impl Strategy<Value = Day> {
    (0i32..4000).prop_map(|offset| day("2015-01-01") + chrono::TimeDelta::days(offset.into()))
}

const EVERY: [Every; 7] = [
    Every::Week,
    Every::TenDays,
    Every::HalfMonth,
    Every::Month,
    Every::Quarter,
    Every::HalfYear,
    Every::Year,
];

fn every() -> impl Strategy<Value = Every> {
    prop::sample::select(&EVERY[..])
}

fn due() -> impl Strategy<Value = Due> {
    prop_oneof![
        Just(Due::PeriodEnd),
        (proptest::option::of(1u32..=12), 1u32..=31).prop_map(|(month, day)| Due::Day { month, day }),
    ]
}

fn after() -> impl Strategy<Value = Due> {
    let units = prop::sample::select(&[SpanUnit::Day, SpanUnit::Month, SpanUnit::Year][..]);
    (1u32..=40, units).prop_map(|(count, unit)| Due::After { count, unit })
}

fn recurring(every: Every, due: Due) -> Rule {
    Rule::Recurring {
        every,
        due,
        from: None,
        until: None,
    }
}

proptest! {
    #[test]
    fn every_period_is_one(from in any_day(), every in every()) {
        let window = Period { from, to: from };
        prop_assert!(periods(every, window).iter().all(|(id, _)| is_period(id)));
    }

    #[test]
    fn occurrences_lie_in_the_period_once_each_and_in_order(a in any_day(), b in any_day(), every in every(), due in due(), cadence in every()) {
        let period = Period { from: a.min(b), to: a.max(b) };
        let terms = Terms { year: period.from.year(), period, cadence, rollover: Rollover::None, obligations_from: None };
        for rule in [Rule::YearRound, recurring(every, due)] {
            let found = due_periods(&rule, &terms, &[], &Calendar::default());
            prop_assert!(found.iter().all(|one| period.contains(one.due_on.unwrap()) && one.opens_on <= one.due_on));
            prop_assert!(found.windows(2).all(|pair| pair[0].due_on < pair[1].due_on && pair[0].period != pair[1].period));
        }
    }

    #[test]
    fn what_is_due_later_belongs_to_the_plan_in_which_its_period_ends(a in any_day(), b in any_day(), every in every(), due in after()) {
        let period = Period { from: a.min(b), to: a.max(b) };
        let terms = Terms { year: period.from.year(), period, cadence: every, rollover: Rollover::None, obligations_from: None };
        let ends = |due| due_periods(&recurring(every, due), &terms, &[], &Calendar::default());
        let (found, periods) = (ends(due), ends(Due::PeriodEnd));
        prop_assert!(found.iter().map(|one| &one.period).eq(periods.iter().map(|one| &one.period)));
        prop_assert!(found.iter().zip(&periods).all(|(late, end)| late.due_on > end.due_on && late.opens_on == end.opens_on));
        prop_assert!(found.windows(2).all(|pair| pair[0].due_on < pair[1].due_on));
    }

    #[test]
    fn each_day_is_in_one_period_which_its_id_names(a in any_day(), b in any_day(), every in every()) {
        let found = periods(every, Period { from: a.min(b), to: a.max(b) });
        prop_assert!(found[0].1.contains(a.min(b)) && found.last().unwrap().1.contains(a.max(b)));
        prop_assert!(found.windows(2).all(|pair| pair[0].1.to.succ_opt() == Some(pair[1].1.from) && pair[0].0 < pair[1].0));
        prop_assert!(found.iter().all(|(id, one)| period_with(every, one.to) == Some((id.clone(), *one))));
    }

    #[test]
    fn from_and_until_are_a_shorter_plan(a in any_day(), b in any_day(), c in any_day(), d in any_day(), every in every(), due in prop_oneof![due(), after()]) {
        let mut days = [a, b, c, d];
        days.sort();
        let dues = |rule, from, to| {
            let period = Period { from, to };
            due_periods(&rule, &Terms { year: 2017, period, cadence: every, rollover: Rollover::None, obligations_from: None }, &[], &Calendar::default())
        };
        let bounded = Rule::Recurring { every, due, from: Some(days[1]), until: Some(days[2]) };
        prop_assert_eq!(dues(bounded, days[0], days[3]), dues(recurring(every, due), days[1], days[2]));
    }

    #[test]
    fn a_period_cut_in_two_has_the_same_occurrences(a in any_day(), b in any_day(), c in any_day(), every in every(), due in prop_oneof![due(), after()]) {
        let mut cuts = [a, b, c];
        cuts.sort();
        prop_assume!(cuts[0] < cuts[1] && cuts[1] < cuts[2]);
        let rule = recurring(every, due);
        let dues = |from, to| {
            let period = Period { from, to };
            let terms = Terms { year: 2017, period, cadence: every, rollover: Rollover::None, obligations_from: None };
            due_periods(&rule, &terms, &[], &Calendar::default()).into_iter().map(|one| one.due_on).collect::<Vec<_>>()
        };
        let halves = [dues(cuts[0], cuts[1].pred_opt().unwrap()), dues(cuts[1], cuts[2])].concat();
        prop_assert_eq!(dues(cuts[0], cuts[2]), halves);
    }

    #[test]
    fn a_rule_names_days_of_the_year_only(year in 1950..2199, every in every(), due in due()) {
        let (named, _) = days_named(&recurring(every, due), year, &Calendar::default());
        prop_assert!(!named.is_empty() && named.iter().all(|day| day.year() == year), "{:?}", named);
        prop_assert!(named.is_sorted());
        let on = Day::from_ymd_opt(year, 6, 30).unwrap();
        prop_assert_eq!(days_named(&Rule::Date { due_on: on, label: None }, year, &Calendar::default()), (vec![on], None));
        // The plan, an event or somebody says when.
        prop_assert_eq!(days_named(&Rule::YearRound, year, &Calendar::default()), (vec![], None));
        prop_assert_eq!(days_named(&Rule::Undecided, year, &Calendar::default()), (vec![], None));
    }
}

//! Tests of the ledger in memory.

mod copies;
mod reports;

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::{query::sort_on, *};
use uuid::Uuid;

use crate::domain::{
    deadline::RuleKind,
    id::PlanId,
    obligation::{
        Exemption, Facts, GroupBy, Horizon, Light, ObligationId, ReportFacts, ReportPhase, State, Timeliness,
    },
    order::{By, Order, SortKey, Window},
    report::{Brief, ReportStatus},
    requirement::UnitRole,
    schedule::UNDECIDED,
    scope::{Owners, Scope},
    time::{Day, Instant},
    unit::UnitKind,
};

const DAYS: u64 = 12;

fn day() -> impl Strategy<Value = Day> {
    let first = Day::from_ymd_opt(2017, 6, 24).unwrap();
    (0..DAYS).prop_map(move |days| first + chrono::Days::new(days))
}

fn detail() -> impl Strategy<Value = Detail> {
    let exemption = proptest::option::weighted(0.2, "[a-c]{3}");
    (1..9i64, exemption, any::<bool>()).prop_map(|(version, reason, has_extension)| Detail {
        version,
        exemption: reason.map(|reason| Exemption {
            reason,
            at: Instant::UNIX_EPOCH,
        }),
        has_extension,
    })
}

fn brief() -> impl Strategy<Value = Brief> {
    let status = proptest::sample::select(ReportStatus::ALL);
    let report = (any::<u128>(), status, any::<bool>(), proptest::option::of(day()));
    report.prop_map(|(id, status, is_public, reported_on)| Brief {
        id: Uuid::from_u128(id).into(),
        status,
        is_public,
        reported_on,
    })
}

/// Reports on obligations of the same few words, owed or not.
fn reports() -> impl Strategy<Value = Vec<Reported>> {
    proptest::collection::vec((packed().prop_map(|row| row.id), brief()), 0..60)
}

fn row() -> impl Strategy<Value = Owed> {
    (packed(), detail()).prop_map(|(row, detail)| Owed { detail, ..row })
}

fn packed() -> impl Strategy<Value = Owed> {
    let id = (
        1..4u32,
        1..12u32,
        "[a-c]{1,2}",
        prop_oneof![Just("2017Q1"), Just("e1"), Just(UNDECIDED)],
    );
    let days = (
        proptest::option::of(day()),
        proptest::option::of(day()),
        proptest::option::of(day()),
        proptest::option::of(day()),
        proptest::option::of(day()),
    );
    let phase = proptest::option::of(prop_oneof![Just(ReportPhase::Submitted), Just(ReportPhase::Returned)]);
    let kinds = (
        prop_oneof![Just(UnitKind::Town), Just(UnitKind::Park)],
        prop_oneof![Just(RuleKind::Date), Just(RuleKind::OnEvent)],
        proptest::option::weighted(0.8, proptest::sample::select(UnitRole::ALL)),
    );
    (id, days, phase, proptest::option::of(day()), any::<bool>(), kinds).prop_map(
        |(
            (task, requirement, unit, period),
            (opens, due, original, reported, reported_due),
            phase,
            done,
            exempted,
            kinds,
        )| {
            let id: ObligationId = format!("p.{task}.{requirement}.d1.{unit}.{period}").parse().unwrap();
            let facts = Facts {
                opens_on: opens,
                due_on: due,
                is_undecided: id.period == UNDECIDED,
                is_exempted: exempted && requirement % 3 == 0,
                report: ReportFacts {
                    phase,
                    reported_on: reported,
                    fulfilled_on: done.filter(|_| task == 2),
                },
                reported_due_on: reported.and(reported_due),
            };
            let (unit_kind, rule_kind, role) = kinds;
            Owed {
                id,
                unit_kind,
                role,
                rule_kind,
                original_due_on: original,
                facts,
                detail: Detail::default(),
            }
        },
    )
}

fn rows() -> impl Strategy<Value = Vec<Owed>> {
    proptest::collection::vec(row(), 0..60).prop_map(|mut rows| {
        rows.sort_by_key(|row| row.id.to_string());
        rows.dedup_by_key(|row| row.id.to_string());
        rows
    })
}

fn filter() -> impl Strategy<Value = ObligationFilter> {
    let some = |values: &'static [&'static str]| proptest::sample::subsequence(values, 0..=values.len().min(2));
    let conditions = (
        some(&["p.1", "p.2"]),
        some(&["p.1.2", "p.2.10"]),
        proptest::option::of(some(&["a", "b", "ab"])),
        some(&["2017Q1", UNDECIDED]),
    );
    let standing = (
        proptest::sample::subsequence(vec![State::Open, State::Submitted, State::Exempted], 0..2),
        proptest::sample::subsequence(vec![Light::Red, Light::Green, Light::None], 0..2),
        proptest::sample::subsequence(vec![Timeliness::Late, Timeliness::Missing], 0..2),
        proptest::option::of(any::<bool>()),
    );
    let rest = (
        proptest::option::of(day()),
        proptest::option::of(day()),
        proptest::sample::subsequence(vec![UnitKind::Town], 0..=1),
        proptest::sample::subsequence(vec![RuleKind::Date], 0..=1),
        proptest::sample::subsequence(UnitRole::ALL.to_vec(), 0..=2),
    );
    // Of many conditions at once hardly a row is left.
    let which = 0..6u8;
    (conditions, standing, rest, which).prop_map(|((tasks, requirements, units, periods), standing, rest, which)| {
        let mut filter = ObligationFilter::default();
        let parse = |ids: Vec<&str>| ids.iter().map(|id| id.parse().unwrap()).collect::<Vec<_>>();
        match which {
            0 => filter.tasks = tasks.iter().map(|id| id.parse().unwrap()).collect(),
            1 => filter.requirements = requirements.iter().map(|id| id.parse().unwrap()).collect(),
            2 => filter.units = units.map(parse),
            3 => {
                filter.periods = periods.iter().map(|period| (*period).to_owned()).collect();
                (filter.unit_kinds, filter.rule_kinds) = (rest.2, rest.3);
                filter.roles = rest.4;
            }
            4 => (filter.states, filter.lights, filter.timeliness, filter.overdue) = standing,
            _ => (filter.due_from, filter.due_to) = (rest.0, rest.1),
        }
        filter
    })
}

fn any_of<T: PartialEq>(wanted: &[T], value: &T) -> bool {
    wanted.is_empty() || wanted.contains(value)
}

/// What `query` answers from columns, decided row by row.
fn wants(row: &Owed, filter: &ObligationFilter, owners: &Owners, horizon: Horizon) -> bool {
    let standing = row.facts.standing(horizon);
    let requirement = &row.id.deadline.requirement;
    owners.has(&row.id.unit)
        && any_of(&filter.tasks, &requirement.task)
        && any_of(&filter.requirements, requirement)
        && filter.units.as_ref().is_none_or(|units| units.contains(&row.id.unit))
        && any_of(&filter.unit_kinds, &row.unit_kind)
        && (filter.roles.is_empty() || row.role.is_some_and(|role| filter.roles.contains(&role)))
        && any_of(&filter.periods, &row.id.period)
        && any_of(&filter.rule_kinds, &row.rule_kind)
        && any_of(&filter.states, &standing.state)
        && any_of(&filter.lights, &standing.light)
        && any_of(&filter.timeliness, &standing.timeliness)
        && filter.overdue.is_none_or(|overdue| overdue == standing.overdue)
        && filter
            .due_from
            .is_none_or(|from| row.facts.due_on.is_some_and(|due| due >= from))
        && filter
            .due_to
            .is_none_or(|to| row.facts.due_on.is_some_and(|due| due <= to))
}

fn order(fields: &[(&'static str, bool)]) -> Order {
    Order::new(
        fields
            .iter()
            .map(|(field, descending)| By {
                field,
                descending: *descending,
            })
            .collect(),
    )
}

fn key(row: &Owed, field: &str, horizon: Horizon) -> SortKey {
    let standing = row.facts.standing(horizon);
    let task = &row.id.deadline.requirement.task;
    match field {
        "due_on" => SortKey::Day(sort_on(row.facts.due_on)),
        "unit" => SortKey::Text(row.id.unit.to_string()),
        "task" => SortKey::Path(task.plan.to_string(), vec![task.number]),
        "light" => standing.light.urgency().map_or(SortKey::None, SortKey::Int),
        "days_left" => row
            .facts
            .due_on
            .filter(|_| standing.state.counts_days())
            .map_or(SortKey::None, SortKey::Day),
        _ => SortKey::Text(row.id.to_string()),
    }
}

/// What rows can be ordered by, beside their ids.
const FIELDS: &[&str] = &["due_on", "unit", "task", "light", "days_left"];

proptest! {
    #[test]
    fn columns_answer_what_rows_do(rows in rows(), filter in filter(), own in any::<bool>(), descending in any::<bool>(),
                                   by in proptest::sample::subsequence(FIELDS.to_vec(), 0..4).prop_shuffle(), other in any::<bool>(),
                                   limit in 1..9i64) {
        let plan: PlanId = "p".parse().unwrap();
        let as_of = Day::from_ymd_opt(2017, 6, 30).unwrap();
        let horizon = Horizon { as_of, near: as_of + chrono::Days::new(2), missing: None };
        let owners = if own { Owners::Units(["a".parse().unwrap(), "bc".parse().unwrap()].into()) } else { Owners::Everybodys };
        let columns = Columns::new(rows.clone(), &[]).unwrap();
        let reading = LedgerQuery::new([(&plan, &columns, horizon)], &filter, &owners);

        let mut wanted: Vec<&Owed> = rows.iter().filter(|row| wants(row, &filter, &owners, horizon)).collect();
        prop_assert_eq!(reading.count(), wanted.len());

        let mut fields: Vec<(&'static str, bool)> = by.iter().map(|field| (*field, descending)).collect();
        fields.push(("id", descending != other));
        let order = order(&fields);
        let keys = |row: &Owed| order.keys(|field| key(row, field, horizon));
        wanted.sort_by(|a, b| order.compare(&keys(a), &keys(b)));
        let (mut walked, mut after) = (Vec::new(), None);
        loop {
            let window = Window { order: order.clone(), after: after.clone(), rows: limit };
            let page = reading.page(&window).unwrap();
            let last = page.last().and_then(|id| rows.iter().find(|row| row.id.to_string() == *id));
            after = last.map(&keys);
            walked.extend(page.clone());
            if page.len() < usize::try_from(limit).unwrap() { break; }
        }
        prop_assert_eq!(walked, wanted.iter().map(|row| row.id.to_string()).collect::<Vec<_>>());

        for by in [GroupBy::Unit, GroupBy::UnitKind, GroupBy::Role, GroupBy::Task, GroupBy::Period, GroupBy::Light] {
            let groups = reading.groups(by);
            let names: Vec<&String> = groups.iter().map(|group| &group.key).collect();
            prop_assert_eq!(names.iter().collect::<BTreeSet<_>>().len(), names.len());
            prop_assert!(names.is_sorted());
            prop_assert_eq!(groups.iter().map(|group| group.total).sum::<i64>(), i64::try_from(wanted.len()).unwrap());
        }
    }

    #[test]
    fn what_is_put_is_as_if_it_had_been_there(rows in rows(), changes in proptest::collection::vec(row(), 0..8), settled in rows(),
                                              reports in reports(), told in reports()) {
        let mut columns = Columns::new(rows.clone(), &reports).unwrap();
        let (mut rows, mut reports) = (rows, reports);
        for change in &changes {
            let there = rows.iter_mut().find(|row| row.id == change.id);
            prop_assert_eq!(columns.put(change), there.is_some());
            if let Some(row) = there {
                *row = change.clone();
            }
        }
        let requirement = "p.2.1".parse().unwrap();
        let of = |row: &Owed| row.id.deadline.requirement == requirement;
        rows.retain(|row| !of(row));
        let settled: Vec<Owed> = settled.into_iter().filter(of).collect();
        rows.extend(settled.clone());
        prop_assert!(columns.put_all(&requirement, settled));
        let (of, others): (Vec<Reported>, Vec<Reported>) =
            told.into_iter().partition(|(on, _)| on.deadline.requirement == requirement);
        let on: Vec<&ObligationId> = others.iter().map(|(on, _)| on).collect();
        reports.retain(|(before, _)| before.deadline.requirement != requirement && !on.contains(&before));
        prop_assert!(columns.report(&Retold::Of(&requirement), &of));
        prop_assert!(columns.report(&Retold::These(&on), &others));
        reports.extend(of.iter().chain(&others).cloned());
        let known = rows.clone();
        let anew = Columns::new(rows, &reports).unwrap();
        let all_reports = |columns: &Columns| {
            let everything = BriefFilter::default();
            everything.find([(&"p".parse().unwrap(), columns)], &Scope::system(), &Window::first(&["id"], 1000))
        };
        prop_assert_eq!(all_reports(&columns), all_reports(&anew));
        prop_assert_eq!(all_reports(&columns).unwrap().1, reports.len());
        let (plan, everything): (PlanId, _) = ("p".parse().unwrap(), ObligationFilter::default());
        let horizon = Horizon { as_of: Day::from_ymd_opt(2017, 6, 30).unwrap(), near: Day::MAX, missing: None };
        let all = |columns: &Columns, field| {
            let reading = LedgerQuery::new([(&plan, columns, horizon)], &everything, &Owners::Everybodys);
            let fields: &[(&'static str, bool)] = if field == "id" { &[("id", false)] } else { &[("due_on", false), ("id", false)] };
            (reading.page(&Window { order: order(fields), after: None, rows: 1000 }), reading.groups(GroupBy::Unit), reading.board())
        };
        let filters = [ObligationFilter::default(), ObligationFilter { units: Some(vec!["a".parse().unwrap()]), ..ObligationFilter::default() },
                       ObligationFilter { requirements: vec!["p.2.1".parse().unwrap()], ..ObligationFilter::default() }];
        for filter in &filters {
            for (field, descending) in [("id", false), ("due_on", true)] {
                let window = Window { order: order(&[(field, descending), ("id", descending)]), after: None, rows: 1000 };
                let seen = |columns: &Columns| {
                    let reading = LedgerQuery::new([(&plan, columns, horizon)], filter, &Owners::Everybodys);
                    let rows = reading.rows(&window).unwrap().into_iter();
                    rows.map(|row| (row.obligation, row.reports.to_vec())).collect::<Vec<_>>()
                };
                prop_assert_eq!(seen(&columns), seen(&anew));
            }
        }
        let reading = LedgerQuery::new([(&plan, &columns, horizon)], &everything, &Owners::Everybodys);
        let by_id = Window { order: order(&[("id", false)]), after: None, rows: 1000 };
        for row in reading.rows(&by_id).unwrap() {
            let put = known.iter().find(|known| known.id == row.obligation.id).unwrap();
            let mut on: Vec<Brief> = reports.iter().filter(|(on, _)| *on == put.id).map(|(_, brief)| *brief).collect();
            on.sort_by_key(|brief| brief.id);
            prop_assert_eq!(row.reports, &*on);
            let shown = (row.obligation.version, row.obligation.exemption, row.obligation.unfinished.extension);
            prop_assert_eq!(shown, (put.detail.version, put.detail.exemption.clone(), put.detail.has_extension));
        }
        prop_assert_eq!(all(&columns, "id"), all(&anew, "id"));
        prop_assert_eq!(all(&columns, "due_on"), all(&anew, "due_on"));
    }
}

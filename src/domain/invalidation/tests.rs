//! What is stale after which entry.

use super::*;

fn logged(event: Event, plan: Option<&str>, obligation: Option<&str>) -> LoggedChange {
    LoggedChange {
        event: event.as_str().to_owned(),
        plan: plan.map(|id| id.parse().unwrap()),
        obligation: obligation.map(|id| id.parse().unwrap()),
    }
}

fn about(plans: &[&str], units: &[&str]) -> Dependencies {
    let plans: BTreeSet<PlanId> = plans.iter().map(|id| id.parse().unwrap()).collect();
    let units: BTreeSet<UnitCode> = units.iter().map(|code| code.parse().unwrap()).collect();
    Dependencies {
        plans: Some(plans).filter(|plans| !plans.is_empty()),
        units: Some(units).filter(|units| !units.is_empty()),
        settled_only: false,
    }
}

fn settled(plan: &str) -> Dependencies {
    Dependencies {
        settled_only: true,
        ..about(&[plan], &[])
    }
}

#[test]
fn only_what_is_concerned_is_different() {
    let at = |sealed| LogPosition {
        sealed,
        ..LogPosition::default()
    };
    let step = Event::REPORT_SUBMITTED;
    let first = LastChanges::from(at(7));
    for (dependencies, entry, changes) in [
        (about(&[], &[]), logged(step, Some("a"), Some("a.1.1.d1.x.2017")), true),
        (
            about(&["a"], &[]),
            logged(step, Some("a"), Some("a.1.1.d1.x.2017")),
            true,
        ),
        (
            about(&["b"], &[]),
            logged(step, Some("a"), Some("a.1.1.d1.x.2017")),
            false,
        ),
        (
            about(&[], &["x"]),
            logged(step, Some("a"), Some("a.1.1.d1.x.2017")),
            true,
        ),
        (
            about(&["a"], &["x"]),
            logged(step, Some("a"), Some("a.1.1.d1.x.2017")),
            true,
        ),
        (
            about(&["a"], &["y"]),
            logged(step, Some("a"), Some("a.1.1.d1.x.2017")),
            false,
        ),
        // Whose step it is, is not known.
        (about(&["a"], &["y"]), logged(step, Some("a"), None), true),
        (
            about(&["a"], &["y"]),
            logged(Event::REPORT_DISCARDED, Some("a"), Some("a.1.1.d1.x.2017")),
            true,
        ),
        (
            about(&["a"], &["y"]),
            logged(Event::PLAN_UPDATED, Some("a"), None),
            true,
        ),
        (
            about(&["b"], &["y"]),
            logged(Event::PLAN_UPDATED, Some("a"), None),
            false,
        ),
        (about(&["b"], &["y"]), logged(Event::UNIT_UPDATED, None, None), true),
        (settled("a"), logged(step, Some("a"), Some("a.1.1.d1.x.2017")), false),
        (
            settled("a"),
            logged(Event::REPORT_DISCARDED, Some("a"), Some("a.1.1.d1.x.2017")),
            false,
        ),
        (settled("a"), logged(Event::NOTICE_CREATED, Some("a"), None), false),
        (settled("a"), logged(Event::PLAN_UPDATED, Some("a"), None), true),
        (settled("b"), logged(Event::PLAN_UPDATED, Some("a"), None), false),
        (settled("b"), logged(Event::UNIT_UPDATED, None, None), true),
        (
            about(&[], &[]),
            logged(Event::FEEDBACK_RECEIVED, Some("a"), None),
            false,
        ),
    ] {
        assert_eq!(first.last(&dependencies), at(7).length());
        let then = first.and(at(8), std::slice::from_ref(&entry));
        let expected = if changes { at(8).length() } else { at(7).length() };
        assert_eq!(then.last(&dependencies), expected, "{dependencies:?} {entry:?}");
    }
}

#[test]
fn what_was_known_of_another_log_is_older_than_all() {
    let at = |sealed| LogPosition {
        sealed,
        ..LogPosition::default()
    };
    let (long, short) = (LastChanges::from(at(133)), at(93));
    let anew = long.of_another(short);
    assert_ne!(anew.log, long.log);
    assert_eq!(anew.and_more(at(200)).log, anew.log);
    assert_eq!(anew.and(at(94), &[]).log, anew.log);
}

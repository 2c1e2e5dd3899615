//! What is stale after which entry.

use super::*;

fn news(event: Event, plan: Option<&str>, obligation: Option<&str>) -> News {
    News {
        event: event.as_str().to_owned(),
        plan: plan.map(|id| id.parse().unwrap()),
        obligation: obligation.map(|id| id.parse().unwrap()),
    }
}

fn about(plans: &[&str], units: &[&str]) -> Concerns {
    let plans: BTreeSet<PlanId> = plans.iter().map(|id| id.parse().unwrap()).collect();
    let units: BTreeSet<UnitCode> = units.iter().map(|code| code.parse().unwrap()).collect();
    Concerns {
        plans: Some(plans).filter(|plans| !plans.is_empty()),
        units: Some(units).filter(|units| !units.is_empty()),
        settled_only: false,
    }
}

fn settled(plan: &str) -> Concerns {
    Concerns {
        settled_only: true,
        ..about(&[plan], &[])
    }
}

#[test]
fn only_what_is_concerned_is_different() {
    let at = |sealed| LogPlace {
        sealed,
        ..LogPlace::default()
    };
    let step = Event::REPORT_SUBMITTED;
    let first = Heard::from(at(7));
    for (concerns, entry, changes) in [
        (about(&[], &[]), news(step, Some("a"), Some("a.1.1.d1.x.2017")), true),
        (about(&["a"], &[]), news(step, Some("a"), Some("a.1.1.d1.x.2017")), true),
        (
            about(&["b"], &[]),
            news(step, Some("a"), Some("a.1.1.d1.x.2017")),
            false,
        ),
        (about(&[], &["x"]), news(step, Some("a"), Some("a.1.1.d1.x.2017")), true),
        (
            about(&["a"], &["x"]),
            news(step, Some("a"), Some("a.1.1.d1.x.2017")),
            true,
        ),
        (
            about(&["a"], &["y"]),
            news(step, Some("a"), Some("a.1.1.d1.x.2017")),
            false,
        ),
        // Whose step it is, is not known.
        (about(&["a"], &["y"]), news(step, Some("a"), None), true),
        (
            about(&["a"], &["y"]),
            news(Event::REPORT_DISCARDED, Some("a"), Some("a.1.1.d1.x.2017")),
            true,
        ),
        (about(&["a"], &["y"]), news(Event::PLAN_UPDATED, Some("a"), None), true),
        (about(&["b"], &["y"]), news(Event::PLAN_UPDATED, Some("a"), None), false),
        (about(&["b"], &["y"]), news(Event::UNIT_UPDATED, None, None), true),
        (settled("a"), news(step, Some("a"), Some("a.1.1.d1.x.2017")), false),
        (
            settled("a"),
            news(Event::REPORT_DISCARDED, Some("a"), Some("a.1.1.d1.x.2017")),
            false,
        ),
        (settled("a"), news(Event::NOTICE_CREATED, Some("a"), None), false),
        (settled("a"), news(Event::PLAN_UPDATED, Some("a"), None), true),
        (settled("b"), news(Event::PLAN_UPDATED, Some("a"), None), false),
        (settled("b"), news(Event::UNIT_UPDATED, None, None), true),
        (about(&[], &[]), news(Event::FEEDBACK_RECEIVED, Some("a"), None), false),
    ] {
        assert_eq!(first.last(&concerns), at(7).mark());
        let then = first.and(at(8), std::slice::from_ref(&entry));
        let expected = if changes { at(8).mark() } else { at(7).mark() };
        assert_eq!(then.last(&concerns), expected, "{concerns:?} {entry:?}");
    }
}

#[test]
fn what_was_known_of_another_log_is_older_than_all() {
    let at = |sealed| LogPlace {
        sealed,
        ..LogPlace::default()
    };
    let (long, short) = (Heard::from(at(133)), at(93));
    let anew = long.of_another(short);
    assert_ne!(anew.log, long.log);
    assert_eq!(anew.and_more(at(200)).log, anew.log);
    assert_eq!(anew.and(at(94), &[]).log, anew.log);
}

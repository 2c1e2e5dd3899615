//! What is offered of an obligation is what the things it begins would take.

use chrono::Days;
use proptest::prelude::*;
use uuid::Uuid;

use super::*;
use crate::domain::{
    deadline::RuleKind,
    extension::NewExtension,
    obligation::{Exemption, ReportFacts, ReportPhase, Unfinished},
    policy::Role,
    report::reportable,
    step::Step,
};

const NOW: &str = "2017-06-30T01:00:00Z";

fn today() -> Day {
    "2017-06-30".parse().unwrap()
}

fn any_day() -> impl Strategy<Value = Option<Day>> {
    prop::option::of((0u64..3).prop_map(|days| today() + Days::new(days) - Days::new(1)))
}

fn any_obligation() -> impl Strategy<Value = Obligation> {
    let phases = vec![None, Some(ReportPhase::Submitted), Some(ReportPhase::Returned)];
    let facts = (prop::sample::select(phases), any_day(), any_day());
    let unfinished = (any::<bool>(), any::<bool>());
    (any_day(), any_day(), any::<bool>(), facts, unfinished).prop_map(
        |(opens_on, due_on, exempted, (phase, reported_on, fulfilled_on), (report, extension))| Obligation {
            id: "dg-2017.17.3.d2.hbj.2017Q2".parse().unwrap(),
            judged_as: RuleKind::Recurring,
            role: None,
            opens_on,
            due_on,
            original_due_on: due_on,
            exemption: exempted.then(|| Exemption {
                reason: "已并入".into(),
                at: NOW.parse().unwrap(),
            }),
            reported_due_on: None,
            report: ReportFacts {
                phase,
                reported_on,
                fulfilled_on,
            },
            unfinished: Unfinished {
                report,
                extension,
                ..Unfinished::default()
            },
            version: 1,
        },
    )
}

fn any_actor() -> impl Strategy<Value = Actor> {
    let units = vec!["hbj", "humen"];
    (prop::sample::select(Role::ALL), prop::sample::select(units)).prop_map(|(role, unit)| Actor {
        person: Some(crate::domain::person::Person::plain("a")),
        roles: [role].into(),
        unit: unit.parse().ok(),
        ..Actor::anonymous()
    })
}

fn takes_an_extension(obligation: &Obligation) -> bool {
    let new: NewExtension = serde_json::from_value(serde_json::json!({
        "obligation_id": obligation.id.to_string(), "requested_due_on": "2018-01-15", "reason": "雨季", "progress": "八成"
    }))
    .unwrap();
    let by = Step {
        by: crate::domain::person::Person::plain("a"),
        at: NOW.parse().unwrap(),
    };
    new.request(obligation, by, false, today(), Uuid::nil().into()).is_ok()
}

proptest! {
    #[test]
    fn what_is_offered_is_what_can_be_done(obligation in any_obligation(), actor in any_actor(), open: bool) {
        let rules = Rules { open, signoff: false };
        let offered = obligation.actions_for(&actor, today(), rules);
        for action in ObligationAction::ALL {
            let taken = match action {
                ObligationAction::Exempt => obligation.exemption.is_none(),
                ObligationAction::Restore => obligation.exemption.is_some(),
                ObligationAction::Report => reportable(&obligation, today()).is_ok() && !obligation.unfinished.report,
                ObligationAction::RequestExtension => takes_an_extension(&obligation) && !obligation.unfinished.extension,
            };
            let may = open && actor.may_on(action.demands(), &obligation.id.unit);
            prop_assert_eq!(offered.contains(action), may && taken, "{:?}", action);
            prop_assert_eq!(obligation.permit(*action, &actor, today(), rules).is_ok(), may && taken, "{:?}", action);
        }
    }
}

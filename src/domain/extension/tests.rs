//! Tests of extensions.

use proptest::prelude::*;
use uuid::Uuid;

use super::*;
use crate::domain::{deadline::RuleKind, person::Person, policy::Role};

fn day(text: &str) -> Day {
    text.parse().unwrap()
}

fn step(by: &str) -> Step {
    Step {
        by: Person::plain(by),
        at: "2017-06-01T00:00:00Z".parse().unwrap(),
    }
}

fn asked(signoff: bool) -> Extension {
    let obligation = Obligation {
        id: "dg-2017.2.1.d1.zdb.2017".parse().unwrap(),
        judged_as: RuleKind::YearRound,
        role: None,
        opens_on: Some(day("2017-01-01")),
        due_on: Some(day("2017-12-31")),
        original_due_on: Some(day("2017-12-31")),
        exemption: None,
        report: crate::domain::obligation::ReportFacts::default(),
        unfinished: crate::domain::obligation::Unfinished::default(),
        reported_due_on: None,
        version: 1,
    };
    let new = NewExtension {
        obligation_id: obligation.id.to_string(),
        requested_due_on: day("2018-01-31"),
        reason: "征地未完成".into(),
        progress: "已公开三批".into(),
    };
    assert_eq!(
        new.clone()
            .request(&obligation, step("a"), signoff, day("2018-01-01"), Uuid::nil().into()),
        Err(Refusal::TooLate)
    );
    new.request(&obligation, step("a"), signoff, day("2017-12-31"), Uuid::nil().into())
        .unwrap()
}

#[test]
fn nobody_decides_their_own_request() {
    assert_eq!(
        asked(false).grant(step("a"), None, None, None),
        Err(Refusal::OwnRequest)
    );
    assert_eq!(asked(true).sign(step("a")), Err(Refusal::OwnRequest));
    assert_eq!(
        asked(true).grant(step("b"), None, None, None),
        Err(Refusal::Status(ExtensionStatus::Requested))
    );
    assert!(asked(false).refuse(step("b"), " ".into()).is_err());
}

fn actor(name: &str, role: Role) -> Actor {
    Actor {
        person: Some(Person::plain(name)),
        roles: [role].into(),
        unit: "zdb".parse().ok(),
        ..Actor::anonymous()
    }
}

fn any_actor() -> impl Strategy<Value = Actor> {
    ("[a-c]", prop::sample::select(Role::ALL)).prop_map(|(name, role)| actor(&name, role))
}

/// The step by somebody of whom the machine knows no more than the name.
fn take(extension: &Extension, action: ExtensionAction, by: Step) -> Result<Extension, Refusal> {
    let extension = extension.clone();
    match action {
        ExtensionAction::Sign => extension.sign(by),
        ExtensionAction::Withdraw => extension.withdraw(),
        ExtensionAction::Grant => extension.grant(by, None, None, None),
        ExtensionAction::Refuse => extension.refuse(by, "不宜延期".into()),
    }
}

proptest! {
    /// Each step that is offered is taken by the machine; each that is not is refused by it, or not the
    /// caller's to take.
    #[test]
    fn what_is_offered_is_what_can_be_done(
        walk in prop::collection::vec((prop::sample::select(ExtensionAction::ALL), any_actor()), 0..8), signoff: bool, open: bool
    ) {
        let rules = Rules { open, signoff };
        let mut extension = asked(signoff);
        for (action, actor) in walk {
            let after = take(&extension, action, step(actor.person.as_ref().unwrap().subject()));
            let offered = extension.actions_for(&actor, rules).contains(&action);
            let may = actor.may_on(action.demands(), extension.unit());
            prop_assert_eq!(offered, (open || action.outlasts_plan()) && may && after.is_ok());
            if let Ok(after) = after {
                prop_assert_eq!(after.version, extension.version + 1);
                prop_assert_eq!(after.due_on, extension.due_on);
                extension = after;
            }
        }
    }
}

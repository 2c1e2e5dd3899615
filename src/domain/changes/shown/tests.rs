//! What the log says of things is read as it is written, and decides who is told as the things themselves do.

use serde::Serialize;
use serde_json::{from_value, json, to_value};
use uuid::Uuid;

use super::*;
use crate::domain::{
    changes::{Followed, Follower},
    deadline::RuleKind,
    event::Event,
    extension::{Extension, NewExtension},
    feedback,
    notice::Notice,
    obligation::{Obligation, ObligationId, ReportFacts, Unfinished},
    person::Person,
    policy::{Actor, Role},
    report::{NewReport, Report},
    scope::Scope,
    second_review::{Objection, SecondReview, Subject},
    step::Step,
};

const ID: &str = "a.1.1.d1.x.2017";

fn step() -> Step {
    Step {
        by: Person::plain("a"),
        at: "2017-06-28T01:00:00Z".parse().unwrap(),
    }
}

fn obligation() -> Obligation {
    let due_on = "2017-06-30".parse().ok();
    Obligation {
        id: ID.parse().unwrap(),
        judged_as: RuleKind::Recurring,
        role: None,
        opens_on: "2017-04-01".parse().ok(),
        due_on,
        original_due_on: due_on,
        exemption: None,
        reported_due_on: None,
        report: ReportFacts::default(),
        unfinished: Unfinished::default(),
        version: 1,
    }
}

fn report() -> Report {
    let new: NewReport = from_value(json!({"obligation_id": ID, "summary": "已公开"})).unwrap();
    new.begin(&obligation(), step(), None, Uuid::nil().into()).unwrap()
}

fn extension(signoff: bool) -> Extension {
    let new = json!({"obligation_id": ID, "requested_due_on": "2017-07-14", "reason": "雨", "progress": "过半"});
    let new: NewExtension = from_value(new).unwrap();
    let today = "2017-06-28".parse().unwrap();
    new.request(&obligation(), step(), signoff, today, Uuid::nil().into())
        .unwrap()
}

fn review(subject: Subject) -> SecondReview {
    let objection = Objection {
        subject,
        subject_at: step().at,
        plan: "a".parse().unwrap(),
        unit: "x".parse().unwrap(),
    };
    objection.request(Uuid::nil().into(), "有误".into(), step()).unwrap()
}

fn notice() -> Notice {
    let (unit, obligations) = ("x".parse().unwrap(), [ID.parse().unwrap()].into());
    let plan = ("a".parse().unwrap(), 2017);
    Notice::automatic(Uuid::nil().into(), plan, 1, (unit, obligations), (step(), None))
}

fn logged<T: DeserializeOwned>(thing: &impl Serialize) -> T {
    from_value(to_value(thing).unwrap()).unwrap()
}

fn actors() -> impl Iterator<Item = Actor> {
    let roles = Role::ALL.iter().copied();
    roles.flat_map(|role| {
        [None, Some("x"), Some("y")].map(|unit| Actor {
            person: Some(Person::plain("b")),
            roles: [role].into(),
            unit: unit.and_then(|unit| unit.parse().ok()),
            ..Actor::anonymous()
        })
    })
}

#[test]
fn of_reports() {
    for status in ReportStatus::ALL.iter().copied() {
        for publication in Publication::ALL.iter().copied() {
            let report = Report {
                status,
                publication,
                ..report()
            };
            let said: LoggedReport = logged(&report);
            assert_eq!(said.was_handed_in(), report.was_handed_in());
            assert_eq!(said.is_public(), report.is_public());
            for actor in actors() {
                let scope = Scope::<Report>::of(&actor);
                let shown = said.is_shown(scope.visibility(), report.unit());
                assert_eq!(
                    shown,
                    scope.depth(&report).is_some(),
                    "{status:?} {publication:?} {actor:?}"
                );
            }
        }
    }
}

#[test]
fn of_second_reviews() {
    let (of_notices, of_reports) = (Owners::Everybodys, Owners::Nobodys);
    let visibility = second_review::Visibility { of_notices, of_reports };
    let is_shown = |subject| logged::<LoggedSecondReview>(&review(subject)).is_shown(&visibility);
    assert!(is_shown(Subject::Notice(Uuid::nil().into())));
    assert!(!is_shown(Subject::ProgressReport(Uuid::nil().into())));
}

#[test]
fn of_notices() {
    let of = |unit: &str| Owners::Units([unit.parse().unwrap()].into());
    let said: LoggedNotice = logged(&notice());
    assert!(matches!(said, LoggedNotice::Whole(_)));
    assert!(said.clone().shown(&of("x")).is_some() && said.shown(&of("y")).is_none());
    let said: LoggedNotice = logged(&notice().units[0]);
    assert!(matches!(said, LoggedNotice::Part(_)));
    assert!(said.clone().shown(&of("x")).is_some() && said.shown(&of("y")).is_none());
}

#[test]
fn a_request_is_shown_as_its_scope_shows_it() {
    for signoff in [false, true] {
        let said: LoggedExtension = logged(&extension(signoff));
        for role in [Role::Coordinator, Role::UnitReporter, Role::Portal] {
            for unit in ["x", "y"] {
                let actor = Actor {
                    roles: [role].into(),
                    unit: unit.parse().ok(),
                    ..Actor::anonymous()
                };
                let scope = Scope::<Extension>::of(&actor);
                let own = role == Role::UnitReporter && unit == "x";
                let shown = said.is_shown(scope.visibility(), extension(signoff).unit());
                assert_eq!(
                    shown,
                    own || role == Role::Coordinator && !signoff,
                    "{role:?} of {unit}"
                );
            }
        }
    }
}

/// By which `store` finds the obligation.
#[test]
fn what_belongs_to_an_obligation_says_to_which() {
    assert_eq!(to_value(report()).unwrap()["obligation"], ID);
    assert_eq!(to_value(extension(false)).unwrap()["obligation"], ID);
}

#[test]
fn what_cannot_be_read_hides_nothing() {
    let follower = Follower {
        ledger: Owners::Everybodys,
        extensions: extension::Visibility {
            own: Owners::Nobodys,
            handed_in: Owners::Everybodys,
        },
        reports: Visibility::default(),
        notices: Owners::Everybodys,
        second_reviews: second_review::Visibility::default(),
        feedback: feedback::Visibility::Published,
        drafts: false,
        plans: &|_| true,
    };
    for (list, event) in [
        (Followed::Reports, Event::REPORT_ACCEPTED),
        (Followed::Obligations, Event::REPORT_ACCEPTED),
        (Followed::Feedback, Event::REPORT_CLEARED),
        (Followed::SecondReviews, Event::SECOND_REVIEW_UPHELD),
        (Followed::Notices, Event::NOTICE_ISSUED),
        (Followed::Feedback, Event::FEEDBACK_PUBLISHED),
        (Followed::Occurrences, Event::OCCURRENCE_REGISTERED),
    ] {
        let entry = Entry {
            event: event.as_str().to_owned(),
            subject: "r".to_owned(),
            plan: "a".parse().ok(),
            obligation: ID.parse::<ObligationId>().ok(),
            before: None,
            after: Some(json!({"state": "accepted"})),
        };
        let mut changes = Changes::default();
        changes.apply(list, &entry, &follower);
        assert!(changes.everything, "{list:?} {event:?}");
    }
}

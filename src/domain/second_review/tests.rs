//! Tests of second reviews.

use proptest::prelude::*;
use uuid::Uuid;

use super::*;
use crate::domain::policy::Role;

fn step(by: &str, at: &str) -> Step {
    Step {
        by: Person::plain(by),
        at: at.parse().unwrap(),
    }
}

fn objection() -> Objection {
    Objection {
        subject: Subject::Notice(Uuid::nil().into()),
        plan: "dg-2017".parse().unwrap(),
        unit: "humen".parse().unwrap(),
        subject_at: "2017-06-30T01:00:00Z".parse().unwrap(),
    }
}

#[test]
fn the_last_day_is_in_time_and_the_next_is_not() {
    // 23:59 and 00:00 in Shanghai.
    let asked = objection().request(
        Uuid::nil().into(),
        "已按期报送".into(),
        step("a", "2017-07-30T15:59:00Z"),
    );
    assert_eq!(asked.unwrap().decide_by.to_string(), "2017-08-29");
    let late = objection().request(
        Uuid::nil().into(),
        "已按期报送".into(),
        step("a", "2017-07-30T16:00:00Z"),
    );
    assert_eq!(late, Err(Refusal::TooLate("2017-07-30".parse().unwrap())));
}

#[test]
fn is_decided_once_by_somebody_else() {
    let now = "2017-07-10T00:00:00Z";
    let asked = objection()
        .request(Uuid::nil().into(), "已按期报送".into(), step("a", now))
        .unwrap();
    let involved = Involved::new(asked.subject, [&Person::plain("b")]);
    let decide =
        |review: SecondReview, by: &str| review.decide(Decision::Uphold, step(by, now), "属实".into(), &involved);
    assert_eq!(decide(asked.clone(), "a"), Err(Refusal::HadPart));
    assert_eq!(decide(asked.clone(), "b"), Err(Refusal::HadPart));
    let upheld = decide(asked, "c").unwrap();
    assert_eq!(decide(upheld, "d"), Err(Refusal::Status(SecondReviewStatus::Upheld)));
}

proptest! {
    #[test]
    fn what_is_offered_is_what_can_be_done(
        walk in prop::collection::vec((prop::sample::select(SecondReviewAction::ALL), "[a-c]", prop::sample::select(Role::ALL), "humen|changan"), 0..4)
    ) {
        let now = "2017-07-10T00:00:00Z";
        let mut review = objection().request(Uuid::nil().into(), "已按期报送".into(), step("a", now)).unwrap();
        let involved = Involved::new(review.subject, [&Person::plain("b")]);
        for (action, name, role, unit) in walk {
            let unit = unit.parse().ok();
            let actor = Actor { person: Some(Person::plain(name.clone())), roles: [role].into(), unit, ..Actor::anonymous() };
            let decide = |decision| review.clone().decide(decision, step(&name, now), "属实".into(), &involved);
            let after = match action {
                SecondReviewAction::Withdraw => review.clone().withdraw(),
                SecondReviewAction::Uphold => decide(Decision::Uphold),
                SecondReviewAction::Overturn => decide(Decision::Overturn),
            };
            let may = actor.may_on(action.demands(), &review.unit);
            prop_assert_eq!(review.actions_for(&actor, &involved).contains(&action), may && after.is_ok());
            if may && let Ok(after) = after {
                prop_assert_eq!(after.version, review.version + 1);
                review = after;
            }
        }
    }
}

//! Tests of notices.

use proptest::prelude::*;
use uuid::Uuid;

use super::*;
use crate::domain::{
    fault::Fault,
    policy::{Reach, Role},
    unit::{NewUnit, Unit, UnitDirectory, UnitKind},
};

fn day(text: &str) -> Day {
    text.parse().unwrap()
}

fn step(by: &str, at: &str) -> Step {
    Step {
        by: Person::plain(by),
        at: at.parse().unwrap(),
    }
}

fn now(by: &str) -> Step {
    step(by, "2017-06-30T01:00:00Z")
}

fn unit(code: &str) -> Unit {
    let new: NewUnit = serde_json::from_value(serde_json::json!({"code": code, "name": code, "kind": "town"})).unwrap();
    assert_eq!(new.kind, UnitKind::Town);
    new.alone()
}

fn units() -> UnitDirectory {
    UnitDirectory::new(["changan", "humen"].map(unit))
}

fn setting<'s>(units: &'s UnitDirectory, earlier: Option<&'s Notice>, today: &str) -> Setting<'s> {
    let known = ["dg-2017.1.1.d1.humen.2017Q1", "dg-2017.1.1.d1.changan.2017Q1"];
    Setting {
        units,
        known: known.map(|id| id.parse().unwrap()).into(),
        earlier,
        today: day(today),
    }
}

fn new(kind: NoticeKind, level: Option<NoticeLevel>) -> NewNotice {
    NewNotice {
        plan_id: "dg-2017".parse().unwrap(),
        kind,
        level,
        subject: "事由".into(),
        text: "正文".into(),
        basis: None,
        units: vec!["humen".into(), "changan".into()],
        obligations: vec!["dg-2017.1.1.d1.humen.2017Q1".into()],
        reply_by: kind.urges().then(|| day("2017-07-07")),
        follows: None,
        urgent_reason: None,
    }
}

fn draft(kind: NoticeKind) -> Notice {
    let level = kind.urges().then_some(NoticeLevel::Blue);
    let units = units();
    new(kind, level)
        .draft(Uuid::nil().into(), 2017, now("a"), &setting(&units, None, "2017-06-30"))
        .unwrap()
}

fn faults(of: Result<Notice, Refusal>) -> Vec<(String, Fault)> {
    match of {
        Err(Refusal::Faults(found)) => found.into_iter().map(|one| (one.pointer, one.fault)).collect(),
        other => panic!("{other:?}"),
    }
}

fn escalated(level: NoticeLevel, earlier: &Notice, today: &str) -> Result<Notice, Refusal> {
    let units = units();
    let new = NewNotice {
        follows: Some(earlier.id.to_string()),
        reply_by: Some(day("2017-12-31")),
        ..new(NoticeKind::Reminder, Some(level))
    };
    new.draft(
        Uuid::max().into(),
        2017,
        now("a"),
        &setting(&units, Some(earlier), today),
    )
}

#[test]
fn a_draft_says_everything_that_is_wrong_with_it() {
    let units = units();
    let setting = setting(&units, None, "2017-07-08");
    let refusal = NewNotice {
        subject: " ".into(),
        units: vec!["humen".into(), "nosuch".into()],
        obligations: vec![
            "dg-2017.1.1.d1.changan.2017Q1".into(),
            "dg-2017.9.9.d1.humen.2017Q1".into(),
        ],
        ..new(NoticeKind::Supervision, Some(NoticeLevel::Red))
    };
    let found = faults(refusal.draft(Uuid::nil().into(), 2017, now("a"), &setting));
    let expected = [
        ("/subject", Fault::Required),
        ("/reply_by", Fault::OutOfRange),
        ("/units/1", Fault::NotFound),
        ("/obligations/0", Fault::Conflict),
        ("/obligations/1", Fault::NotFound),
        ("/urgent_reason", Fault::Required),
    ];
    assert_eq!(found, expected.map(|(pointer, fault)| (pointer.to_owned(), fault)));
    let praise = NewNotice {
        reply_by: Some(day("2017-07-09")),
        ..new(NoticeKind::Commendation, Some(NoticeLevel::Blue))
    };
    let found = faults(praise.draft(Uuid::nil().into(), 2017, now("a"), &setting));
    let expected = [("/reply_by", Fault::Conflict), ("/level", Fault::Conflict)];
    assert_eq!(found, expected.map(|(pointer, fault)| (pointer.to_owned(), fault)));
}

#[test]
fn escalation_is_one_level_up_after_the_day_for_who_did_not_answer() {
    let blue = draft(NoticeKind::Reminder);
    assert_eq!(
        escalated(NoticeLevel::Yellow, &blue, "2017-07-08"),
        Err(Refusal::FollowsNothing(blue.id))
    );
    let mut blue = blue.issue(now("a"), 1).unwrap();
    let too_early = Err(Refusal::TooEarly(blue.id, day("2017-07-07")));
    assert_eq!(escalated(NoticeLevel::Yellow, &blue, "2017-07-07"), too_early);
    let yellow = escalated(NoticeLevel::Yellow, &blue, "2017-07-08").unwrap();
    assert_eq!(yellow.follows, Some(blue.id));
    let found = faults(escalated(NoticeLevel::Red, &blue, "2017-07-08"));
    assert_eq!(found, [("/level".to_owned(), Fault::Conflict)]);
    let answered = blue
        .answer(&"humen".parse().unwrap(), now("h"), "已报".into(), day("2017-07-01"))
        .unwrap();
    blue.units.retain(|one| one.unit != answered.unit);
    blue.units.push(answered);
    let found = faults(escalated(NoticeLevel::Yellow, &blue, "2017-07-08"));
    assert_eq!(found, [("/units".to_owned(), Fault::Conflict)]);
}

#[test]
fn an_answer_is_replaced_in_time_only() {
    let mut notice = draft(NoticeKind::Reminder).issue(now("a"), 1).unwrap();
    let humen: UnitCode = "humen".parse().unwrap();
    let answer = |notice: &Notice, today: &str| notice.answer(&humen, now("h"), "已报".into(), day(today));
    let first = answer(&notice, "2017-07-07").unwrap();
    assert!(first.acknowledged.is_some(), "whoever answers has received it");
    assert!(answer(&notice, "2017-07-08").is_ok(), "late, and once");
    let at = notice.units.iter().position(|one| one.unit == humen).unwrap();
    notice.units[at] = first;
    assert!(answer(&notice, "2017-07-07").is_ok());
    assert_eq!(
        answer(&notice, "2017-07-08"),
        Err(Refusal::State(NoticeStatus::Issued, vec![]))
    );
}

#[test]
fn lifted_for_the_last_unit_is_rescinded() {
    let notice = draft(NoticeKind::Criticism).submit(now("a")).unwrap();
    let notice = notice.approve(now("b")).unwrap().issue(now("a"), 1).unwrap();
    let lift = |notice: Notice, unit: &str| notice.lift(&unit.parse().unwrap(), now("c"), "不属实".into());
    let one_left = lift(notice, "humen").unwrap();
    assert_eq!(one_left.status, NoticeStatus::Issued);
    let none_left = lift(one_left, "changan").unwrap();
    assert_eq!(none_left.status, NoticeStatus::Rescinded);
    assert!(none_left.units.iter().all(|one| one.lifted.is_some()));
}

proptest! {
    #[test]
    fn a_random_walk_stays_within_what_is_declared(walk in proptest::collection::vec(0u8..5, 0..10), kind in 0usize..4) {
        use NoticeKind as K;
        let mut notice = draft([K::Reminder, K::Supervision, K::Commendation, K::Criticism][kind]);
        let mut approvals = 0;
        for choice in walk {
            let before = notice.clone();
            let (action, after) = match choice {
                0 => (NoticeAction::Submit, notice.clone().submit(now("a"))),
                1 => (NoticeAction::Approve, notice.clone().approve(now("b"))),
                2 => (NoticeAction::Return, notice.clone().send_back("不妥".into())),
                3 => (NoticeAction::Issue, notice.clone().issue(now("a"), 1)),
                _ => (NoticeAction::Rescind, notice.clone().rescind(now("b"), "有误".into())),
            };
            prop_assert_eq!(after.is_ok(), before.status.actions(before.kind).contains(&action));
            prop_assert!(before.clone().approve(now("a")).is_err(), "its author approved it");
            if let Ok(after) = after {
                prop_assert_eq!(after.version, before.version + 1);
                approvals += u32::from(action == NoticeAction::Approve);
                if after.status == NoticeStatus::Issued {
                    prop_assert!(after.kind.urges() || approvals > 0);
                    prop_assert!(after.kind.urges() || after.approved.is_some());
                }
                prop_assert_eq!(after.number.is_some(), after.status.is_sent());
                notice = after;
            }
        }
    }

    /// Each step that is offered is taken by the machine; each that is not is refused by it, or not the
    /// caller's to take.
    #[test]
    fn what_is_offered_is_what_can_be_done(
        walk in prop::collection::vec((prop::sample::select(NoticeAction::ALL), any_actor()), 0..12), kind in any_kind(), open: bool
    ) {
        let (rules, today) = (Rules { open, signoff: false }, day("2017-06-30"));
        let mut notice = draft(kind);
        for (action, actor) in walk {
            let after = take(&notice, action, &actor, today);
            let may = match actor.reach(action.demands()) {
                Reach::Own => notice.status.is_sent(),
                reach => reach == Reach::All && (open || !matches!(action, NoticeAction::Update | NoticeAction::Issue)),
            };
            prop_assert_eq!(notice.actions_for(&actor, today, rules, &units()).contains(&action), may && after.is_ok(), "{:?} {:?}", action, actor);
            notice = after.unwrap_or(notice);
        }
    }
}

fn any_kind() -> impl Strategy<Value = NoticeKind> {
    use NoticeKind as K;
    prop::sample::select(vec![K::Reminder, K::Supervision, K::Commendation, K::Criticism])
}

fn any_actor() -> impl Strategy<Value = Actor> {
    let unit = prop::sample::select(vec!["humen", "changan", "zdb"]);
    ("[a-c]", prop::sample::select(Role::ALL), unit).prop_map(|(name, role, unit)| Actor {
        person: Some(Person::plain(name)),
        roles: [role].into(),
        unit: unit.parse().ok(),
        ..Actor::anonymous()
    })
}

/// The step by somebody of whom the machine knows no more than name and unit.
fn take(notice: &Notice, action: NoticeAction, actor: &Actor, today: Day) -> Result<Notice, Refusal> {
    let by = now(actor.person.as_ref().unwrap().subject());
    let unit = actor.unit.clone().unwrap();
    let put = |after: Addressee| {
        let units = notice
            .units
            .iter()
            .map(|one| if one.unit == after.unit { &after } else { one });
        Notice {
            units: units.cloned().collect(),
            ..notice.clone()
        }
    };
    match action {
        NoticeAction::Update | NoticeAction::Delete => notice.allow(action).map(|()| notice.clone()),
        NoticeAction::Submit => notice.clone().submit(by),
        NoticeAction::Approve => notice.clone().approve(by),
        NoticeAction::Return => notice.clone().send_back("不妥".into()),
        NoticeAction::Issue => notice.clone().issue(by, 1),
        NoticeAction::Rescind => notice.clone().rescind(by, "有误".into()),
        NoticeAction::Acknowledge => notice.acknowledge(&unit, by, today).map(put),
        NoticeAction::Answer => notice.answer(&unit, by, "已办".into(), today).map(put),
    }
}

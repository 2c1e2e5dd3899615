//! A plan lives forward only.

use super::*;

#[test]
fn a_plan_lives_forward_only() {
    let now = "2017-03-01T00:00:00Z".parse().unwrap();
    let new: NewPlan = serde_json::from_str(r#"{"id":"dg-2018","title":"方案","year":2018}"#).unwrap();
    let draft = new.into_content(&UnitDirectory::default()).unwrap().plan;
    assert!(draft.clone().close(now).is_err());
    let published = draft.publish(now).unwrap();
    assert!(published.clone().reopen().is_err());
    assert!(published.clone().publish(now).is_err());
    assert!(published.allow(PlanAction::Delete).is_err());
    let closed = published.close(now).unwrap();
    assert_eq!(closed.status.actions(), &[PlanAction::Reopen]);
    let reopened = closed.clone().reopen().unwrap();
    assert_eq!((reopened.status, reopened.closed_at), (PlanStatus::Published, None));
    assert!(reopened.reopen().is_err());
    let day = |text: &str| text.parse().unwrap();
    for (asked, told) in [
        ("2017-02-28", "2017-02-28"),
        ("2017-03-01", "2017-03-01"),
        ("2017-03-02", "2017-03-01"),
    ] {
        assert_eq!(closed.stands_on(day(asked)), day(told));
    }
}

#[test]
fn what_is_offered_of_a_plan_is_what_can_be_done() {
    let now = "2017-03-01T00:00:00Z".parse().unwrap();
    let new: NewPlan = serde_json::from_str(r#"{"id":"dg-2018","title":"方案","year":2018}"#).unwrap();
    let draft = new.into_content(&UnitDirectory::default()).unwrap().plan;
    let published = draft.clone().publish(now).unwrap();
    let closed = published.clone().close(now).unwrap();
    for plan in [draft, published, closed] {
        let offered = plan.actions_for(true);
        assert_eq!(plan.actions_for(false), &[]);
        for action in [
            PlanAction::Update,
            PlanAction::Delete,
            PlanAction::Publish,
            PlanAction::Close,
            PlanAction::Reopen,
        ] {
            assert_eq!(offered.contains(&action), plan.allow(action).is_ok());
        }
        assert_eq!(
            offered.contains(&PlanAction::Publish),
            plan.clone().publish(now).is_ok()
        );
        assert_eq!(offered.contains(&PlanAction::Close), plan.clone().close(now).is_ok());
    }
}

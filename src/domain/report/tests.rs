//! The workflow, walked at random.

use proptest::prelude::*;
use uuid::Uuid;

use super::*;
use crate::domain::{
    deadline::RuleKind,
    obligation::{Obligation, ReportFacts, Unfinished},
    patch::Patch,
    policy::Role,
    time::Instant,
};

fn step(by: &str) -> Step {
    step_after(by, 0)
}

/// The same some days later.
fn step_after(by: &str, days: i64) -> Step {
    let first: Instant = "2017-06-28T01:00:00Z".parse().unwrap();
    Step {
        by: Person::plain(by),
        at: first + chrono::Duration::days(days),
    }
}

fn obligation() -> Obligation {
    let day = |text: &str| text.parse().ok();
    Obligation {
        id: "dg-2017.17.3.d2.hbj.2017Q2".parse().unwrap(),
        judged_as: RuleKind::Recurring,
        role: None,
        opens_on: day("2017-04-01"),
        due_on: day("2017-06-30"),
        original_due_on: day("2017-06-30"),
        exemption: None,
        reported_due_on: None,
        report: ReportFacts::default(),
        unfinished: Unfinished::default(),
        version: 1,
    }
}

fn draft() -> Report {
    let new: NewReport = serde_json::from_value(serde_json::json!({
        "obligation_id": "dg-2017.17.3.d2.hbj.2017Q2", "summary": "已公开", "claims_completion": true
    }))
    .unwrap();
    new.begin(&obligation(), step("a"), None, Uuid::nil().into()).unwrap()
}

#[test]
fn who_saves_what_it_says_already_is_no_author_of_it() {
    let saved = draft().save(&step("b"), ContentPatch::default(), None);
    assert_eq!(saved, Ok(draft()));
}

/// The step of `action` by `who`.
fn take(report: &Report, action: ReportAction, who: &str, signoff: bool) -> Result<Report, Refusal> {
    take_as(report, action, step(who), signoff)
}

fn take_as(report: &Report, action: ReportAction, by: Step, signoff: bool) -> Result<Report, Refusal> {
    match action {
        ReportAction::Update => {
            let patch = ContentPatch {
                summary: Patch::Value(format!("第{}稿", report.version)),
                ..ContentPatch::default()
            };
            report.save(&by, patch, None)
        }
        ReportAction::Delete => report.delete().map(|()| report.clone()),
        ReportAction::Submit => report.submit(by, None, signoff),
        ReportAction::Sign => report.sign(by),
        ReportAction::Withdraw => report.withdraw(&by),
        ReportAction::Accept => report.accept(by, None),
        ReportAction::Return => report.send_back(by, "请补充".into()),
        ReportAction::Clear => report.clear(by, None),
        ReportAction::Withhold => report.withhold(by, "涉密".into()),
        ReportAction::Revise => report.revise(&by),
    }
}

fn any_action() -> impl Strategy<Value = ReportAction> {
    prop::sample::select(ReportAction::ALL)
}

fn any_actor() -> impl Strategy<Value = Actor> {
    (
        "[a-d]",
        prop::sample::select(Role::ALL),
        prop::sample::select(vec!["hbj", "humen"]),
    )
        .prop_map(|(name, role, unit)| Actor {
            person: Some(Person::plain(name)),
            roles: [role].into(),
            unit: unit.parse().ok(),
            ..Actor::anonymous()
        })
}

proptest! {
    /// Each step that is offered is taken by the machine; each that is not is refused by it, or not the
    /// caller's to take.
    #[test]
    fn what_is_offered_is_what_can_be_done(walk in prop::collection::vec((any_action(), any_actor()), 0..30), signoff: bool, open: bool) {
        let rules = Rules { open, signoff };
        let mut report = draft();
        for (action, actor) in walk {
            let after = take(&report, action, actor.person.as_ref().unwrap().subject(), signoff);
            let may = actor.may_on(action.demands(), report.unit()) && (open || action.outlasts_plan());
            prop_assert_eq!(report.actions_for(&actor, rules).contains(&action), may && after.is_ok());
            report = after.unwrap_or(report);
        }
    }
}

proptest! {
    #[test]
    fn a_random_walk_stays_within_what_is_declared(walk in prop::collection::vec((any_action(), "[a-d]"), 0..30), signoff: bool) {
        let mut report = draft();
        for (action, who) in walk {
            let before = report.clone();
            let after = take(&report, action, &who, signoff);
            let own = action.is_review() && before.is_by(&Person::plain(who.clone()));
            let twice = action == ReportAction::Clear && before.was_accepted_by(&Person::plain(who.clone()));
            prop_assert_eq!(after.is_ok(), before.actions().contains(&action) && !own && !twice);
            if own && before.actions().contains(&action) {
                prop_assert_eq!(after.clone().unwrap_err(), Refusal::OwnWords);
            }
            let Ok(after) = after else { continue };
            if action != ReportAction::Delete {
                prop_assert_eq!(after.version, before.version + 1);
            }
            // Whoever wrote stays an author; whoever judged never becomes one by it.
            prop_assert!(before.authors.iter().all(|author| after.is_by(author)));
            prop_assert!(!action.is_review() || after.authors == before.authors);
            // Public is what was accepted and then cleared, and a revision is neither.
            prop_assert!(!after.is_public() || after.status == ReportStatus::Accepted && after.publication == Publication::Cleared);
            if after.status != ReportStatus::Accepted {
                prop_assert_eq!(after.publication, Publication::Pending);
            }
            prop_assert!(after.status != ReportStatus::Submitted || after.reported_on.is_some());
            report = after;
        }
        let facts = facts(std::slice::from_ref(&report), RuleKind::Recurring);
        prop_assert_eq!(facts.fulfilled_on.is_some(), report.status == ReportStatus::Accepted);
        prop_assert_eq!(facts.phase == Some(crate::domain::obligation::ReportPhase::Submitted), report.status == ReportStatus::Submitted);
    }
}

#[test]
fn what_was_taken_back_unseen_was_never_reported() {
    let submitted = take(&draft(), ReportAction::Submit, "a", false).unwrap();
    assert_eq!(submitted.reported_on, "2017-06-28".parse().ok());
    let withdrawn = take(&submitted, ReportAction::Withdraw, "a", false).unwrap();
    assert_eq!(withdrawn.reported_on, None);
    let returned = take(&submitted, ReportAction::Return, "b", false).unwrap();
    let again = take(&returned, ReportAction::Submit, "a", false).unwrap();
    let withdrawn = take(&again, ReportAction::Withdraw, "a", false).unwrap();
    assert_eq!(withdrawn.reported_on, None, "nobody has accepted it");
    let accepted = take(&submitted, ReportAction::Accept, "b", false).unwrap();
    let revised = take(&accepted, ReportAction::Revise, "a", false).unwrap();
    let again = take(&revised, ReportAction::Submit, "a", false).unwrap();
    let withdrawn = take(&again, ReportAction::Withdraw, "a", false).unwrap();
    assert_eq!(
        withdrawn.reported_on, submitted.reported_on,
        "what was accepted was reported"
    );
}

/// Since when a report stands, and since when its claim of completion does.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
struct Stands {
    since: Option<Day>,
    claims_since: Option<Day>,
}

/// What stands of a report, told by what happened to it.
#[derive(Debug, Clone, Copy, Default)]
struct Told {
    accepted: Stands,
    handed_in: Stands,
    now: Stands,
    /// Returned, and written on since.
    edited: bool,
}

impl Told {
    fn apply(&mut self, after: &Report, action: Option<ReportAction>, today: Day) {
        use ReportAction as A;
        match action {
            Some(A::Submit | A::Sign) if after.status == ReportStatus::Submitted => {
                let claims = after.content.claims_completion;
                self.handed_in = Stands {
                    since: self.accepted.since.or(Some(today)),
                    claims_since: claims.then(|| self.accepted.claims_since.unwrap_or(today)),
                };
                self.now = self.handed_in;
            }
            Some(A::Accept) => self.accepted = self.now,
            Some(A::Return | A::Withdraw) => (self.now, self.edited) = (self.accepted, false),
            // The return was overturned.
            None => self.now = self.handed_in,
            Some(A::Update) => self.edited = true,
            Some(_) => {}
        }
    }
}

/// What one does with one of two reports, how many days after the last.
#[derive(Debug, Clone, Copy)]
struct Move {
    which: usize,
    action: Option<ReportAction>,
    days: i64,
    claims: bool,
}

fn any_move() -> impl Strategy<Value = Move> {
    use ReportAction as A;
    let action = prop::sample::select(vec![
        Some(A::Update),
        Some(A::Submit),
        Some(A::Submit),
        Some(A::Sign),
        Some(A::Withdraw),
        Some(A::Accept),
        Some(A::Accept),
        Some(A::Return),
        Some(A::Revise),
        None,
    ]);
    (0..2usize, action, 0..3i64, any::<bool>()).prop_map(|(which, action, days, claims)| Move {
        which,
        action,
        days,
        claims,
    })
}

proptest! {
    /// The day that counts is that of what stands: of what is to be done by a day, the claim of completion.
    #[test]
    fn what_counts_is_what_stands_since_it_was_handed_in(walk in prop::collection::vec(any_move(), 0..60), signoff: bool) {
        let (mut reports, mut told) = (vec![draft(), draft()], [Told::default(); 2]);
        let (date, recurring) = (RuleKind::Date, RuleKind::Recurring);
        let mut days = 0;
        for Move { which, action, days: later, claims } in walk {
            days += later;
            let mut before = reports[which].clone();
            let author = !action.is_none_or(ReportAction::is_review);
            let by = step_after(if author { "a" } else { "b" }, days);
            let today = day_of(by.at);
            if action == Some(ReportAction::Update) {
                before.content.claims_completion = claims;
            }
            let after = match action {
                Some(action) => take_as(&before, action, by, signoff),
                // With that its second review lapses.
                None if told[which].edited => continue,
                None => before.reinstate(),
            };
            let Ok(after) = after else { continue };
            let known = [date, recurring].map(|kind| facts(&reports, kind));
            reports[which] = after.clone();
            told[which].apply(&after, action, today);
            let first = |day: fn(&Stands) -> Option<Day>| told.iter().filter_map(|told| day(&told.now)).min();
            let now = [date, recurring].map(|kind| facts(&reports, kind));
            prop_assert_eq!(now[0].reported_on, first(|stands| stands.claims_since));
            prop_assert_eq!(now[1].reported_on, first(|stands| stands.since));
            prop_assert!(now[0].fulfilled_on.is_none() || now[0].reported_on.is_some());
            // The other one is not in the coordinators' hands: of two there is one that is not accepted.
            if reports[1 - which].status == ReportStatus::Accepted {
                for (kind, (before, now)) in [date, recurring].into_iter().zip(known.into_iter().zip(now)) {
                    let after = facts_after(before, &after, kind);
                    prop_assert!(after.is_none_or(|after| after == now));
                }
            }
        }
    }
}

#[test]
fn an_obligation_of_another_day_takes_no_report() {
    for (day, ok) in [("2017-03-31", false), ("2017-04-01", true), ("2018-01-01", true)] {
        assert_eq!(reportable(&obligation(), day.parse().unwrap()).is_ok(), ok, "{day}");
    }
    let waiting = Obligation {
        due_on: None,
        opens_on: None,
        ..obligation()
    };
    assert_eq!(
        reportable(&waiting, "2017-06-30".parse().unwrap()),
        Err(Refusal::NotReportable(
            waiting.id.clone(),
            crate::domain::obligation::State::Waiting
        ))
    );
}

//! Which rows of a followed list an entry of the log may have changed, for each list and follower, in one table. Followers
//! learn nothing about what they may not see, not even that something happened to it.

mod content;
mod shown;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

pub use self::content::Part;
use self::shown::{LoggedExtension, LoggedFeedback, LoggedNotice, LoggedReport, LoggedSecondReview, States};
use super::{
    event::{Event, EventSubject, is_one_of},
    extension::{self, Extension},
    feedback::{self, Feedback},
    id::{PlanId, ReportId, RequirementId, TaskId},
    invalidation::SETTLING,
    notice::Notice,
    obligation::{Obligation, ObligationId},
    plan::{self, Plan},
    policy::Actor,
    report::{Report, Visibility},
    scope::{Owners, Scope},
    second_review::{self, SecondReview},
    time::Day,
};

/// A list that can be followed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Followed {
    /// Deadlines.
    Deadlines,
    /// Entries of the log itself.
    Entries,
    /// Extensions.
    Extensions,
    /// What the public says.
    Feedback,
    /// Imports.
    Imports,
    /// Notices.
    Notices,
    /// The ledger.
    Obligations,
    /// Registered events.
    Occurrences,
    /// Plans.
    Plans,
    /// Progress reports.
    Reports,
    /// Requirements.
    Requirements,
    /// Second reviews.
    SecondReviews,
    /// Tasks.
    Tasks,
    /// What waits for the caller.
    Todo,
    /// Units.
    Units,
}

impl Followed {
    /// Whether its rows name units, or can be filtered by them.
    pub fn hangs_on_units(self) -> bool {
        !matches!(self, Self::Entries | Self::Imports | Self::Occurrences)
    }

    /// Whether the log says which of its rows changed. What waits hangs on much else, and is told whole; entries are in the
    /// order of their numbers themselves.
    pub fn is_logged(self) -> bool {
        !matches!(self, Self::Entries | Self::Todo)
    }

    /// Whether its rows count working days, or what may be done to them hangs on that they are known.
    pub fn hangs_on_calendar(self) -> bool {
        matches!(self, Self::Obligations | Self::Plans)
    }
}

/// An entry of the log, as far as it tells which rows it changed, and who may know.
#[derive(Debug)]
pub struct Entry {
    /// What happened.
    pub event: String,
    /// To what.
    pub subject: String,
    /// In which plan.
    pub plan: Option<PlanId>,
    /// To which obligation, or to what belongs to it.
    pub obligation: Option<ObligationId>,
    /// What the thing was.
    pub before: Option<Value>,
    /// What it is since.
    pub after: Option<Value>,
}

/// What a follower sees.
pub struct Follower<'f> {
    /// Of the ledger.
    pub ledger: Owners,
    /// Of extensions.
    pub extensions: extension::Visibility,
    /// Of reports.
    pub reports: Visibility,
    /// Of notices.
    pub notices: Owners,
    /// Of second reviews.
    pub second_reviews: second_review::Visibility,
    /// Of what the public says.
    pub feedback: feedback::Visibility,
    /// Drafts of plans too.
    pub drafts: bool,
    /// Which plans.
    pub plans: &'f dyn Fn(&PlanId) -> bool,
}

impl<'f> Follower<'f> {
    /// What `actor` sees, of the plans for which `plans` holds.
    pub fn of(actor: &Actor, plans: &'f dyn Fn(&PlanId) -> bool) -> Self {
        Self {
            ledger: Scope::<Obligation>::of(actor).visibility().clone(),
            extensions: Scope::<Extension>::of(actor).visibility().clone(),
            reports: Scope::<Report>::of(actor).visibility().clone(),
            notices: Scope::<Notice>::of(actor).visibility().clone(),
            second_reviews: Scope::<SecondReview>::of(actor).visibility().clone(),
            feedback: *Scope::<Feedback>::of(actor).visibility(),
            drafts: *Scope::<Plan>::of(actor).visibility() == plan::Visibility::All,
            plans,
        }
    }
}

/// A change of whether something is public.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct VisibilityChange {
    /// Its place among all of them.
    pub place: usize,
    /// Whether it was public.
    pub before: bool,
    /// Whether it is public since.
    pub after: bool,
}

/// What a follower has to look at anew.
#[derive(Debug, Clone, Default)]
pub struct Changes {
    /// The last number of the log that is known of.
    pub after: i64,
    /// The day for which rows were told.
    pub told: Day,
    /// If that has passed: the day again.
    pub passed: Option<Day>,
    /// All rows.
    pub everything: bool,
    /// These rows of the list.
    pub things: BTreeSet<String>,
    /// The rows of these obligations.
    pub obligations: BTreeSet<ObligationId>,
    /// All rows of these requirements.
    pub requirements: BTreeSet<RequirementId>,
    /// Requirements that were settled: what is not owed any more is gone.
    pub settled: BTreeSet<RequirementId>,
    /// Rows that the follower was shown meanwhile, or before.
    pub had: BTreeSet<String>,
    /// What is said of these reports.
    pub reports: BTreeSet<ReportId>,
    /// When reports and feedback became public or ceased to be, as far as that depends on each alone.
    pub open: BTreeMap<String, Vec<VisibilityChange>>,
    /// How many of these changes there were.
    pub opened: usize,
    /// What belongs to these plans.
    pub plans: BTreeSet<PlanId>,
    /// What belongs to these tasks, and the plans that have them.
    pub tasks: BTreeSet<TaskId>,
}

impl Entry {
    fn states(&self) -> impl Iterator<Item = &Value> {
        [&self.before, &self.after].into_iter().flatten()
    }
}

impl Changes {
    /// No changes yet: behind the number `after` of the log, for a follower whose rows were told for the day `told`.
    pub fn since(after: i64, told: Day, today: Day) -> Self {
        Self {
            after,
            told,
            passed: Some(told).filter(|told| *told < today),
            ..Self::default()
        }
    }

    /// Hears of an entry, in the order of the log.
    pub fn apply(&mut self, list: Followed, entry: &Entry, follower: &Follower<'_>) {
        if is_one_of(&entry.event, Event::REMINDERS) {
            return;
        }
        let Some(thing) = EventSubject::of(&entry.event) else {
            self.everything = true;
            return;
        };
        match thing {
            // No list that is followed shows them.
            EventSubject::Assessment | EventSubject::CalendarFeed => {}
            EventSubject::Plan
            | EventSubject::Task
            | EventSubject::Requirement
            | EventSubject::Deadline
            | EventSubject::Occurrence => {
                self.apply_content(list, entry, follower);
            }
            EventSubject::Import => self.apply_import(list, entry),
            EventSubject::Unit => self.everything |= list.hangs_on_units(),
            EventSubject::Calendar => self.everything |= list.hangs_on_calendar(),
            EventSubject::Notice => self.apply_notice(list, entry, follower),
            EventSubject::SecondReview => self.apply_second_review(list, entry, follower),
            EventSubject::Feedback => self.apply_feedback(list, entry),
            EventSubject::Obligation | EventSubject::Extension | EventSubject::Report => match &entry.obligation {
                Some(id) => self.apply_work(list, (thing, id), entry, follower),
                None => self.everything = true,
            },
        }
    }

    fn apply_work(
        &mut self,
        list: Followed,
        (thing, id): (EventSubject, &ObligationId),
        entry: &Entry,
        follower: &Follower<'_>,
    ) {
        let of_report = thing == EventSubject::Report;
        match list {
            Followed::Reports => self.apply_report(of_report, id, entry, follower),
            Followed::Obligations | Followed::Extensions => {
                self.apply_ledger(list, (thing, id), entry, follower);
            }
            Followed::SecondReviews if of_report => {
                let sees = follower.second_reviews.of_reports.has(&id.unit);
                let report = self.read(entry);
                let heard =
                    follower.reports.own.has(&id.unit) || report.either(|report: &LoggedReport| report.was_handed_in());
                if sees && heard {
                    self.reports.extend(entry.subject.parse::<ReportId>());
                }
            }
            Followed::Feedback if of_report => {
                let open = self.read(entry).map(|report: LoggedReport| report.is_public());
                self.note_open(entry, &open);
                if open.either(|is_open| *is_open) {
                    self.reports.extend(entry.subject.parse::<ReportId>());
                }
            }
            _ => {}
        }
    }

    fn apply_ledger(
        &mut self,
        list: Followed,
        (thing, id): (EventSubject, &ObligationId),
        entry: &Entry,
        follower: &Follower<'_>,
    ) {
        if !follower.ledger.has(&id.unit) {
            return;
        }
        // While it is written a report is its unit's own; so is a request before it is signed.
        let heard = match thing {
            EventSubject::Report => {
                follower.reports.own.has(&id.unit)
                    || self.read(entry).either(|report: &LoggedReport| report.was_handed_in())
            }
            EventSubject::Extension => {
                let states = self.read(entry);
                states.either(|request: &LoggedExtension| request.is_shown(&follower.extensions, &id.unit))
            }
            _ => true,
        };
        let settles = is_one_of(&entry.event, SETTLING);
        if list == Followed::Extensions && thing == EventSubject::Extension && heard {
            self.things.insert(entry.subject.clone());
        }
        if heard {
            self.obligations.insert(id.clone());
        }
        if list == Followed::Obligations && settles {
            self.settled.insert(id.deadline.requirement.clone());
            if heard {
                self.requirements.insert(id.deadline.requirement.clone());
            }
        }
    }

    fn apply_report(&mut self, of_report: bool, id: &ObligationId, entry: &Entry, follower: &Follower<'_>) {
        let (visibility, unit) = (&follower.reports, &id.unit);
        // Some of these entries may have been told before: it waited for its number then.
        if of_report
            && self
                .read(entry)
                .either(|report: &LoggedReport| report.is_shown(visibility, unit))
        {
            self.had.insert(entry.subject.clone());
            self.things.insert(entry.subject.clone());
        }
        // What may be done to a report hangs on the others of its obligation, and on that: for who writes them.
        if visibility.own.has(unit) {
            self.obligations.insert(id.clone());
        }
    }

    /// Who sees one sees all of them.
    fn apply_import(&mut self, list: Followed, entry: &Entry) {
        if list == Followed::Imports {
            self.had.insert(entry.subject.clone());
            self.things.insert(entry.subject.clone());
        }
    }

    fn apply_notice(&mut self, list: Followed, entry: &Entry, follower: &Follower<'_>) {
        if list != Followed::Notices {
            return;
        }
        let shown = self
            .read(entry)
            .map(|notice: LoggedNotice| notice.shown(&follower.notices));
        // Of what others did with it, a unit learns nothing.
        if shown.before.flatten() != shown.after.flatten() {
            self.had.insert(entry.subject.clone());
            self.things.insert(entry.subject.clone());
        }
    }

    fn apply_second_review(&mut self, list: Followed, entry: &Entry, follower: &Follower<'_>) {
        if list != Followed::SecondReviews {
            return;
        }
        let review = self.read(entry);
        if review.either(|review: &LoggedSecondReview| review.is_shown(&follower.second_reviews)) {
            self.things.insert(entry.subject.clone());
        }
    }

    /// What the follower may not see is left out when the rows are read.
    fn apply_feedback(&mut self, list: Followed, entry: &Entry) {
        if list == Followed::Feedback {
            let open = self.read(entry).map(|feedback: LoggedFeedback| feedback.is_public());
            self.note_open(entry, &open);
            self.things.insert(entry.subject.clone());
        }
    }

    fn note_open(&mut self, entry: &Entry, is_open: &States<bool>) {
        let place = self.opened;
        self.opened += 1;
        let opened = VisibilityChange {
            place,
            before: is_open.before == Some(true),
            after: is_open.after == Some(true),
        };
        self.open.entry(entry.subject.clone()).or_default().push(opened);
    }

    /// Whether what is public while both of these are was shown to the public: at the time of the token, or at any
    /// moment since. One without entries in the log was as it is now.
    pub fn were_both_open(&self, one: (&str, bool), other: (&str, bool)) -> bool {
        let heard = |(id, now): (&str, bool)| {
            let opened = self.open.get(id).map_or(&[][..], Vec::as_slice);
            (opened, opened.first().map_or(now, |first| first.before))
        };
        let ((of_one, mut one), (of_other, mut other)) = (heard(one), heard(other));
        let mut shown = one && other;
        let mut steps: Vec<(usize, bool, bool)> = of_one.iter().map(|step| (step.place, true, step.after)).collect();
        steps.extend(of_other.iter().map(|step| (step.place, false, step.after)));
        steps.sort_unstable();
        for (_, is_one, after) in steps {
            *(if is_one { &mut one } else { &mut other }) = after;
            shown |= one && other;
        }
        shown
    }
}

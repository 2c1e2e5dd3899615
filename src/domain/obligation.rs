//! 应办事项: what one unit owes for one period of one deadline, and how it stands on a day.
//!
//! Lights and lateness are computed from facts and a day by [`Obligation::standing`], never stored.

mod actions;
mod bulk;
mod counted;
mod group;
mod reconcile;
mod roles;
mod settled;
mod standing;

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
    str::FromStr,
};

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

pub use self::{
    actions::{ObligationAction, Refusal},
    bulk::BulkExemption,
    counted::{Corrected, Times},
    group::{GroupBy, GroupCounts, NO_GROUP},
    reconcile::{LedgerDiff, reconcile},
    roles::{Roles, roles},
    settled::{Hindsight, Settled},
    standing::{Facts, Horizon, Left, Light, Standing, State, Timeliness},
};
use super::{
    calendar::Calendar,
    catalog::{Owing, RequirementInPlan},
    deadline::RuleKind,
    fault::Checker,
    id::{DeadlineId, NotAnId, UnitCode},
    policy::{Action, Actor},
    requirement::UnitRole,
    schedule::{DuePeriod, RegisteredEvent, Terms, WAITING, due_periods},
    scope::{Owners, Scoped},
    time::{Day, Instant},
    unit::UnitDirectory,
};

super::event::events! {
    OBLIGATION_DUE_SOON = "obligation.due_soon",
    OBLIGATION_OVERDUE = "obligation.overdue",
    OBLIGATION_EXEMPTED = "obligation.exempted",
    OBLIGATION_RESTORED = "obligation.restored",
}

impl super::event::Event {
    /// Serves as a reminder of a day, and changes nothing.
    pub(super) const REMINDERS: &[Self] = &[Self::OBLIGATION_DUE_SOON, Self::OBLIGATION_OVERDUE];
}

/// `dg-2017.17.3.d2.humen.2017Q1`: made from what it is for, so that deriving it twice gives the same.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ObligationId {
    /// The deadline.
    pub deadline: DeadlineId,
    /// Who owes it.
    pub unit: UnitCode,
    /// The period it is for, as in [`DuePeriod::period`].
    pub period: String,
}

impl fmt::Display for ObligationId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.deadline, self.unit, self.period)
    }
}

impl FromStr for ObligationId {
    type Err = NotAnId;
    fn from_str(text: &str) -> Result<Self, NotAnId> {
        let parse = || {
            let (rest, period) = text.rsplit_once('.')?;
            let (deadline, unit) = rest.rsplit_once('.')?;
            let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
            let fits = (1..=16).contains(&period.len()) && period.bytes().all(plain);
            fits.then_some(Self {
                deadline: deadline.parse().ok()?,
                unit: unit.parse().ok()?,
                period: period.to_owned(),
            })
        };
        parse().ok_or(NotAnId("obligation id"))
    }
}

/// What the report that is being dealt with means for the obligation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReportPhase {
    /// It is with the coordinators.
    Submitted,
    /// It was returned.
    Returned,
}

/// What its reports make of an obligation. They are its reports' facts, kept beside it for lists.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct ReportFacts {
    /// The report that is being dealt with.
    pub phase: Option<ReportPhase>,
    /// The day on which its unit handed in the report that stands, the earliest if there are more: of what is to be done by a
    /// day, the one that claims completion.
    pub reported_on: Option<Day>,
    /// The day on which a report that claims completion was accepted.
    pub fulfilled_on: Option<Day>,
}

/// One row of the ledger (台账).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Obligation {
    /// Id.
    #[serde(serialize_with = "as_text")]
    pub id: ObligationId,
    /// The kind of rule by which it is judged whether it was reported in time: that of its deadline, or the one that its deadline had
    /// when it was reported on. Only told where the ledger is settled.
    #[serde(skip)]
    pub judged_as: RuleKind,
    /// In what role its unit owes it, as it is now or was at last. Only told where it is filed.
    #[serde(skip)]
    pub role: Option<UnitRole>,
    /// The day from which it can be worked on.
    pub opens_on: Option<Day>,
    /// The last day on which it is not late, extensions included.
    pub due_on: Option<Day>,
    /// The last day on which it is not late, had no extension been granted.
    pub original_due_on: Option<Day>,
    /// 免办, if it was granted.
    pub exemption: Option<Exemption>,
    /// What its reports say.
    pub report: ReportFacts,
    /// The due day that was in force when it was reported: by that it was in time or not.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reported_due_on: Option<Day>,
    /// What is being worked on.
    #[serde(skip)]
    pub unfinished: Unfinished,
    /// Grows with each change.
    pub version: i64,
}

/// What is being worked on: of either there is one at a time.
#[expect(
    clippy::struct_excessive_bools,
    reason = "facts of their own, each asked for by itself"
)]
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Unfinished {
    /// A report that is not accepted.
    pub report: bool,
    /// An extension that is not decided.
    pub extension: bool,
    /// A notice that was issued speaks of it. Only told where the ledger is settled.
    pub notice: bool,
    /// A report, finished or not. Only told where the ledger is settled.
    pub any_report: bool,
}

/// 免办 (exemption)
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Exemption {
    /// 理由 (why)
    #[schema(example = "该项职责已划转")]
    pub reason: String,
    /// 时间 (when)
    pub at: Instant,
}

impl Exemption {
    /// Notes what is wrong with a reason.
    pub fn check_reason(check: &mut Checker, reason: &str) {
        check.text("reason", reason, 500);
    }
}

/// The ledger: all of it, or the rows of a unit.
impl Scoped for Obligation {
    type Visibility = Owners;

    fn visibility(actor: &Actor) -> Owners {
        Owners::within_reach(actor, Action::ReadLedger)
    }

    fn everything() -> Owners {
        Owners::Everybodys
    }
}

impl Obligation {
    /// This obligation with `report` as what its reports say; `None` when they said so before.
    pub fn reported(self, report: ReportFacts) -> Option<Self> {
        if report == self.report {
            return None;
        }
        // Whether it was in time is judged by the day that was in force then, whatever becomes of the day later.
        let reported_due_on = if report.reported_on == self.report.reported_on {
            self.reported_due_on
        } else {
            report.reported_on.and(self.due_on)
        };
        Some(Self {
            report,
            reported_due_on,
            version: self.version + 1,
            ..self
        })
    }
}

/// Ids in the log are text.
pub(super) fn as_text<S: serde::Serializer>(id: &ObligationId, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(id)
}

/// And are read back from there.
pub(super) fn from_text<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<ObligationId, D::Error> {
    let text = String::deserialize(deserializer)?;
    text.parse().map_err(serde::de::Error::custom)
}

/// A row that the ledger is to have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DesiredRow {
    /// The row.
    pub row: Obligation,
    /// The dissolved units in whose place it is owed.
    pub heir_of: BTreeSet<UnitCode>,
    /// What of its requirement names its unit.
    pub parts: BTreeSet<UnitCode>,
    /// It falls due before its deadline, or its unit's part in it, counts: there is none, but one that there was before
    /// is no other's.
    pub is_before_its_time: bool,
}

/// What every unit owes for one requirement. Collectives are expanded by who belongs to them on the day each period
/// falls due (at the plan's end while it waits); a unit that is named twice owes once.
pub fn derive(
    of: RequirementInPlan<'_>,
    terms: &Terms,
    happened: &BTreeMap<DeadlineId, Vec<RegisteredEvent>>,
    units: &UnitDirectory,
    calendar: &Calendar,
) -> Vec<DesiredRow> {
    let mut wanted = BTreeMap::new();
    for deadline in &of.requirement.deadlines {
        let events = happened.get(&deadline.id).map_or(&[][..], Vec::as_slice);
        let waiting = DuePeriod {
            period: WAITING.into(),
            opens_on: None,
            due_on: None,
        };
        // Whom no event concerns waits on.
        let happens = deadline.rule.kind() == RuleKind::OnEvent && !events.is_empty();
        let waiting = happens.then_some(waiting);
        let all = due_periods(&deadline.rule, terms, events, calendar);
        for DuePeriod {
            period,
            opens_on,
            due_on,
        } in all.into_iter().chain(waiting)
        {
            let event = events.iter().find(|event| event.period() == period);
            for owing in of.who_owes_on(due_on.unwrap_or(terms.period.to), units) {
                let concerns = |event: &RegisteredEvent| event.concerns(&owing.unit.code, &owing.heir_of);
                let owes = match event {
                    Some(event) => concerns(event),
                    None => period != WAITING || !events.iter().any(concerns),
                };
                if !owes {
                    continue;
                }
                let Owing {
                    unit,
                    heir_of,
                    parts,
                    counts_from,
                } = owing;
                let counts_from = counts_from.max(deadline.effective_from);
                let id = ObligationId {
                    deadline: deadline.id.clone(),
                    unit: unit.code.clone(),
                    period: period.clone(),
                };
                let row = Obligation {
                    id: id.clone(),
                    judged_as: deadline.rule.kind(),
                    role: None,
                    opens_on,
                    due_on,
                    original_due_on: due_on,
                    exemption: None,
                    report: ReportFacts::default(),
                    reported_due_on: None,
                    unfinished: Unfinished::default(),
                    version: 1,
                };
                let is_before_its_time = due_on.is_some_and(|due| Some(due) < counts_from);
                wanted.insert(
                    id,
                    DesiredRow {
                        row,
                        heir_of,
                        parts,
                        is_before_its_time,
                    },
                );
            }
        }
    }
    wanted.into_values().collect()
}

#[cfg(test)]
mod tests;

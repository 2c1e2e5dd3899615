//! Registered events: that what an `on_event` deadline waits for has happened.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    calendar::{Calendar, NoCalendar},
    catalog::concerns,
    deadline::Within,
    fault::{Checker, Fault, FieldError},
    id::{DeadlineId, UnitCode},
    patch::Patch,
    requirement::Requirement,
    schedule::{RegisteredEvent, due_after},
    text,
    time::{Day, Instant, Period, latest_from},
    unit::{NamedUnit, Unit, UnitDirectory},
};
use crate::say;

super::id::unique! {
    /// The id of an event that happened.
    OccurrenceId
}

super::event::events! {
    OCCURRENCE_REGISTERED = "occurrence.registered",
    OCCURRENCE_UPDATED = "occurrence.updated",
    OCCURRENCE_WITHDRAWN = "occurrence.withdrawn",
}

/// That the event happened, on which day, and until when its duty is to be done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Occurrence {
    /// UUIDv7.
    pub id: OccurrenceId,
    /// The deadline that waited for it.
    #[serde(skip)]
    pub deadline: DeadlineId,
    /// Its number among the deadline's events, from 1.
    pub number: u32,
    /// The day it happened.
    pub happened_on: Day,
    /// The day its duty falls due.
    pub due_on: Day,
    /// 文号 of the document received.
    pub document: Option<String>,
    /// Remark.
    pub note: Option<String>,
    /// Whom it concerns; absent: all whom the requirement concerns.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub units: Option<Vec<UnitCode>>,
    /// When and why it was withdrawn, if it was.
    pub withdrawn: Option<(Instant, String)>,
    /// Grows with each change.
    pub version: i64,
}

impl Occurrence {
    /// What it means for due days; nothing once it is withdrawn.
    pub fn happened(&self) -> Option<RegisteredEvent> {
        let units = self.units.as_ref();
        self.withdrawn.is_none().then(|| RegisteredEvent {
            number: self.number,
            on: self.happened_on,
            due_on: self.due_on,
            units: units.map(|units| units.iter().cloned().collect()),
        })
    }

    /// Whether both are one event, which nobody owes twice: of one day, of one document or, where there is none, one remark, and for the same units.
    pub fn is(&self, other: &Self) -> bool {
        let what = |event: &Self| {
            let said = event.document.as_ref().or(event.note.as_ref());
            (event.document.is_some(), said.map(|text| text::normalize(text)))
        };
        let of = |event: &Self| (event.happened_on, event.units.clone());
        of(self) == of(other) && what(self) == what(other)
    }
}

/// What an event is held against.
#[derive(Debug, Clone, Copy)]
pub struct Grounds<'a> {
    /// The span that the deadline names.
    pub within: Option<Within>,
    /// The working days.
    pub calendar: &'a Calendar,
    /// Today.
    pub today: Day,
    /// What falls due before this day is owed by no unit.
    pub owed_from: Day,
    /// The requirement.
    pub requirement: &'a Requirement,
    /// The plan's days.
    pub period: Period,
    /// All units.
    pub units: &'a UnitDirectory,
}

impl Grounds<'_> {
    /// Those who are named, the members for a collective, in the order of their codes.
    fn named(&self, named: &[NamedUnit]) -> Result<Vec<UnitCode>, Unregistrable> {
        let mut check = Checker::default();
        let mut found = BTreeSet::new();
        let owes = |unit: &&Unit| concerns(self.requirement, &unit.code, self.units, self.period);
        check.at("units", |check| {
            if named.is_empty() {
                let why = say!(
                    "至少一个单位；省略则为该要求的全部责任单位",
                    "at least one unit; leave it out to mean all that the requirement concerns"
                );
                check.fault(Fault::Required, why);
            }
            for (index, named) in named.iter().enumerate() {
                check.at(index, |check| {
                    let Some(unit) = named.found(check, self.units) else {
                        return;
                    };
                    let meant = self.units.expand_during(unit, self.period);
                    let meant: Vec<UnitCode> = meant.into_iter().filter(owes).map(|unit| unit.code.clone()).collect();
                    if meant.is_empty() {
                        let (code, id) = (&unit.code, &self.requirement.id);
                        let why = say!("{code} 不承担 {id}", "{code} does not owe {id}");
                        check.fault(Fault::Conflict, why);
                    }
                    found.extend(meant);
                });
            }
        });
        check.finish().map_err(Unregistrable::Faults)?;
        Ok(found.into_iter().collect())
    }
}

/// An event as a caller registers it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewEvent)]
pub struct NewOccurrence {
    /// 发生之日 (the day it happened)
    #[schema(example = "2017-05-15")]
    pub happened_on: Day,
    /// 到期日；时限写明天数的不填，“及时”的必填 (due day; required where the deadline names no number of days)
    #[serde(default)]
    #[schema(example = "2017-05-31")]
    pub due_on: Option<Day>,
    /// 文号；登记后即对所有人公开，涉密或内部的不要填写 (number of the document: public at once, leave out what is secret or internal)
    #[serde(default)]
    #[schema(example = "粤府办〔2017〕24号")]
    pub document: Option<String>,
    /// 备注；仅可查阅台账者可见 (note, for whoever reads the ledger)
    #[serde(default)]
    pub note: Option<String>,
    /// 所涉单位，按代码、名称或别名，集合单位指其成员；省略则为该要求的全部责任单位 (whom it concerns, by code, name or alias, a
    /// collective for its members; absent: all that the requirement concerns)
    #[serde(default)]
    #[schema(value_type = Vec<NamedUnit>, required = false)]
    pub units: Option<Vec<NamedUnit>>,
}

/// A correction of an event.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = EventPatch)]
pub struct OccurrencePatch {
    /// 发生之日 (the day it happened)
    #[serde(default)]
    #[schema(value_type = Day, required = false, example = "2017-05-16")]
    pub happened_on: Patch<Day>,
    /// 到期日 (due day)
    #[serde(default)]
    #[schema(value_type = Day, required = false)]
    pub due_on: Patch<Day>,
    /// 文号；对所有人公开，`null` 清空 (number of the document: public; `null` clears it)
    #[serde(default)]
    #[schema(value_type = Option<String>, required = false)]
    pub document: Patch<String>,
    /// 备注；仅可查阅台账者可见 (note, for whoever reads the ledger)
    #[serde(default)]
    #[schema(value_type = Option<String>, required = false)]
    pub note: Patch<String>,
    /// 所涉单位，整体替换；null 为全部责任单位 (whom it concerns, replaced whole; `null`: all that the requirement concerns)
    #[serde(default)]
    #[schema(value_type = Option<Vec<NamedUnit>>, required = false)]
    pub units: Patch<Vec<NamedUnit>>,
}

impl OccurrencePatch {
    /// Whether it leaves alone when the event happened and when its duty is due: such a correction is for ever possible, so that
    /// nothing stays public by mistake.
    pub fn is_of_texts(&self) -> bool {
        self.happened_on == Patch::Absent && self.due_on == Patch::Absent && self.units == Patch::Absent
    }
}

/// Why an event does not become a due day.
#[derive(Debug)]
pub enum Unregistrable {
    /// Faults in what was given.
    Faults(Vec<FieldError>),
    /// It runs into a year without a calendar.
    NoCalendar(NoCalendar),
}

/// The due day of an event: by the deadline's own span, else the one given.
fn due_day(happened_on: Day, given: Option<Day>, on: &Grounds<'_>) -> Result<Day, Unregistrable> {
    let &Grounds { within, calendar, .. } = on;
    let mut check = Checker::default();
    let due = match (within, given) {
        (Some(within), given) => {
            let due = match (due_after(happened_on, within, calendar), given) {
                (Ok(due), _) => due,
                // Who registers it may have counted; the service cannot.
                (Err(_), Some(given)) if given >= happened_on => given,
                (Err(missing), _) => return Err(Unregistrable::NoCalendar(missing)),
            };
            if given.is_some_and(|given| given != due) {
                check.at("due_on", |check| {
                    check.fault(
                        Fault::Conflict,
                        say!(
                            "按时限应为 {due}，不必填写",
                            "the deadline makes it {due}; leave it out"
                        ),
                    );
                });
            }
            due
        }
        (None, Some(due)) if due < happened_on => {
            check.at("due_on", |check| {
                check.fault(
                    Fault::OutOfRange,
                    say!("早于发生之日 {happened_on}", "is before it happened on {happened_on}"),
                );
            });
            due
        }
        (None, Some(due)) if due > latest_from(happened_on) => {
            let latest = latest_from(happened_on);
            let why = say!(
                "最晚 {latest}，即发生之日 {happened_on} 后两年",
                "must be {latest} at the latest, two years after it happened on {happened_on}"
            );
            check.at("due_on", |check| check.fault(Fault::OutOfRange, why));
            due
        }
        (None, Some(due)) => due,
        (None, None) => {
            check.at("due_on", |check| {
                let detail = say!(
                    "该时限未写明天数，须给出到期日",
                    "the deadline names no number of days: say the due day"
                );
                check.fault(Fault::Required, detail);
            });
            happened_on
        }
    };
    let from = on.owed_from;
    if due < from {
        let key = if within.is_some() { "happened_on" } else { "due_on" };
        let why = say!(
            "到期日 {due} 早于 {from}：自那天起才有应办事项，登记了也无人承担",
            "it would be due on {due}, before {from}, from which on there are obligations: nobody would owe it"
        );
        check.at(key, |check| check.fault(Fault::OutOfRange, why));
    }
    check.finish().map_err(Unregistrable::Faults)?;
    Ok(due)
}

fn check_texts(event: &Occurrence, today: Day) -> Result<(), Unregistrable> {
    let mut check = Checker::default();
    check.optional_text("document", event.document.as_deref(), 100);
    check.optional_text("note", event.note.as_deref(), 500);
    if event.happened_on > today {
        check.at("happened_on", |check| {
            check.fault(Fault::OutOfRange, say!("晚于今天 {today}", "is after today, {today}"));
        });
    }
    check.finish().map_err(Unregistrable::Faults)
}

impl NewOccurrence {
    /// The event this becomes as number `number` of `deadline`.
    pub fn register(
        self,
        deadline: DeadlineId,
        number: u32,
        on: &Grounds<'_>,
        id: OccurrenceId,
    ) -> Result<Occurrence, Unregistrable> {
        let due_on = due_day(self.happened_on, self.due_on, on)?;
        let units = self.units.as_deref().map(|named| on.named(named)).transpose()?;
        let Self {
            happened_on,
            document,
            note,
            ..
        } = self;
        let event = Occurrence {
            id,
            deadline,
            number,
            happened_on,
            due_on,
            document,
            note,
            units,
            withdrawn: None,
            version: 1,
        };
        check_texts(&event, on.today)?;
        Ok(event)
    }
}

impl Occurrence {
    /// The event after `patch`.
    pub fn patched(mut self, patch: OccurrencePatch, on: &Grounds<'_>) -> Result<Self, Unregistrable> {
        let mut check = Checker::default();
        let mut given = patch.due_on.value().copied();
        let is_moved = patch.happened_on.value().is_some() || given.is_some();
        patch.happened_on.set(&mut check, "happened_on", &mut self.happened_on);
        if on.within.is_none() && given.is_none() {
            // The day was the registrar's judgement: moving the event asks for it again.
            given = Some(self.due_on).filter(|due| *due >= self.happened_on);
        }
        patch.document.set_optional(&mut self.document);
        patch.note.set_optional(&mut self.note);
        let units = patch.units.value().map(|named| on.named(named)).transpose()?;
        patch.units.map(|_| units).set_flat(&mut self.units);
        check.finish().map_err(Unregistrable::Faults)?;
        if is_moved {
            self.due_on = due_day(self.happened_on, given, on)?;
        }
        check_texts(&self, on.today)?;
        Ok(self)
    }
}

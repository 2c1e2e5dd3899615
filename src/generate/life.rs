//! The life of a plan that is there: most units report in time, some late and some not at all; reports are returned and
//! come again, are cleared or withheld; some due days move; who is late is reminded.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use chrono::Days;
use fastrand::Rng;

use super::{
    Progress, Site,
    steps::{Done, StepKind, context},
    words::{self, at},
};
use crate::{
    domain::{
        id::{PlanId, UnitCode},
        obligation::Obligation,
        plan::{PlanContent, PlanStatus},
        requirement::Requirement,
        time::Day,
    },
    error::Result,
    service::{
        generated,
        work::{Work, plan_closed},
    },
};

/// Deeds by their day and hour, in the order in which they were thought of.
type Calendar = BTreeMap<(Day, i64), Vec<StepKind>>;

/// Units that are reminded each month.
const REMINDED: usize = 3;

/// Fills the plan up to a day.
pub async fn fill(site: &mut Site<'_>, id: &PlanId, until: Option<Day>) -> Result<()> {
    let (content, owed) = site
        .app
        .read(async |tx| Ok((generated::plan(tx, id).await?, generated::owed(tx, id).await?)))
        .await?;
    if content.plan.status == PlanStatus::Closed {
        return Err(plan_closed(id));
    }
    let until = until.unwrap_or(content.plan.period.to);
    let calendar = thought_of(&mut site.dice, &content, &owed, until);
    let of = calendar.values().map(Vec::len).sum();
    let (mut done, mut count) = (Done::default(), 0);
    for ((day, hour), deeds) in calendar {
        if day > until {
            break;
        }
        // Everybody's own in one transaction each.
        let mut by = BTreeMap::new();
        for deed in deeds {
            by.entry(deed.by(&owed)).or_insert_with(Vec::new).push(deed);
        }
        for (minute, (who, deeds)) in (0..60).cycle().zip(by) {
            site.clock.set(at(day, hour, minute));
            count += deeds.len();
            let made = &mut site.made;
            let all = async |work: &mut Work<'_>| {
                for deed in deeds {
                    Box::pin(done.take(work, (id, &owed), deed, made)).await?;
                }
                Ok(())
            };
            // What a step keeps while it waits is large, and a stack is not.
            Box::pin(site.app.write(&context(&who), all)).await?;
        }
        (site.told)(Progress { done: count, of });
    }
    (site.told)(Progress { done: of, of });
    Ok(())
}

struct Planner<'t> {
    dice: &'t mut Rng,
    calendar: Calendar,
    signoff: bool,
    until: Day,
}

/// All that will happen.
fn thought_of(dice: &mut Rng, content: &PlanContent, owed: &[Obligation], until: Day) -> Calendar {
    let requirements = content.tasks.iter().flat_map(|task| &task.requirements);
    let requirements: HashMap<_, _> = requirements.map(|requirement| (&requirement.id, requirement)).collect();
    let mut thoughts = Planner {
        dice,
        calendar: Calendar::new(),
        signoff: content.plan.settings.unit_signoff,
        until,
    };
    let mut missing: BTreeMap<(Day, UnitCode), Vec<usize>> = BTreeMap::new();
    for (index, obligation) in owed.iter().enumerate() {
        let Some(requirement) = requirements.get(&obligation.id.deadline.requirement) else {
            continue;
        };
        if thoughts
            .on(index, obligation, requirement)
            .is_some_and(|reports| !reports)
            && let Some(due) = obligation.due_on
        {
            let unit = obligation.id.unit.clone();
            missing.entry((due, unit)).or_default().push(index);
        }
    }
    thoughts.reminders(missing);
    thoughts.calendar
}

impl Planner<'_> {
    fn at(&mut self, day: Day, hour: i64, deed: StepKind) {
        self.calendar.entry((day, hour)).or_default().push(deed);
    }

    fn in_days(&mut self, from: Day, days: std::ops::RangeInclusive<u64>) -> Day {
        from + Days::new(self.dice.u64(days))
    }

    /// What becomes of an obligation: whether it is reported on. `None`: there is nothing to do.
    fn on(&mut self, index: usize, obligation: &Obligation, requirement: &Requirement) -> Option<bool> {
        let (opens, due) = obligation.opens_on.zip(obligation.due_on)?;
        let untouched = obligation.version == 1 && obligation.exemption.is_none() && !obligation.unfinished.report;
        if !untouched || opens > self.until {
            return None;
        }
        let chance = self.dice.u32(..100);
        let (mut first, mut last) = (opens, due);
        if chance < 4 && due > opens {
            (first, last) = self.more_time(index, opens, due);
        }
        let window = u64::try_from((last - first).num_days()).unwrap_or(0).min(25);
        let on = match chance {
            0..74 => last - Days::new(self.dice.u64(..=window)),
            74..86 => self.in_days(last, 1..=20),
            _ => return Some(false),
        };
        self.reports(index, (obligation, requirement), on);
        Some(true)
    }

    /// A unit asks for more time, and reports when that is decided: from when, and until when.
    fn more_time(&mut self, index: usize, opens: Day, due: Day) -> (Day, Day) {
        let window = u64::try_from((due - opens).num_days()).unwrap_or(0).min(12);
        let asked = due - Days::new(self.dice.u64(1..=window.max(1)));
        let later = due + Days::new(30);
        let reason = words::extension_reason(self.dice);
        self.at(asked, 9, StepKind::Ask(index, later, reason));
        if self.signoff {
            self.at(asked, 11, StepKind::SignRequest(index));
        }
        let (decided, granted) = (asked + Days::new(1), self.dice.u32(..3) > 0);
        self.at(
            decided,
            10,
            if granted {
                StepKind::Grant(index)
            } else {
                StepKind::Refuse(index)
            },
        );
        (decided + Days::new(1), if granted { later } else { due })
    }

    fn submitted(&mut self, index: usize, day: Day) {
        if self.signoff {
            self.at(day, 11, StepKind::Sign(index));
        }
    }

    /// A report of a day, and what is said of it.
    fn reports(&mut self, index: usize, (obligation, requirement): (&Obligation, &Requirement), on: Day) {
        let mut new = words::report(self.dice, obligation, requirement, (on.min(self.until), true));
        // What would come in the next days is a draft by now.
        let begun_early = on > self.until && on <= self.until + Days::new(7);
        new.submit = !begun_early;
        if begun_early && obligation.opens_on.is_none_or(|opens| opens <= self.until) {
            self.at(self.until, 15, StepKind::Report(index, Box::new(new)));
            return;
        }
        self.at(on, 9, StepKind::Report(index, Box::new(new)));
        self.submitted(index, on);
        let mut reviewed = self.in_days(on, 1..=5);
        if self.dice.u32(..100) < 13 {
            let reason = words::return_reason(self.dice);
            self.at(reviewed, 14, StepKind::Return(index, reason));
            let again = self.in_days(reviewed, 1..=4);
            self.at(again, 10, StepKind::Submit(index));
            self.submitted(index, again);
            reviewed = self.in_days(again, 1..=3);
        }
        self.at(reviewed, 15, StepKind::Accept(index));
        let judged = self.in_days(reviewed, 1..=4);
        match self.dice.u32(..100) {
            0..78 => self.at(judged, 16, StepKind::Clear(index)),
            78..82 => self.at(judged, 16, StepKind::Withhold(index)),
            _ => {}
        }
    }

    /// Who has missed most of what was due on a day is reminded, once.
    fn reminders(&mut self, missing: BTreeMap<(Day, UnitCode), Vec<usize>>) {
        let mut by_day: BTreeMap<Day, Vec<(UnitCode, Vec<usize>)>> = BTreeMap::new();
        for ((due, unit), about) in missing {
            by_day.entry(due).or_default().push((unit, about));
        }
        let mut reminded = BTreeSet::new();
        for (due, mut units) in by_day {
            units.sort_by_key(|(unit, about)| (std::cmp::Reverse(about.len()), unit.clone()));
            units.retain(|(unit, _)| !reminded.contains(unit));
            for (unit, mut about) in units.into_iter().take(REMINDED) {
                reminded.insert(unit.clone());
                about.truncate(5);
                let sent = self.in_days(due, 2..=5);
                let answered = self.in_days(sent, 1..=3);
                self.at(sent, 10, StepKind::Remind(unit.clone(), about, sent + Days::new(7)));
                self.at(answered, 9, StepKind::Acknowledge(unit.clone()));
                if self.dice.u32(..3) > 0 {
                    self.at(answered, 11, StepKind::Answer(unit));
                }
            }
        }
    }
}

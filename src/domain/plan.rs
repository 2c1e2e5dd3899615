//! 方案: one year's plan and its life, draft → published → closed.

mod access;
mod assessment;
mod figures;
mod input;
mod series;
mod settings;

use chrono::Datelike;
use serde::Serialize;

pub use self::{
    access::{Rules, Visibility},
    assessment::{AssessmentSettings, Deductions},
    figures::{Basis, CountedReports, Counts, Figures, PublicFigures},
    input::{NewPlan, PlanPatch},
    series::{Interval, MOST_POINTS},
    settings::PlanSettings,
};
use super::{
    extra::{ExtraColumn, check_columns},
    fault::{Checker, Fault},
    id::{PlanId, UnitCode},
    new_deadline::DefaultDeadline,
    requirement::Within,
    schedule::Terms,
    task::Task,
    time::{Day, Instant, Period, day_of},
    unit::UnitDirectory,
    vocabulary::vocabulary,
};
use crate::say;

super::event::events! {
    PLAN_CREATED = "plan.created",
    PLAN_UPDATED = "plan.updated",
    PLAN_DELETED = "plan.deleted",
    PLAN_PUBLISHED = "plan.published",
    PLAN_CLOSED = "plan.closed",
    PLAN_REOPENED = "plan.reopened",
}

vocabulary! {
    /// Where a plan is in its life.
    pub enum PlanStatus {
        /// 草案: seen by the reviewing offices only, edited freely.
        Draft = "draft": "草案", "draft";
        /// 已发布: public; its content changes by amendment, with a reason.
        Published = "published": "已发布", "published";
        /// 已办结: public, and as it was on its last day.
        Closed = "closed": "已办结", "closed";
    }
}

vocabulary! {
    /// 对方案的操作：`update` 即 PATCH，`delete` 即 DELETE (what may be done to a plan)
    pub enum PlanAction {
        /// 修改
        Update = "update": "修改", "update";
        /// 删除
        Delete = "delete": "删除", "delete";
        /// 发布
        Publish = "publish": "发布", "publish";
        /// 办结
        Close = "close": "办结", "close";
        /// 重新开放, with a reason
        Reopen = "reopen": "重新开放", "reopen";
    }
}

/// The plan is not in a state that allows this.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the {from:?} plan {plan} does not allow {action:?}")]
pub struct WrongPlanState {
    /// The id of the plan.
    pub plan: PlanId,
    /// Its status.
    pub from: PlanStatus,
    /// What was asked.
    pub action: PlanAction,
}

impl PlanStatus {
    /// What people call it, in Chinese and in English.
    pub fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Draft => ("为草案", "a draft"),
            Self::Published => ("已发布", "published"),
            Self::Closed => ("已办结", "closed"),
        }
    }

    /// What its status allows; the caller's role decides the rest.
    pub fn actions(self) -> &'static [PlanAction] {
        match self {
            Self::Draft => &[PlanAction::Update, PlanAction::Delete, PlanAction::Publish],
            Self::Published => &[PlanAction::Update, PlanAction::Close],
            Self::Closed => &[PlanAction::Reopen],
        }
    }

    /// Whether it is public.
    pub fn is_public(self) -> bool {
        self != Self::Draft
    }
}

/// One year's plan, without its tasks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Plan {
    /// Id, `dg-2017`.
    pub id: PlanId,
    /// Title.
    pub title: String,
    /// The year it is for.
    pub year: i32,
    /// The days it covers.
    pub period: Period,
    /// The unit that issued it.
    pub issuer: Option<UnitCode>,
    /// Where it is in its life.
    pub status: PlanStatus,
    /// How it is run.
    pub settings: PlanSettings,
    /// Columns of the document that the model has no word for, in its order.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub extra_columns: Vec<ExtraColumn>,
    /// The deadline of requirements that have none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub default_deadline: Option<DefaultDeadline>,
    /// Grows with each change of the plan itself (not of its tasks).
    pub version: i64,
    /// When it was published.
    pub published_at: Option<Instant>,
    /// When it was closed.
    pub closed_at: Option<Instant>,
}

impl Plan {
    /// How it turns deadlines into days.
    pub fn terms(&self) -> Terms {
        let PlanSettings {
            reporting_cadence: cadence,
            rollover,
            obligations_from,
            ..
        } = self.settings;
        Terms {
            year: self.year,
            period: self.period,
            cadence,
            rollover,
            obligations_from,
        }
    }

    /// What an event would make due before this day is owed by no unit.
    pub fn owed_from(&self) -> Day {
        let from = self.period.from;
        self.settings.obligations_from.map_or(from, |day| day.max(from))
    }

    /// What its parts are held against.
    pub fn within<'a>(&'a self, units: &'a UnitDirectory) -> Within<'a> {
        Within {
            year: self.year,
            columns: &self.extra_columns,
            default: self.default_deadline.as_ref(),
            units,
            counts_from: None,
        }
    }

    /// `Ok` when its status allows `action`.
    pub fn allow(&self, action: PlanAction) -> Result<(), WrongPlanState> {
        if self.status.actions().contains(&action) {
            return Ok(());
        }
        Err(WrongPlanState {
            plan: self.id.clone(),
            from: self.status,
            action,
        })
    }

    /// 发布: from now on it is public. What fell due before is not owed, unless the plan says otherwise.
    pub fn publish(mut self, now: Instant) -> Result<Self, WrongPlanState> {
        self.allow(PlanAction::Publish)?;
        let today = day_of(now);
        if self.period.from < today {
            self.settings.obligations_from.get_or_insert(today);
        }
        Ok(Self {
            status: PlanStatus::Published,
            published_at: Some(now),
            ..self
        })
    }

    /// 办结: from now on nothing of it changes, unless it is opened again.
    pub fn close(self, now: Instant) -> Result<Self, WrongPlanState> {
        self.allow(PlanAction::Close)?;
        Ok(Self {
            status: PlanStatus::Closed,
            closed_at: Some(now),
            ..self
        })
    }

    /// 重新开放: it goes on as though it had not been closed.
    pub fn reopen(self) -> Result<Self, WrongPlanState> {
        self.allow(PlanAction::Reopen)?;
        Ok(Self {
            status: PlanStatus::Published,
            closed_at: None,
            ..self
        })
    }

    /// The day by which is told on `day` what is near, late or missing: once it is closed, that of its closing.
    pub fn stands_on(&self, day: Day) -> Day {
        self.closed_at.map_or(day, |at| day.min(day_of(at)))
    }

    fn note_faults(&self, check: &mut Checker) {
        check.text("title", &self.title, 200);
        let year = self.year;
        check.year("year", year);
        let Period { from, to } = self.period;
        if to < from {
            check.at("period_to", |check| {
                check.fault(
                    Fault::OutOfRange,
                    say!("早于 period_from {from}", "is before period_from {from}"),
                );
            });
        } else if from.year() > year || to.year() < year || (to - from).num_days() > 3660 {
            check.at("period_from", |check| {
                check.fault(
                    Fault::Conflict,
                    say!(
                        "期间应包含 {year} 年，且不超过十年",
                        "the period must touch {year} and be at most ten years"
                    ),
                );
            });
        }
        check.at("settings", |check| {
            if !(1..=30).contains(&self.settings.due_soon_working_days) {
                check.at("due_soon_working_days", |check| {
                    check.fault(Fault::OutOfRange, say!("应为 1 至 30", "must be 1 to 30"));
                });
            }
            check.at("assessment", |check| self.settings.assessment.check(check));
            if let Some(day) = self.settings.obligations_from {
                check.day("obligations_from", day);
            }
        });
        check_columns(check, &self.extra_columns);
    }
}

/// What is left undone of a plan that is to be closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Undone {
    /// Obligations that are neither fulfilled nor exempted.
    pub unfinished: i64,
    /// Those of them whose due day has not passed, or that have none.
    pub not_yet_due: i64,
}

/// A plan with all that it says.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PlanContent {
    /// The plan.
    pub plan: Plan,
    /// Its tasks by number.
    pub tasks: Vec<Task>,
}

#[cfg(test)]
mod tests;

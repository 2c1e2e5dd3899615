//! 方案: one year's plan and its life, draft → published → closed.

mod access;
mod assessment;
mod figures;
mod series;

use chrono::Datelike;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

pub use self::{
    access::{Rules, Sight},
    assessment::{AssessmentSettings, Deductions},
    figures::{Basis, Counted, Counts, Figures, PublicFigures},
    series::{Interval, MOST_POINTS},
};
use super::{
    deadline::Every,
    fault::{Checker, Fault, FieldError},
    id::{PlanId, TaskId, UnitCode},
    numbering::assign_numbers,
    patch::Patch,
    schedule::{Rollover, Terms},
    task::{NewTask, Task},
    time::{Day, Instant, Period},
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
}

vocabulary! {
    /// Where a plan is in its life.
    pub enum PlanStatus {
        /// 草案: seen by the reviewing offices only, edited freely.
        Draft = "draft": "草案", "draft";
        /// 已发布: public; its content changes by amendment, with a reason.
        Published = "published": "已发布", "published";
        /// 已办结: public and final.
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
    }
}

/// The plan is not in a state that allows this.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the {from:?} plan {plan} does not allow {action:?}")]
pub struct WrongPlanState {
    /// Which.
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
            Self::Closed => &[],
        }
    }

    /// Whether anybody may see it.
    pub fn is_public(self) -> bool {
        self != Self::Draft
    }
}

/// How a plan is run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct PlanSettings {
    /// 全年事项的报告周期 (how often what is due all year is reported on)
    pub reporting_cadence: Every,
    /// 到期日遇休息日是否顺延 (whether a due day that is not worked moves)
    pub rollover: Rollover,
    /// 提前几个工作日亮黄灯并提醒 (working days before the due day that count as near)
    #[schema(minimum = 1, maximum = 30, default = 3)]
    pub due_soon_working_days: u32,
    /// 单位审核人审签后才算提交 (whether the unit's approver signs first)
    pub unit_signoff: bool,
    /// 到期未办结时自动发蓝色催办单，5 个工作日内答复 (whether units are reminded of what becomes overdue)
    pub auto_reminder: bool,
    /// 对无权查看台账者的数字的口径 (what figures tell whoever does not read the ledger)
    pub public_figures: PublicFigures,
    /// 考评的分值和扣分 (how units are scored)
    pub assessment: AssessmentSettings,
}

impl Default for PlanSettings {
    fn default() -> Self {
        Self {
            reporting_cadence: Every::Quarter,
            rollover: Rollover::None,
            due_soon_working_days: 3,
            unit_signoff: false,
            auto_reminder: false,
            public_figures: PublicFigures::Status,
            assessment: AssessmentSettings::default(),
        }
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
            ..
        } = self.settings;
        Terms {
            year: self.year,
            period: self.period,
            cadence,
            rollover,
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

    /// 发布: from now on anybody sees it.
    pub fn publish(self, now: Instant) -> Result<Self, WrongPlanState> {
        self.allow(PlanAction::Publish)?;
        Ok(Self {
            status: PlanStatus::Published,
            published_at: Some(now),
            ..self
        })
    }

    /// 办结: from now on nothing of it changes.
    pub fn close(self, now: Instant) -> Result<Self, WrongPlanState> {
        self.allow(PlanAction::Close)?;
        Ok(Self {
            status: PlanStatus::Closed,
            closed_at: Some(now),
            ..self
        })
    }

    fn note_faults(&self, check: &mut Checker, known: &UnitDirectory) {
        check.text("title", &self.title, 200);
        let year = self.year;
        if !(1949..=2199).contains(&year) {
            check.at("year", |check| {
                check.fault(Fault::OutOfRange, say!("应为 1949 至 2199", "must be 1949 to 2199"));
            });
        }
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
        });
        if let Some(code) = &self.issuer
            && known.get(code).is_none()
        {
            check.at("issuer", |check| {
                check.fault(Fault::NotFound, known.unknown(code.as_str()));
            });
        }
    }
}

/// A plan with all that it says.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PlanContent {
    /// The plan.
    pub plan: Plan,
    /// Its tasks by number.
    pub tasks: Vec<Task>,
}

/// A plan as a caller writes it, whole if wished; also the shape of `seeds/plans/*.json`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewPlan {
    /// 方案编号 (id): `a-z`, `0-9`, hyphens
    #[schema(example = "dg-2018")]
    pub id: PlanId,
    /// 标题 (title)
    #[schema(example = "2018年全市政务信息公开工作重点分工方案")]
    pub title: String,
    /// 年度 (year)
    #[schema(example = 2018)]
    pub year: i32,
    /// 起始日 (first day; absent: 1 January)
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub period_from: Option<Day>,
    /// 截止日 (last day; absent: 31 December)
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub period_to: Option<Day>,
    /// 印发单位 (issuing unit)
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "zwfwb")]
    pub issuer: Option<UnitCode>,
    /// 设置 (settings)
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub settings: Option<PlanSettings>,
    /// 工作任务 (tasks with their requirements)
    #[serde(default)]
    pub tasks: Vec<NewTask>,
}

impl NewPlan {
    /// The draft this becomes, or everything that is wrong with it.
    pub fn into_content(self, known: &UnitDirectory) -> Result<PlanContent, Vec<FieldError>> {
        let first = Day::from_ymd_opt(self.year, 1, 1).unwrap_or_default();
        let last = Day::from_ymd_opt(self.year, 12, 31).unwrap_or_default();
        let plan = Plan {
            id: self.id,
            title: self.title,
            year: self.year,
            period: Period {
                from: self.period_from.unwrap_or(first),
                to: self.period_to.unwrap_or(last),
            },
            issuer: self.issuer,
            status: PlanStatus::Draft,
            settings: self.settings.unwrap_or_default(),
            version: 1,
            published_at: None,
            closed_at: None,
        };
        let mut check = Checker::default();
        plan.note_faults(&mut check, known);
        let given: Vec<Option<u32>> = self.tasks.iter().map(|new| new.number).collect();
        let mut numbers = Vec::new();
        check.at("tasks", |check| {
            numbers = assign_numbers(check, &given);
            for (index, task) in self.tasks.iter().enumerate() {
                check.at(index, |check| task.check(check, known));
            }
        });
        check.finish()?;
        let mut tasks: Vec<Task> = numbers
            .into_iter()
            .zip(self.tasks)
            .map(|(number, new)| {
                new.into_task(TaskId {
                    plan: plan.id.clone(),
                    number,
                })
            })
            .collect();
        tasks.sort_by(|a, b| a.id.cmp(&b.id));
        Ok(PlanContent { plan, tasks })
    }
}

/// A change of a plan itself.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PlanPatch {
    /// 标题 (title)
    #[serde(default)]
    #[schema(value_type = String, required = false, example = "2017年全市政务信息公开工作重点分工方案")]
    pub title: Patch<String>,
    /// 起始日 (first day)
    #[serde(default)]
    #[schema(value_type = Day, required = false)]
    pub period_from: Patch<Day>,
    /// 截止日 (last day)
    #[serde(default)]
    #[schema(value_type = Day, required = false)]
    pub period_to: Patch<Day>,
    /// 印发单位 (issuing unit; `null` clears it)
    #[serde(default)]
    #[schema(value_type = Option<String>, required = false, example = "zwfwb")]
    pub issuer: Patch<UnitCode>,
    /// 设置，整体替换 (settings, replaced whole)
    #[serde(default)]
    #[schema(value_type = PlanSettings, required = false)]
    pub settings: Patch<PlanSettings>,
    /// 修订理由 (reason; required once the plan is published)
    #[serde(default)]
    #[schema(example = "更正标题")]
    pub reason: Option<String>,
}

impl Plan {
    /// The plan after `patch`, or what is wrong with it.
    pub fn patched(mut self, patch: PlanPatch, known: &UnitDirectory) -> Result<Self, Vec<FieldError>> {
        let mut check = Checker::default();
        patch.title.set(&mut check, "title", &mut self.title);
        patch.period_from.set(&mut check, "period_from", &mut self.period.from);
        patch.period_to.set(&mut check, "period_to", &mut self.period.to);
        patch.issuer.set_optional(&mut self.issuer);
        patch.settings.set(&mut check, "settings", &mut self.settings);
        self.note_faults(&mut check, known);
        check.finish()?;
        Ok(self)
    }
}

#[cfg(test)]
mod tests;

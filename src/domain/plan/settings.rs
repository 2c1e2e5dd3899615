//! How a plan is run.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{AssessmentSettings, PublicFigures};
use crate::domain::{deadline::Every, schedule::Rollover, time::Day};

/// 设置 (how a plan is run)
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
    /// 应办事项从哪天算起，此前到期的无人承担；没有则自始。期间开始之后才发布的方案默认为发布之日 (from which day things are
    /// owed: what falls due before is nobody's; absent: from the beginning; of a plan that is published after its period began,
    /// the day of publication)
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Day, required = false, example = "2018-03-01")]
    pub obligations_from: Option<Day>,
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
            obligations_from: None,
            public_figures: PublicFigures::Status,
            assessment: AssessmentSettings::default(),
        }
    }
}

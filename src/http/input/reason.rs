//! Inputs that many requests share: a reason, a note, a day.

use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use crate::domain::{amendment::AppliesTo, time::Day};

/// Why something is withdrawn, exempted or returned.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReasonInput {
    /// 理由 (why)
    #[serde(default)]
    #[schema(value_type = String, required = true, example = "登记有误")]
    pub reason: Option<String>,
}

/// 意见，可省略 (a note)
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NoteInput {
    /// 意见 (what is said with it)
    #[serde(default)]
    #[schema(value_type = String, required = false, example = "材料齐全")]
    pub note: Option<String>,
}

/// `reason=` of a deletion, which has no body.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ReasonParams {
    /// 修订理由，方案发布后必填 (reason; required once the plan is published)
    #[param(example = "该任务已并入其他工作")]
    pub reason: Option<String>,
    /// 适用于哪些应办事项：`upcoming` 只撤去尚未到期的（默认），`unfinished` 连同已到期、未办结的；已着手办理的总是保留 (which obligations
    /// follow: those that are not due yet, or all that are not done; what somebody has begun stays)
    pub applies_to: Option<AppliesTo>,
}

/// The day for which the ledger is asked.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct AsOfParams {
    /// 截至哪一天，默认今天 (as of which day; default today)
    pub as_of: Option<Day>,
}

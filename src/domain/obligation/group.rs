//! What the ledger is counted by.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What a list or a statistic is grouped by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum GroupBy {
    /// 责任单位
    Unit,
    /// 单位类别
    UnitKind,
    /// 工作任务
    Task,
    /// 期间
    Period,
    /// 红绿灯
    Light,
}

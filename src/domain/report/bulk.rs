//! One decision on several reports.

use serde::Deserialize;
use utoipa::ToSchema;

use super::{Decision, Judgement};
use crate::{
    domain::{
        bulk::{Bulk, BulkItem},
        fault::{Checker, Fault},
        id::ReportId,
        text,
    },
    say,
};

/// 批量审核 (a review of several reports)
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BulkReview {
    /// 审核结论 (decision)
    pub decision: Decision,
    /// 意见；退回时为必填的理由 (a note; the reason of a return, which it needs)
    #[serde(default)]
    #[schema(example = "材料齐全")]
    pub note: Option<String>,
    /// 全部成功才生效，默认否 (all or none; default: each for itself)
    #[serde(default)]
    pub atomic: bool,
    /// 报告 (the reports)
    #[schema(min_items = 1, max_items = 200)]
    pub reports: Vec<BulkReport>,
}

/// 批量公开审查 (a clearance of several reports)
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BulkClearance {
    /// 审查结论 (decision)
    pub decision: Judgement,
    /// 意见；不予公开时为必填的理由 (a note; the reason of withholding, which needs one)
    #[serde(default)]
    #[schema(example = "不涉密")]
    pub note: Option<String>,
    /// 全部成功才生效，默认否 (all or none; default: each for itself)
    #[serde(default)]
    pub atomic: bool,
    /// 报告 (the reports)
    #[schema(min_items = 1, max_items = 200)]
    pub reports: Vec<BulkReport>,
}

/// 批量审核的一份报告 (one of the reports)
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = BulkItem)]
#[serde(deny_unknown_fields)]
pub struct BulkReport {
    /// 报告编号 (report id)
    pub id: ReportId,
    /// 读取时的版本 (the version that was read)
    #[schema(example = 2)]
    pub version: i64,
}

impl BulkItem for BulkReport {
    type Id = ReportId;

    fn id(&self) -> &ReportId {
        &self.id
    }

    fn version(&self) -> i64 {
        self.version
    }
}

/// Against whoever is decided, is told why.
fn check_reason(check: &mut Checker, note: Option<&str>) {
    if note.is_none_or(text::is_blank) {
        check.at("note", |check| {
            check.fault(Fault::Required, say!("须说明理由", "say why"));
        });
    }
}

impl Bulk for BulkReview {
    type Item = BulkReport;
    const ITEMS: &'static str = "reports";

    fn items(&self) -> &[BulkReport] {
        &self.reports
    }

    fn is_atomic(&self) -> bool {
        self.atomic
    }

    fn check_decision(&self, check: &mut Checker) {
        match self.decision {
            Decision::Accept => {}
            Decision::Return => check_reason(check, self.note.as_deref()),
        }
    }
}

impl Bulk for BulkClearance {
    type Item = BulkReport;
    const ITEMS: &'static str = "reports";

    fn items(&self) -> &[BulkReport] {
        &self.reports
    }

    fn is_atomic(&self) -> bool {
        self.atomic
    }

    fn check_decision(&self, check: &mut Checker) {
        match self.decision {
            Judgement::Clear => {}
            Judgement::Withhold => check_reason(check, self.note.as_deref()),
        }
    }
}

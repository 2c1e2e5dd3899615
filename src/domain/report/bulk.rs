//! One decision on several reports.

use std::collections::BTreeSet;

use serde::Deserialize;
use utoipa::ToSchema;

use super::Decision;
use crate::{
    domain::{
        fault::{Checker, Fault, FieldError},
        id::ReportId,
        text,
    },
    say,
};

/// Reports that can be reviewed at once.
const MOST: usize = 200;

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
    pub reports: Vec<BulkItem>,
}

/// 批量审核的一份报告 (one of the reports)
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BulkItem {
    /// 报告编号 (report id)
    pub id: ReportId,
    /// 读取时的版本 (the version that was read)
    #[schema(example = 2)]
    pub version: i64,
}

impl BulkReview {
    /// All faults of it.
    pub fn check(&self) -> Result<(), Vec<FieldError>> {
        let mut check = Checker::default();
        if self.decision == Decision::Return && self.note.as_deref().is_none_or(text::is_blank) {
            check.at("note", |check| {
                check.fault(Fault::Required, say!("退回须说明理由", "a return needs a reason"));
            });
        }
        check.at("reports", |check| {
            if self.reports.is_empty() || self.reports.len() > MOST {
                let detail = say!("应为 1 至 {MOST} 份", "must be 1 to {MOST} reports");
                check.fault(Fault::OutOfRange, detail);
                return;
            }
            let mut seen = BTreeSet::new();
            for (index, item) in self.reports.iter().enumerate() {
                if !seen.insert(item.id) {
                    let detail = say!("该报告已列出", "this report is listed already");
                    check.at(index, |check| {
                        check.at("id", |check| check.fault(Fault::Duplicate, detail));
                    });
                }
            }
        });
        check.finish()
    }
}

//! One exemption of several obligations.

use serde::Deserialize;
use utoipa::ToSchema;

use super::{Exemption, ObligationId, from_text};
use crate::domain::{
    bulk::{Bulk, BulkItem},
    fault::Checker,
};

/// 批量免办 (an exemption of several obligations)
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BulkExemption {
    /// 理由 (why)
    #[schema(example = "该项职责已划转")]
    pub reason: String,
    /// 全部成功才生效，默认否 (all or none; default: each for itself)
    #[serde(default)]
    pub atomic: bool,
    /// 应办事项 (the obligations)
    #[schema(min_items = 1, max_items = 200)]
    pub obligations: Vec<BulkObligation>,
}

/// 批量免办的一项应办事项 (one of the obligations)
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BulkObligation {
    /// 应办事项编号 (obligation id)
    #[serde(deserialize_with = "from_text")]
    #[schema(value_type = String, example = "dg-2017.17.3.d2.hbj.2017Q2")]
    pub id: ObligationId,
    /// 读取时的版本 (the version that was read)
    #[schema(example = 1)]
    pub version: i64,
}

impl BulkItem for BulkObligation {
    type Id = ObligationId;

    fn id(&self) -> &ObligationId {
        &self.id
    }

    fn version(&self) -> i64 {
        self.version
    }
}

impl Bulk for BulkExemption {
    type Item = BulkObligation;
    const ITEMS: &'static str = "obligations";

    fn items(&self) -> &[BulkObligation] {
        &self.obligations
    }

    fn is_atomic(&self) -> bool {
        self.atomic
    }

    fn check_decision(&self, check: &mut Checker) {
        Exemption::check_reason(check, &self.reason);
    }
}

//! 量化指标: a target inside a requirement (≥ 80%, > 20 个).

use std::fmt;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    fault::{Checker, Fault},
    id::IndicatorId,
    vocabulary::vocabulary,
};
use crate::say;

vocabulary! {
    /// How a value is compared with the target.
    pub enum Comparator {
        /// 以上 (≥)
        Gte = "gte": "不低于", "at least";
        /// 超过 (>)
        Gt = "gt": "高于", "more than";
        /// 达到 (=)
        Eq = "eq": "等于", "exactly";
        /// 以下 (≤)
        Lte = "lte": "不高于", "at most";
        /// 低于 (<)
        Lt = "lt": "低于", "less than";
    }
}

/// A measurable target.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Indicator {
    /// Id, `dg-2017.26.1.i7`.
    pub id: IndicatorId,
    /// What is measured, and the target.
    pub target: NewIndicator,
}

/// For tables: `行政许可事项网上全流程办理率 ≥ 80 %`.
impl fmt::Display for Indicator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let NewIndicator {
            name,
            comparator,
            target,
            unit,
            ..
        } = &self.target;
        let sign = match comparator {
            Comparator::Gte => "≥",
            Comparator::Gt => ">",
            Comparator::Eq => "=",
            Comparator::Lte => "≤",
            Comparator::Lt => "<",
        };
        write!(f, "{name} {sign} {target} {unit}")
    }
}

/// An indicator as a caller writes it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewIndicator {
    /// 指标名称 (name)
    #[schema(example = "行政许可事项网上全流程办理率")]
    pub name: String,
    /// 比较方式 (comparator)
    pub comparator: Comparator,
    /// 目标值 (target)
    #[schema(example = 80)]
    pub target: f64,
    /// 计量单位 (unit of measure)
    #[schema(example = "%")]
    pub unit: String,
    /// 原文 (the words of the requirement it comes from)
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "行政许可事项网上全流程办理率达80%以上")]
    pub phrase: Option<String>,
}

impl NewIndicator {
    /// Notes what is wrong with it.
    pub fn check(&self, check: &mut Checker) {
        check.text("name", &self.name, 100);
        check.text("unit", &self.unit, 20);
        check.optional_text("phrase", self.phrase.as_deref(), 200);
        if !self.target.is_finite() || self.target.abs() > 1e12 {
            check.at("target", |check| {
                check.fault(Fault::OutOfRange, say!("数值过大", "too large"));
            });
        }
    }
}

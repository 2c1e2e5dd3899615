//! Values of a requirement's indicators, and whether they meet their targets.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    domain::{
        fault::{Checker, Fault},
        id::UnitCode,
        indicator::{Comparator, Indicator},
    },
    say,
};

/// What was reached.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct IndicatorValue {
    /// 指标 (indicator)
    #[schema(example = "dg-2017.26.1.i1")]
    pub indicator_id: String,
    /// 值 (value)
    #[schema(example = 82.5)]
    pub value: f64,
    /// 计量单位，须与指标一致 (unit of measure; the indicator's own)
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "%")]
    pub unit: Option<String>,
}

/// 指标的填报情况 (a value beside its target)
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct IndicatorReading {
    /// 指标 (indicator)
    #[schema(example = "dg-2017.26.1.i1")]
    pub indicator_id: String,
    /// 指标名称，以填报时为准，以后修订方案不改 (name, as it was when this was reported: no amendment changes it)
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// 值 (value)
    #[schema(example = 82.5)]
    pub value: f64,
    /// 计量单位 (unit of measure)
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "%")]
    pub unit: Option<String>,
    /// 比较方式 (comparator)
    #[serde(skip_serializing_if = "Option::is_none")]
    pub comparator: Option<Comparator>,
    /// 目标值，以填报时为准 (target, as it was then)
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = 80)]
    pub target: Option<f64>,
    /// 是否达标；“左右”由人判断 (whether the target is met; of `about` people say)
    #[serde(skip_serializing_if = "Option::is_none")]
    pub met: Option<bool>,
}

/// A value as it is kept: with the words of its indicator and the target of its unit, as they were when it was reported. What
/// was reviewed and made public says the same after every amendment.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Reported {
    /// Its indicator.
    pub indicator_id: String,
    /// What was reached.
    pub value: f64,
    /// Unit of measure.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
    /// Name of the indicator.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// How it is compared with the target.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comparator: Option<Comparator>,
    /// What the unit was to reach.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target: Option<f64>,
}

impl From<IndicatorValue> for Reported {
    fn from(given: IndicatorValue) -> Self {
        Self {
            indicator_id: given.indicator_id,
            value: given.value,
            unit: given.unit,
            name: None,
            comparator: None,
            target: None,
        }
    }
}

impl Reported {
    /// Takes the words of its indicator and the target of `unit`, as they are now.
    pub(super) fn read(&mut self, indicators: &[Indicator], unit: &UnitCode) {
        let Some(Indicator { target, .. }) = find(indicators, &self.indicator_id) else {
            return;
        };
        self.unit = Some(target.unit.clone());
        self.name = Some(target.name.clone());
        self.comparator = Some(target.comparator);
        self.target = target.target_of(unit);
    }

    /// Notes what is wrong with it by itself.
    pub(super) fn check(&self, check: &mut Checker, again: bool) {
        if !self.value.is_finite() || self.value.abs() > 1e12 {
            check.at("value", |check| {
                check.fault(Fault::OutOfRange, say!("数值过大", "too large"));
            });
        }
        check.text("indicator_id", &self.indicator_id, 80);
        check.optional_text("unit", self.unit.as_deref(), 20);
        if again {
            check.at("indicator_id", |check| {
                check.fault(
                    Fault::Duplicate,
                    say!("该指标已填报", "this indicator has a value already"),
                );
            });
        }
    }

    /// Notes whether it is one of the requirement's, in the indicator's unit.
    pub(super) fn check_against(&self, check: &mut Checker, indicators: &[Indicator]) {
        let Some(indicator) = find(indicators, &self.indicator_id) else {
            check.at("indicator_id", |check| {
                check.fault(
                    Fault::NotFound,
                    say!("该具体要求没有这个指标", "the requirement has no such indicator"),
                );
            });
            return;
        };
        let wanted = &indicator.target.unit;
        if self.unit.as_ref().is_some_and(|unit| unit != wanted) {
            check.at("unit", |check| {
                check.fault(
                    Fault::Conflict,
                    say!("该指标以 {wanted} 计", "the indicator is in {wanted}"),
                );
            });
        }
    }
}

fn find<'i>(indicators: &'i [Indicator], id: &str) -> Option<&'i Indicator> {
    indicators.iter().find(|indicator| indicator.id.to_string() == id)
}

impl From<Reported> for IndicatorReading {
    fn from(kept: Reported) -> Self {
        let against = kept.comparator.zip(kept.target);
        Self {
            met: against.and_then(|(comparator, target)| meets(kept.value, comparator, target)),
            indicator_id: kept.indicator_id,
            name: kept.name,
            value: kept.value,
            unit: kept.unit,
            comparator: kept.comparator,
            target: kept.target,
        }
    }
}

/// Whether `value` meets the target; `None` where only people can say. Figures are written in decimals: what differs by less than
/// anybody writes is equal.
fn meets(value: f64, comparator: Comparator, target: f64) -> Option<bool> {
    let equal = (value - target).abs() < 1e-9 * target.abs().max(1.0);
    Some(match comparator {
        Comparator::Gte => value > target || equal,
        Comparator::Gt => value > target && !equal,
        Comparator::Eq => equal,
        Comparator::Lte => value < target || equal,
        Comparator::Lt => value < target && !equal,
        Comparator::About => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_target_is_met_or_not() {
        for (value, comparator, met) in [
            (80.0, Comparator::Gte, Some(true)),
            (80.0, Comparator::Gt, Some(false)),
            (0.1 + 0.2 + 79.7, Comparator::Eq, Some(true)),
            (80.1, Comparator::Lte, Some(false)),
            (79.9, Comparator::Lt, Some(true)),
            (79.0, Comparator::About, None),
        ] {
            assert_eq!(meets(value, comparator, 80.0), met, "{value} {comparator:?}");
        }
    }
}

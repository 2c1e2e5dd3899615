//! 量化指标: a target inside a requirement (≥ 80%, > 20 个).

use std::{collections::BTreeSet, fmt};

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    fault::{Checker, Fault},
    id::{IndicatorId, LAST_NUMBER, RequirementId, UnitCode},
    numbering::Numbers,
    unit::{NamedUnit, Unit, UnitDirectory, UnitKind},
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
        /// 左右 (≈): how near is near enough, people say
        About = "about": "左右", "about";
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
            targets,
            ..
        } = &self.target;
        let sign = match comparator {
            Comparator::Gte => "≥",
            Comparator::Gt => ">",
            Comparator::Eq => "=",
            Comparator::Lte => "≤",
            Comparator::Lt => "<",
            Comparator::About => "≈",
        };
        match target {
            Some(target) => write!(f, "{name} {sign} {target} {unit}"),
            None => write!(f, "{name} {sign} {unit}"),
        }?;
        for UnitTarget { unit: of, target } in targets {
            write!(f, " {of} {target}")?;
        }
        Ok(())
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
    /// 目标值；各单位另有目标的可省略 (target; may be absent where each unit has its own)
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = f64, required = false, example = 80)]
    pub target: Option<f64>,
    /// 计量单位 (unit of measure)
    #[schema(example = "%")]
    pub unit: String,
    /// 原文 (the words of the requirement it comes from)
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "行政许可事项网上全流程办理率达80%以上")]
    pub phrase: Option<String>,
    /// 各单位的目标值 (what each unit is to reach)
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub targets: Vec<UnitTarget>,
    /// 编号；整体替换时指明是原有的哪一项，省略的按名称对应；新建时不看 (id: where the list is replaced, which of those there
    /// were it is; without, it is the one of the same name. What is new is given one)
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = String, required = false, example = "dg-2017.26.1.i7")]
    pub id: Option<String>,
}

/// 某一单位的目标值 (what one unit is to reach)
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UnitTarget {
    /// 单位代码、名称或别名；回复中为代码 (unit by code, name or alias; replies have its code)
    #[schema(value_type = String, example = "humen")]
    pub unit: NamedUnit,
    /// 目标值 (target)
    #[schema(example = 12)]
    pub target: f64,
}

impl NewIndicator {
    /// Notes what is wrong with it.
    pub fn check(&self, check: &mut Checker, known: &UnitDirectory) {
        check.text("name", &self.name, 100);
        check.text("unit", &self.unit, 20);
        check.optional_text("phrase", self.phrase.as_deref(), 200);
        match self.target {
            Some(target) => in_range(check, target),
            None if self.targets.is_empty() => check.at("target", |check| {
                check.fault(Fault::Required, say!("须写明目标值", "say what is to be reached"));
            }),
            None => {}
        }
        check.at("targets", |check| {
            let mut seen = BTreeSet::new();
            for (index, of) in self.targets.iter().enumerate() {
                check.at(index, |check| {
                    in_range(check, of.target);
                    check.at("unit", |check| {
                        let Some(Unit { code, kind, .. }) = of.unit.found(check, known) else {
                            return;
                        };
                        if *kind == UnitKind::Collective {
                            check.fault(Fault::Conflict, say!("{code} 是集合单位", "{code} is a collective"));
                        } else if !seen.insert(code) {
                            check.fault(Fault::Duplicate, say!("{code} 重复", "{code} is given twice"));
                        }
                    });
                });
            }
        });
    }

    /// The indicator as it is stored: units by their codes, and without an id of its own.
    #[must_use]
    pub fn kept(mut self, known: &UnitDirectory) -> Self {
        self.id = None;
        for of in &mut self.targets {
            if let Some(unit) = of.unit.find(known) {
                of.unit = NamedUnit::from(&unit.code);
            }
        }
        self
    }

    /// What `unit` is to reach.
    pub fn target_of(&self, unit: &UnitCode) -> Option<f64> {
        let unit = NamedUnit::from(unit);
        let own = self.targets.iter().find(|of| of.unit == unit);
        own.map(|of| of.target).or(self.target)
    }
}

/// How what is sent may be one that was there without naming it, the surest first.
const SAME: [fn(&NewIndicator, &NewIndicator) -> bool; 3] = [
    |one, other| one == other,
    |one, other| one.name == other.name && one.comparator == other.comparator,
    |one, other| one.name == other.name,
];

/// The indicators that `new` makes of those a requirement has: each keeps its id, one that is new gets the next number. Reports
/// refer to them, so that no id may come to mean another. `new` is without ids; `ids` has those that were sent.
pub fn replace(
    check: &mut Checker,
    of: &RequirementId,
    before: &[Indicator],
    numbers: &Numbers,
    (ids, new): (&[Option<String>], Vec<NewIndicator>),
) -> Vec<Indicator> {
    let mut kept: Vec<Option<&Indicator>> = vec![None; new.len()];
    check.at("indicators", |check| {
        for (index, id) in ids.iter().enumerate() {
            let Some(id) = id else { continue };
            let meant = before.iter().find(|indicator| indicator.id.to_string() == *id);
            check.at(index, |check| match meant {
                None => check.at("id", |check| unknown(check, id, before)),
                Some(_) if kept.contains(&meant) => check.at("id", |check| {
                    check.fault(Fault::Duplicate, say!("{id} 重复", "{id} is given twice"));
                }),
                Some(_) => kept[index] = meant,
            });
        }
    });
    for same in SAME {
        for index in 0..new.len() {
            if kept[index].is_none() && ids[index].is_none() {
                let mut left = before.iter().filter(|indicator| !kept.contains(&Some(*indicator)));
                kept[index] = left.find(|indicator| same(&indicator.target, &new[index]));
            }
        }
    }
    let mut numbers = numbers.clone();
    let mut all = Vec::with_capacity(new.len());
    for (target, kept) in new.into_iter().zip(kept) {
        let number = kept.map_or_else(|| numbers.next(), |indicator| indicator.id.number);
        numbers.taken.insert(number);
        let requirement = of.clone();
        let id = IndicatorId { requirement, number };
        all.push(Indicator { id, target });
    }
    if numbers.taken.last() > Some(&LAST_NUMBER) {
        check.at("indicators", |check| {
            check.fault(
                Fault::OutOfRange,
                say!(
                    "编号至多 {LAST_NUMBER}，已用完",
                    "ids end with {LAST_NUMBER}: none is left"
                ),
            );
        });
    }
    all
}

fn unknown(check: &mut Checker, id: &str, before: &[Indicator]) {
    let there: Vec<String> = before.iter().map(|indicator| indicator.id.to_string()).collect();
    let detail = if there.is_empty() {
        say!(
            "没有指标 {id}；该具体要求没有指标，新增的请省略 id",
            "there is no indicator {id}, the requirement has none; leave `id` out of what is new"
        )
    } else {
        let there = there.join(", ");
        say!(
            "没有指标 {id}，现有 {there}；新增的请省略 id",
            "there is no indicator {id}, but there are {there}; leave `id` out of what is new"
        )
    };
    check.fault(Fault::NotFound, detail);
}

fn in_range(check: &mut Checker, target: f64) {
    if !target.is_finite() || target.abs() > 1e12 {
        check.at("target", |check| {
            check.fault(Fault::OutOfRange, say!("数值过大", "too large"));
        });
    }
}

//! 责任分工: who has which part in a requirement.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Within;
use crate::{
    domain::{
        fault::{Checker, Fault},
        given::ReadOnly,
        id::UnitCode,
        time::{Day, Period},
        unit::{NamedUnit, Unit, UnitDirectory, UnitKind},
        vocabulary::vocabulary,
    },
    say,
};

vocabulary! {
    /// A unit's part in a requirement.
    #[derive(Default)]
    pub enum UnitRole {
        /// 牵头
        #[default]
        Lead = "lead": "牵头", "lead";
        /// 配合
        Support = "support": "配合", "support";
        /// 责任单位，原文未分主次 (where the document does not say who leads)
        Responsible = "responsible": "责任单位", "responsible";
    }
}

impl UnitRole {
    /// Who stands for several of those that are named has the weightiest of their roles.
    pub(super) fn weight(self) -> u8 {
        match self {
            Self::Lead => 2,
            Self::Responsible => 1,
            Self::Support => 0,
        }
    }
}

/// 责任分工: one unit's part in one requirement, in the document's order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Responsibility {
    /// 单位代码 (unit code)
    #[schema(example = "zwfwb")]
    pub code: UnitCode,
    /// 牵头、配合，或原文未分主次的责任单位 (lead, support, or responsible where the document does not say who leads)
    #[serde(default)]
    pub role: UnitRole,
    /// 承担的部分，原文 (its part of the work, verbatim, where the document says so)
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "负责学校")]
    pub part: Option<String>,
    /// 仅就本要求而言集合单位所指的单位 (who a collective means in this requirement only;
    /// absent: its own members)
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub members: Option<Vec<UnitCode>>,
    /// 自哪天起计，此前到期的不由其承担；没有则自始 (the day from which it counts: what falls due before is not owed by it;
    /// absent: always)
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Day, required = false)]
    pub effective_from: Option<Day>,
    /// 成员中后来加入者自哪天起计 (the same of members that came later)
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    #[schema(value_type = std::collections::HashMap<String, Day>, required = false)]
    pub members_from: BTreeMap<UnitCode, Day>,
}

impl Responsibility {
    /// A unit's part, from the beginning.
    pub fn new(code: UnitCode, role: UnitRole) -> Self {
        Self {
            code,
            role,
            part: None,
            members: None,
            effective_from: None,
            members_from: BTreeMap::new(),
        }
    }

    /// The day from which `unit` has it, by itself or as a member.
    pub fn counts_from(&self, unit: &UnitCode) -> Option<Day> {
        self.effective_from.max(self.members_from.get(unit).copied())
    }

    /// The same as what comes to a plan by an amendment: what was not there `before` counts from `day`.
    pub(super) fn beside(mut self, before: &[Self], day: Option<Day>, units: &UnitDirectory) -> Self {
        let Some(known) = before.iter().find(|known| known.code == self.code) else {
            self.effective_from = self.effective_from.or(day);
            return self;
        };
        // It means all the members of a collective again: whoever was not meant before is new.
        let widened = self.members.is_none() && known.members.is_some();
        let since = if widened {
            day.or(known.effective_from)
        } else {
            known.effective_from
        };
        self.effective_from = self.effective_from.or(since);
        let own = || {
            let all = units
                .get(&self.code)
                .map(|unit| units.expand_during(unit, Period::EVER));
            all.unwrap_or_default()
                .into_iter()
                .map(|unit| unit.code.clone())
                .collect()
        };
        let were = known.members.clone().unwrap_or_else(own);
        let from = |code: &UnitCode| {
            let known = known.members_from.get(code).copied();
            if were.contains(code) { known } else { day }
        };
        let members = self.members.iter().flatten();
        self.members_from = members.filter_map(|code| Some((code.clone(), from(code)?))).collect();
        self
    }
}

impl From<&Responsibility> for NewResponsibility {
    fn from(known: &Responsibility) -> Self {
        let members = known.members.as_ref();
        Self {
            code: NamedUnit::from(&known.code),
            role: known.role,
            part: known.part.clone(),
            members: members.map(|members| members.iter().map(NamedUnit::from).collect()),
            effective_from: known.effective_from,
            name: ReadOnly,
            kind: ReadOnly,
        }
    }
}

/// 责任分工 (a unit's part in a requirement), as a caller writes it
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewResponsibility {
    /// 单位代码、名称或别名 (unit by code, name or alias)
    #[schema(value_type = String, example = "zwfwb")]
    pub code: NamedUnit,
    /// 牵头、配合，或原文未分主次的责任单位 (lead, support, or responsible where the document does not say who leads)
    #[serde(default)]
    pub role: UnitRole,
    /// 承担的部分，原文 (its part of the work, verbatim, where the document says so)
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "负责学校")]
    pub part: Option<String>,
    /// 仅就本要求而言集合单位所指的单位 (who a collective means in this requirement only;
    /// absent: its own members)
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub members: Option<Vec<NamedUnit>>,
    /// 自哪天起计，此前到期的不由其承担；省略时，修订中新增的单位按修订写明的日期，其余不变 (the day from which it counts;
    /// absent: what is new by an amendment from the day of that, and the others as before)
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Day, required = false)]
    pub effective_from: Option<Day>,
    /// 名称 (name)
    #[serde(default, skip_serializing)]
    #[schema(value_type = Value, required = false, read_only)]
    pub name: ReadOnly,
    /// 类别 (kind)
    #[serde(default, skip_serializing)]
    #[schema(value_type = Value, required = false, read_only)]
    pub kind: ReadOnly,
}

impl NewResponsibility {
    /// What it says, if all units in it are known.
    fn resolve(&self, known: &UnitDirectory) -> Option<Responsibility> {
        let code = |named: &NamedUnit| named.find(known).map(|unit| unit.code.clone());
        let members = self.members.as_ref();
        Some(Responsibility {
            code: code(&self.code)?,
            role: self.role,
            part: self.part.clone(),
            members: match members {
                Some(members) => Some(members.iter().map(code).collect::<Option<_>>()?),
                None => None,
            },
            effective_from: self.effective_from,
            members_from: BTreeMap::new(),
        })
    }
}

/// What all of them say in the place of those `before`; those with unknown units are left out.
pub(super) fn resolve(
    units: &[NewResponsibility],
    before: &[Responsibility],
    within: Within<'_>,
) -> Vec<Responsibility> {
    let known = units.iter().filter_map(|part| part.resolve(within.units));
    known
        .map(|part| part.beside(before, within.counts_from, within.units))
        .collect()
}

/// Checks that responsibilities name units that exist, each once.
pub(super) fn check_units(check: &mut Checker, units: &[NewResponsibility], known: &UnitDirectory) {
    let mut seen = BTreeSet::new();
    for (index, part) in units.iter().enumerate() {
        check.at(index, |check| {
            check.optional_text("part", part.part.as_deref(), 200);
            check.optional_day("effective_from", part.effective_from);
            let mut named = None;
            check.at("code", |check| {
                named = part.code.found(check, known);
                if let Some(code) = named.map(|unit| &unit.code).filter(|code| !seen.insert(*code)) {
                    check.fault(Fault::Duplicate, say!("{code} 重复", "{code} is given twice"));
                }
            });
            if let (Some(unit), Some(members)) = (named, &part.members) {
                check.at("members", |check| check_members(check, unit, members, known));
            }
        });
    }
}

/// Checks whom a collective means in one requirement.
fn check_members(check: &mut Checker, unit: &Unit, members: &[NamedUnit], known: &UnitDirectory) {
    if unit.kind != UnitKind::Collective {
        let code = &unit.code;
        let why = say!("{code} 不是集合单位", "{code} is not a collective");
        check.fault(Fault::Conflict, why);
    }
    if members.is_empty() {
        let why = say!(
            "至少一个单位；省略则为其全部成员",
            "at least one unit; leave it out to mean all its members"
        );
        check.fault(Fault::Required, why);
    }
    let mut seen = BTreeSet::new();
    for (index, member) in members.iter().enumerate() {
        check.at(index, |check| {
            let Some(Unit { code, kind, .. }) = member.found(check, known) else {
                return;
            };
            if !seen.insert(code) {
                check.fault(Fault::Duplicate, say!("{code} 重复", "{code} is given twice"));
            }
            if *kind == UnitKind::Collective {
                let why = say!(
                    "没有代码为 {code} 的具体单位",
                    "there is no concrete unit with code {code}"
                );
                check.fault(Fault::NotFound, why);
            }
        });
    }
}

//! Units as callers write them.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Identifier, Member, Membership, NamedUnit, Unit, UnitDirectory, UnitKind};
use crate::domain::{id::UnitCode, patch::Patch, time::Day};

/// 集合单位的成员 (a member of a collective, with the days on which it is one)
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewMember {
    /// 单位代码、名称或别名 (unit by code, name or alias)
    #[serde(alias = "unit")]
    #[schema(value_type = String, example = "zwfwb", extensions(("x-former-name" = json!("unit"))))]
    pub code: NamedUnit,
    /// 加入之日；没有则自始 (first day as a member; absent: since ever)
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid_from: Option<Day>,
    /// 退出之日；没有则至今 (last day; absent: until further notice)
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid_to: Option<Day>,
}

/// How a collective's members are found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
#[schema(as = Membership)]
pub enum NewMembership {
    /// Every unit of these kinds whose region code lies in `region`, while it exists.
    Rule {
        /// Prefix of the statistical region code, `441900` for Dongguan.
        #[schema(example = "441900")]
        region: String,
        /// Kinds that belong.
        unit_kinds: BTreeSet<UnitKind>,
    },
    /// The units listed, each on its days.
    List {
        /// The members.
        #[serde(default)]
        members: Vec<NewMember>,
    },
    /// 有关单位: nobody knows who is meant until somebody says so, requirement by requirement.
    Open,
}

/// A unit as a caller writes it; also the shape of `seeds/units.json`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewUnit {
    /// 单位代码 (code): `a-z`, `0-9`, hyphens
    #[schema(example = "wglj")]
    pub code: UnitCode,
    /// 方案中使用的名称 (name as plans use it)
    #[schema(example = "市文广旅体局")]
    pub name: String,
    /// 规范全称 (official name)
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "东莞市文化广电旅游体育局")]
    pub official_name: Option<String>,
    /// 类别 (kind)
    pub kind: UnitKind,
    /// 别名 (aliases)
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub aliases: Vec<String>,
    /// 统计用区划代码 (statistical region code)
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub region_code: Option<String>,
    /// 上级单位：科室所属的局、村居所属的镇 (the unit that it is a part of)
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = NamedUnit, required = false, example = "hbj")]
    pub parent: Option<NamedUnit>,
    /// 其他系统中的编号，如统一社会信用代码 (what other systems call it)
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub identifiers: Vec<Identifier>,
    /// 成立之日 (first day)
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid_from: Option<Day>,
    /// 撤销之日 (last day)
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid_to: Option<Day>,
    /// 承接单位 (successors after a reorganisation)
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub successors: Vec<NamedUnit>,
    /// 集合单位的成员规则 (membership; required for a collective, forbidden otherwise)
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub membership: Option<NewMembership>,
    /// 备注；单位一经建立即对所有人公开，随方案草案建立的也是 (note; a unit is public from the moment it is there, also one that comes with a
    /// draft)
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

impl NewUnit {
    /// A unit of which no more is said than what it is called.
    pub fn new(code: UnitCode, name: String) -> Self {
        Self {
            code,
            name,
            official_name: None,
            kind: UnitKind::Other,
            aliases: Vec::new(),
            region_code: None,
            parent: None,
            identifiers: Vec::new(),
            valid_from: None,
            valid_to: None,
            successors: Vec::new(),
            membership: None,
            note: None,
        }
    }

    /// The unit this becomes, at version 1, without units that it names and that do not exist.
    pub(super) fn among(&self, known: &UnitDirectory) -> Unit {
        let code = |named: &NamedUnit| named.find(known).map(|unit| unit.code.clone());
        Unit {
            parent: self.parent.as_ref().and_then(code),
            successors: self.successors.iter().filter_map(code).collect(),
            membership: self.membership.as_ref().map(|membership| membership.among(known)),
            ..self.alone()
        }
    }

    /// The unit by itself, without those that it names.
    pub fn alone(&self) -> Unit {
        let Self {
            code,
            name,
            official_name,
            kind,
            aliases,
            region_code,
            parent: _,
            identifiers,
            valid_from,
            valid_to,
            successors: _,
            membership,
            note,
        } = self.clone();
        Unit {
            code,
            name,
            official_name,
            kind,
            aliases,
            former_names: Vec::new(),
            region_code,
            parent: None,
            identifiers,
            valid_from,
            valid_to,
            successors: Vec::new(),
            membership: membership.map(|membership| membership.among(&UnitDirectory::default())),
            note,
            version: 1,
        }
    }
}

impl NewMembership {
    /// The membership with those of the named units that are in `known`; the others are dropped.
    fn among(&self, known: &UnitDirectory) -> Membership {
        match self {
            Self::Rule { region, unit_kinds } => Membership::Rule {
                region: region.clone(),
                unit_kinds: unit_kinds.clone(),
            },
            Self::List { members } => {
                let member = |new: &NewMember| {
                    Some(Member {
                        code: new.code.find(known)?.code.clone(),
                        valid_from: new.valid_from,
                        valid_to: new.valid_to,
                    })
                };
                Membership::List {
                    members: members.iter().filter_map(member).collect(),
                }
            }
            Self::Open => Membership::Open,
        }
    }
}

impl From<&Membership> for NewMembership {
    fn from(known: &Membership) -> Self {
        match known {
            Membership::Rule { region, unit_kinds } => Self::Rule {
                region: region.clone(),
                unit_kinds: unit_kinds.clone(),
            },
            Membership::List { members } => {
                let member = |known: &Member| NewMember {
                    code: NamedUnit::from(&known.code),
                    valid_from: known.valid_from,
                    valid_to: known.valid_to,
                };
                Self::List {
                    members: members.iter().map(member).collect(),
                }
            }
            Membership::Open => Self::Open,
        }
    }
}

impl From<&Unit> for NewUnit {
    fn from(known: &Unit) -> Self {
        Self {
            code: known.code.clone(),
            name: known.name.clone(),
            official_name: known.official_name.clone(),
            kind: known.kind,
            aliases: known.aliases.clone(),
            region_code: known.region_code.clone(),
            parent: known.parent.as_ref().map(NamedUnit::from),
            identifiers: known.identifiers.clone(),
            valid_from: known.valid_from,
            valid_to: known.valid_to,
            successors: known.successors.iter().map(NamedUnit::from).collect(),
            membership: known.membership.as_ref().map(NewMembership::from),
            note: known.note.clone(),
        }
    }
}

/// A change of a unit.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UnitPatch {
    /// 方案中使用的名称 (name as plans use it)
    #[serde(default)]
    #[schema(value_type = String, required = false, example = "市卫生健康局")]
    pub name: Patch<String>,
    /// 规范全称 (official name)
    #[serde(default)]
    #[schema(value_type = Option<String>, required = false)]
    pub official_name: Patch<String>,
    /// 类别 (kind); a collective stays one, and nothing else becomes one
    #[serde(default)]
    #[schema(value_type = UnitKind, required = false)]
    pub kind: Patch<UnitKind>,
    /// 别名 (aliases)
    #[serde(default)]
    #[schema(value_type = Vec<String>, required = false)]
    pub aliases: Patch<Vec<String>>,
    /// 统计用区划代码 (statistical region code)
    #[serde(default)]
    #[schema(value_type = Option<String>, required = false)]
    pub region_code: Patch<String>,
    /// 上级单位 (the unit that it is a part of)
    #[serde(default)]
    #[schema(value_type = Option<NamedUnit>, required = false, example = "hbj")]
    pub parent: Patch<NamedUnit>,
    /// 其他系统中的编号，整体替换 (what other systems call it, replaced whole)
    #[serde(default)]
    #[schema(value_type = Vec<Identifier>, required = false)]
    pub identifiers: Patch<Vec<Identifier>>,
    /// 成立之日 (first day)
    #[serde(default)]
    #[schema(value_type = Option<Day>, required = false)]
    pub valid_from: Patch<Day>,
    /// 撤销之日 (last day)
    #[serde(default)]
    #[schema(value_type = Option<Day>, required = false, example = "2018-12-31")]
    pub valid_to: Patch<Day>,
    /// 承接单位 (successors)
    #[serde(default)]
    #[schema(value_type = Vec<NamedUnit>, required = false)]
    pub successors: Patch<Vec<NamedUnit>>,
    /// 成员规则；null 取消 (membership of a collective; `null` takes it away)
    #[serde(default)]
    #[schema(value_type = Option<NewMembership>, required = false)]
    pub membership: Patch<NewMembership>,
    /// 备注；单位一经建立即对所有人公开，随方案草案建立的也是 (note; a unit is public from the moment it is there, also one that comes with a
    /// draft)
    #[serde(default)]
    #[schema(value_type = Option<String>, required = false)]
    pub note: Patch<String>,
}

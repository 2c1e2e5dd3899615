//! Units as callers write them.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Identifier, Membership, Unit, UnitKind};
use crate::domain::{id::UnitCode, patch::Patch, time::Day};

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
    #[schema(example = "hbj")]
    pub parent: Option<UnitCode>,
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
    pub successors: Vec<UnitCode>,
    /// 集合单位的成员规则 (membership; required for a collective, forbidden otherwise)
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub membership: Option<Membership>,
    /// 备注 (note)
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

    /// The unit this becomes, at version 1.
    pub fn into_unit(self) -> Unit {
        Unit {
            code: self.code,
            name: self.name,
            official_name: self.official_name,
            kind: self.kind,
            aliases: self.aliases,
            former_names: Vec::new(),
            region_code: self.region_code,
            parent: self.parent,
            identifiers: self.identifiers,
            valid_from: self.valid_from,
            valid_to: self.valid_to,
            successors: self.successors,
            membership: self.membership,
            note: self.note,
            version: 1,
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
    #[schema(value_type = Option<String>, required = false, example = "hbj")]
    pub parent: Patch<UnitCode>,
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
    #[schema(value_type = Vec<String>, required = false)]
    pub successors: Patch<Vec<UnitCode>>,
    /// 成员规则 (membership of a collective)
    #[serde(default)]
    #[schema(value_type = Membership, required = false)]
    pub membership: Patch<Membership>,
    /// 备注 (note)
    #[serde(default)]
    #[schema(value_type = Option<String>, required = false)]
    pub note: Patch<String>,
}

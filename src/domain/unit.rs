//! 责任单位: who is responsible. Concrete units, and collectives (集合单位) that stand for others.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    check::{Checker, Fault, FieldError},
    directory::UnitDirectory,
    id::UnitCode,
    patch::Patch,
    search,
    time::Day,
};
use crate::say;

/// What sort of body a unit is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum UnitKind {
    /// 市直部门
    Department,
    /// 街道
    Subdistrict,
    /// 镇
    Town,
    /// 园区
    Park,
    /// 事业单位等机构
    Institution,
    /// 委员会
    Committee,
    /// 集合单位: stands for other units and never owes anything itself
    Collective,
}

/// A unit's place in a collective, with the days on which it holds (open ends included).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Member {
    /// The member's code.
    #[schema(example = "zwfwb")]
    pub unit: UnitCode,
    /// First day as a member; absent: since ever.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid_from: Option<Day>,
    /// Last day as a member; absent: until further notice.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid_to: Option<Day>,
}

/// How a collective's members are found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Membership {
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
        members: Vec<Member>,
    },
}

/// A responsible unit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Unit {
    /// Code, `zwfwb`.
    pub code: UnitCode,
    /// The name plans use, 市政务服务办.
    pub name: String,
    /// Full official name, where known.
    pub official_name: Option<String>,
    /// Kind.
    pub kind: UnitKind,
    /// Other names it is found under.
    pub aliases: Vec<String>,
    /// Statistical region code, `441900121`.
    pub region_code: Option<String>,
    /// First day of its existence; `None`: before anything recorded here.
    pub valid_from: Option<Day>,
    /// Last day of its existence.
    pub valid_to: Option<Day>,
    /// Who took over its duties (机构改革).
    pub successors: Vec<UnitCode>,
    /// For collectives: how the members are found.
    pub membership: Option<Membership>,
    /// Remark for readers, such as an assumption behind a member list.
    pub note: Option<String>,
    /// Grows with each change.
    pub version: i64,
}

impl Unit {
    /// Whether the unit exists on `day`.
    pub fn exists_on(&self, day: Day) -> bool {
        self.valid_from.is_none_or(|from| from <= day) && self.valid_to.is_none_or(|to| day <= to)
    }

    /// All the names it answers to, normalised for comparison.
    pub(super) fn names(&self) -> impl Iterator<Item = String> {
        std::iter::once(&self.name)
            .chain(&self.official_name)
            .chain(&self.aliases)
            .map(|name| search::normalize(name))
    }

    /// The text that `q` searches.
    pub fn search_text(&self) -> String {
        let names: Vec<String> = self.names().collect();
        format!("{} {}", self.code, names.join(" "))
    }
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
    /// The unit this becomes, at version 1.
    pub fn into_unit(self) -> Unit {
        Unit {
            code: self.code,
            name: self.name,
            official_name: self.official_name,
            kind: self.kind,
            aliases: self.aliases,
            region_code: self.region_code,
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

impl Unit {
    /// The unit after `patch`, or what is wrong with it.
    pub fn patched(mut self, patch: UnitPatch, known: &UnitDirectory) -> Result<Self, Vec<FieldError>> {
        let mut faults = Checker::default();
        let was_collective = self.kind == UnitKind::Collective;
        patch.name.set(&mut faults, "name", &mut self.name);
        patch.kind.set(&mut faults, "kind", &mut self.kind);
        patch.aliases.set(&mut faults, "aliases", &mut self.aliases);
        patch.successors.set(&mut faults, "successors", &mut self.successors);
        patch.official_name.set_optional(&mut self.official_name);
        patch.region_code.set_optional(&mut self.region_code);
        patch.valid_from.set_optional(&mut self.valid_from);
        patch.valid_to.set_optional(&mut self.valid_to);
        patch.membership.set_optional(&mut self.membership);
        patch.note.set_optional(&mut self.note);
        if was_collective != (self.kind == UnitKind::Collective) {
            faults.at("kind", |check| {
                check.fault(
                    Fault::Conflict,
                    say!(
                        "具体单位与集合单位不能互换",
                        "a concrete unit and a collective cannot turn into one another"
                    ),
                );
            });
        }
        faults.finish()?;
        check(&self, known)?;
        Ok(self)
    }
}

/// The days on which a unit is a member of a collective.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MemberPeriods {
    /// 成员期间 (periods; an open end has no date). At least one
    pub periods: Vec<MemberPeriod>,
}

/// One stretch of days as a member.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MemberPeriod {
    /// 加入之日 (first day)
    #[serde(default)]
    #[schema(example = "2017-10-01")]
    pub valid_from: Option<Day>,
    /// 退出之日 (last day)
    #[serde(default)]
    pub valid_to: Option<Day>,
}

fn days_in_order(check: &mut Checker, from: Option<Day>, to: Option<Day>) {
    for (key, day) in [("valid_from", from), ("valid_to", to)] {
        if let Some(day) = day {
            check.day(key, day);
        }
    }
    if let (Some(from), Some(to)) = (from, to)
        && to < from
    {
        check.at("valid_to", |check| {
            check.fault(
                Fault::OutOfRange,
                say!("早于 valid_from {from}", "is before valid_from {from}"),
            );
        });
    }
}

/// Checks a unit on its own and against the units it names.
///
/// `known` must hold every other unit.
pub fn check(unit: &Unit, known: &UnitDirectory) -> Result<(), Vec<FieldError>> {
    let mut check = Checker::default();
    check.text("name", &unit.name, 100);
    check.optional_text("official_name", unit.official_name.as_deref(), 200);
    check.optional_text("note", unit.note.as_deref(), 1000);
    check.at("aliases", |check| {
        for (index, alias) in unit.aliases.iter().enumerate() {
            check.text(&index.to_string(), alias, 200);
        }
    });
    if let Some(code) = &unit.region_code
        && !(code.len() >= 6 && code.len() <= 12 && code.bytes().all(|b| b.is_ascii_digit()))
    {
        check.at("region_code", |check| {
            check.fault(Fault::Invalid, say!("应为 6 至 12 位数字", "must be 6 to 12 digits"));
        });
    }
    days_in_order(&mut check, unit.valid_from, unit.valid_to);
    let names: BTreeSet<String> = unit.names().collect();
    if let Some(other) = known
        .iter()
        .find(|other| other.code != unit.code && other.names().any(|name| names.contains(&name)))
    {
        let code = &other.code;
        check.at("name", |check| {
            check.fault(
                Fault::Duplicate,
                say!(
                    "名称或别名与单位 {code} 重复",
                    "name or alias is already used by unit {code}"
                ),
            );
        });
    }
    check.at("successors", |check| {
        for (index, code) in unit.successors.iter().enumerate() {
            check.at(index, |check| concrete_member(check, code, &unit.code, known));
        }
    });
    check.at("membership", |check| match (&unit.membership, unit.kind) {
        (None, UnitKind::Collective) => {
            check.fault(
                Fault::Required,
                say!("集合单位必须说明成员", "a collective must say who its members are"),
            );
        }
        (Some(_), kind) if kind != UnitKind::Collective => {
            check.fault(
                Fault::Conflict,
                say!("只有集合单位可以有成员", "only a collective has members"),
            );
        }
        (Some(Membership::Rule { region, unit_kinds }), _) => {
            if !(region.len() >= 2 && region.len() <= 12 && region.bytes().all(|b| b.is_ascii_digit())) {
                check.at("region", |check| {
                    check.fault(Fault::Invalid, say!("应为 2 至 12 位数字", "must be 2 to 12 digits"));
                });
            }
            if unit_kinds.is_empty() || unit_kinds.contains(&UnitKind::Collective) {
                check.at("unit_kinds", |check| {
                    check.fault(
                        Fault::Invalid,
                        say!("至少一类，且不能是集合单位", "at least one kind, and not collective"),
                    );
                });
            }
        }
        (Some(Membership::List { members }), _) => check.at("members", |check| {
            for (index, member) in members.iter().enumerate() {
                check.at(index, |check| {
                    check.at("unit", |check| concrete_member(check, &member.unit, &unit.code, known));
                    days_in_order(check, member.valid_from, member.valid_to);
                    let overlap = members[..index].iter().any(|earlier| {
                        earlier.unit == member.unit
                            && earlier
                                .valid_from
                                .is_none_or(|from| member.valid_to.is_none_or(|to| from <= to))
                            && member
                                .valid_from
                                .is_none_or(|from| earlier.valid_to.is_none_or(|to| from <= to))
                    });
                    if overlap {
                        check.fault(
                            Fault::Duplicate,
                            say!("同一单位的成员期间重叠", "membership periods of one unit overlap"),
                        );
                    }
                });
            }
        }),
        (None, _) => {}
    });
    check.finish()
}

fn concrete_member(check: &mut Checker, code: &UnitCode, owner: &UnitCode, known: &UnitDirectory) {
    if code == owner {
        check.fault(Fault::Conflict, say!("不能是该单位自身", "cannot be the unit itself"));
        return;
    }
    match known.get(code) {
        None => check.fault(
            Fault::NotFound,
            say!("没有代码为 {code} 的单位", "there is no unit with code {code}"),
        ),
        Some(unit) if unit.kind == UnitKind::Collective => {
            check.fault(Fault::Conflict, say!("{code} 是集合单位", "{code} is a collective"));
        }
        Some(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unit(code: &str, name: &str, kind: UnitKind) -> Unit {
        NewUnit {
            code: code.parse().unwrap(),
            name: name.into(),
            official_name: None,
            kind,
            aliases: vec![],
            region_code: None,
            valid_from: None,
            valid_to: None,
            successors: vec![],
            membership: None,
            note: None,
        }
        .into_unit()
    }

    fn day(text: &str) -> Day {
        text.parse().unwrap()
    }

    #[test]
    fn faults_say_where_they_are() {
        let mut all = unit("ygdw", "市各有关单位", UnitKind::Collective);
        all.membership = Some(Membership::List {
            members: vec![Member {
                unit: "nosuch".parse().unwrap(),
                valid_from: Some(day("2017-02-01")),
                valid_to: Some(day("2017-01-01")),
            }],
        });
        let pointers: Vec<String> = check(&all, &UnitDirectory::default())
            .unwrap_err()
            .into_iter()
            .map(|fault| fault.pointer)
            .collect();
        assert_eq!(
            pointers,
            ["/membership/members/0/unit", "/membership/members/0/valid_to"]
        );
    }
}

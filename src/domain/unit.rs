//! 责任单位: who is responsible. Concrete units, and collectives (集合单位) that stand for others.

use std::collections::BTreeSet;

mod check;
mod directory;
mod identifier;
mod input;
mod kind;
mod named;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

pub use self::{
    check::check,
    directory::{Belonging, Succession, UnitDirectory},
    identifier::{Identifier, USCC},
    input::{NewMember, NewMembership, NewUnit, UnitPatch},
    kind::UnitKind,
    named::NamedUnit,
};
use super::{id::UnitCode, search, text, time::Day, vocabulary::vocabulary};

super::event::events! {
    FEED_OPENED = "calendar_feed.opened",
    UNIT_CREATED = "unit.created",
    UNIT_UPDATED = "unit.updated",
    UNIT_DELETED = "unit.deleted",
}

/// A member of a collective, with the days on which it is one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Member {
    /// Its code.
    #[serde(alias = "unit")]
    pub code: UnitCode,
    /// Its first day as one; `None`: since ever.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid_from: Option<Day>,
    /// Its last day; `None`: until further notice.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid_to: Option<Day>,
}

vocabulary! {
    /// The form of a [`Membership`].
    pub enum MembershipKind {
        /// By a rule.
        Rule = "rule": "按规则", "by rule";
        /// By a list.
        List = "list": "按名单", "by list";
        /// Nobody has said who is meant.
        Open = "open": "待定", "open";
    }
}

/// How a collective's members are found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Membership {
    /// Every unit of these kinds whose region code lies in `region`, while it exists.
    Rule {
        /// Prefix of the statistical region code, `441900` for Dongguan.
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
    /// 有关单位: nobody knows who is meant until somebody says so, requirement by requirement.
    Open,
}

/// A name that a unit had before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct FormerName {
    /// 曾用名 (the name)
    #[schema(example = "市卫生计生局")]
    pub name: String,
    /// 改名之日 (the day on which it got another)
    #[schema(example = "2019-01-10")]
    pub until: Day,
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
    /// What kind of unit it is: department, town, collective and so on.
    pub kind: UnitKind,
    /// Other names it is found under.
    pub aliases: Vec<String>,
    /// Names that it had before: it is found under them, and others may take them.
    pub former_names: Vec<FormerName>,
    /// Statistical region code, `441900121`.
    pub region_code: Option<String>,
    /// The unit that it is a part of: the bureau of an office, the town of a village.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parent: Option<UnitCode>,
    /// What other systems call it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub identifiers: Vec<Identifier>,
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

    /// Whether it owes, and others owe through it, what they did when it was `before`: names and remarks change nothing.
    pub fn owes_like(&self, before: &Self) -> bool {
        let owes = |unit: &Self| {
            (
                unit.kind,
                unit.region_code.clone(),
                unit.valid_from,
                unit.valid_to,
                unit.successors.clone(),
                unit.membership.clone(),
            )
        };
        owes(self) == owes(before)
    }

    /// Whether it never was what it was as `before`, so that nothing was owed by that: it did not exist before a later day, or,
    /// where nobody has had anything to do with it, its kind or region was a slip. Of a unit that has worked as a town,
    /// another kind is a reform, and what is past stays.
    pub fn corrects(&self, before: &Self, untried: bool) -> bool {
        let what = |unit: &Self| (unit.kind, unit.region_code.clone());
        self.valid_from > before.valid_from || (untried && what(self) != what(before))
    }

    /// The unit with the names that it lost by becoming this from `before`.
    #[must_use]
    pub fn renamed(mut self, before: &Self, today: Day) -> Self {
        for name in std::iter::once(&before.name).chain(&before.official_name) {
            let until = today;
            self.former_names
                .retain(|former| text::normalize(&former.name) != text::normalize(name));
            self.former_names.push(FormerName {
                name: name.clone(),
                until,
            });
        }
        let names: Vec<String> = self.names().collect();
        self.former_names
            .retain(|former| !names.contains(&text::normalize(&former.name)));
        self
    }

    /// Whether the database refers from it to the unit `code`, which has to be there then.
    pub fn refers_to(&self, code: &UnitCode) -> bool {
        let lists = |membership: &Membership| match membership {
            Membership::List { members } => members.iter().any(|member| &member.code == code),
            Membership::Rule { .. } | Membership::Open => false,
        };
        self.parent.as_ref() == Some(code) || self.membership.as_ref().is_some_and(lists)
    }

    /// Whether its last day is over on `day`.
    pub fn ended_by(&self, day: Day) -> bool {
        self.valid_to.is_some_and(|last| last < day)
    }

    /// All the names it answers to, normalised for comparison.
    pub(super) fn names(&self) -> impl Iterator<Item = String> {
        std::iter::once(&self.name)
            .chain(&self.official_name)
            .chain(&self.aliases)
            .map(|name| text::normalize(name))
    }

    /// All by which it is found now: its code and its names, normalised.
    pub(super) fn words(&self) -> BTreeSet<String> {
        self.names().chain([self.code.to_string()]).collect()
    }

    /// The text that `q` searches, normalised.
    pub fn search_text(&self) -> String {
        let former = self.former_names.iter().map(|former| former.name.clone());
        let values = self.identifiers.iter().map(|identifier| identifier.value.clone());
        let code = std::iter::once(self.code.to_string());
        search::haystack(code.chain(self.names()).chain(former).chain(values))
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

#[cfg(test)]
mod tests {
    use super::*;

    /// A unit of which nothing else is known.
    pub fn unit(code: &str, name: &str, kind: UnitKind) -> Unit {
        NewUnit {
            kind,
            ..NewUnit::new(code.parse().unwrap(), name.into())
        }
        .alone()
    }
}

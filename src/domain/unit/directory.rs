//! All units, and the questions people ask of them: who is meant by a name, whom a collective stands for.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::{Membership, NewUnit, Unit};
use crate::{
    domain::{
        fault::Bilingual,
        id::UnitCode,
        suggestion::{meant, nearest},
        text,
        time::{Day, Period},
    },
    say,
};

/// Units that are offered in place of one that is not there, at most.
const OFFERED: usize = 3;

/// What became of a unit on a day, and what it has taken over.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize)]
pub struct Succession {
    /// Its last day is over: its successors act for it, if it has any.
    pub ended: bool,
    /// The units that ended, and for which it acts.
    pub of: BTreeSet<UnitCode>,
}

/// A unit that belongs to a collective, and its first and last day there.
#[derive(Debug, Clone, Copy)]
pub struct Belonging<'u> {
    /// The unit.
    pub unit: &'u Unit,
    /// Its first day; `None`: since ever.
    pub from: Option<Day>,
    /// Its last day; `None`: until further notice.
    pub to: Option<Day>,
}

/// All units, by code, with the questions people ask of them.
#[derive(Debug, Default)]
pub struct UnitDirectory {
    units: BTreeMap<UnitCode, Unit>,
    by_name: BTreeMap<String, UnitCode>,
    by_former_name: BTreeMap<String, (Day, UnitCode)>,
    /// Of each unit, those that name it as their successor.
    succeeded: BTreeMap<UnitCode, Vec<UnitCode>>,
}

impl UnitDirectory {
    /// A directory of `units`.
    pub fn new(units: impl IntoIterator<Item = Unit>) -> Self {
        let mut directory = Self::default();
        for unit in units {
            for name in unit.names() {
                directory.by_name.insert(name, unit.code.clone());
            }
            for former in &unit.former_names {
                let latest = (former.until, unit.code.clone());
                let known = directory
                    .by_former_name
                    .entry(text::normalize(&former.name))
                    .or_insert_with(|| latest.clone());
                if *known < latest {
                    *known = latest;
                }
            }
            for successor in &unit.successors {
                let succeeded = directory.succeeded.entry(successor.clone()).or_default();
                succeeded.push(unit.code.clone());
            }
            directory.units.insert(unit.code.clone(), unit);
        }
        directory
    }

    /// The directory with `unit` in it, in place of the one that has its code.
    #[must_use]
    pub fn with(&self, unit: &Unit) -> Self {
        let others = self.iter().filter(|other| other.code != unit.code);
        Self::new(others.chain([unit]).cloned())
    }

    /// The directory with these in it too, which may name one another. Codes and names stay with the units that have
    /// them already.
    #[must_use]
    pub fn with_new(&self, new: &[NewUnit]) -> Self {
        let alone = new.iter().map(NewUnit::alone);
        let known = Self::new(alone.chain(self.iter().cloned()));
        let whole = new.iter().map(|new| new.among(&known));
        Self::new(whole.chain(self.iter().cloned()))
    }

    /// The unit with this code.
    pub fn get(&self, code: &UnitCode) -> Option<&Unit> {
        self.units.get(code)
    }

    /// All units in the order of their codes.
    pub fn iter(&self) -> impl Iterator<Item = &Unit> {
        self.units.values()
    }

    /// The unit that has this name, official name or alias.
    pub fn named(&self, name: &str) -> Option<&Unit> {
        self.units.get(self.by_name.get(&text::normalize(name))?)
    }

    /// The unit whose code this is, in whatever case and width it is written.
    fn coded(&self, given: &str) -> Option<&Unit> {
        self.units.get(&text::normalize(given).parse().ok()?)
    }

    /// A unit other than `code` that goes by this word: no two may.
    pub fn other_called(&self, word: &str, code: &UnitCode) -> Option<&Unit> {
        let is_other = |unit: &&Unit| unit.code != *code;
        let coded = self.coded(word).filter(is_other);
        coded.or_else(|| self.named(word).filter(is_other))
    }

    /// Whether any unit goes by this word.
    pub fn has_word(&self, word: &str) -> bool {
        self.coded(word).is_some() || self.named(word).is_some()
    }

    /// The unit that had this name last; others may have had it before.
    fn formerly_named(&self, name: &str) -> Option<&Unit> {
        let (_, code) = self.by_former_name.get(&text::normalize(name))?;
        self.units.get(code)
    }

    /// The unit with this code, the one that it is a part of, and so on.
    pub fn above<'u>(&'u self, code: &UnitCode) -> impl Iterator<Item = &'u Unit> {
        let up = |unit: &&'u Unit| self.get(unit.parent.as_ref()?);
        // There are no circles; a database that has one all the same is not walked for ever.
        std::iter::successors(self.get(code), up).take(self.units.len())
    }

    /// What a person means by `given`: a code, a name, an official name or an alias, else a former name.
    pub fn resolve(&self, given: &str) -> Option<&Unit> {
        self.coded(given)
            .or_else(|| self.named(given))
            .or_else(|| self.formerly_named(given))
    }

    /// What is said of `given`, by which no unit goes: with the units that have it in a name, or are called nearly so.
    pub fn unknown(&self, given: &str) -> Bilingual {
        let Bilingual { zh, en } = meant(&self.nearly(given));
        say!("没有单位 {given}{zh}", "there is no unit {given}{en}")
    }

    /// The units, with their codes, that have `given` in a name or a name in `given`; else the one called nearly so.
    pub fn nearly(&self, given: &str) -> Vec<String> {
        let given = text::normalize(given);
        let shown = |unit: &Unit| format!("{} ({})", unit.name, unit.code);
        let mut within: Vec<(usize, &Unit)> = Vec::new();
        if given.chars().count() > 1 {
            for unit in self.iter() {
                let of_name = |name: String| {
                    (name.contains(&given) || given.contains(&name)).then(|| name.len().abs_diff(given.len()))
                };
                within.extend(unit.names().filter_map(of_name).min().map(|more| (more, unit)));
            }
        }
        within.sort_by_key(|(more, _)| *more);
        if within.is_empty() {
            let names = self.by_name.keys().map(String::as_str);
            let codes = self.units.keys().map(UnitCode::as_str);
            let near = nearest(&given, names.chain(codes));
            return near
                .and_then(|name| self.resolve(name))
                .map(shown)
                .into_iter()
                .collect();
        }
        within.into_iter().take(OFFERED).map(|(_, unit)| shown(unit)).collect()
    }

    /// The concrete units a collective stands for on `day`, by code. A concrete unit stands for
    /// itself, while it exists.
    pub fn expand<'u>(&'u self, unit: &'u Unit, day: Day) -> Vec<&'u Unit> {
        self.expand_during(unit, Period { from: day, to: day })
    }

    /// The concrete units a collective stands for on any day of `period`.
    pub fn expand_during<'u>(&'u self, unit: &'u Unit, period: Period) -> Vec<&'u Unit> {
        let exists = |unit: &&Unit| period.overlaps(unit.valid_from, unit.valid_to);
        match &unit.membership {
            None => std::iter::once(unit).filter(exists).collect(),
            Some(Membership::Rule { region, unit_kinds }) => self
                .iter()
                .filter(|unit| {
                    unit_kinds.contains(&unit.kind)
                        && unit
                            .region_code
                            .as_deref()
                            .is_some_and(|code| code.starts_with(region.as_str()))
                })
                .filter(exists)
                .collect(),
            Some(Membership::Open) => Vec::new(),
            Some(Membership::List { members }) => {
                let codes: BTreeSet<&UnitCode> = members
                    .iter()
                    .filter(|member| period.overlaps(member.valid_from, member.valid_to))
                    .map(|member| &member.code)
                    .collect();
                codes
                    .into_iter()
                    .filter_map(|code| self.get(code))
                    .filter(exists)
                    .collect()
            }
        }
    }

    /// The members of a collective with their periods: all there ever were, or those of one day.
    pub fn members<'u>(&'u self, collective: &'u Unit, on: Option<Day>) -> Vec<Belonging<'u>> {
        let period = on.map_or(Period::EVER, |day| Period { from: day, to: day });
        let member = |unit: &'u Unit, from, to| Belonging { unit, from, to };
        match &collective.membership {
            Some(Membership::Open) | None => Vec::new(),
            Some(Membership::Rule { .. }) => {
                let units = self.expand_during(collective, period).into_iter();
                units.map(|unit| member(unit, unit.valid_from, unit.valid_to)).collect()
            }
            Some(Membership::List { members }) => members
                .iter()
                .filter(|of| period.overlaps(of.valid_from, of.valid_to))
                .filter_map(|of| Some(member(self.get(&of.code)?, of.valid_from, of.valid_to)))
                .filter(|member| period.overlaps(member.unit.valid_from, member.unit.valid_to))
                .collect(),
        }
    }

    /// The concrete units meant by `unit` on `day`, whether they still exist or not.
    pub fn meant_on<'u>(&'u self, unit: &'u Unit, day: Day) -> Vec<&'u Unit> {
        match &unit.membership {
            None => vec![unit],
            Some(Membership::Rule { .. } | Membership::Open) => self.expand(unit, day),
            Some(Membership::List { members }) => members
                .iter()
                .filter(|member| Period { from: day, to: day }.overlaps(member.valid_from, member.valid_to))
                .filter_map(|member| self.get(&member.code))
                .collect(),
        }
    }

    /// Who acts for `unit` on `day`: itself while it exists, afterwards its successors (机构改革).
    pub fn acting<'u>(&'u self, unit: &'u Unit, day: Day) -> Vec<&'u Unit> {
        let mut acting = BTreeMap::new();
        let mut seen = BTreeSet::new();
        let mut asked = vec![unit];
        while let Some(unit) = asked.pop() {
            if !seen.insert(&unit.code) {
                continue;
            }
            if unit.exists_on(day) {
                acting.insert(&unit.code, unit);
            } else if unit.ended_by(day) {
                asked.extend(unit.successors.iter().filter_map(|code| self.get(code)));
            }
        }
        acting.into_values().collect()
    }

    /// Who acts on `day` for the unit with this code, if its last day is over.
    pub fn heirs<'u>(&'u self, code: &UnitCode, day: Day) -> Vec<&'u Unit> {
        let ended = self.ended(code, day);
        ended.map(|unit| self.acting(unit, day)).unwrap_or_default()
    }

    /// The unit with this code and, of a collective, its members on `day`.
    pub fn with_members(&self, code: UnitCode, day: Day) -> Vec<UnitCode> {
        let collective = self.get(&code).filter(|unit| unit.membership.is_some());
        let members = collective.map(|unit| self.expand(unit, day)).unwrap_or_default();
        let members = members.into_iter().map(|member| member.code.clone());
        std::iter::once(code).chain(members).collect()
    }

    /// The units by which a plan may mean the unit `code`: itself, collectives that it ever belongs to, units that it
    /// takes over from, and so on from these.
    pub fn leading_to(&self, code: &UnitCode) -> BTreeSet<UnitCode> {
        let mut found = BTreeSet::from([code.clone()]);
        loop {
            let leads = |unit: &&Unit| {
                let members = unit.membership.as_ref().map(|_| self.expand_during(unit, Period::EVER));
                let means = |members: Vec<&Unit>| members.iter().any(|member| found.contains(&member.code));
                unit.successors.iter().any(|code| found.contains(code)) || members.is_some_and(means)
            };
            let more: Vec<UnitCode> = self
                .iter()
                .filter(|unit| !found.contains(&unit.code))
                .filter(leads)
                .map(|unit| unit.code.clone())
                .collect();
            if more.is_empty() {
                return found;
            }
            found.extend(more);
        }
    }

    /// The unit with this code, if its last day is over.
    fn ended<'u>(&'u self, code: &UnitCode, day: Day) -> Option<&'u Unit> {
        self.get(code).filter(|unit| unit.ended_by(day))
    }

    /// What became of the unit `code` on `day`, and for whom it acts then: the same as [`Self::acting`],
    /// seen from the other side.
    pub fn succession(&self, code: &UnitCode, day: Day) -> Succession {
        let acts_for = |unit| self.acting(unit, day).iter().any(|acting| &acting.code == code);
        // Most units have taken over from none.
        let mut before = BTreeSet::new();
        let mut asked = vec![code];
        while let Some(heir) = asked.pop() {
            let new = self.succeeded.get(heir).into_iter().flatten();
            asked.extend(new.filter(|code| before.insert((*code).clone())));
        }
        before.retain(|code| self.ended(code, day).is_some_and(acts_for));
        Succession {
            ended: self.ended(code, day).is_some(),
            of: before,
        }
    }

    /// Units that name `code` as a member, successor or parent, by code.
    pub fn naming(&self, code: &UnitCode) -> Vec<&Unit> {
        self.iter()
            .filter(|unit| {
                unit.successors.contains(code)
                    || unit.parent.as_ref() == Some(code)
                    || matches!(&unit.membership, Some(Membership::List { members }) if members.iter().any(|member| &member.code == code))
            })
            .collect()
    }
}

#[cfg(test)]
mod tests;

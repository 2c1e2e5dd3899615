//! Whether a unit can be as it is said to be, among the units it names.

use std::collections::BTreeSet;

use super::{Identifier, NamedUnit, NewMember, NewMembership, NewUnit, Unit, UnitDirectory, UnitKind, UnitPatch};
use crate::{
    domain::{
        fault::{Bilingual, Checker, Fault, FieldError},
        id::UnitCode,
        text,
        time::Day,
    },
    say,
};

impl Unit {
    /// The unit after `patch`, or what is wrong with it.
    pub fn patched(self, patch: UnitPatch, known: &UnitDirectory) -> Result<Self, Vec<FieldError>> {
        let mut faults = Checker::default();
        let mut new = NewUnit::from(&self);
        let had = self.words();
        let was_collective = self.kind == UnitKind::Collective;
        patch.name.set(&mut faults, "name", &mut new.name);
        patch.kind.set(&mut faults, "kind", &mut new.kind);
        patch.aliases.set(&mut faults, "aliases", &mut new.aliases);
        patch.successors.set(&mut faults, "successors", &mut new.successors);
        patch.official_name.set_optional(&mut new.official_name);
        patch.region_code.set_optional(&mut new.region_code);
        patch.parent.set_optional(&mut new.parent);
        patch.identifiers.set(&mut faults, "identifiers", &mut new.identifiers);
        patch.valid_from.set_optional(&mut new.valid_from);
        patch.valid_to.set_optional(&mut new.valid_to);
        patch.membership.set_optional(&mut new.membership);
        patch.note.set_optional(&mut new.note);
        if was_collective != (new.kind == UnitKind::Collective) {
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
        Ok(Self {
            former_names: self.former_names,
            version: self.version,
            ..checked(&new, known, &had)?
        })
    }
}

fn check_days(check: &mut Checker, from: Option<Day>, to: Option<Day>) {
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

/// Checks a unit that is there on its own and against the units it names; `known` must hold every other unit.
pub fn check(unit: &Unit, known: &UnitDirectory) -> Result<(), Vec<FieldError>> {
    checked(&NewUnit::from(unit), known, &unit.words()).map(drop)
}

impl NewUnit {
    /// The unit that this becomes, or what is wrong with it, on its own and against the units it names.
    ///
    /// `known` must hold every other unit.
    pub fn checked(&self, known: &UnitDirectory) -> Result<Unit, Vec<FieldError>> {
        checked(self, known, &BTreeSet::new())
    }
}

/// `had`: the words by which it went before, and may go on to.
fn checked(unit: &NewUnit, known: &UnitDirectory, had: &BTreeSet<String>) -> Result<Unit, Vec<FieldError>> {
    let mut check = Checker::default();
    check.text("name", &unit.name, 100);
    check.optional_text("official_name", unit.official_name.as_deref(), 200);
    check.optional_text("note", unit.note.as_deref(), 1000);
    check.at("aliases", |check| {
        for (index, alias) in unit.aliases.iter().enumerate() {
            check.text(index, alias, 200);
        }
    });
    if let Some(code) = &unit.region_code
        && !(code.len() >= 6 && code.len() <= 12 && code.bytes().all(|b| b.is_ascii_digit()))
    {
        check.at("region_code", |check| {
            check.fault(Fault::Invalid, say!("应为 6 至 12 位数字", "must be 6 to 12 digits"));
        });
    }
    check_days(&mut check, unit.valid_from, unit.valid_to);
    check_place(&mut check, unit, known);
    check_identifiers(&mut check, unit, known);
    check_names(&mut check, unit, known, had);
    check_successors(&mut check, unit, known);
    check_membership(&mut check, unit, known);
    check.finish()?;
    Ok(unit.among(known))
}

/// Checks that a unit goes by no word of another, but for those by which it `had` gone before.
fn check_names(check: &mut Checker, unit: &NewUnit, known: &UnitDirectory, had: &BTreeSet<String>) {
    let unclaimed = |check: &mut Checker, key: &str, word: &str| {
        let other = known.other_called(word, &unit.code);
        if let Some(other) = other.filter(|_| !had.contains(&text::normalize(word))) {
            check.at(key, |check| check.fault(Fault::Duplicate, claimed(word, other)));
        }
    };
    unclaimed(check, "code", unit.code.as_str());
    unclaimed(check, "name", &unit.name);
    if let Some(name) = &unit.official_name {
        unclaimed(check, "official_name", name);
    }
    check.at("aliases", |check| {
        for (index, alias) in unit.aliases.iter().enumerate() {
            unclaimed(check, &index.to_string(), alias);
        }
    });
}

fn check_successors(check: &mut Checker, unit: &NewUnit, known: &UnitDirectory) {
    check.at("successors", |check| {
        let mut seen: BTreeSet<&UnitCode> = BTreeSet::new();
        for (index, named) in unit.successors.iter().enumerate() {
            check.at(index, |check| {
                let found = concrete_member(check, named, &unit.code, known);
                if let Some(code) = found
                    && !seen.insert(code)
                {
                    check.fault(Fault::Duplicate, say!("{code} 重复", "{code} is given twice"));
                }
            });
        }
    });
}

fn check_membership(check: &mut Checker, unit: &NewUnit, known: &UnitDirectory) {
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
        (Some(NewMembership::Rule { region, unit_kinds }), _) => {
            check_rule(check, region, unit_kinds);
        }
        (Some(NewMembership::List { members }), _) => check_members(check, members, &unit.code, known),
        (Some(NewMembership::Open) | None, _) => {}
    });
}

/// Checks a rule by which units are members.
fn check_rule(check: &mut Checker, region: &str, unit_kinds: &BTreeSet<UnitKind>) {
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

/// Checks members that are listed: concrete units, each once at a time.
fn check_members(check: &mut Checker, members: &[NewMember], owner: &UnitCode, known: &UnitDirectory) {
    check.at("members", |check| {
        let mut before: Vec<(&UnitCode, &NewMember)> = Vec::new();
        for (index, member) in members.iter().enumerate() {
            check.at(index, |check| {
                let mut code = None;
                check.at("code", |check| {
                    code = concrete_member(check, &member.code, owner, known);
                });
                check_days(check, member.valid_from, member.valid_to);
                let Some(code) = code else { return };
                let overlap = before.iter().any(|(of, earlier)| {
                    *of == code
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
                before.push((code, member));
            });
        }
    });
}

/// Checks that a unit is not a part of itself, however far up.
fn check_place(check: &mut Checker, unit: &NewUnit, known: &UnitDirectory) {
    let Some(parent) = &unit.parent else { return };
    check.at("parent", |check| {
        if unit.kind == UnitKind::Collective {
            let why = say!("集合单位没有上级单位", "a collective is a part of no unit");
            return check.fault(Fault::Conflict, why);
        }
        let Some(parent) = concrete_member(check, parent, &unit.code, known) else {
            return;
        };
        if known.above(parent).any(|above| above.code == unit.code) {
            let code = &unit.code;
            check.fault(
                Fault::Conflict,
                say!("{parent} 本身隶属于 {code}", "{parent} is itself a part of {code}"),
            );
        }
    });
}

fn check_identifiers(check: &mut Checker, unit: &NewUnit, known: &UnitDirectory) {
    check.at("identifiers", |check| {
        check.parts(unit.identifiers.len());
        for (index, identifier) in unit.identifiers.iter().enumerate() {
            let Identifier { scheme, value } = identifier;
            check.at(index, |check| {
                identifier.check(check);
                let same = |other: &Identifier| &other.scheme == scheme && other.is(value);
                if unit.identifiers[..index].iter().any(same) {
                    check.fault(Fault::Duplicate, say!("{value} 重复", "{value} is given twice"));
                }
                let others = known.iter().filter(|other| other.code != unit.code);
                if let Some(other) = others.into_iter().find(|other| other.identifiers.iter().any(same)) {
                    let code = &other.code;
                    check.fault(
                        Fault::Duplicate,
                        say!("单位 {code} 已使用该编号", "unit {code} already has this identifier"),
                    );
                }
            });
        }
    });
}

/// Why a unit cannot go by `word`: `other` does.
fn claimed(word: &str, other: &Unit) -> Bilingual {
    let Unit { code, name, .. } = other;
    if text::normalize(word) == code.as_str() {
        return say!("是单位“{name}”的代码", "is the code of the unit {name}");
    }
    say!("单位 {code} 已使用该名称", "unit {code} already has this name")
}

/// The concrete unit, other than `owner`, that is meant; a fault at the current place where there is no such one.
fn concrete_member<'k>(
    check: &mut Checker,
    named: &NamedUnit,
    owner: &UnitCode,
    known: &'k UnitDirectory,
) -> Option<&'k UnitCode> {
    if named == &NamedUnit::from(owner) || named.find(known).is_some_and(|unit| &unit.code == owner) {
        check.fault(Fault::Conflict, say!("不能是该单位自身", "cannot be the unit itself"));
        return None;
    }
    let Unit { code, kind, .. } = named.found(check, known)?;
    if *kind == UnitKind::Collective {
        check.fault(Fault::Conflict, say!("{code} 是集合单位", "{code} is a collective"));
    }
    Some(code)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{
        patch::Patch,
        unit::{Member, Membership, tests::unit},
    };

    fn day(text: &str) -> Day {
        text.parse().unwrap()
    }

    #[test]
    fn who_goes_by_a_word_of_another_already_may_go_on() {
        let (mut other, code) = (unit("gan", "甘局", UnitKind::Department), "u1");
        other.aliases = vec![code.into(), "乙".into()];
        let known = UnitDirectory::new([unit(code, "甲局", UnitKind::Department), other.clone()]);
        for unit in known.iter() {
            assert_eq!(check(unit, &known), Ok(()));
        }
        let called = |names: &[&str]| UnitPatch {
            aliases: Patch::Value(names.iter().map(|name| (*name).to_owned()).collect()),
            ..UnitPatch::default()
        };
        assert!(other.clone().patched(called(&["U1", "丙"]), &known).is_ok());
        let faults = other.patched(called(&["甲局"]), &known).unwrap_err();
        assert_eq!(faults[0].pointer, "/aliases/0");
    }

    #[test]
    fn faults_say_where_they_are() {
        let mut all = unit("ygdw", "市各有关单位", UnitKind::Collective);
        all.membership = Some(Membership::List {
            members: vec![Member {
                code: "nosuch".parse().unwrap(),
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
            ["/membership/members/0/code", "/membership/members/0/valid_to"]
        );
    }
}

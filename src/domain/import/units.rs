//! Cells that name units: who is meant, in which role, and what is said of its part. What nobody is known by is a finding.

pub use super::parts::phrase;
use super::{
    corrections::Corrections,
    document::Place,
    finding::{FindingCode, Findings},
    parts::{NamedPart, Parts, brackets_at_end},
    signs::BODIES,
    suggest,
    words::PEOPLE,
};
use crate::{
    domain::{
        fault::Bilingual,
        requirement::{Responsibility, UnitRole},
        suggestion,
        unit::{NamedUnit, Unit, UnitDirectory},
    },
    say,
};

const PREFIXES: &[char] = &['省', '市', '区', '县', '州', '镇', '盟', '旗'];

/// Who is meant by `cell` in a column of `role`, as far as it is known by name.
pub fn meant(cell: &str, role: UnitRole, known: &UnitDirectory) -> Vec<Responsibility> {
    meant_in("", cell, role, known)
}

/// Who is meant by `cell` in a column of `role`, whose head may name persons too.
pub fn meant_in(head: &str, cell: &str, role: UnitRole, known: &UnitDirectory) -> Vec<Responsibility> {
    let mut reader = UnitReader {
        known,
        corrections: &Corrections::default(),
        findings: &mut Findings::ignored(),
        persons: names_people(head),
    };
    reader.read(cell, role, None)
}

/// Whether a column names persons beside units, by its head.
pub fn names_people(head: &str) -> bool {
    PEOPLE.iter().any(|people| head.contains(people))
}

/// Who is meant by `cell`, in the order of the document.
pub struct UnitReader<'r> {
    /// All units.
    pub known: &'r UnitDirectory,
    /// What is known better.
    pub corrections: &'r Corrections,
    /// Where what is found goes.
    pub findings: &'r mut Findings,
    /// Whether the column names persons beside units: 责任单位及责任人.
    pub persons: bool,
}

/// What goes for a name where it stands.
struct Around {
    /// The role of whom it means.
    role: UnitRole,
    /// Where it stands.
    place: Option<Place>,
    /// What names after it may leave out.
    prefix: Option<char>,
}

impl Around {
    /// That `unit` is meant, for a `part` of the work where that is said.
    fn meant(&self, unit: &Unit, part: Option<String>) -> Vec<Responsibility> {
        vec![Responsibility {
            part,
            ..Responsibility::new(unit.code.clone(), self.role)
        }]
    }
}

impl<'r> UnitReader<'r> {
    /// Reads one cell. `role` is that of its column.
    pub fn read(&mut self, cell: &str, role: UnitRole, place: Option<Place>) -> Vec<Responsibility> {
        if let Some(meant) = self.corrections.units_of(cell, self.findings) {
            return self.corrected(cell, meant, role, place);
        }
        let mut meant: Vec<Responsibility> = Vec::new();
        let mut around = Around {
            role,
            place,
            prefix: None,
        };
        for NamedPart {
            name,
            role: said,
            person,
        } in Parts(self.known).named(cell)
        {
            if person || self.persons && self.is_person(&name) {
                self.tell_of_person(&name, place);
                continue;
            }
            around.role = said.unwrap_or(role);
            for found in self.one(&name, &mut around) {
                match meant.iter_mut().find(|before| before.code == found.code) {
                    None => meant.push(found),
                    // 市教育局（牵头） … 市教育局: the first counts.
                    Some(before) => {
                        let (code, role) = (&found.code, before.role.min(found.role));
                        before.role = role;
                        let detail = say!(
                            "{code} 在本格中出现两次，按一次计",
                            "{code} stands twice in this cell and counts once"
                        );
                        self.findings.note(FindingCode::RepeatedUnit, place, &name, detail);
                    }
                }
            }
        }
        meant
    }

    /// Whether it is called as people are, and no unit is known by it.
    fn is_person(&mut self, name: &str) -> bool {
        let bare: String = name.split_whitespace().collect();
        let ends = BODIES.iter().chain(&["联", "协", "社", "区", "县", "市", "村", "园"]);
        (2..=4).contains(&bare.chars().count())
            && !ends.into_iter().any(|end| bare.ends_with(end))
            && self.find(name).is_none()
            && self.corrections.units_of(name, self.findings).is_none()
    }

    fn tell_of_person(&mut self, name: &str, place: Option<Place>) {
        let detail = say!(
            "“{name}”是人员，不是单位；单位一格的原文保留",
            "“{name}” is a person, no unit; the cell is kept verbatim"
        );
        self.findings.note(FindingCode::PersonInUnits, place, name, detail);
    }

    /// The units that a correction gives for `name`.
    fn corrected(
        &mut self,
        name: &str,
        meant: &[NamedUnit],
        role: UnitRole,
        place: Option<Place>,
    ) -> Vec<Responsibility> {
        let mut found = Vec::new();
        for named in meant {
            let Some(unit) = named.find(self.known) else {
                let detail = self.known.unknown(&named.to_string());
                self.findings.note(FindingCode::Unfit, place, name, detail);
                continue;
            };
            found.push(Responsibility::new(unit.code.clone(), role));
        }
        found
    }

    /// Whom one name means: who is called so, or else who is by what the name is made of.
    fn one(&mut self, name: &str, around: &mut Around) -> Vec<Responsibility> {
        if let Some(meant) = self.corrections.units_of(name, self.findings) {
            return self.corrected(name, meant, around.role, around.place);
        }
        if let Some(unit) = self.find(name) {
            around.prefix = carried(name);
            return around.meant(unit, None);
        }
        self.with_prefix(name, around)
            .or_else(|| self.among_others(name, around))
            .or_else(|| self.with_brackets(name, around))
            .or_else(|| self.with_person(name, around))
            .or_else(|| self.with_part(name, around))
            .or_else(|| self.two(name, around))
            .unwrap_or_else(|| self.nobody(name, around))
    }

    /// 省发改委、人社厅: all are 省.
    fn with_prefix(&mut self, name: &str, around: &Around) -> Option<Vec<Responsibility>> {
        let whole = format!("{}{name}", around.prefix?);
        let unit = self.find(&whole)?;
        let detail = say!("“{name}”按“{whole}”理解", "“{name}” was taken as “{whole}”");
        self.findings
            .note(FindingCode::CarriedPrefix, around.place, name, detail);
        Some(around.meant(unit, None))
    }

    /// 市教育局等有关部门: the one that is named, and others.
    fn among_others(&mut self, name: &str, around: &mut Around) -> Option<Vec<Responsibility>> {
        let rest = and_so_many(name).or_else(|| {
            [
                "等有关单位",
                "等有关部门",
                "等相关单位",
                "等相关部门",
                "等单位",
                "等部门",
                "等",
            ]
            .iter()
            .find_map(|end| name.strip_suffix(end))
        })?;
        let detail = say!(
            "“{name}”还指未列名的单位",
            "“{name}” means others too, without naming them"
        );
        let remedy = say!(
            "列明其余单位后更正，或提交前确认仅此",
            "name the others in `units`, or make sure that there are none"
        );
        self.findings
            .note(FindingCode::OpenList, around.place, name, detail)
            .remedy(remedy);
        Some(self.one(rest, around))
    }

    /// 市水利局（供水）: a unit and its part, or another unit.
    fn with_brackets(&mut self, name: &str, around: &mut Around) -> Option<Vec<Responsibility>> {
        let (base, inside) = brackets_at_end(name)?;
        if let Some(unit) = self.find(base) {
            around.prefix = carried(base);
            if self.find(inside).is_none() {
                return Some(around.meant(unit, Some(inside.to_owned())));
            }
            let detail = say!(
                "“{inside}”在括号内，未另计",
                "“{inside}” stands in brackets and is not counted by itself"
            );
            let remedy = say!(
                "如也是责任单位，请在 units 中更正",
                "if it is meant too, say so in `units`"
            );
            self.findings
                .note(FindingCode::UnitInBrackets, around.place, name, detail)
                .remedy(remedy);
            return Some(around.meant(unit, None));
        }
        // 各部门（市教育局、市财政局）: the brackets say who.
        if let Some(unit) = self.find(inside) {
            return Some(around.meant(unit, None));
        }
        // Who is not there is called so without what it does.
        let is_one = !suggest::is_open(base) && BODIES.iter().any(|end| base.ends_with(end));
        is_one.then(|| self.one_for(base, inside, around))
    }

    /// 市教育局 张三, in a column that names persons too.
    fn with_person(&mut self, name: &str, around: &mut Around) -> Option<Vec<Responsibility>> {
        let (base, rest) = name.split_once(char::is_whitespace).filter(|_| self.persons)?;
        if !self.is_person(rest) {
            return None;
        }
        let found = self.one(base, around);
        self.tell_of_person(rest, around.place);
        Some(found)
    }

    /// 市教育局负责学校.
    fn with_part(&mut self, name: &str, around: &mut Around) -> Option<Vec<Responsibility>> {
        let (base, part) = ["负责", "承担"].into_iter().find_map(|word| {
            let (base, part) = name.split_once(word)?;
            let is_unit = self.find(base).is_some() || BODIES.iter().any(|end| base.ends_with(end));
            (is_unit && !part.is_empty()).then(|| (base, format!("{word}{part}")))
        })?;
        Some(self.one_for(base, &part, around))
    }

    /// Whom `base` means, for this part of the work.
    fn one_for(&mut self, base: &str, part: &str, around: &mut Around) -> Vec<Responsibility> {
        let mut found = self.one(base, around);
        for one in &mut found {
            one.part = Some(part.to_owned());
        }
        found
    }

    /// 市教育局和市财政局, 市教育局及市财政局.
    fn two(&mut self, name: &str, around: &mut Around) -> Option<Vec<Responsibility>> {
        let both = |word| {
            let (first, second) = name.split_once(word)?;
            (self.find(first).is_some() && self.find(second).is_some()).then_some([first, second])
        };
        let [first, second] = ["和", "及", "以及", "与"].into_iter().find_map(both)?;
        Some([self.one(first, around), self.one(second, around)].concat())
    }

    /// No unit is called so: tells it, and which may be meant.
    fn nobody(&mut self, name: &str, around: &mut Around) -> Vec<Responsibility> {
        if BODIES.iter().any(|end| name.ends_with(end)) {
            around.prefix = carried(name);
        }
        let close = if self.findings.are_many() {
            Vec::new()
        } else {
            self.known.nearly(name)
        };
        let meant = suggestion::meant(&close);
        let (zh, en) = (meant.zh, meant.en);
        let detail = say!("没有单位 {name}{zh}", "there is no unit {name}{en}");
        let Bilingual { zh, en } = if suggest::is_open(name) {
            say!(
                "可作为成员待定的集合单位新建",
                "create it as a collective whose members are open"
            )
        } else {
            say!("可随导入新建", "create it with the import")
        };
        let remedy = say!(
            "{zh}：预览的 suggested_units 改好后作为 new_units 更正；或在 units 中写明它指谁：{{\"{name}\": [\"单位代码\"]}}，空数组为不计",
            "{en}: send the preview's `suggested_units`, mended, as `new_units`; or say in `units` who is meant: {{\"{name}\": [\"code\"]}}, an empty list: nobody"
        );
        self.findings
            .note(FindingCode::UnknownUnit, around.place, name, detail)
            .remedy(remedy)
            .near = close;
        Vec::new()
    }

    fn find(&self, name: &str) -> Option<&'r Unit> {
        self.known.resolve(name)
    }
}

/// The prefix that a list goes on with: 省 of 省发改委, and none of 市场监管局.
fn carried(name: &str) -> Option<char> {
    let words = ["市场", "市容", "市政", "区域", "区划", "县域", "镇街"];
    let first = name.chars().next().filter(|c| PREFIXES.contains(c));
    first.filter(|_| !words.iter().any(|word| name.starts_with(word)))
}

/// 县市场监管局等18个部门: the unit that is named.
fn and_so_many(name: &str) -> Option<&str> {
    let bare = name.strip_suffix("单位").or_else(|| name.strip_suffix("部门"))?;
    let bare = bare.trim_end_matches(['个', '家']);
    let counted = bare.trim_end_matches(|c: char| c.is_ascii_digit() || "一二三四五六七八九十".contains(c));
    counted
        .strip_suffix('等')
        .filter(|rest| counted != bare && !rest.is_empty())
}

//! From what rows say to tasks and requirements.

mod times;

use super::{
    brackets,
    cell_text::{CellText, Group, Has, Line, joined},
    corrections::Corrections,
    deadlines::Years,
    document::Place,
    finding::{FindingCode, Findings},
    header::Meaning,
    items, label, noted,
    proposal::{Origin, ProposedRequirement, ProposedTask},
    title,
    units::{self, names_people, phrase},
};
use crate::{
    domain::{
        extra::{ExtraCell, ExtraColumn},
        requirement::{Responsibility, UnitRole},
        text,
        unit::UnitDirectory,
    },
    say,
};

/// The longest title of a task.
const LONGEST_TITLE: usize = 200;

/// Makes proposals of what rows say.
pub struct Maker<'m> {
    /// What is known better.
    pub corrections: &'m Corrections,
    /// All units.
    pub known: &'m UnitDirectory,
    /// Where what is found goes.
    pub findings: &'m mut Findings,
    /// The plan's years.
    pub years: Years,
    /// Whether the document says that the first unit named leads.
    pub first_leads: bool,
    /// Whether it says when that is due of which it does not say when.
    pub has_default: bool,
    /// The columns of the document's own.
    pub extra: &'m [ExtraColumn],
}

impl Maker<'_> {
    /// The task that a group of rows says.
    pub fn task(&mut self, group: Group) -> ProposedTask {
        let at = origin(&group.title);
        let whole = if group.titled {
            group.title.text.clone()
        } else {
            self.bare(&group)
        };
        let lists = !group.titled && items::split(&group.title.text).len() > 1;
        let (own_label, mut title) = match label::read(&whole) {
            _ if group.noted.title.is_some() => (None, group.noted.title.clone().unwrap_or_default()),
            // 1.甲；2.乙 is numbered within, not itself.
            Some(found) if lists => (None, found.rest.to_owned()),
            Some(found) if !found.rest.is_empty() => (Some(found.label.to_owned()), found.rest.to_owned()),
            _ => (None, whole),
        };
        if title.chars().count() > LONGEST_TITLE || !group.titled {
            title = self.shortened(title, group.title.place);
        }
        let printed = Some(group.number.clone()).filter(|number| !number.is_empty());
        let mut requirements = Vec::new();
        let said = group
            .headings
            .iter()
            .rev()
            .find_map(|heading| title::only_year(heading));
        let years = self.years;
        self.years = years.under(said);
        let mut extra = Vec::new();
        let says_nothing =
            |line: &Line| line.text.text == group.title.text && line.units.is_empty() && line.deadline.is_none();
        if group.noted.is_empty && group.lines.iter().all(says_nothing) {
            extra.extend(group.lines.iter().flat_map(|line| self.cells(&line.extra)));
        } else {
            for line in &group.lines {
                self.requirements(line, &group, &mut requirements);
            }
        }
        self.years = years;
        if group.titled && requirements.len() > 1 {
            // A cell beside all requirements of a task is the task's.
            for name in shared(&group.lines) {
                for requirement in &mut requirements {
                    let said = requirement.extra.extract_if(.., |cell| cell.name == name);
                    let said: Vec<ExtraCell> = said.collect();
                    if !extra.iter().any(|cell: &ExtraCell| cell.name == name) {
                        extra.extend(said);
                    }
                }
            }
        }
        for (number, requirement) in (1..).zip(&mut requirements) {
            requirement.number = number;
        }
        ProposedTask {
            number: 0,
            title,
            label: own_label.or(printed),
            headings: group.headings,
            extra,
            origin: at,
            requirements,
        }
    }

    fn brackets(&self) -> brackets::BracketReader<'_> {
        brackets::BracketReader {
            year: self.years.any(),
            known: self.known,
        }
    }

    /// The text of a row that has no more than its title, without what brackets say of who and when.
    fn bare(&self, group: &Group) -> String {
        let text = joined(&group.title.text);
        self.brackets().read(&text).map_or(text, |found| found.text)
    }

    /// The beginning of a text as a title.
    fn shortened(&mut self, title: String, place: Place) -> String {
        let first = title.split_inclusive(['。', '；']).next().unwrap_or_default();
        let first = first.trim_end_matches(['。', '；']);
        if (4..=LONGEST_TITLE).contains(&first.chars().count()) {
            return first.to_owned();
        }
        if title.chars().count() <= LONGEST_TITLE {
            return title;
        }
        let short: String = title.chars().take(LONGEST_TITLE - 1).chain(['…']).collect();
        let detail = say!(
            "标题最多 {LONGEST_TITLE} 字，取其开头",
            "a title has at most {LONGEST_TITLE} characters: its beginning was taken"
        );
        self.findings.note(FindingCode::ShortenedTitle, place, &title, detail);
        short
    }

    /// What one row says is to be done: several items where they are numbered in its cell.
    fn requirements(&mut self, said: &Line, group: &Group, into: &mut Vec<ProposedRequirement>) {
        let line = &self.timed(said, group.has);
        let mut items = items::split(&line.text.text);
        let times = line.deadline.as_ref().map(|said| items::split(&said.text));
        let times = times.filter(|times| times.len() == items.len() && items.len() > 1);
        let lists = items.len() > 1 && !group.titled && times.is_none();
        if lists {
            items = vec![line.text.text.clone()];
        }
        let alone = items.len() == 1;
        for (index, item) in items.into_iter().enumerate() {
            let of_item = times.as_ref().and_then(|times| times.get(index)).map(|time| Line {
                deadline: line.deadline.clone().map(|said| CellText {
                    text: label::read(time)
                        .map_or(time.as_str(), |found| found.rest)
                        .trim_end_matches(['；', ';', '。'])
                        .to_owned(),
                    ..said
                }),
                ..line.clone()
            });
            let line = of_item.as_ref().unwrap_or(line);
            let whole = joined(&item);
            let found = self.brackets().read(&whole);
            // What columns say, brackets say of a part: they stay.
            let found = found.filter(|found| {
                (line.units.is_empty() || found.units.is_empty())
                    && (line.deadline.is_none() || found.deadline.is_none())
            });
            let own = found.as_ref().map_or(whole.as_str(), |found| found.text.as_str());
            let text = label::read(own)
                .filter(|found| !found.rest.is_empty() && !lists)
                .map_or(own, |found| found.rest);
            let mut requirement = ProposedRequirement {
                number: 0,
                text: text.to_owned(),
                units_phrase: String::new(),
                units: Vec::new(),
                deadlines: Vec::new(),
                extra: self.cells(&line.extra),
                text_origin: Origin {
                    original: item.clone(),
                    ..origin(&line.text)
                },
                unit_origins: said.units.iter().map(|units| origin(&units.said)).collect(),
                deadline_origin: line.deadline.as_ref().map(origin),
            };
            self.who(
                line,
                found.as_ref().map(|found| found.units.as_str()),
                group.has,
                &mut requirement,
            );
            let in_brackets = found.as_ref().and_then(|found| found.deadline.as_deref());
            self.when(line, group.has, (in_brackets, alone), &mut requirement);
            into.push(requirement);
        }
    }

    /// What other columns say; those of one name say it together.
    fn cells(&self, said: &[(String, CellText)]) -> Vec<ExtraCell> {
        let mut cells: Vec<ExtraCell> = Vec::new();
        for (name, text) in said {
            let wanted = text::normalize(name);
            let mut columns = self.extra.iter();
            let Some(column) = columns.find(|column| text::normalize(&column.name) == wanted) else {
                continue;
            };
            let text = &text.text;
            let before = cells.iter_mut().find(|cell| cell.name == column.name);
            if before
                .as_ref()
                .is_some_and(|cell| cell.text.lines().any(|line| line == text))
            {
                continue;
            }
            if let Some(cell) = before {
                cell.text = format!("{}\n{text}", cell.text);
            } else {
                cells.push(ExtraCell {
                    name: column.name.clone(),
                    text: text.clone(),
                });
            }
        }
        cells
    }

    fn who(&mut self, line: &Line, bracketed: Option<&str>, has: Has, requirement: &mut ProposedRequirement) {
        let several = line.units.len() > 1;
        let mut phrases: Vec<String> = Vec::new();
        let noted = self.noted(line);
        for units in &line.units {
            let words = phrase(&units.said.text, self.known);
            phrases.push(if several {
                format!("{}：{words}", units.name)
            } else {
                words
            });
            let role = match units.meaning {
                Meaning::Lead => UnitRole::Lead,
                Meaning::Support => UnitRole::Support,
                _ => UnitRole::Responsible,
            };
            if noted.is_some() {
                continue;
            }
            let persons = names_people(&units.name);
            self.add(
                &units.said.text,
                (role, persons),
                units.said.place,
                units.said.inherited,
                requirement,
            );
        }
        if line.units.is_empty() {
            if let Some(units) = bracketed.filter(|units| !text::is_blank(units)) {
                phrases.push(units.to_owned());
                requirement.unit_origins.push(Origin {
                    original: units.to_owned(),
                    ..origin(&line.text)
                });
                self.add(
                    units,
                    (UnitRole::Responsible, false),
                    line.text.place,
                    false,
                    requirement,
                );
            } else {
                let code = FindingCode::NoUnit;
                let detail = if has.units {
                    say!("单位一格为空", "the cell of the unit is empty")
                } else {
                    say!("没有写责任单位", "no unit is written")
                };
                let remedy = say!(
                    "如与上格合并，更正 {{\"empty_cells\": \"inherit\"}}；否则建成后补上单位",
                    "if it belongs to the cell above, correct {{\"empty_cells\": \"inherit\"}}; else name a unit in the plan"
                );
                self.findings
                    .note(code, line.text.place, &requirement.text, detail)
                    .remedy(remedy);
            }
        }
        let is_read = noted.is_none();
        requirement.units.extend(noted.into_iter().flatten());
        let led = requirement.units.iter().any(|unit| unit.role == UnitRole::Lead);
        if self.first_leads
            && is_read
            && !led
            && let Some(first) = requirement.units.first_mut()
        {
            first.role = UnitRole::Lead;
        }
        requirement.units_phrase = phrases.join("；");
    }

    /// Whom a comment on the cells of units means.
    fn noted(&mut self, line: &Line) -> Option<Vec<Responsibility>> {
        let (noted, said) = line
            .units
            .iter()
            .find_map(|units| Some((units.said.settled.as_ref()?, &units.said)))?;
        let cells: Vec<&str> = line.units.iter().map(|units| units.said.text.as_str()).collect();
        let mut elsewhere = Findings::default();
        let findings = self.findings.once(said.inherited, &mut elsewhere);
        let units = noted::units(noted, &cells.join("；"), self.known);
        if units.is_some() {
            let detail = say!(
                "责任单位按批注核定，未按原文读取",
                "the comment says who is meant, and in which role"
            );
            findings.note(FindingCode::AsNoted, said.place, noted, detail);
        } else {
            let detail = say!(
                "批注中的核定分工读不懂，或与格内原文不符，按原文读取",
                "the comment that says who is meant does not read, or is not of what the cell says, which is read instead"
            );
            let remedy = say!(
                "改正或删除批注，或在 units 中写明",
                "mend or delete the comment, or say in `units` who is meant"
            );
            findings
                .note(FindingCode::NotUnderstood, said.place, noted, detail)
                .remedy(remedy);
        }
        units
    }

    fn add(
        &mut self,
        cell: &str,
        (role, persons): (UnitRole, bool),
        place: Place,
        inherited: bool,
        requirement: &mut ProposedRequirement,
    ) {
        let mut elsewhere = Findings::default();
        let mut reader = units::UnitReader {
            known: self.known,
            corrections: self.corrections,
            findings: self.findings.once(inherited, &mut elsewhere),
            persons,
        };
        let found: Vec<Responsibility> = reader.read(cell, role, Some(place));
        for unit in found {
            if !requirement.units.iter().any(|known| known.code == unit.code) {
                requirement.units.push(unit);
            }
        }
    }
}

/// The names of the columns of which all lines say the same cells.
fn shared(lines: &[Line]) -> Vec<String> {
    let places = |line: &Line, name: &str| {
        let said = line.extra.iter().filter(|(of, _)| of == name);
        said.map(|(_, said)| said.place).collect::<Vec<_>>()
    };
    let Some(first) = lines.first() else { return Vec::new() };
    let mut names: Vec<String> = first.extra.iter().map(|(name, _)| name.clone()).collect();
    names.dedup();
    names.retain(|name| lines.iter().all(|line| places(line, name) == places(first, name)));
    names
}

fn origin(said: &CellText) -> Origin {
    Origin {
        place: said.place,
        original: said.text.clone(),
        inherited: said.inherited,
    }
}

//! The columns that say who is responsible: one, or as many as the document had.

use crate::domain::{
    import::{self, Meaning, are_same, first_leads, meaning, meant, meant_in, names},
    plan::PlanContent,
    requirement::{Requirement, Responsibility, UnitRole},
    unit::UnitDirectory,
};

/// What parts what several columns of a document say.
const BETWEEN: &str = "；";

/// The columns, from the left.
pub struct UnitColumns {
    columns: Vec<UnitColumn>,
    /// Whether the document says that the first unit named leads.
    first_leads: bool,
}

struct UnitColumn {
    head: String,
    role: UnitRole,
}

impl UnitColumns {
    /// Those of the plan.
    pub fn of(content: &PlanContent, units: &UnitDirectory) -> Self {
        let requirements: Vec<&Requirement> = content.tasks.iter().flat_map(|task| &task.requirements).collect();
        let columns = several(&requirements).unwrap_or_else(|| vec![one(&requirements, units)]);
        let of_heads = columns.iter().any(|column| first_leads(&column.head));
        Self {
            first_leads: of_heads || first_leads(&content.plan.title),
            columns,
        }
    }

    /// What stands above them.
    pub fn heads(&self) -> impl Iterator<Item = &str> {
        self.columns.iter().map(|column| column.head.as_str())
    }

    /// What they say of a requirement: what the document says, or the units' names.
    pub fn cells(&self, requirement: &Requirement, units: &UnitDirectory) -> Vec<String> {
        let mut cells = vec![String::new(); self.columns.len()];
        let phrase = &requirement.units_phrase;
        let parts = parts(phrase);
        if let ([_, _, ..], [_, _, ..]) = (cells.as_slice(), parts.as_slice()) {
            for (head, words) in parts {
                let at = self.columns.iter().position(|column| column.head == head);
                words.clone_into(&mut cells[at.unwrap_or_default()]);
            }
            return cells;
        }
        let first = requirement.units.first().map(|unit| unit.role);
        let of_first = |column: &UnitColumn| Some(column.role) == first;
        // 市教育局牵头，各镇负责: below 牵头单位 all of them would lead.
        let right = |column: &UnitColumn| is_right(&meant(phrase, column.role, units), requirement);
        let columns = || self.columns.iter();
        let at = columns().position(|column| of_first(column) && right(column));
        let at = at
            .or_else(|| columns().position(right))
            .or_else(|| columns().position(of_first));
        let at = at.unwrap_or_default();
        cells[at] = if phrase.is_empty() {
            names(&requirement.units, Some(self.columns[at].role), units)
        } else {
            phrase.clone()
        };
        cells
    }

    /// The comment that says who is responsible, where its cells are read as something else, and the column of it.
    pub fn note(&self, requirement: &Requirement, units: &UnitDirectory) -> Option<(usize, String)> {
        let cells = self.cells(requirement, units);
        let said: Vec<_> = cells.iter().enumerate().filter(|(_, cell)| !cell.is_empty()).collect();
        let (at, _) = *said.first()?;
        let mut read: Vec<Responsibility> = Vec::new();
        for (column, cell) in &said {
            let UnitColumn { head, role } = &self.columns[*column];
            for unit in meant_in(head, cell, *role, units) {
                if !read.iter().any(|known| known.code == unit.code) {
                    read.push(unit);
                }
            }
        }
        if self.first_leads && !read.iter().any(|unit| unit.role == UnitRole::Lead) {
            for first in read.iter_mut().take(1) {
                first.role = UnitRole::Lead;
            }
        }
        let all: Vec<&str> = said.iter().map(|(_, cell)| cell.as_str()).collect();
        let note = || (at, import::who(&all.join(BETWEEN), &requirement.units, units));
        (!are_same(&read, &requirement.units)).then(note)
    }
}

/// What `牵头单位：市教育局；配合单位：市财政局` says by columns.
fn parts(phrase: &str) -> Vec<(&str, &str)> {
    let mut parts: Vec<(&str, &str)> = Vec::new();
    let mut from = 0;
    for piece in phrase.split(BETWEEN) {
        let end = from + piece.len();
        match (piece.split_once('：'), parts.last_mut()) {
            (Some((head, words)), _) if role(head).is_some() && !words.is_empty() => parts.push((head, words)),
            // Words of a column may have what parts columns.
            (_, Some((_, words))) => {
                let begin = end - piece.len() - BETWEEN.len() - words.len();
                *words = &phrase[begin..end];
            }
            (_, None) => return Vec::new(),
        }
        from = end + BETWEEN.len();
    }
    parts
}

fn role(head: &str) -> Option<UnitRole> {
    match meaning(head)? {
        Meaning::Lead => Some(UnitRole::Lead),
        Meaning::Support => Some(UnitRole::Support),
        Meaning::Responsible => Some(UnitRole::Responsible),
        _ => None,
    }
}

/// The columns of a document that had several; `None`: it had one, or does not say. A row names those that say something in it,
/// from the left.
fn several(requirements: &[&Requirement]) -> Option<Vec<UnitColumn>> {
    let mut heads: Vec<&str> = Vec::new();
    let mut before: Vec<(&str, &str)> = Vec::new();
    for requirement in requirements {
        let parts = parts(&requirement.units_phrase);
        // What one column says does not begin with its head.
        if parts.len() == 1 {
            return None;
        }
        for (head, _) in &parts {
            if !heads.contains(head) {
                heads.push(head);
            }
        }
        before.extend(parts.windows(2).map(|pair| (pair[0].0, pair[1].0)));
    }
    let mut columns: Vec<UnitColumn> = Vec::new();
    while !heads.is_empty() {
        // The first that stands to the right of none of the others; there is none where rows contradict one another.
        let is_next = |head: &&str| {
            before
                .iter()
                .all(|(left, right)| right != head || !heads.contains(left))
        };
        let next = heads.iter().position(is_next)?;
        let head = heads.remove(next).to_owned();
        columns.push(UnitColumn {
            role: role(&head)?,
            head,
        });
    }
    (columns.len() > 1).then_some(columns)
}

/// Whether `read` are those who are responsible, in their roles.
fn is_right(read: &[Responsibility], requirement: &Requirement) -> bool {
    let both = read.iter().zip(&requirement.units);
    read.len() == requirement.units.len() && both.into_iter().all(|(read, unit)| read.role == unit.role)
}

/// The column of a document that had one: with the head below which its words mean those who are responsible.
fn one(requirements: &[&Requirement], units: &UnitDirectory) -> UnitColumn {
    let leads = |requirement: &&Requirement| requirement.units.iter().any(|unit| unit.role == UnitRole::Lead);
    let somebody_leads = requirements.iter().any(leads);
    let mut right = [0_usize; 3];
    for requirement in requirements
        .iter()
        .filter(|requirement| !requirement.units_phrase.is_empty())
    {
        let read = |role| meant(&requirement.units_phrase, role, units);
        let is_right = |read: &[Responsibility]| is_right(read, requirement);
        let mut first_leads = read(UnitRole::Responsible);
        right[1] += usize::from(is_right(&first_leads));
        let led = first_leads.iter().any(|unit| unit.role == UnitRole::Lead);
        if let Some(first) = first_leads.first_mut().filter(|_| !led) {
            first.role = UnitRole::Lead;
        }
        right[2] += usize::from(is_right(&first_leads));
        right[0] += usize::from(is_right(&read(UnitRole::Lead)));
    }
    let [lead, responsible, first_leads] = right;
    if first_leads > lead.max(responsible) {
        return UnitColumn {
            head: "责任单位（第一个为牵头单位）".to_owned(),
            role: UnitRole::Responsible,
        };
    }
    if lead > responsible || lead == responsible && somebody_leads {
        return UnitColumn {
            head: "牵头单位".to_owned(),
            role: UnitRole::Lead,
        };
    }
    UnitColumn {
        head: "责任单位".to_owned(),
        role: UnitRole::Responsible,
    }
}

//! Comments that say what cells do not: who is meant by those of units (核定分工), and of a task its title, that nothing is
//! required of it yet, and which headings it stands under.
//!
//! ```text
//! 核定分工                                    工作任务：1.5倍
//! 市环保局 → 配合单位：市环保局（提供数据）   具体要求：无
//!                                             所属标题：一、重点任务
//!                                             （一）优化服务
//! ```

use super::{
    cell_text::{joined, once},
    document::Cell,
    label,
    units::meant,
};
use crate::domain::{
    requirement::{Responsibility, UnitRole},
    text,
    unit::UnitDirectory,
};

const WHO: &str = "核定分工";
const TIE: &str = "→";
const TITLE: &str = "工作任务：";
const REQUIRED: &str = "具体要求：";
const HEADINGS: &str = "所属标题：";
const NOTHING: &str = "无";

/// What a comment on the title of a task says of it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OfTask {
    /// Its title, verbatim.
    pub title: Option<String>,
    /// Nothing is required of it yet.
    pub is_empty: bool,
    /// The headings above it.
    pub headings: Option<Vec<String>>,
}

impl OfTask {
    /// What has to be said of a task, so that its title is read as it is.
    pub fn of(title: &str) -> Self {
        let is_read = once(title).0 == title && joined(title) == title && !label::has_one(title);
        Self {
            title: (!is_read && !title.contains('\n')).then(|| title.to_owned()),
            ..Self::default()
        }
    }

    /// What a comment on `cell` says.
    pub fn read(cell: &Cell) -> Option<Self> {
        let mut found = Self::default();
        for line in cell.note.as_deref().unwrap_or_default().lines() {
            if let Some(headings) = &mut found.headings {
                headings.push(line.to_owned());
            } else if let Some(title) = line.strip_prefix(TITLE) {
                found.title = Some(title.to_owned());
            } else if let Some(first) = line.strip_prefix(HEADINGS) {
                found.headings = Some(vec![first.to_owned()]);
            } else {
                found.is_empty |= line.strip_prefix(REQUIRED) == Some(NOTHING);
            }
        }
        if found.headings.as_deref().is_some_and(|all| all == [NOTHING]) {
            found.headings = Some(Vec::new());
        }
        (found != Self::default()).then_some(found)
    }

    /// The comment that says so, where there is something to say.
    pub fn note(&self) -> Option<String> {
        let title = self.title.as_ref().map(|title| format!("{TITLE}{title}"));
        let required = self.is_empty.then(|| format!("{REQUIRED}{NOTHING}"));
        let headings = self.headings.as_ref().map(|headings| {
            let lines = if headings.is_empty() {
                NOTHING.to_owned()
            } else {
                headings.join("\n")
            };
            format!("{HEADINGS}{lines}")
        });
        let lines: Vec<String> = title.into_iter().chain(required).chain(headings).collect();
        (!lines.is_empty()).then(|| lines.join("\n"))
    }
}

/// What a comment on a cell of units says.
pub fn of_units(cell: &Cell) -> Option<String> {
    let (_, said) = cell.note.as_deref()?.split_once(WHO)?;
    Some(said.trim().to_owned())
}

/// Whom the comment `noted` means, if it is of cells that say `cells`.
pub fn units(noted: &str, cells: &str, known: &UnitDirectory) -> Option<Vec<Responsibility>> {
    let (of, who) = noted.split_once(TIE)?;
    let who = who.trim();
    if text::normalize(of) != text::normalize(cells) {
        return None;
    }
    if who == NOTHING {
        return Some(Vec::new());
    }
    let found = if who.starts_with('[') {
        serde_json::from_str(who).ok()?
    } else {
        meant(who, UnitRole::Responsible, known)
    };
    let is_known = |unit: &Responsibility| known.get(&unit.code).is_some();
    (!found.is_empty() && found.iter().all(is_known)).then_some(found)
}

/// The comment that says whom cells mean that say `cells`.
pub fn who(cells: &str, units: &[Responsibility], known: &UnitDirectory) -> String {
    let cells = joined(cells);
    let note = |who: &str| format!("{WHO}\n{cells} {TIE} {who}");
    if units.is_empty() {
        return note(NOTHING);
    }
    let words = names(units, None, known);
    let reads = !words.contains('\n') && are_same(&meant(&words, UnitRole::Responsible, known), units);
    // What no words state, its fields do.
    let fields = || {
        let bare: Vec<_> = units.iter().map(as_documents_say).collect();
        serde_json::to_string(&bare).unwrap_or_default()
    };
    if reads { note(&words) } else { note(&fields()) }
}

fn as_documents_say(unit: &Responsibility) -> Responsibility {
    Responsibility {
        part: unit.part.clone(),
        ..Responsibility::new(unit.code.clone(), unit.role)
    }
}

/// Whether the same units do the same; who a collective means, and since when, no document says.
pub fn are_same(read: &[Responsibility], units: &[Responsibility]) -> bool {
    read.iter().map(as_documents_say).eq(units.iter().map(as_documents_say))
}

/// The names of units, in a cell that says of itself that they are of `role`.
pub fn names(parts: &[Responsibility], role: Option<UnitRole>, units: &UnitDirectory) -> String {
    let mut said = String::new();
    let mut current = role;
    for part in parts {
        let Some(unit) = units.get(&part.code) else { continue };
        if current != Some(part.role) {
            current = Some(part.role);
            if !said.is_empty() {
                said.push('；');
            }
            said.push_str(match part.role {
                UnitRole::Lead => "牵头单位：",
                UnitRole::Support => "配合单位：",
                UnitRole::Responsible => "责任单位：",
            });
        } else if !said.is_empty() {
            said.push('、');
        }
        said.push_str(&unit.name);
        if let Some(of) = &part.part {
            said.push('（');
            said.push_str(of);
            said.push('）');
        }
    }
    said
}

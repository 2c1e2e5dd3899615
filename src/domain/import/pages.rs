//! The tables of tasks, one after the other: what their columns mean, and what their rows say.

use super::{
    cell_text::joined,
    corrections::Corrections,
    default,
    document::{Document, Place},
    finding::{FindingCode, Findings},
    fit,
    header::{Column, Header, Meaning},
    proposal::UnderstoodColumn,
    tables::{headed, header_of, is_of_a_page, sheets, unheaded, unknown},
    walk::{Page, Walk},
};
use crate::{
    domain::vocabulary::{Term, Vocabulary as _},
    say,
};

/// What the tables of a document say.
#[derive(Default)]
pub struct Pages {
    /// What was understood of their columns.
    pub columns: Vec<UnderstoodColumn>,
    /// The lines above the first of them.
    pub above: Vec<String>,
    /// The lines above the others.
    pub later: Vec<String>,
    /// What their rows say.
    pub page: Page,
}

impl Pages {
    /// Reads all tables of `document`. One may be the next page of the one before it.
    pub fn read(document: &Document, corrections: &Corrections, findings: &mut Findings) -> Self {
        let mut pages = Self::default();
        let mut before: Option<Header> = None;
        let sheets = sheets(document, corrections);
        for (number, table, between) in document.tables() {
            let goes_on = before
                .as_ref()
                .filter(|_| between.iter().all(|text| is_of_a_page(text)));
            let beside = if before.is_none() {
                &mut pages.above
            } else {
                &mut pages.later
            };
            let Some(mut header) = header_of(table, number, corrections, goes_on) else {
                unknown(table, number, before.is_none(), findings, beside);
                continue;
            };
            let cells = table.rows[..header.first].iter().flat_map(|row| &row.cells);
            beside.extend(cells.map(|cell| joined(&cell.text)));
            name_columns(&mut header.columns, number, corrections);
            if before.is_some() && goes_on.is_none() {
                headed(number, &between, findings);
            }
            fit::columns(&mut header.columns, number, findings);
            let understood = header.columns.iter().map(|column| understood(column, number));
            pages.columns.extend(understood);
            tell_extra(&header, number, findings);
            unheaded(table, number, &header, &corrections.columns_of(number), findings);
            let sheet = table.name.clone().filter(|name| sheets.contains(name));
            let has_default = default::line_of(document, &pages.above).is_some();
            let is_next = goes_on.is_some_and(|before| before.says_as(&header));
            let page = if is_next { pages.page } else { pages.page.ended() };
            let walk = Walk::new(
                (table, number, sheet),
                &header,
                (corrections.empty_cells, has_default),
                page,
                findings,
            );
            pages.page = walk.page();
            before = Some(header);
        }
        pages
    }
}

/// Gives columns the names that corrections have for them, and one to each of the document's own that has none.
fn name_columns(columns: &mut [Column], table: u32, corrections: &Corrections) {
    for column in columns {
        if let Some(name) = corrections.column_name(table, column.from..=column.to) {
            name.clone_into(&mut column.name);
        } else if column.meaning == Meaning::Extra && column.name.is_empty() {
            column.name = format!("第{}列", column.from);
        }
    }
}

/// Tells of the columns that are the document's own.
fn tell_extra(header: &Header, number: u32, findings: &mut Findings) {
    for column in header.of(Meaning::Extra) {
        let place = Place {
            table: number,
            column: Some(column.from),
            ..Place::default()
        };
        let name = &column.name;
        let Some(second) = column.second else {
            let detail = say!(
                "“{name}”按附加列保留原文，不公开",
                "“{name}” is kept as an extra column, not public"
            );
            findings.note(FindingCode::ExtraColumn, place, name, detail);
            continue;
        };
        let Term { code, zh, en } = second.term();
        let from = column.from;
        let detail = say!(
            "“{name}”也像“{zh}”，该列已有，按附加列保留原文",
            "“{name}” looks like the {en} too, of which there is a column; it is kept as an extra column"
        );
        let remedy = say!(
            "如应为该列，更正 {{\"columns\": {{\"{number}.{from}\": \"{code}\"}}}}，并写明另一列的含义",
            "if it is the one, correct {{\"columns\": {{\"{number}.{from}\": \"{code}\"}}}}, and say what the other means"
        );
        findings
            .note(FindingCode::SecondColumn, place, name, detail)
            .remedy(remedy);
    }
}

fn understood(column: &Column, table: u32) -> UnderstoodColumn {
    UnderstoodColumn {
        key: format!("{table}.{}", column.from),
        header: column.name.clone(),
        meaning: column.meaning,
    }
}

//! Plans without a table: numbered paragraphs that say, in brackets or at their end, who does it and by when.

use std::collections::BTreeSet;

use super::{
    brackets,
    cell_text::{CellText, Group, Line, joined},
    document::{Block, Document, Place},
    finding::{FindingCode, Findings},
    label::{self, Level},
    signs::WHEN,
    title,
};
use crate::say;

/// Paragraphs that name who does them, below which a text is no plan.
const FEWEST: usize = 2;

/// A numbered paragraph with those that go on from it.
struct Item {
    /// The number of its paragraph.
    number: u32,
    level: Option<Level>,
    text: String,
    /// Whether it says who.
    who: bool,
}

/// What the paragraphs say is to be done; nothing, if they are no plan.
pub fn read(document: &Document, reader: brackets::BracketReader<'_>, findings: &mut Findings) -> Vec<Group> {
    let items = items(document, reader);
    if items.iter().filter(|item| item.who).count() < FEWEST {
        return Vec::new();
    }
    let detail = say!(
        "没有任务表，按编号的段落读取：写明责任单位的为任务，其上为标题",
        "there is no table of tasks: numbered paragraphs that name units are tasks, those above them headings"
    );
    findings.note(FindingCode::ReadAsText, None, "", detail);
    let mut groups = Vec::new();
    let mut headings: Vec<(Level, String)> = Vec::new();
    let mut levels: BTreeSet<Level> = BTreeSet::new();
    for (index, item) in items.iter().enumerate() {
        let place = place(item.number);
        let next = items[index + 1..].iter().find_map(|item| item.level);
        if let Some(level) = item.level {
            headings.retain(|(above, _)| *above < level);
        }
        match item.level {
            _ if item.who => {
                levels.extend(item.level);
                groups.push(group(item, &headings, reader));
            }
            Some(level) if next.is_some_and(|next| next > level) => headings.push((level, item.text.clone())),
            // Beside tasks, and numbered as they are: it is one, of which nobody is named.
            Some(level) if level >= Level::Figure && levels.contains(&level) => {
                groups.push(group(item, &headings, reader));
            }
            // Before the first task there are only words of introduction, and without a stop a signature.
            level if !groups.is_empty() && (level.is_some() || item.text.contains(['。', '；', '：'])) => {
                let detail = say!(
                    "此段没有写责任单位，未作为任务",
                    "this paragraph names no unit; no task was made of it"
                );
                let remedy = say!(
                    "如是任务，建成后添加，或在文件中写明责任单位",
                    "if it is a task, add it to the plan, or name its units in the file"
                );
                findings
                    .note(FindingCode::NotUnderstood, place, &item.text, detail)
                    .remedy(remedy);
            }
            _ => {}
        }
    }
    groups
}

/// Tells of paragraphs that name who does them, beside the tables that were read.
pub fn beside(document: &Document, reader: brackets::BracketReader<'_>, findings: &mut Findings) {
    for item in items(document, reader)
        .iter()
        .filter(|item| item.who && !title::first_leads(&item.text))
    {
        let detail = say!(
            "表外的段落写了责任单位，未作为任务：只读了表格",
            "a paragraph outside the tables names units; no task was made of it: the tables were read"
        );
        let remedy = say!(
            "如是任务，建成后添加，或另存为不含表格的文件上传，并入同一草案",
            "if it is a task, add it to the plan, or send the paragraphs as a file of their own onto the same draft"
        );
        findings
            .note(FindingCode::NotUnderstood, place(item.number), &item.text, detail)
            .remedy(remedy);
    }
}

fn place(paragraph: u32) -> Place {
    Place {
        table: 0,
        row: Some(paragraph),
        column: None,
    }
}

/// Paragraphs, each with those after it that have no number of their own, up to where it is said who does it.
fn items(document: &Document, reader: brackets::BracketReader<'_>) -> Vec<Item> {
    let paragraphs = document.blocks.iter().filter_map(|block| match block {
        Block::Paragraph(text) => Some(joined(text)),
        Block::Table(_) => None,
    });
    let mut items: Vec<Item> = Vec::new();
    for (number, text) in (1..).zip(paragraphs) {
        let level = label::read(&text).map(|found| found.level);
        // A paragraph of its own for who does it belongs to the one before.
        let who = reader.names_units(&text) || level.is_none() && reader.names_units(&format!("。{text}"));
        match items.last_mut() {
            Some(open) if level.is_none() && open.level.is_some() && (!open.who || says_when(&text)) => {
                if open.who && !open.text.ends_with(['。', '；', ';']) {
                    open.text.push('。');
                }
                open.text.push_str(&text);
                open.who |= who;
            }
            _ => items.push(Item {
                number,
                level,
                text,
                who,
            }),
        }
    }
    items
}

/// 完成时限：10月底, in a paragraph of its own.
fn says_when(text: &str) -> bool {
    let rest = WHEN.iter().find_map(|word| text.trim_start().strip_prefix(word));
    rest.is_some_and(|rest| rest.trim_start().starts_with(['：', ':']))
}

fn group(item: &Item, headings: &[(Level, String)], reader: brackets::BracketReader<'_>) -> Group {
    let said = |text: &str| CellText {
        text: text.trim().to_owned(),
        place: place(item.number),
        ..CellText::default()
    };
    let pieces = reader.parted(&item.text);
    let lines = pieces.iter().map(|piece| Line {
        text: said(piece),
        ..Line::default()
    });
    let titled = pieces.len() > 1;
    // Where each sentence has its own units, the first of them is the title.
    let (label, rest) = match label::read(&item.text) {
        Some(found) => (found.label, found.rest),
        None => ("", item.text.as_str()),
    };
    let first = rest.split(['。', '；', '（', '(']).next().unwrap_or_default();
    Group {
        headings: headings.iter().map(|(_, text)| text.clone()).collect(),
        number: String::new(),
        title: if titled {
            said(&format!("{label}{first}"))
        } else {
            said(&item.text)
        },
        titled,
        lines: lines.collect(),
        ..Group::default()
    }
}

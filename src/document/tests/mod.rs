//! The real plan, through each format that it may come in, is the plan that the seed has.

mod calendar;
mod fixture;
mod goals;
mod groups;
mod headings;
mod hostile;
mod issuers;
mod ledgers;
mod pages;
mod paragraphs;
mod shapes;
mod sheets;
mod typed;

use serde::Deserialize;

use self::fixture::Cell;
use super::read;
use crate::domain::{
    deadline::{Rule, Source},
    given::NumberInTask,
    import::{Block, Corrections, Document, PlanWords, Proposal, Severity, understand},
    new_deadline::NewDeadline,
    plan::NewPlan,
    unit::{NewUnit, UnitDirectory},
};

const SOURCE: &[u8] = include_bytes!("../../../seeds/source/dongguan-2017.txt");

fn units() -> UnitDirectory {
    #[derive(Deserialize)]
    struct File {
        units: Vec<NewUnit>,
    }
    let File { units } = serde_json::from_str(include_str!("../../../seeds/units.json")).unwrap();
    UnitDirectory::default().with_new(&units)
}

fn corrections() -> Corrections {
    Corrections {
        plan: Some(PlanWords {
            id: Some("dg-2017".parse().unwrap()),
            issuer: Some("zwfwb".into()),
            period_from: "2017-01-01".parse().ok(),
            period_to: "2017-12-31".parse().ok(),
            ..PlanWords::default()
        }),
        ..Corrections::default()
    }
}

/// The seed as far as its table says it: without indicators and the deadlines found in the text, which were read by hand.
fn seeded() -> NewPlan {
    let mut plan: NewPlan = serde_json::from_str(include_str!("../../../seeds/plans/dg-2017.json")).unwrap();
    plan.settings = None;
    for requirement in plan.tasks.iter_mut().flat_map(|task| &mut task.requirements) {
        requirement.indicators.clear();
        requirement
            .deadlines
            .retain(|deadline| deadline.source == Source::Column);
    }
    plan
}

fn proposed(document: &Document) -> Proposal {
    understand(document, &corrections(), &units())
}

/// Deadlines whose event and law were filled in by hand: the cell does not say them.
const BY_HAND: &[(u32, u32)] = &[(17, 4), (20, 1), (20, 2)];

fn assert_seeded(proposal: Proposal) {
    shapes::assert_no_errors(&proposal);
    let (plan, mut seeded) = (proposal.plan.unwrap(), seeded());
    assert_eq!(plan.tasks.len(), 39);
    assert_eq!(
        plan.tasks.iter().map(|task| task.requirements.len()).sum::<usize>(),
        127
    );
    for (read, seeded) in plan.tasks.iter().zip(&mut seeded.tasks) {
        for (read, seeded) in read.requirements.iter().zip(&mut seeded.requirements) {
            let place = (read.number, read.text.as_str());
            assert_eq!((seeded.number, seeded.text.as_str()), (place.0, place.1));
            assert_eq!(read.units_phrase, seeded.units_phrase, "{place:?}");
            assert_eq!(read.units, seeded.units, "{place:?}");
        }
    }
    for &(task, number) in BY_HAND {
        let of = |plan: &NewPlan| -> Vec<NewDeadline> {
            let task = plan.tasks.iter().find(|of| of.number == Some(task)).unwrap();
            task.requirements
                .iter()
                .find(|of| of.number == Some(NumberInTask(number)))
                .unwrap()
                .deadlines
                .clone()
        };
        let (read, kept) = (of(&plan), of(&seeded));
        assert_eq!(read.len(), kept.len());
        assert_eq!(read[0].phrase, kept[0].phrase);
        let kind = |deadline: &NewDeadline| deadline.rule.as_ref().map(Rule::kind);
        assert_eq!(kind(&read[0]), kind(&kept[0]));
        let task = seeded.tasks.iter_mut().find(|of| of.number == Some(task)).unwrap();
        task.requirements
            .iter_mut()
            .find(|of| of.number == Some(NumberInTask(number)))
            .unwrap()
            .deadlines = read;
    }
    assert_eq!(plan, seeded);
}

#[test]
fn the_seed_as_word_saves_it_as_text_is_the_seeded_plan() {
    assert_seeded(proposed(&read("dongguan-2017.txt", SOURCE).unwrap()));
}

const TITLE: &str = "2017年全市政务信息公开工作重点分工方案";

/// The rows of the seed's table: number, task, requirement, units, deadline.
fn table() -> Vec<Vec<String>> {
    let document = read("dongguan-2017.txt", SOURCE).unwrap();
    let table = document.tables().next().unwrap().1;
    table
        .rows
        .iter()
        .map(|row| row.cells.iter().map(|cell| cell.text.clone()).collect())
        .collect()
}

/// The rows as Word has them: an empty cell is merged with the cell above.
fn merged() -> Vec<Vec<Cell>> {
    let row = |row: Vec<String>| {
        let cells = (1..).zip(row);
        let cell = |(column, text): (u32, String)| {
            if text.is_empty() && column > 1 {
                fixture::ABOVE
            } else {
                Cell::Own(text, 1)
            }
        };
        cells.map(cell).collect()
    };
    table().into_iter().map(row).collect()
}

#[track_caller]
fn assert_without_warnings(proposal: &Proposal) {
    assert!(
        proposal
            .findings
            .iter()
            .all(|finding| finding.severity != Severity::Warning),
        "{:#?}",
        proposal.findings
    );
}

#[test]
fn the_seed_as_a_word_document_is_the_seeded_plan() {
    let file = fixture::docx(&["附件", TITLE], &merged());
    let proposal = proposed(&read("方案.docx", &file).unwrap());
    assert_without_warnings(&proposal);
    assert_seeded(proposal);
}

#[test]
fn the_seed_as_a_workbook_is_the_seeded_plan() {
    let file = fixture::xlsx(TITLE, &merged());
    let proposal = proposed(&read("方案.xlsx", &file).unwrap());
    assert_without_warnings(&proposal);
    assert_seeded(proposal);
}

#[test]
fn the_seed_as_separated_values_is_the_seeded_plan_in_any_encoding() {
    let mut rows = table();
    rows.insert(0, vec![TITLE.to_owned()]);
    let text = fixture::csv(&rows);
    let wide = |bytes: fn(u16) -> [u8; 2]| text.encode_utf16().flat_map(bytes).collect::<Vec<u8>>();
    let (gb18030, _, _) = encoding_rs::GB18030.encode(&text);
    let whole = read("a.csv", text.as_bytes()).unwrap();
    for bytes in [
        [&b"\xef\xbb\xbf"[..], text.as_bytes()].concat(),
        gb18030.into_owned(),
        [&b"\xff\xfe"[..], &wide(u16::to_le_bytes)].concat(),
        [&b"\xfe\xff"[..], &wide(u16::to_be_bytes)].concat(),
        wide(u16::to_le_bytes),
        wide(u16::to_be_bytes),
    ] {
        assert!(read("a.csv", &bytes).unwrap() == whole);
    }
    assert_seeded(proposed(&whole));
    let tabs: String = rows
        .iter()
        .map(|row| {
            row.iter()
                .map(|cell| format!("\"{cell}\""))
                .collect::<Vec<_>>()
                .join("\t")
                + "\n"
        })
        .collect();
    let Some(Block::Table(tabs)) = read("a.tsv", tabs.as_bytes()).unwrap().blocks.pop() else {
        panic!()
    };
    assert!(whole.blocks.last() == Some(&Block::Table(tabs)));
}

//! What was understood, as a table for the terminal.

use comfy_table::{ContentArrangement, Table, presets::UTF8_FULL_CONDENSED};

use crate::{
    cli::Language,
    domain::{
        import::{Finding, Place, Preview, Words},
        vocabulary::Vocabulary as _,
    },
};

/// How wide a table is where the width of the terminal is unknown.
const USUAL_WIDTH: u16 = 120;

/// The findings as a table of at most `width` columns; nothing, if there are none.
pub fn findings(preview: &Preview, language: Language, width: Option<u16>) -> String {
    if preview.findings.is_empty() {
        return String::new();
    }
    let mut table = Table::new();
    table
        .load_preset(UTF8_FULL_CONDENSED)
        .set_content_arrangement(ContentArrangement::Dynamic)
        .set_width(width.unwrap_or(USUAL_WIDTH))
        .set_header(language.of(
            ["程度", "位置", "发现", "怎么办"],
            ["severity", "place", "what", "what to do"],
        ));
    for finding in &preview.findings {
        table.add_row(row(finding, language));
    }
    format!("{table}\n")
}

fn row(finding: &Finding, language: Language) -> [String; 4] {
    let severity = finding.severity.term();
    let words = |words: &Words| language.of(&words.zh, &words.en).clone();
    [
        language.of(severity.zh, severity.en).to_owned(),
        finding.place.map(|place| at(place, language)).unwrap_or_default(),
        words(&finding.detail),
        finding.remedy.as_ref().map(words).unwrap_or_default(),
    ]
}

fn at(place: Place, language: Language) -> String {
    let Place { table, row, column } = place;
    if table == 0 {
        let paragraph = row.unwrap_or_default();
        return language.of(format!("第{paragraph}段"), format!("paragraph {paragraph}"));
    }
    let part = |number: Option<u32>, zh: &str, en: &str| {
        number.map_or_else(String::new, |number| {
            language.of(format!(" 第{number}{zh}"), format!(", {en} {number}"))
        })
    };
    let table = language.of(format!("表{table}"), format!("table {table}"));
    table + &part(row, "行", "row") + &part(column, "列", "column")
}

/// What the file was understood to be: title, columns and how much.
pub fn summary(preview: &Preview, language: Language) -> String {
    let counts = preview.counts;
    let title = preview.title.as_deref().unwrap_or("—");
    let columns = preview.columns.iter().map(|column| {
        let meaning = column.meaning.term();
        let meaning = language.of(meaning.zh, meaning.en);
        format!("{} {} → {meaning}", column.key, column.header)
    });
    let columns = columns.collect::<Vec<_>>().join("\n  ");
    language.of(
        format!(
            "{title}\n  {columns}\n任务 {}，要求 {}；错误 {}，提醒 {}\n",
            counts.tasks, counts.requirements, counts.errors, counts.warnings
        ),
        format!(
            "{title}\n  {columns}\ntasks {}, requirements {}; errors {}, warnings {}\n",
            counts.tasks, counts.requirements, counts.errors, counts.warnings
        ),
    )
}

//! From a document to a proposal: what its tables say, and what was found on the way.

use std::collections::BTreeSet;

use super::{
    beside, brackets,
    cell_text::joined,
    corrections::Corrections,
    deadlines::Years,
    default,
    document::{Document, Place},
    finding::{FindingCode, Findings},
    fit,
    header::{Column, Header, Meaning},
    label,
    make::Maker,
    outline, planned,
    proposal::{Proposal, ProposedRequirement, ProposedTask, UnderstoodColumn},
    suggest,
    tables::{headed, header_of, is_of_a_page, sheets, unheaded, unknown},
    title,
    walk::{Page, Walk},
};
use crate::{
    domain::{
        extra::ExtraColumn,
        fault::FieldError,
        requirement::UnitRole,
        text,
        unit::{NewUnit, UnitDirectory},
        vocabulary::{Term, Vocabulary as _},
    },
    say,
};

/// What `document` says, with what is known better of it, among the units that there are.
pub fn understand(document: &Document, corrections: &Corrections, there: &UnitDirectory) -> Proposal {
    let mut findings = Findings::default();
    let new_units = missing(corrections, there, &mut findings);
    let with_new = (!new_units.is_empty()).then(|| with(&new_units, there));
    let known = with_new.as_ref().unwrap_or(there);
    let mut columns = Vec::new();
    let (mut above, mut later) = (Vec::new(), Vec::new());
    let mut page = Page::default();
    let mut before: Option<Header> = None;
    let sheets = sheets(document, corrections);
    beside::tell(document, &mut findings);
    for (number, table, between) in document.tables() {
        let goes_on = before
            .as_ref()
            .filter(|_| between.iter().all(|text| is_of_a_page(text)));
        let Some(mut header) = header_of(table, number, corrections, goes_on) else {
            let beside = if before.is_none() { &mut above } else { &mut later };
            unknown(table, number, before.is_none(), &mut findings, beside);
            continue;
        };
        for column in &mut header.columns {
            if let Some(name) = corrections.column_name(number, column.from..=column.to) {
                name.clone_into(&mut column.name);
            } else if column.meaning == Meaning::Extra && column.name.is_empty() {
                column.name = format!("第{}列", column.from);
            }
        }
        if before.is_some() && goes_on.is_none() {
            headed(number, &between, &mut findings);
        }
        fit::columns(&mut header.columns, number, &mut findings);
        let own = if before.is_none() { &mut above } else { &mut later };
        own.extend(
            table.rows[..header.first]
                .iter()
                .flat_map(|row| &row.cells)
                .map(|cell| joined(&cell.text)),
        );
        columns.extend(header.columns.iter().map(|column| understood(column, number)));
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
        unheaded(table, number, &header, &corrections.columns_of(number), &mut findings);
        let sheet = table.name.clone().filter(|name| sheets.contains(name));
        let has_default = default::line_of(document, &above).is_some();
        let is_next = goes_on.is_some_and(|before| before.says_as(&header));
        page = if is_next { page } else { page.ended() };
        let walk = Walk::new(
            (table, number, sheet),
            &header,
            (corrections.empty_cells, has_default),
            page,
            &mut findings,
        );
        page = walk.page();
        before = Some(header);
    }
    let (mut groups, headings) = page.whole();
    let heading = title::read(document, &above, &later);
    let words = corrections.plan.clone().unwrap_or_default();
    let year = words.year.or(heading.year);
    let several = heading.years.filter(|_| words.year.is_none());
    let years = match (several, year) {
        (Some((first, last)), _) => Years::Among(first, last),
        (None, Some(year)) => Years::One(year),
        (None, None) => Years::Unknown,
    };
    let reader = brackets::BracketReader {
        year: years.any(),
        known,
    };
    beside::headings(&headings, reader, &mut findings);
    if columns.is_empty() {
        groups = outline::read(document, reader, &mut findings);
    } else {
        outline::beside(document, reader, &mut findings);
    }
    if columns.is_empty() && groups.is_empty() {
        let detail = say!(
            "没有找到有表头的任务表",
            "there is no table with a header that is understood"
        );
        let remedy = say!(
            "表头应有“工作任务”或“具体要求”，以及单位或时限；或在 columns 中写明各列的含义",
            "its header needs 工作任务 or 具体要求, and units or a deadline; or say in `columns` what they mean"
        );
        findings.note(FindingCode::NoTable, None, "", detail).remedy(remedy);
    } else if groups.is_empty() {
        let detail = say!(
            "识别了表头，但其下没有一行任务",
            "the header was recognised, and no row below it is a task"
        );
        findings.note(FindingCode::NoTasks, None, "", detail);
    } else if year.is_none() {
        let detail = say!(
            "标题中没有年度，无法确定时限在哪一年",
            "the title names no year, so that no deadline has one"
        );
        let remedy = say!(
            "更正 {{\"plan\": {{\"year\": 2018}}}}",
            "correct {{\"plan\": {{\"year\": 2018}}}}"
        );
        findings.note(FindingCode::NoYear, None, "", detail).remedy(remedy);
    }
    if let Some((first, last)) = several {
        let of = year.unwrap_or(last);
        let detail = say!(
            "标题或期间写的是 {first} 至 {last} 年：方案期间为这些年，年度为 {of}；未写年份的时限除非上级标题写明哪一年，否则列为待定",
            "the title or the period names {first} to {last}: the plan's period is all of them, its year {of}; a deadline without a year stays undecided, unless a heading above it says which"
        );
        let remedy = say!(
            "如未写年份的都在同一年，更正 {{\"plan\": {{\"year\": {of}}}}}",
            "if those without a year are all of one, correct {{\"plan\": {{\"year\": {of}}}}}"
        );
        findings
            .note(FindingCode::SeveralYears, None, "", detail)
            .remedy(remedy);
    }
    let default = default::read(document, &above, years, corrections, &mut findings);
    let extra = extra_columns(&columns);
    let rule = heading.first_leads.or_else(|| first_leads(document, &columns));
    let mut made = Maker {
        corrections,
        known,
        findings: &mut findings,
        years,
        first_leads: rule.is_some(),
        has_default: default.is_some(),
        extra: &extra,
    };
    let mut tasks: Vec<ProposedTask> = groups.into_iter().map(|group| made.task(group)).collect();
    if let Some(rule) = &rule {
        told_who_leads(rule, &tasks, &mut findings);
    }
    number(&mut tasks, corrections.onto.is_some());
    fit::tasks(&mut tasks, &mut findings);
    let mut proposal = Proposal {
        title: words.title.clone().or(heading.title),
        document_number: heading.document_number,
        year,
        columns,
        tasks,
        findings: Vec::new(),
        suggested_units: Vec::new(),
        plan: None,
        unmatched: BTreeSet::new(),
    };
    proposal.plan = planned::plan(&proposal, extra, (corrections, heading.period), known, &mut findings);
    if let Some(plan) = &mut proposal.plan {
        plan.default_deadline = default.map(Into::into);
        plan.units = new_units;
    }
    proposal.unmatched = corrections.unmatched(document, findings.used());
    corrections.tell_unmatched(&proposal.unmatched, &mut findings);
    proposal.findings = findings.into_sorted();
    proposal.suggested_units = suggest::units(&proposal.findings, known);
    proposal
}

/// What says in a header, or in a row of remarks, that the first unit named leads.
fn first_leads(document: &Document, columns: &[UnderstoodColumn]) -> Option<String> {
    let headers = columns.iter().map(|column| column.header.clone());
    let rows = document.tables().flat_map(|(_, table, _)| &table.rows);
    let alone = rows.filter_map(|row| {
        let mut own = row.cells.iter().filter(|cell| cell.speaks());
        let only = own.next().filter(|_| own.next().is_none())?;
        Some(joined(&only.text))
    });
    headers.chain(alone).find(|text| title::first_leads(text))
}

/// Tells that the document's rule about who leads was followed, and how often.
fn told_who_leads(rule: &str, tasks: &[ProposedTask], findings: &mut Findings) {
    let requirements = tasks.iter().flat_map(|task| &task.requirements);
    let leads = |requirement: &&ProposedRequirement| {
        let first = requirement.units.first();
        first.is_some_and(|unit| unit.role == UnitRole::Lead)
    };
    let count = requirements.filter(leads).count();
    let detail = say!(
        "按文件所写，{count} 项要求以最先列出的单位为牵头单位",
        "as the document says, the unit named first leads in {count} requirements"
    );
    findings.note(FindingCode::FirstLeads, None, rule, detail);
}

/// All units with these; who is there keeps its names.
fn with(new: &[NewUnit], there: &UnitDirectory) -> UnitDirectory {
    there.with_new(new)
}

/// The new units that are not there yet. What is wrong with them is found.
fn missing(corrections: &Corrections, there: &UnitDirectory, findings: &mut Findings) -> Vec<NewUnit> {
    let made = |new: &&NewUnit| there.get(&new.code).is_some_and(|unit| unit.name == new.name);
    let missing: Vec<NewUnit> = corrections.new_units.iter().filter(|new| !made(new)).cloned().collect();
    if missing.is_empty() {
        return missing;
    }
    let all = with(&missing, there);
    for (index, new) in missing.iter().enumerate() {
        let code = &new.code;
        if there.get(code).is_some() || missing[..index].iter().any(|other| other.code == *code) {
            let detail = say!("单位代码 {code} 已被使用", "the unit code {code} is taken");
            findings.note(FindingCode::Unfit, None, code.as_str(), detail);
        } else if let Err(faults) = new.checked(&all) {
            for FieldError { pointer, detail, .. } in faults {
                let (zh, en) = (detail.zh, detail.en);
                let detail = say!(
                    "新单位 {code}：{zh}（{pointer}）",
                    "the new unit {code}: {en} ({pointer})"
                );
                findings.note(FindingCode::Unfit, None, code.as_str(), detail);
            }
        }
    }
    missing
}

/// The columns of the document's own, each name once: seen by offices until the plan says that they are public.
fn extra_columns(columns: &[UnderstoodColumn]) -> Vec<ExtraColumn> {
    let mut extra: Vec<ExtraColumn> = Vec::new();
    for column in columns.iter().filter(|column| column.meaning == Meaning::Extra) {
        let wanted = text::normalize(&column.header);
        if !extra.iter().any(|known| text::normalize(&known.name) == wanted) {
            extra.push(ExtraColumn {
                name: column.header.clone(),
                public: false,
            });
        }
    }
    extra
}

fn understood(column: &Column, table: u32) -> UnderstoodColumn {
    UnderstoodColumn {
        key: format!("{table}.{}", column.from),
        header: column.name.clone(),
        meaning: column.meaning,
    }
}

/// Numbers tasks in the order of the document. What is printed is their number where it is the same, unless they are `added` to
/// others and get numbers after theirs.
fn number(tasks: &mut [ProposedTask], added: bool) {
    let plain = |task: &ProposedTask| {
        let label = task.label.as_deref()?;
        label::figure(label.trim_end_matches(['.', '．', '、']))
    };
    let counts = (1..)
        .zip(tasks.iter())
        .all(|(number, task)| plain(task) == Some(number));
    for (number, task) in (1..).zip(tasks) {
        task.number = number;
        if counts
            && !added
            && task
                .label
                .as_deref()
                .is_some_and(|label| label::figure(label).is_some())
        {
            task.label = None;
        }
    }
}

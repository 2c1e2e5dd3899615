//! From a document to a proposal: what its tables say, and what was found on the way.

use std::collections::BTreeSet;

use super::{
    beside, brackets,
    cell_text::{Group, joined},
    corrections::Corrections,
    deadlines::Years,
    default,
    document::Document,
    finding::{FindingCode, Findings},
    fit,
    header::Meaning,
    label,
    make::Maker,
    outline,
    pages::Pages,
    planned,
    proposal::{Proposal, ProposedRequirement, ProposedTask, UnderstoodColumn},
    suggest, title,
    walk::Page,
};
use crate::{
    domain::{
        extra::ExtraColumn,
        fault::FieldError,
        requirement::UnitRole,
        text,
        unit::{NewUnit, UnitDirectory},
    },
    say,
};

/// What `document` says, with what is known better of it, among the units that there are.
pub fn understand(document: &Document, corrections: &Corrections, there: &UnitDirectory) -> Proposal {
    let mut findings = Findings::default();
    let new_units = missing(corrections, there, &mut findings);
    let with_new = (!new_units.is_empty()).then(|| with(&new_units, there));
    let known = with_new.as_ref().unwrap_or(there);
    beside::tell(document, &mut findings);
    let Pages {
        columns,
        above,
        later,
        page,
    } = Pages::read(document, corrections, &mut findings);
    let heading = title::read(document, &above, &later);
    let words = corrections.plan.clone().unwrap_or_default();
    let year = words.year.or(heading.year);
    let several = heading.years.filter(|_| words.year.is_none());
    let years = years_of(several, year);
    let reader = brackets::BracketReader {
        year: years.any(),
        known,
    };
    let groups = groups(document, page, !columns.is_empty(), reader, &mut findings);
    tell_missing(columns.is_empty(), groups.is_empty(), year.is_some(), &mut findings);
    if let Some(all) = several {
        tell_several_years(all, year, &mut findings);
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

/// The year of a deadline that does not name its own.
fn years_of(several: Option<(i32, i32)>, year: Option<i32>) -> Years {
    match (several, year) {
        (Some((first, last)), _) => Years::Among(first, last),
        (None, Some(year)) => Years::One(year),
        (None, None) => Years::Unknown,
    }
}

/// What the rows of the tables say; of a document without, what its headings and paragraphs say.
fn groups(
    document: &Document,
    page: Page,
    has_tables: bool,
    reader: brackets::BracketReader<'_>,
    findings: &mut Findings,
) -> Vec<Group> {
    let (groups, headings) = page.whole();
    beside::headings(&headings, reader, findings);
    if has_tables {
        outline::beside(document, reader, findings);
        groups
    } else {
        outline::read(document, reader, findings)
    }
}

/// Tells what the document lacks: a table, tasks in it, or a year.
fn tell_missing(no_columns: bool, no_groups: bool, has_year: bool, findings: &mut Findings) {
    if no_columns && no_groups {
        let detail = say!(
            "没有找到有表头的任务表",
            "there is no table with a header that is understood"
        );
        let remedy = say!(
            "表头应有“工作任务”或“具体要求”，以及单位或时限；或在 columns 中写明各列的含义",
            "its header needs 工作任务 or 具体要求, and units or a deadline; or say in `columns` what they mean"
        );
        findings.note(FindingCode::NoTable, None, "", detail).remedy(remedy);
    } else if no_groups {
        let detail = say!(
            "识别了表头，但其下没有一行任务",
            "the header was recognised, and no row below it is a task"
        );
        findings.note(FindingCode::NoTasks, None, "", detail);
    } else if !has_year {
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
}

/// Tells that the plan is of several years.
fn tell_several_years((first, last): (i32, i32), year: Option<i32>, findings: &mut Findings) {
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

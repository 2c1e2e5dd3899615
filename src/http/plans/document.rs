//! A plan as a document of its own layout: its columns, its order, its headings, a task beside all of its requirements.

use std::{collections::BTreeMap, fmt::Write as _};

use crate::{
    app::Shows,
    domain::{
        deadline::Source,
        id::{PlanId, RequirementId},
        ledger::Horizons,
        obligation::{Obligation, State},
        plan::PlanContent,
        report::Report,
        requirement::{Requirement, UnitRole},
        scope::Scope,
        task::Task,
        time::Day,
        unit::UnitDirectory,
        vocabulary::Vocabulary as _,
    },
    error::{Error, Result},
    http::{
        caller::Call,
        render::office::{Column, Document, Line},
        reply::{
            Made,
            format::{Offered as _, PlanFormat, disposition},
        },
    },
    rendered::Rendered,
    store::{self, obligations::LedgerFilter},
};

/// Columns that a task shares with its requirements.
const SHARED: usize = 2;

/// How a plan is coming along, as a caller sees it.
pub struct Progress {
    /// How many obligations of a requirement are in which state; `None`: the caller does not read the ledger.
    states: Option<BTreeMap<RequirementId, Vec<(State, i64)>>>,
    /// The newest public report on a requirement.
    latest: BTreeMap<RequirementId, Report>,
}

/// The plan as a file; 404 if the caller does not see it.
pub async fn render(call: &Call, id: &PlanId, format: PlanFormat, progress: Option<Progress>) -> Result<Rendered> {
    let plan = call.catalog().plan(id, &call.scope()).ok_or_else(Error::not_found)?;
    let document = of(&plan.content, &call.catalog().units, progress.as_ref());
    let room = call.room().await?;
    let body = call
        .work_in(room, move || match format {
            PlanFormat::Docx => document.to_word(),
            PlanFormat::Json | PlanFormat::Xlsx => document.to_excel(),
        })
        .await?;
    let mut reply = Rendered::new(format.media_type(), body, None);
    reply.disposition = Some(disposition(
        &id.to_string(),
        &plan.content.plan.title,
        format.extension(),
    ));
    Ok(reply)
}

/// The same with how it is coming along: obligations in the ledger that the caller reads, and reports that are public.
pub async fn render_with_progress(call: &Call, id: &PlanId, format: PlanFormat) -> Result<Made> {
    call.catalog().plan(id, &call.scope()).ok_or_else(Error::not_found)?;
    let today = call.today();
    let filter = LedgerFilter::of_plan(id, Horizons::of_ledger(call.catalog(), today, today), call.memory());
    let scope: Scope<Obligation> = call.scope();
    let (states, latest, at) = call
        .scan(async |tx| {
            let at = store::heard::mark(tx).await?;
            let states = store::statistics::states(tx, &filter, &scope).await?;
            let latest = store::reports::newest(tx, id, &Scope::public()).await?;
            Ok((states, latest, at))
        })
        .await?;
    let mut of_requirements: BTreeMap<RequirementId, Vec<(State, i64)>> = BTreeMap::new();
    for row in states {
        let (Ok(requirement), Some(state)) = (row.requirement_id.parse(), State::parse(&row.state)) else {
            continue;
        };
        of_requirements.entry(requirement).or_default().push((state, row.count));
    }
    let progress = Progress {
        states: (!of_requirements.is_empty()).then_some(of_requirements),
        latest: latest
            .into_iter()
            .map(|report| (report.obligation.deadline.requirement.clone(), report))
            .collect(),
    };
    let reply = render(call, id, format, Some(progress)).await?;
    Ok(Made::ForAll(reply, Shows::of_plan(id, at)))
}

/// The plan in its layout.
pub fn of(content: &PlanContent, units: &UnitDirectory, progress: Option<&Progress>) -> Document {
    let requirements = || content.tasks.iter().flat_map(|task| &task.requirements);
    let leads = requirements()
        .flat_map(|of| &of.units)
        .any(|part| part.role == UnitRole::Lead);
    let responsible = if leads { "牵头单位" } else { "责任单位" };
    let mut columns = vec![
        ("序号", 6),
        ("工作任务", 18),
        ("具体要求", 64),
        (responsible, 26),
        ("完成时限", 16),
    ];
    if let Some(progress) = progress {
        columns.extend(progress.states.is_some().then_some(("办理状态", 14)));
        columns.push(("最新公开进展", 36));
    }
    let mut lines = Vec::new();
    let mut above: &[String] = &[];
    for task in &content.tasks {
        let same = above.iter().zip(&task.headings).take_while(|(a, b)| a == b).count();
        lines.extend(task.headings[same..].iter().cloned().map(Line::Heading));
        above = &task.headings;
        lines.push(group(task, units, progress, columns.len() - SHARED));
    }
    Document {
        title: content.plan.title.clone(),
        columns: columns
            .into_iter()
            .map(|(head, width)| Column {
                head: head.to_owned(),
                width,
            })
            .collect(),
        lines,
    }
}

fn group(task: &Task, units: &UnitDirectory, progress: Option<&Progress>, cells: usize) -> Line {
    let label = task.label.clone().unwrap_or_else(|| task.id.number.to_string());
    let alone = task.requirements.len() == 1;
    let row = |requirement: &Requirement| {
        let text = &requirement.text;
        let mut cells = vec![
            if alone {
                text.clone()
            } else {
                format!("{}.{text}", requirement.id.number)
            },
            who(requirement, units),
            when(requirement),
        ];
        if let Some(progress) = progress {
            if let Some(states) = &progress.states {
                let states = states.get(&requirement.id).map(Vec::as_slice).unwrap_or_default();
                cells.push(counted(states));
            }
            cells.push(
                progress
                    .latest
                    .get(&requirement.id)
                    .map(|report| said(report, units))
                    .unwrap_or_default(),
            );
        }
        cells
    };
    let mut rows: Vec<Vec<String>> = task.requirements.iter().map(row).collect();
    if rows.is_empty() {
        rows.push(vec![String::new(); cells]);
    }
    Line::Group {
        shared: vec![label, task.title.clone()],
        rows,
    }
}

/// Who is responsible: as the document says it, or the names.
fn who(requirement: &Requirement, units: &UnitDirectory) -> String {
    if !requirement.units_phrase.is_empty() {
        return requirement.units_phrase.clone();
    }
    let of = |role: UnitRole| {
        let parts = requirement.units.iter().filter(|part| part.role == role);
        let names: Vec<&str> = parts
            .filter_map(|part| Some(units.get(&part.code)?.name.as_str()))
            .collect();
        names.join("、")
    };
    let mut text = String::new();
    for (role, before) in [
        (UnitRole::Lead, ""),
        (UnitRole::Responsible, ""),
        (UnitRole::Support, "配合："),
    ] {
        let names = of(role);
        if !names.is_empty() {
            let separator = if text.is_empty() { "" } else { "；" };
            // Writing to a text cannot fail.
            let _ = write!(text, "{separator}{before}{names}");
        }
    }
    text
}

/// When it is due, as the document's own column says it.
fn when(requirement: &Requirement) -> String {
    let in_column = requirement.deadlines.iter().filter(|of| of.source == Source::Column);
    let mut phrases: Vec<&str> = in_column.map(|of| of.phrase.as_str()).collect();
    phrases.dedup();
    phrases.join("；")
}

/// `已办结 2，办理中 1`
fn counted(states: &[(State, i64)]) -> String {
    if let [(state, 1)] = states {
        return state.term().zh.to_owned();
    }
    let counts: Vec<String> = states
        .iter()
        .map(|(state, count)| format!("{} {count}", state.term().zh))
        .collect();
    counts.join("，")
}

/// `市环保局（2017-04-12）：…`
fn said(report: &Report, units: &UnitDirectory) -> String {
    let unit = report.unit();
    let name = units.get(unit).map_or(unit.as_str(), |unit| unit.name.as_str());
    let day = report.reported_on.as_ref().map(Day::to_string);
    let day = day.map(|day| format!("（{day}）")).unwrap_or_default();
    format!("{name}{day}：{}", report.content.summary)
}

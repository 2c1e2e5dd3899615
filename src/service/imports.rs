//! Imports: a file that was read, corrected, and made into a plan by the same commands as one written by hand.

use std::collections::BTreeMap;

use sha2::{Digest as _, Sha256};

use super::{
    plans, tasks,
    units::create_units,
    work::{Expected, Work},
};
use crate::{
    domain::{
        event::Event,
        extra::{ExtraCell, ExtraColumn},
        fault::{Fault, FieldError},
        id::PlanId,
        import::{
            Committed, Corrections, CorrectionsPatch, Document, FindingCode, Import, ImportAction, ImportId,
            ImportStatus, KEPT, Proposal, Severity,
        },
        patch::Patch,
        plan::{NewPlan, Plan, PlanPatch, PlanStatus},
        policy::{Action, Actor},
        scope::Scope,
        task::{AddedTask, NewTask},
        text,
        thing::ThingKind,
        time::Instant,
        unit::UnitDirectory,
    },
    error::{Code, Error, Result},
    say,
    store::{self, Tx},
};

impl From<Committed> for Error {
    fn from(Committed(id): Committed) -> Self {
        let detail = say!(
            "已写入方案，不能再更正或写入；请在方案中修改",
            "it was committed to a plan, and is corrected and committed no more: change the plan"
        );
        Self::new(Code::WrongState, detail).with_allowed(ThingKind::Import, &id, &[ImportAction::Delete])
    }
}

/// A file that was read.
pub struct NewImport {
    /// What it is called.
    pub file_name: String,
    /// Bytes.
    pub size: i64,
    /// SHA-256 of the bytes.
    pub sha256: String,
    /// What is in it.
    pub document: Document,
}

impl NewImport {
    /// The file called `file_name`, whose `bytes` say `document`.
    pub fn new(file_name: String, bytes: &[u8], document: Document) -> Result<Self> {
        Ok(Self {
            file_name,
            size: i64::try_from(bytes.len()).map_err(Error::internal)?,
            sha256: format!("{:x}", Sha256::digest(bytes)),
            document,
        })
    }
}

/// Keeps a file that was read, for a day.
pub async fn create_import(work: &mut Work<'_>, new: NewImport) -> Result<Import> {
    work.authorize(Action::ManagePlans)?;
    let created = work.step();
    let import = Import {
        id: work.new_id(),
        file_name: new.file_name,
        format: new.document.format,
        size: new.size,
        sha256: new.sha256,
        status: ImportStatus::Open,
        plan: None,
        corrections: Corrections::default(),
        expires_at: created.at + KEPT,
        created,
        version: 1,
    };
    let document = serde_json::to_string(&new.document).map_err(Error::internal)?;
    store::imports::insert(work.tx, &import, &document).await?;
    work.record_step(Event::IMPORT_CREATED, None, None, Some(&import))
        .await?;
    Ok(import)
}

/// The import as it may be changed: there, at the version expected, in a status that allows `action`.
async fn load(work: &mut Work<'_>, id: ImportId, expected: &Expected, action: ImportAction) -> Result<Import> {
    work.authorize(Action::ManagePlans)?;
    work.tx.lock(&format!("import:{id}")).await?;
    let scope = work.scope();
    let import = store::imports::find(work.tx, id, work.now, &scope).await?;
    let import = import.ok_or_else(Error::not_found)?;
    expected.check(import.version)?;
    import.permit(action)?;
    Ok(import)
}

/// An import with its document.
pub async fn read_import(tx: &mut Tx, id: ImportId, at: Instant, scope: &Scope<Import>) -> Result<(Import, Document)> {
    let import = store::imports::find(tx, id, at, scope)
        .await?
        .ok_or_else(Error::not_found)?;
    let document = store::imports::document(tx, &import).await?;
    Ok((import, document))
}

/// The same for a change by `actor`, to be understood before it: also for a token that only writes.
pub async fn read_to_change(tx: &mut Tx, actor: &Actor, id: ImportId, at: Instant) -> Result<(Import, Document)> {
    read_import(tx, id, at, &Scope::by_role(actor)).await
}

/// What is known better of an import that was `read`, if it is the one expected, with `patch` and among `units`.
pub fn corrections(
    read: &Import,
    expected: &Expected,
    patch: &CorrectionsPatch,
    units: &UnitDirectory,
) -> Result<Corrections> {
    expected.check(read.version)?;
    patch.check().map_err(Error::body)?;
    let corrections = read.corrections.clone().patched(patch.clone());
    let known = units.with_new(&corrections.new_units);
    patch.check_units(&known).map_err(Error::body)?;
    Ok(corrections)
}

/// Keeps corrections of the import as it was `read`: others that were kept since are not to be lost, whatever is expected.
pub async fn update_import(
    work: &mut Work<'_>,
    read: &Import,
    expected: &Expected,
    corrections: Corrections,
) -> Result<Import> {
    let before = load(work, read.id, expected, ImportAction::Update).await?;
    Expected::just(read.version).check(before.version)?;
    let mut after = before.clone().corrected(corrections)?;
    if after != before {
        after.version += 1;
        store::imports::save(work.tx, &after).await?;
        work.record_step(Event::IMPORT_UPDATED, None, Some(&before), Some(&after))
            .await?;
    }
    Ok(after)
}

/// Makes what the import says, which is `proposal` as it was `read`: a new draft, or more of one. All of it or nothing.
pub async fn commit_import(
    work: &mut Work<'_>,
    read: &Import,
    expected: &Expected,
    proposal: Proposal,
) -> Result<Import> {
    let before = load(work, read.id, expected, ImportAction::Commit).await?;
    Expected::just(read.version).check(before.version)?;
    let plan = make(work, proposal, before.corrections.onto.as_ref()).await?;
    let after = before.clone().committed(plan)?;
    store::imports::save(work.tx, &after).await?;
    work.record_step(Event::IMPORT_COMMITTED, None, Some(&before), Some(&after))
        .await?;
    Ok(after)
}

/// Makes the plan of a proposal in which nothing is wrong, or adds its tasks to the draft `onto`.
pub async fn make(work: &mut Work<'_>, proposal: Proposal, onto: Option<&PlanId>) -> Result<PlanId> {
    let plan = without_faults(proposal)?;
    let Some(onto) = onto else {
        let (content, _) = plans::create_plan(work, plan).await?;
        return Ok(content.plan.id);
    };
    add_to_draft(work, onto, plan).await?;
    Ok(onto.clone())
}

/// The plan of a proposal; 422 if something is wrong with it.
fn without_faults(proposal: Proposal) -> Result<NewPlan> {
    let faults = proposal.findings.iter().enumerate();
    let faults = faults.filter(|(_, finding)| finding.severity == Severity::Error);
    let wrong: Vec<FieldError> = faults
        .map(|(index, finding)| {
            let (zh, en) = (&finding.detail.zh, &finding.detail.en);
            FieldError {
                pointer: format!("/preview/findings/{index}"),
                fault: if finding.code == FindingCode::UnknownUnit {
                    Fault::NotFound
                } else {
                    Fault::Invalid
                },
                detail: say!("{zh}", "{en}"),
            }
        })
        .collect();
    if !wrong.is_empty() {
        return Err(Error::body(wrong));
    }
    proposal
        .plan
        .ok_or_else(|| Error::internal("a proposal without errors has no plan"))
}

/// Adds what `plan` says to the draft `onto`: its units and columns, and its tasks behind those that are there.
async fn add_to_draft(work: &mut Work<'_>, onto: &PlanId, mut plan: NewPlan) -> Result<()> {
    let draft = draft(work, onto).await?;
    if !plan.units.is_empty() {
        create_units(work, std::mem::take(&mut plan.units)).await?;
    }
    let (extra_columns, called) = joined(draft.extra_columns, plan.extra_columns);
    let columns = PlanPatch {
        extra_columns: Patch::Value(extra_columns),
        ..PlanPatch::default()
    };
    plans::update_plan(work, onto, &Expected::Any, columns).await?;
    let as_there = |cells: &mut Vec<ExtraCell>| {
        for cell in cells {
            if let Some(name) = called.get(&cell.name) {
                cell.name.clone_from(name);
            }
        }
    };
    for task in plan.tasks {
        let NewTask {
            title,
            label,
            headings,
            mut extra,
            mut requirements,
            ..
        } = task;
        as_there(&mut extra);
        for requirement in &mut requirements {
            as_there(&mut requirement.extra);
        }
        let added = AddedTask {
            plan_id: onto.clone(),
            number: None,
            title,
            label,
            headings,
            extra,
            requirements,
            effective_from: None,
            reason: None,
        };
        tasks::create_task(work, added).await?;
    }
    Ok(())
}

/// The draft with this id; 409 where the plan is no draft any more.
async fn draft(work: &mut Work<'_>, id: &PlanId) -> Result<Plan> {
    let found = store::plans::find(work.tx, id).await?;
    let found = found.ok_or_else(|| {
        let detail = say!("没有方案 {id}", "there is no plan {id}");
        Error::field("/onto", Fault::NotFound, detail)
    })?;
    if found.status != PlanStatus::Draft {
        let (zh, en) = found.status.words();
        let detail = say!(
            "方案 {id} {zh}，只能并入草案",
            "the plan {id} is {en}: tasks are added to drafts only"
        );
        return Err(Error::new(Code::WrongState, detail));
    }
    Ok(found)
}

/// The columns of a draft with those that are `added`, and what the draft calls those of them that it has: 责任 领导 is its
/// 责任领导.
fn joined(mut columns: Vec<ExtraColumn>, added: Vec<ExtraColumn>) -> (Vec<ExtraColumn>, BTreeMap<String, String>) {
    let mut called = BTreeMap::new();
    for column in added {
        let wanted = text::normalize(&column.name);
        match columns.iter().find(|known| text::normalize(&known.name) == wanted) {
            Some(known) => drop(called.insert(column.name, known.name.clone())),
            None => columns.push(column),
        }
    }
    (columns, called)
}

/// Forgets an import before its time.
pub async fn delete_import(work: &mut Work<'_>, id: &ImportId, expected: &Expected) -> Result<()> {
    let import = load(work, *id, expected, ImportAction::Delete).await?;
    store::imports::delete(work.tx, import.id).await?;
    work.record_step(Event::IMPORT_DELETED, None, Some(&import), None).await
}

/// Forgets those whose day is over.
pub async fn forget_expired(work: &mut Work<'_>) -> Result<u64> {
    Ok(store::imports::delete_expired(work.tx, work.now).await?)
}

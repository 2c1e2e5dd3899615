//! `/imports`: files of offices become plans, after a user has checked what was understood (导入)

pub mod example;
mod list;
mod view;

use std::sync::Arc;

use actix_web::{delete, get, patch, post};
use serde::Deserialize;
use utoipa::ToSchema;

pub use self::list::list_imports;
use self::view::ImportView;
use crate::{
    document::{self, FileRefusal},
    domain::{
        attachment,
        import::{Corrections, CorrectionsPatch, Document, Import, ImportId, ImportStatus, Proposal, understand},
    },
    error::{Code, Error, Result},
    http::{
        caller::{Call, Caller, may},
        input::{Change, Id, IdempotencyKey, Upload},
        refused::Refused,
        reply::{Reply, Representation, created, json, send, send_saved},
    },
    service::{
        imports::{self, NewImport},
        work::{Expected, Work},
    },
};

crate::http::input::described! {
    ImportId: "导入编号 (import id)", "019a1b2c-3d4e-7f00-8000-000000000006";
}

/// 要导入的文件 (the file)
#[derive(Debug, Deserialize, ToSchema)]
#[expect(dead_code, reason = "describes the form; it is read part by part")]
pub struct ImportForm {
    /// 文件：docx、xlsx、csv、tsv，或 Word 另存的 txt (the file)
    #[schema(value_type = String, format = Binary)]
    file: Vec<u8>,
}

impl From<FileRefusal> for Error {
    fn from(refusal: FileRefusal) -> Self {
        match refusal {
            FileRefusal::Kind(detail) | FileRefusal::Broken(detail) => Self::new(Code::UnsupportedMediaType, detail),
            FileRefusal::TooLarge(detail) => Self::new(Code::PayloadTooLarge, detail),
        }
    }
}

/// 读入文件，预览将建立什么 (read a file, and see what would be made of it)
///
/// `curl -F file=@方案.docx`。读表格：.docx、.xlsx、.csv、.tsv，以及 Word 另存的 .txt；.doc、.wps、.pdf、.ofd 请先另存。
/// 什么都不落库：`preview` 逐项给出将建立的任务和要求、其在文件中的位置和原文，`findings` 给出未能理解之处和怎么办。保留一天。
/// Nothing is made yet: `preview` has each task and requirement with its place and original text, and what was not understood.
#[utoipa::path(tag = "imports", request_body(content = ImportForm, content_type = "multipart/form-data"),
    responses((status = 201, description = "预览 (the preview)", body = ImportView), Caller<may::ManagePlans>, IdempotencyKey, Upload))]
#[post("")]
pub async fn create_import(caller: Caller<may::ManagePlans>, key: IdempotencyKey, upload: Upload) -> Reply {
    let file = upload.file().await?;
    let units = Arc::clone(&caller.catalog().units);
    let read = move || {
        let new = read(&file.name, &file.bytes)?;
        drop(file);
        let proposal = understand(&new.document, &Corrections::default(), &units);
        Ok((new, proposal))
    };
    // What a file unfolds to is many times its size.
    let (new, proposal) = caller.work_in(caller.room().await?, read).await?;
    let once = key.bind(format!("{} {}", new.sha256, new.file_name).as_bytes());
    caller
        .write(once, async |work| {
            let import = imports::create_import(work, new).await?;
            let view = ImportView::new(&import, &caller, Some(&proposal));
            created(caller.request().path(), &import.id, import.version, &view)
        })
        .await
}

fn read(given: &str, bytes: &[u8]) -> Result<NewImport> {
    let file_name = attachment::file_name(given).map_err(Error::body)?;
    let document = document::read(&file_name, bytes)?;
    NewImport::new(file_name, bytes, document)
}

/// What a document is understood to say, among the units that there are: off the threads that serve, a few at a time.
async fn understood(call: &Call, document: Document, corrections: Corrections) -> Result<Proposal> {
    let units = Arc::clone(&call.catalog().units);
    let understand = move || Ok(understand(&document, &corrections, &units));
    call.work_in(call.room().await?, understand).await
}

/// The same as its reader is shown it: with what a commit would refuse of the plan.
async fn previewed(call: &Call, document: Document, import: &Import, corrections: &Corrections) -> Result<Proposal> {
    let proposal = understood(call, document, corrections.clone()).await?;
    if import.status != ImportStatus::Open {
        return Ok(proposal);
    }
    let there = corrections.plan_named().and_then(|id| call.catalog().kept(id));
    Ok(proposal.held_against(corrections, there.map(|there| there.content.plan.status)))
}

async fn load(call: &Call, id: ImportId) -> Result<(Import, Document)> {
    let at = call.now();
    call.read(async |tx| imports::read_import(tx, id, at, &call.scope()).await)
        .await
}

/// 读取一次导入 (get an import)
///
/// `preview` 按当前的单位重新理解。The preview is understood anew, with the units of now.
#[utoipa::path(tag = "imports", params(Id<ImportId>),
    responses((status = 200, description = "导入及预览 (the import)", body = ImportView), Caller<may::ReadDrafts>, Id<ImportId>))]
#[get("/{id}")]
pub async fn get_import(caller: Caller<may::ReadDrafts>, id: Id<ImportId>) -> Reply {
    let (import, document) = load(&caller, id.0).await?;
    let proposal = previewed(&caller, document, &import, &import.corrections).await?;
    let view = ImportView::new(&import, &caller, Some(&proposal));
    let reply = json(&view, Some(import.version))?;
    Ok(send(&reply, caller.request(), caller.is_anonymous()))
}

/// 更正 (correct what was understood)
///
/// 列的含义、单位指谁、时限的规则、方案编号和标题；并入已作的更正，`null` 取消一项。预览随之重做。
/// What columns mean, who is meant, what deadlines say, the plan's id and title: merged into what was corrected before.
#[utoipa::path(tag = "imports", params(Id<ImportId>), request_body = CorrectionsPatch,
    responses((status = 200, description = "更正后的预览 (the preview now)", body = ImportView), Caller<may::ManagePlans>, Change<ImportId, CorrectionsPatch>))]
#[patch("/{id}")]
pub async fn update_import(caller: Caller<may::ManagePlans>, change: Change<ImportId, CorrectionsPatch>) -> Reply {
    // Before the import is looked at, which has another version since.
    if let Some(reply) = caller.replayed(change.once.as_ref()).await? {
        return Ok(send_saved(reply, caller.origin()));
    }
    let (import, document) = for_a_change(&caller, change.at).await?;
    let units = &caller.catalog().units;
    let corrections = imports::corrections(&import, &change.expected, &change.said, units)?;
    let proposal = previewed(&caller, document, &import, &corrections).await?;
    change.said.check_matched(&proposal.unmatched).map_err(Error::body)?;
    let update = async |work: &mut Work<'_>, _: &ImportId, expected: &Expected, _| {
        imports::update_import(work, &import, expected, corrections).await
    };
    caller
        .change(change, update, |call, import| shown(call, import, &proposal))
        .await
}

/// 写入方案 (make the plan)
///
/// 全有或全无：新建草案，或并入 `onto` 所指的草案，与逐项提交走同样的检查。仍有 `error` 时为 422，逐项写明。
/// All or nothing, by the checks that a plan written by hand passes. What is still wrong is a 422 that says where.
#[utoipa::path(tag = "imports", params(Id<ImportId>),
    responses((status = 200, description = "已写入 (committed)", body = ImportView), Caller<may::ManagePlans>, Change<ImportId>, Refused<422>))]
#[post("/{id}/commit")]
pub async fn commit_import(caller: Caller<may::ManagePlans>, change: Change<ImportId>) -> Reply {
    let (import, document) = for_a_change(&caller, change.at).await?;
    let proposal = understood(&caller, document, import.corrections.clone()).await?;
    let made = proposal.clone();
    let commit = async |work: &mut Work<'_>, _: &ImportId, expected: &Expected| {
        Box::pin(imports::commit_import(work, &import, expected, made)).await
    };
    caller
        .step(change, commit, |call, import| shown(call, import, &proposal))
        .await
}

/// 删除导入 (forget an import)
///
/// 已写入的方案不受影响。The plan that was made of it stays.
#[utoipa::path(tag = "imports", params(Id<ImportId>),
    responses((status = 204, description = "已删除 (deleted)"), Caller<may::ManagePlans>, Change<ImportId>))]
#[delete("/{id}")]
pub async fn delete_import(caller: Caller<may::ManagePlans>, change: Change<ImportId>) -> Reply {
    caller.delete(change, imports::delete_import).await
}

async fn for_a_change(call: &Call, id: ImportId) -> Result<(Import, Document)> {
    let at = call.now();
    call.read(async |tx| imports::read_to_change(tx, call.actor(), id, at).await)
        .await
}

/// The import as the change leaves it.
fn shown(call: &Call, import: &Import, proposal: &Proposal) -> Representation<ImportView> {
    let view = ImportView::new(import, call, Some(proposal));
    Representation::new(&import.id, import.version, view)
}

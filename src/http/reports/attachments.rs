//! `/progress-reports/{id}/attachments`: files of a report (附件), behind the same gate as the report.

use actix_web::{
    HttpResponse,
    body::SizedStream,
    delete, get,
    http::header::{CONTENT_DISPOSITION, CONTENT_SECURITY_POLICY, CONTENT_TYPE},
    post, web,
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::http::{
    caller::{Caller, may},
    input::{Change, Id, IdAndMember, IdempotencyKey, Upload},
    reply::{Reply, created_at, format::attachment, has_it, tagged},
};
use crate::{
    domain::{
        attachment::Attachment,
        id::{AttachmentId, ReportId},
    },
    error::Error,
    files::{self, Original},
    service::{
        attachments::{self, Bytes, NewAttachment},
        work::{Expected, Work},
    },
    store,
};

/// 附件 (attachment)
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Attachment)]
pub struct AttachmentView {
    /// 编号 (id)
    id: AttachmentId,
    /// 文件名 (file name)
    #[schema(example = "证明.pdf")]
    name: String,
    /// 类型 (media type)
    #[schema(example = "application/pdf")]
    media_type: String,
    /// 字节数 (bytes)
    #[schema(example = 48_213)]
    size: i64,
    /// SHA-256，十六进制 (in hexadecimal digits)
    #[schema(example = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08")]
    sha256: String,
}

impl AttachmentView {
    /// The file as others see it: not who added it.
    pub fn new(attachment: &Attachment) -> Self {
        Self {
            id: attachment.id,
            name: attachment.name.clone(),
            media_type: attachment.media_type.clone(),
            size: attachment.size,
            sha256: attachment.sha256.clone(),
        }
    }
}

/// 已添加的附件 (an attachment that was added)
#[derive(Debug, Serialize, ToSchema)]
pub struct AddedAttachment {
    /// 附件 (the attachment)
    attachment: AttachmentView,
    /// 报告的新版本，可用于 If-Match (the report's version now)
    #[schema(example = 2)]
    report_version: i64,
}

/// 附件上传 (an upload)
#[derive(Debug, Deserialize, ToSchema)]
#[expect(dead_code, reason = "describes the form; it is read part by part")]
pub struct AttachmentForm {
    /// 文件：pdf、ofd、docx、xlsx、pptx、doc、xls、png、jpg、UTF-8 的 txt 和 csv (the file)
    #[schema(value_type = String, format = Binary)]
    file: Vec<u8>,
}

/// 添加附件 (add an attachment)
///
/// `curl -F file=@证明.pdf`。报告可保存时（草稿、退回、撤回）由本单位添加；类型按内容辨认，须与文件名一致，否则 415。
/// 上传者即为填报人。每份报告最多 20 个附件；大小见 `DUBAN_ATTACHMENT_LIMIT`，超出为 413。
/// Wherever the report may be saved, by its unit; who adds a file is an author. What it is, is read from its bytes.
#[utoipa::path(tag = "progress-reports", params(Id<ReportId>),
    request_body(content = AttachmentForm, content_type = "multipart/form-data"),
    responses((status = 201, description = "已添加 (added)", body = AddedAttachment), Caller<may::WriteReports>, Id<ReportId>, IdempotencyKey, Upload))]
#[post("/{id}/attachments")]
pub async fn add_attachment(
    caller: Caller<may::WriteReports>,
    report: Id<ReportId>,
    key: IdempotencyKey,
    upload: Upload,
) -> Reply {
    let report = report.0;
    caller
        .read(async |tx| attachments::may_attach(tx, caller.actor(), report).await)
        .await?;
    let file = upload.file().await?;
    let (given, bytes) = (file.name, file.bytes.clone());
    // Hashing twenty megabytes takes long enough for others to wait.
    let new = web::block(move || NewAttachment::inspected(&given, &bytes))
        .await
        .map_err(Error::internal)??;
    let once = key.bind(format!("{} {}", new.sha256, new.name).as_bytes());
    let stored = if let Some(files) = caller.files() {
        let stored = caller.new_secret();
        files.put(&stored, file.bytes.clone()).await?;
        Some(stored)
    } else {
        None
    };
    let mut kept = false;
    let reply = caller
        .write(once, async |work| {
            let bytes = stored.as_deref().map_or(Bytes::Here(&file.bytes), Bytes::Stored);
            let (after, added) = attachments::add_attachment(work, report, new, bytes).await?;
            let view = AddedAttachment {
                attachment: AttachmentView::new(&added),
                report_version: after.version,
            };
            let path = format!("progress-reports/{report}/attachments/{}", added.id);
            kept = true;
            created_at(&path, &added.sha256, &view)
        })
        .await;
    // Refused, or done before with the same key: nobody refers to what was written this time.
    if let Some(unused) = stored.filter(|_| !kept || reply.is_err()) {
        caller.discard_files(vec![unused]).await;
    }
    reply
}

/// 下载附件 (download an attachment)
///
/// 看得到报告的人看得到附件：准予公开之前，其他人得到 404。内容与收到时（`size`、`sha256`）不一致的不予提供：500 `file_altered`，
/// 1 MiB 以上的可能在末尾之前中断；存储中没有的为 503 `file_missing`。
/// Whoever sees the report; to all others there is none. What is not as it came in (`size`, `sha256`) is not given out: 500
/// `file_altered`, or one above 1 MiB breaks off before its end; what is not in the store is a 503 `file_missing`.
#[utoipa::path(tag = "progress-reports", params(IdAndMember<ReportId, AttachmentId>),
    responses((status = 200, description = "附件内容 (the file)", body = Vec<u8>, content_type = "application/octet-stream"), Caller<may::ReadPublished>, IdAndMember<ReportId, AttachmentId>))]
#[get("/{id}/attachments/{member}")]
pub async fn get_attachment(caller: Caller<may::ReadPublished>, ids: IdAndMember<ReportId, AttachmentId>) -> Reply {
    let IdAndMember(report, id) = ids;
    let scope = caller.scope();
    let knows = |found: &Attachment| has_it(caller.request(), &found.sha256);
    let (found, key, bytes) = caller
        .read(async |tx| {
            let report = store::reports::find(tx, report, &scope, None).await?;
            let attachments = report.and_then(|report| report.attachments).unwrap_or_default();
            let found = attachments.into_iter().find(|attachment| attachment.id == id);
            let found = found.ok_or_else(Error::not_found)?;
            let key = store::attachments::key(tx, &found).await?;
            let bytes = if key.is_none() && !knows(&found) {
                store::attachments::content(tx, &found).await?
            } else {
                None
            };
            Ok((found, key, bytes))
        })
        .await?;
    let mut response = HttpResponse::Ok();
    tagged(&mut response, &found.sha256, caller.is_anonymous(), "Authorization");
    if knows(&found) {
        return Ok(response.status(actix_web::http::StatusCode::NOT_MODIFIED).finish());
    }
    response
        .insert_header((CONTENT_TYPE, found.media_type))
        .insert_header((CONTENT_DISPOSITION, attachment(&found.name)))
        // Should a browser show it after all, it does nothing.
        .insert_header((CONTENT_SECURITY_POLICY, "default-src 'none'; sandbox"));
    let original = Original {
        size: u64::try_from(found.size).map_err(Error::internal)?,
        sha256: found.sha256,
    };
    match (key, bytes) {
        (_, Some(bytes)) => {
            let checked = web::block(move || original.whole(bytes)).await;
            Ok(response.body(checked.map_err(Error::internal)??))
        }
        (Some(key), None) => {
            let files = caller.files();
            let files = files.ok_or_else(|| files::missing("an attachment is in a store that is not configured"))?;
            let pieces = files.get(&key, &original).await?;
            Ok(response.body(SizedStream::new(original.size, pieces)))
        }
        (None, None) => Err(files::missing("an attachment has no content")),
    }
}

/// 移除附件 (remove an attachment)
///
/// 报告可保存时由本单位移除；If-Match 用报告的 ETag。Wherever the report may be saved; If-Match takes the report's ETag.
#[utoipa::path(tag = "progress-reports", params(IdAndMember<ReportId, AttachmentId>),
    responses((status = 204, description = "已移除 (removed)"), Caller<may::WriteReports>, Change<IdAndMember<ReportId, AttachmentId>>))]
#[delete("/{id}/attachments/{member}")]
pub async fn remove_attachment(
    caller: Caller<may::WriteReports>,
    change: Change<IdAndMember<ReportId, AttachmentId>>,
) -> Reply {
    let mut key = None;
    let remove = async |work: &mut Work<'_>, at: &IdAndMember<ReportId, AttachmentId>, expected: &Expected| {
        key = attachments::remove_attachment(work, at.0, at.1, expected).await?;
        Ok(())
    };
    let reply = caller.delete(change, remove).await?;
    caller.discard_files(key.into_iter().collect()).await;
    Ok(reply)
}

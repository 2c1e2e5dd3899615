//! Files of reports: part of what a report says, and subject to the same rules.

use sha2::{Digest as _, Sha256};

use super::{
    reports::{guard, load},
    work::{Expected, Work},
};
use crate::{
    db::Tx,
    domain::{
        attachment::{self, Attachment},
        event::Event,
        fault::Fault,
        id::{AttachmentId, ReportId},
        policy::Actor,
        report::{Depth, Report, ReportAction},
        scope::Scope,
    },
    error::{Code, Error, Result},
    say, store,
};

/// A file that came in: its name and type were checked.
#[derive(Debug, Clone)]
pub struct NewAttachment {
    /// What it is called.
    pub name: String,
    /// What it is.
    pub media_type: &'static str,
    /// Bytes.
    pub size: i64,
    /// SHA-256 of the bytes.
    pub sha256: String,
}

impl NewAttachment {
    /// The file that was `given` as such; refused, if it is not what its name says, or of no kind that is taken.
    pub fn inspected(given: &str, bytes: &[u8]) -> Result<Self> {
        let name = attachment::file_name(given).map_err(Error::body)?;
        if bytes.is_empty() {
            return Err(Error::field(
                "/file",
                Fault::Required,
                say!("文件是空的", "the file is empty"),
            ));
        }
        let media_type = attachment::media_type(&name, bytes).ok_or_else(|| {
            let endings = attachment::endings();
            let detail = say!(
                "文件内容与文件名不符，或不是可接受的类型；可接受：{endings}（文本须为 UTF-8，不含宏）",
                "the file is not what its name says, or not of a kind that is taken: {endings} (text in UTF-8; no macros)"
            );
            Error::new(Code::UnsupportedMediaType, detail)
        })?;
        Ok(Self {
            name,
            media_type,
            size: i64::try_from(bytes.len()).map_err(Error::internal)?,
            sha256: format!("{:x}", Sha256::digest(bytes)),
        })
    }
}

/// Where its bytes are.
#[derive(Debug, Clone, Copy)]
pub enum Bytes<'b> {
    /// Here, to be kept in the database.
    Here(&'b [u8]),
    /// In the store, under this key.
    Stored(&'b str),
}

/// `Ok` when `actor` may add a file to the report as it is: asked before the bytes are read, and decided
/// when they are kept.
pub async fn may_attach(tx: &mut Tx, actor: &Actor, id: ReportId) -> Result<()> {
    let scope = Scope::by_role(actor);
    let report = store::reports::find(tx, id, &scope, None).await?;
    let report = report.filter(|report| scope.depth(report) == Some(Depth::Full));
    let report = report.ok_or_else(Error::not_found)?;
    let plan = store::plans::find(tx, report.obligation.deadline.requirement.plan()).await?;
    let rules = plan.ok_or_else(Error::not_found)?.rules();
    let permitted = report.permit(ReportAction::Update, actor, rules);
    guard(&report, None).check(permitted, || report.actions_for(actor, rules))
}

/// 添加附件. No version is asked for: adding one overwrites nothing.
pub async fn add_attachment(
    work: &mut Work<'_>,
    report: ReportId,
    new: NewAttachment,
    bytes: Bytes<'_>,
) -> Result<(Report, Attachment)> {
    let (before, _) = load(work, report, ReportAction::Update, None).await?;
    let by = work.step();
    let attachment = Attachment {
        id: work.new_id(),
        name: new.name,
        media_type: new.media_type.to_owned(),
        size: new.size,
        sha256: new.sha256,
        added: by.clone(),
    };
    let after = before.attach(&by, attachment.clone())?;
    store::reports::save(work.tx, &after, work.now).await?;
    match bytes {
        Bytes::Here(bytes) => {
            store::attachments::insert(work.tx, report, &attachment, None).await?;
            store::attachments::insert_content(work.tx, attachment.id, bytes).await?;
        }
        Bytes::Stored(key) => store::attachments::insert(work.tx, report, &attachment, Some(key)).await?,
    }
    work.record_step(Event::ATTACHMENT_ADDED, None, Some(&before), Some(&after))
        .await?;
    Ok((after, attachment))
}

/// 移除附件. Gives its key, if its bytes are not in the database.
pub async fn remove_attachment(
    work: &mut Work<'_>,
    report: ReportId,
    id: AttachmentId,
    expected: &Expected,
) -> Result<Option<String>> {
    let (before, _) = load(work, report, ReportAction::Update, Some(expected)).await?;
    let after = before.detach(&work.step(), id)?.ok_or_else(Error::not_found)?;
    let attachments = before.attachments.iter().flatten();
    let removed = attachments.into_iter().find(|attachment| attachment.id == id);
    let key = match removed {
        Some(removed) => store::attachments::key(work.tx, removed).await?,
        None => None,
    };
    store::reports::save(work.tx, &after, work.now).await?;
    store::attachments::delete(work.tx, id).await?;
    work.record_step(Event::ATTACHMENT_REMOVED, None, Some(&before), Some(&after))
        .await?;
    Ok(key)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_what_its_bytes_and_its_name_say() {
        let new = NewAttachment::inspected(" 公开情况.txt ", "已公开".as_bytes()).unwrap();
        assert_eq!((new.name.as_str(), new.size), ("公开情况.txt", 9));
        assert_eq!(new.media_type, "text/plain; charset=utf-8");
        let refused = |given, bytes: &[u8]| NewAttachment::inspected(given, bytes).unwrap_err().code;
        assert_eq!(refused("公开情况.txt", b""), Code::Invalid);
        assert_eq!(refused("../公开情况.txt", b"1"), Code::Invalid);
        assert_eq!(refused("公开情况.pdf", b"1"), Code::UnsupportedMediaType);
        assert_eq!(refused("公开情况.html", b"1"), Code::UnsupportedMediaType);
    }
}

//! Files of a report: they come and go wherever what it says may be changed.

use super::{Refusal, Report, ReportAction};
use crate::{
    domain::{
        attachment::{Attachment, MOST},
        fault::{Checker, Fault},
        id::AttachmentId,
        step::Step,
    },
    say,
};

impl Report {
    /// 添加附件. Who adds one is an author.
    pub fn attach(&self, by: &Step, attachment: Attachment) -> Result<Self, Refusal> {
        let mut after = self.step(ReportAction::Update, by)?;
        let mut check = Checker::default();
        check.at("file", |check| {
            let name = &attachment.name;
            let attached = self.attachments.as_deref().unwrap_or_default();
            if attached.len() >= MOST {
                check.fault(
                    Fault::TooLong,
                    say!("一份报告最多 {MOST} 个附件", "a report has at most {MOST} attachments"),
                );
            }
            if attached.iter().any(|other| other.name == *name) {
                check.fault(
                    Fault::Duplicate,
                    say!("已有名为 {name} 的附件", "there is an attachment called {name}"),
                );
            }
        });
        check.finish().map_err(Refusal::Faults)?;
        after.attachments.get_or_insert_default().push(attachment);
        Ok(after)
    }

    /// 移除附件; `None` when it has none with this id.
    pub fn detach(&self, by: &Step, id: AttachmentId) -> Result<Option<Self>, Refusal> {
        let mut after = self.step(ReportAction::Update, by)?;
        let attached = after.attachments.get_or_insert_default();
        let count = attached.len();
        attached.retain(|attachment| attachment.id != id);
        let removed = attached.len() < count;
        Ok(removed.then_some(after))
    }
}

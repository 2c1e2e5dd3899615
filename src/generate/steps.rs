//! Steps that people take in a generated life of a plan, done by the services as those people.

use std::collections::HashMap;

use serde_json::json;

use super::{
    Made,
    words::{self, Part, actor},
};
use crate::{
    domain::{
        extension::{ExtensionId, NewExtension},
        id::{NoticeId, PlanId, ReportId, UnitCode},
        obligation::Obligation,
        report::NewReport,
        time::Day,
    },
    error::{Error, Result},
    service::{
        extensions, notices, reports,
        work::{Context, Expected, Work},
    },
};

/// One step. Numbers are those of obligations.
#[derive(Debug, Clone)]
pub enum StepKind {
    /// 申请延期 to a day.
    Ask(usize, Day, String),
    /// 审签 a request.
    SignRequest(usize),
    /// 批准
    Grant(usize),
    /// 不批准
    Refuse(usize),
    /// 填报, and perhaps submit it.
    Report(usize, Box<NewReport>),
    /// 提交 again.
    Submit(usize),
    /// 审签
    Sign(usize),
    /// 通过
    Accept(usize),
    /// 退回
    Return(usize, String),
    /// 准予公开
    Clear(usize),
    /// 不予公开
    Withhold(usize),
    /// 催办 about some obligations of a unit, to be answered by a day.
    Remind(UnitCode, Vec<usize>, Day),
    /// 签收
    Acknowledge(UnitCode),
    /// 答复
    Answer(UnitCode),
}

impl StepKind {
    /// Who does it, and for which unit.
    pub fn by(&self, owed: &[Obligation]) -> (Part, Option<UnitCode>) {
        let of = |index: &usize| Some(owed[*index].id.unit.clone());
        match self {
            Self::Ask(index, ..) | Self::Report(index, _) | Self::Submit(index) => (Part::Reporter, of(index)),
            Self::SignRequest(index) | Self::Sign(index) => (Part::Approver, of(index)),
            Self::Grant(_) | Self::Refuse(_) | Self::Accept(_) | Self::Return(..) | Self::Remind(..) => {
                (Part::Coordinator, None)
            }
            Self::Clear(_) | Self::Withhold(_) => (Part::Secrecy, None),
            Self::Acknowledge(unit) | Self::Answer(unit) => (Part::Reporter, Some(unit.clone())),
        }
    }
}

/// What was done so far, by the numbers of obligations.
#[derive(Debug, Default)]
pub struct Done {
    reports: HashMap<usize, ReportId>,
    extensions: HashMap<usize, ExtensionId>,
    notices: HashMap<UnitCode, NoticeId>,
}

/// A person as the author of a transaction.
pub fn context((part, unit): &(Part, Option<UnitCode>)) -> Context {
    Context {
        actor: actor(*part, unit.as_ref()),
        request_id: None,
    }
}

/// What is there was made here.
fn of<K: std::hash::Hash + Eq, V: Copy>(made: &HashMap<K, V>, key: &K) -> Result<V> {
    made.get(key)
        .copied()
        .ok_or_else(|| Error::internal("nothing to go on with"))
}

impl Done {
    /// Does it.
    pub async fn take(
        &mut self,
        work: &mut Work<'_>,
        (plan, owed): (&PlanId, &[Obligation]),
        deed: StepKind,
        made: &mut Made,
    ) -> Result<()> {
        let any = &Expected::Any;
        let done = match deed {
            StepKind::Ask(index, requested_due_on, reason) => {
                let new = NewExtension {
                    obligation_id: owed[index].id.to_string(),
                    requested_due_on,
                    reason,
                    progress: words::marked("主体工作已完成，尚待审定"),
                };
                let (extension, _) = extensions::request_extension(work, new).await?;
                self.extensions.insert(index, extension.id);
                made.extensions += 1;
                return Ok(());
            }
            StepKind::SignRequest(index) => {
                let id = of(&self.extensions, &index)?;
                return extensions::sign_extension(work, &id, any).await.map(drop);
            }
            StepKind::Grant(index) => {
                let (id, note) = (of(&self.extensions, &index)?, Some(words::marked("同意延期")));
                return extensions::grant_extension(work, &id, any, None, note).await.map(drop);
            }
            StepKind::Refuse(index) => {
                let (id, reason) = (of(&self.extensions, &index)?, words::marked("理由不充分，请按期完成"));
                return extensions::refuse_extension(work, &id, any, reason).await.map(drop);
            }
            StepKind::Report(index, new) => {
                let report = reports::create_report(work, *new).await?;
                self.reports.insert(index, report.id);
                made.reports += 1;
                return Ok(());
            }
            StepKind::Remind(unit, about, reply_by) => {
                let about: Vec<String> = about.iter().map(|index| owed[*index].id.to_string()).collect();
                let new = json!({
                    "plan_id": plan, "kind": "reminder", "level": "blue", "units": [unit], "obligations": about,
                    "subject": words::marked("关于报送进展的催办"), "reply_by": reply_by,
                    "text": words::marked("所列应办事项已经到期，请抓紧办理并答复。")
                });
                let new = serde_json::from_value(new).map_err(Error::internal)?;
                let (notice, _) = notices::create_notice(work, new).await?;
                notices::issue_notice(work, &notice.id, any).await?;
                self.notices.insert(unit, notice.id);
                made.notices += 1;
                return Ok(());
            }
            StepKind::Acknowledge(unit) => {
                let id = of(&self.notices, &unit)?;
                return notices::acknowledge_notice(work, &id, any).await.map(drop);
            }
            StepKind::Answer(unit) => {
                let (id, text) = (of(&self.notices, &unit)?, words::marked("已落实专人，将于近日报送"));
                return notices::answer_notice(work, &id, any, text).await.map(drop);
            }
            StepKind::Submit(index) => reports::submit_report(work, &of(&self.reports, &index)?, any).await,
            StepKind::Sign(index) => reports::sign_report(work, &of(&self.reports, &index)?, any).await,
            StepKind::Accept(index) => reports::accept_report(work, &of(&self.reports, &index)?, any, None).await,
            StepKind::Return(index, reason) => {
                reports::return_report(work, &of(&self.reports, &index)?, any, reason).await
            }
            StepKind::Clear(index) => reports::clear_report(work, &of(&self.reports, &index)?, any, None).await,
            StepKind::Withhold(index) => {
                let reason = words::marked("涉及未公开数据");
                reports::withhold_report(work, &of(&self.reports, &index)?, any, reason).await
            }
        };
        done.map(drop)
    }
}

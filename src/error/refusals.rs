//! Refusals of the domain as error replies.

use super::{Code, Error};
use crate::{
    domain::{
        calendar::NoCalendar,
        plan::{PlanAction, WrongPlanState},
        thing::ThingKind,
    },
    say,
};

impl From<NoCalendar> for Error {
    fn from(NoCalendar { year }: NoCalendar) -> Self {
        let detail = say!(
            "{year} 年没有官方工作日历，无法计算工作日；国务院办公厅的通知公布后，由系统管理员 PUT /calendar/{year} 录入",
            "there is no official calendar for {year}, so working days cannot be counted; once the State Council has \
             published it, an admin can PUT /calendar/{year}"
        );
        Self::new(Code::NoCalendar, detail)
    }
}

impl From<WrongPlanState> for Error {
    fn from(wrong: WrongPlanState) -> Self {
        let (id, (zh_status, en_status)) = (&wrong.plan, wrong.from.words());
        let action = match wrong.action {
            PlanAction::Update => say!("修改", "changed"),
            PlanAction::Delete => say!("删除", "deleted"),
            PlanAction::Publish => say!("发布", "published"),
            PlanAction::Close => say!("办结", "closed"),
            PlanAction::Reopen => say!("重新开放", "reopened"),
        };
        let (zh, en) = (action.zh, action.en);
        Self::new(
            Code::WrongState,
            say!(
                "方案 {id} {zh_status}，不能{zh}",
                "the plan {id} is {en_status} and cannot be {en}"
            ),
        )
        .with_allowed(ThingKind::Plan, &wrong.plan, wrong.from.actions())
        .because_of(ThingKind::Plan, &wrong.plan)
    }
}

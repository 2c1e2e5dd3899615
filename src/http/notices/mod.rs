//! `/notices`: reminders, supervision notices, commendations and criticisms (督办单)

pub mod example;
mod list;
mod steps;
mod view;

pub use self::{
    list::list_notices,
    steps::{
        acknowledge_notice, answer_notice, approve_notice, issue_notice, rescind_notice, return_notice, submit_notice,
    },
    view::NoticeView,
};
use actix_web::{delete, get, patch, post};

use crate::{
    domain::{
        id::NoticeId,
        notice::{NewNotice, Notice, NoticePatch},
        scope::Scope,
    },
    http::{
        caller::{Call, Caller, may},
        input::{Change, Create, Id},
        reply::{Reply, Representation},
    },
    service::notices::{self, Written},
    store::{self, Tx},
};

crate::http::input::described! {
    NoticeId: "督办单编号 (notice id)", "019a1b2c-3d4e-7f00-8000-000000000002";
}

/// 读取一份督办单 (get a notice)
#[utoipa::path(tag = "notices", params(Id<NoticeId>),
    responses((status = 200, description = "督办单 (notice)", body = NoticeView), Caller<may::ReadNotices>, Id<NoticeId>))]
#[get("/{id}")]
pub async fn get_notice(caller: Caller<may::ReadNotices>, id: Id<NoticeId>) -> Reply {
    let scope = caller.scope();
    let find = async |tx: &mut Tx| {
        let found = store::notices::find(tx, id.0, &scope).await?;
        Ok(found.map(|notice| (view(&caller, &scope, &notice), Some(scope.version(&notice)))))
    };
    caller.get_stored(find).await
}

/// 起草督办单 (draft a notice)
///
/// 起草不等于签发：仅发文部门可见。升级须待前一份的答复期限届满，逐级由蓝、黄到红，只对未按期答复的单位；
/// 同一单位同一事项有同类督办单未答复的，不得另发。
/// A draft is seen by the issuing offices only. Escalation goes one level up, after the earlier notice's
/// day, for units that did not answer in time.
#[utoipa::path(tag = "notices", request_body = NewNotice, responses((status = 201, description = "草稿 (the draft)", body = NoticeView), Caller<may::IssueNotice>, Create<NewNotice>))]
#[post("")]
pub async fn create_notice(caller: Caller<may::IssueNotice>, create: Create<NewNotice>) -> Reply {
    caller.create(create, notices::create_notice, shown).await
}

/// 修改督办单草稿 (change a draft)
#[utoipa::path(tag = "notices", params(Id<NoticeId>),
    request_body = NoticePatch, responses((status = 200, description = "修改后的草稿 (the draft now)", body = NoticeView), Caller<may::IssueNotice>, Change<NoticeId, NoticePatch>))]
#[patch("/{id}")]
pub async fn update_notice(caller: Caller<may::IssueNotice>, change: Change<NoticeId, NoticePatch>) -> Reply {
    caller.change(change, notices::update_notice, shown).await
}

/// 删除督办单草稿 (delete a draft)
#[utoipa::path(tag = "notices", params(Id<NoticeId>),
    responses((status = 204, description = "已删除 (deleted)"), Caller<may::IssueNotice>, Change<NoticeId>))]
#[delete("/{id}")]
pub async fn delete_notice(caller: Caller<may::IssueNotice>, change: Change<NoticeId>) -> Reply {
    caller.delete(change, notices::delete_notice).await
}

/// The notice as the caller sees it now.
fn view(call: &Call, scope: &Scope<Notice>, notice: &Notice) -> NoticeView {
    NoticeView::new(notice, scope, call, call.today())
}

/// The notice as the change leaves it.
fn shown(call: &Call, (notice, scope): &Written) -> Representation<NoticeView> {
    Representation::new(&notice.id, scope.version(notice), view(call, scope, notice))
}

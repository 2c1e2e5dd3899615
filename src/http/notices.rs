//! `/notices`: reminders, supervision notices, commendations and criticisms (督办单)

mod steps;
mod view;

use actix_web::{HttpResponse, delete, get, patch, post};
use serde::Deserialize;
use utoipa::IntoParams;
use uuid::Uuid;

pub use self::{
    steps::{
        acknowledge_notice, answer_notice, approve_notice, issue_notice, rescind_notice, return_notice, submit_notice,
    },
    view::NoticeView,
};
use crate::{
    domain::{
        id::{PlanId, UnitCode},
        notice::{NewNotice, Notice, NoticeKind, NoticeLevel, NoticePatch, NoticeStatus},
        order::{Key, Place},
        scope::Scope,
        time::Day,
    },
    error::Result,
    http::{
        caller::{Call, Caller, may},
        input::{Body, Change, Create, Id, content},
        list::{Column, List, Page, ParamsOf, Stored},
        reply::{changed, created, deleted},
    },
    service::notices,
    store::{self, Tx, notices::NoticeFilter, page::Sorts},
};

/// The list of notices.
pub struct Notices;

impl List for Notices {
    type Filters = NoticeParams;
    type View = NoticeView;
    const FILE: (&'static str, &'static str) = ("notices", "督办单");
    const SORT: &'static str = "-id";
    const COLUMNS: &'static [Column<NoticeView>] = view::COLUMNS;

    fn sorts() -> Vec<&'static str> {
        Self::fields()
    }
}

impl Stored for Notices {
    type Question = (NoticeFilter, Scope<Notice>, Day);
    type Row = Notice;
    const SORTS: Sorts = store::notices::SORTS;

    async fn rows(tx: &mut Tx, question: &Self::Question, place: &Place) -> Result<Vec<Self::Row>> {
        Ok(store::notices::list(tx, &question.0, &question.1, place).await?)
    }

    async fn count(tx: &mut Tx, question: &Self::Question) -> Result<i64> {
        Ok(store::notices::count(tx, &question.0, &question.1).await?)
    }

    fn key(row: &Notice, _: &str) -> Key {
        Key::Uuid(row.id)
    }

    fn view(row: &Notice, (_, scope, today): &Self::Question, call: &Call) -> NoticeView {
        NoticeView::new(row, scope, call.catalog(), call.actor(), *today)
    }
}

/// Filters over notices.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct NoticeParams {
    /// 方案 (plan)
    #[serde(default)]
    #[param(value_type = Vec<String>, required = false)]
    plan: Vec<PlanId>,
    /// 类别 (kind)
    #[serde(default)]
    #[param(required = false)]
    kind: Vec<NoticeKind>,
    /// 级别 (level)
    #[serde(default)]
    #[param(required = false)]
    level: Vec<NoticeLevel>,
    /// 状态 (status)
    #[serde(default)]
    #[param(required = false)]
    status: Vec<NoticeStatus>,
    /// 主送单位；集合单位指其今天的成员 (unit addressed; a collective means its members of today)
    #[serde(default)]
    #[param(required = false)]
    unit: Vec<String>,
    /// 涉及的应办事项 (obligation concerned)
    #[serde(default)]
    #[param(required = false)]
    obligation: Vec<String>,
    /// 是否有单位逾期未答复 (whether a unit is overdue)
    overdue: Option<bool>,
}

/// The units that `texts` mean, collectives as their members.
fn members(call: &Call, texts: &[String], today: Day) -> Result<Vec<UnitCode>> {
    let units = &call.catalog().units;
    let named = content::units(call, "unit", texts)?;
    let meant = named.into_iter().flat_map(|code| {
        let unit = units.get(&code).filter(|unit| unit.membership.is_some());
        let members = unit.map(|unit| units.expand(unit, today)).unwrap_or_default();
        let members: Vec<UnitCode> = members.into_iter().map(|member| member.code.clone()).collect();
        std::iter::once(code).chain(members)
    });
    Ok(meant.collect())
}

/// 列出督办单 (list notices)
///
/// 新的在前。单位角色只看到已发给本单位的，草稿仅发文部门可见。
/// Newest first; units see what was issued to them.
#[utoipa::path(tag = "notices", params(ParamsOf<Notices>), responses((status = 200, description = "督办单列表 (notices)", body = Page<NoticeView>)))]
#[get("/notices")]
pub async fn list_notices(caller: Caller<may::ReadNotices>) -> Result<HttpResponse> {
    let ask = |filters: NoticeParams, today| {
        let asked = !filters.unit.is_empty();
        let units = asked.then(|| members(&caller, &filters.unit, today)).transpose()?;
        let filter = NoticeFilter {
            plans: filters.plan,
            kinds: filters.kind,
            levels: filters.level,
            statuses: filters.status,
            units,
            obligations: content::obligations(&filters.obligation)?,
            overdue: filters.overdue.map(|overdue| (overdue, today)),
        };
        Ok((filter, caller.scope(), today))
    };
    caller.list_stored::<Notices>(ask).await
}

/// 读取一份督办单 (get a notice)
#[utoipa::path(tag = "notices", params(("id" = String, Path, description = "督办单编号 (notice id)", example = "019a1b2c-3d4e-7f00-8000-000000000002")),
    responses((status = 200, description = "督办单 (notice)", body = NoticeView)))]
#[get("/notices/{id}")]
pub async fn get_notice(caller: Caller<may::ReadNotices>, id: Id<Uuid>) -> Result<HttpResponse> {
    let scope = caller.scope();
    let find = async |tx: &mut Tx| {
        let found = store::notices::find(tx, id.0, &scope).await?;
        Ok(found.map(|notice| (shown(&caller, &scope, &notice), Some(scope.version(&notice)))))
    };
    caller.get_stored(find).await
}

/// 起草督办单 (draft a notice)
///
/// 起草不等于签发：仅发文部门可见。升级须待前一份的答复期限届满，逐级由蓝、黄到红，只对未按期答复的单位；
/// 同一单位同一事项有同类督办单未答复的，不得另发。
/// A draft is seen by the issuing offices only. Escalation goes one level up, after the earlier notice's
/// day, for units that did not answer in time.
#[utoipa::path(tag = "notices", request_body = NewNotice, responses((status = 201, description = "草稿 (the draft)", body = NoticeView)))]
#[post("/notices")]
pub async fn create_notice(caller: Caller<may::IssueNotice>, create: Create<NewNotice>) -> Result<HttpResponse> {
    caller
        .write(create.once, async |work| {
            let notice = notices::create_notice(work, create.value).await?;
            created(
                "notices",
                &notice.id,
                notice.version,
                &shown(&caller, &work.scope(), &notice),
            )
        })
        .await
}

/// 修改督办单草稿 (change a draft)
#[utoipa::path(tag = "notices", params(("id" = String, Path, description = "督办单编号 (notice id)", example = "019a1b2c-3d4e-7f00-8000-000000000002")),
    request_body = NoticePatch, responses((status = 200, description = "修改后的草稿 (the draft now)", body = NoticeView)))]
#[patch("/notices/{id}")]
pub async fn update_notice(
    caller: Caller<may::IssueNotice>,
    change: Change<Id<Uuid>, Body<NoticePatch>>,
) -> Result<HttpResponse> {
    caller
        .write(change.once, async |work| {
            let notice = notices::update_notice(work, change.at.0, &change.expected, change.body.value).await?;
            changed(notice.version, &shown(&caller, &work.scope(), &notice))
        })
        .await
}

/// 删除督办单草稿 (delete a draft)
#[utoipa::path(tag = "notices", params(("id" = String, Path, description = "督办单编号 (notice id)", example = "019a1b2c-3d4e-7f00-8000-000000000002")),
    responses((status = 204, description = "已删除 (deleted)")))]
#[delete("/notices/{id}")]
pub async fn delete_notice(caller: Caller<may::IssueNotice>, change: Change<Id<Uuid>>) -> Result<HttpResponse> {
    caller
        .write(change.once, async |work| {
            notices::delete_notice(work, change.at.0, &change.expected).await?;
            Ok(deleted())
        })
        .await
}

/// The notice as the caller sees it now.
fn shown(call: &Call, scope: &Scope<Notice>, notice: &Notice) -> NoticeView {
    NoticeView::new(notice, scope, call.catalog(), call.actor(), call.today())
}

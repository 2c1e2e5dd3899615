//! `/units/{id}/members`: who belongs to a collective, and when

use actix_web::{delete, get, put};
use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;
use utoipa::{IntoParams, ToSchema};

use crate::http::{
    caller::{Call, Caller, may},
    input::{Change, Embed, Id, IdAndMember},
    list::{Column, InMemory, List, Page, ParamsOf, columns},
    reply::{Reply, Representation},
    units::UnitView,
};
use crate::{
    domain::{
        changes::Followed,
        id::UnitCode,
        order::SortKey,
        time::Day,
        unit::{Belonging, MemberPeriods, Unit, UnitDirectory, UnitKind},
    },
    error::Error,
    service::{
        units,
        work::{Expected, Work},
    },
    store::page::{Sort, Sorts},
};

/// 集合单位的成员 (a member of a collective)
#[skip_serializing_none]
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = Member)]
pub struct MemberView {
    /// 编号：集合单位、成员和加入之日；同一单位可有几个期间
    /// (id: the collective, the member and its first day; one unit may have several periods)
    #[schema(example = "zhenjie.binhaiwan.2017-10-01")]
    id: String,
    /// 代码 (code)
    #[schema(example = "binhaiwan")]
    pub code: String,
    /// 名称 (name)
    #[schema(example = "滨海湾新区")]
    name: String,
    /// 类别 (kind)
    kind: UnitKind,
    /// 加入之日；没有则自始 (first day as a member; absent: since ever)
    valid_from: Option<Day>,
    /// 退出之日；没有则至今 (last day; absent: until further notice)
    valid_to: Option<Day>,
}

/// The members of a collective with their periods: all there ever were, or those of one day.
pub fn members(collective: &Unit, units: &UnitDirectory, on: Option<Day>) -> Vec<MemberView> {
    let members = units.members(collective, on).into_iter();
    members.map(|member| MemberView::new(collective, member)).collect()
}

impl MemberView {
    fn new(collective: &Unit, Belonging { unit, from, to }: Belonging<'_>) -> Self {
        Self {
            id: match from {
                Some(day) => format!("{}.{}.{day}", collective.code, unit.code),
                None => format!("{}.{}", collective.code, unit.code),
            },
            code: unit.code.to_string(),
            name: unit.name.clone(),
            kind: unit.kind,
            valid_from: from,
            valid_to: to,
        }
    }
}

/// The list of a collective's members.
pub struct Members;

impl List for Members {
    type Filters = MemberParams;
    type View = MemberView;
    const FILE: (&'static str, &'static str) = ("members", "成员单位");
    const SORTS: Sorts = &[
        Sort::in_memory("name"),
        Sort::in_memory("kind"),
        Sort::in_memory("valid_from"),
        Sort::in_memory("code"),
        Sort::in_memory("id"),
    ];
    const FOLLOWED: Option<Followed> = Some(Followed::Units);
    const COLUMNS: &'static [Column<MemberView>] = columns![
        code: "代码",
        name: "名称",
        kind: "类别",
        valid_from: "起始日",
        valid_to: "截止日",
        id: "编号",
    ];
}

impl InMemory for Members {
    type Row<'c> = MemberView;

    fn key(row: &MemberView, sort: &str) -> SortKey {
        match sort {
            "name" => SortKey::Text(row.name.clone()),
            "kind" => SortKey::Int(row.kind as i64),
            "valid_from" => row.valid_from.map_or(SortKey::None, SortKey::Day),
            "code" => SortKey::Text(row.code.clone()),
            _ => SortKey::Text(row.id.clone()),
        }
    }

    fn view(row: &MemberView, _: &Call, _: &Embed) -> MemberView {
        row.clone()
    }
}

/// The day for which members are asked.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct MemberParams {
    /// 只看该日的成员 (members on this day)
    on: Option<Day>,
}

/// 列出集合单位的成员 (list members)
///
/// 每个成员的起止日期；`on=` 只看某一天。The periods of each member; `on=` asks for one day.
#[utoipa::path(tag = "units", params(("id" = String, Path, description = "集合单位代码 (collective)", example = "zhenjie"), ParamsOf<Members>),
    responses((status = 200, description = "成员列表 (members)", body = Page<MemberView>), Caller<may::ReadPublished>, Id<UnitCode>))]
#[get("/{id}/members")]
pub async fn list_members(caller: Caller<may::ReadPublished>, id: Id<UnitCode>) -> Reply {
    let find = |params: MemberParams| {
        let units = &caller.catalog().units;
        let unit = units.get(&id.0).ok_or_else(Error::not_found)?;
        Ok(members(unit, units, params.on))
    };
    caller.list_in_memory::<Members>(find).await
}

/// 设定成员期间 (set a member's periods)
///
/// 加入、退出和再次加入都在这里写明；If-Match 用集合单位的 ETag。Joining, leaving and joining again; If-Match takes the collective's ETag.
#[utoipa::path(tag = "units", params(
        ("id" = String, Path, description = "集合单位代码 (collective)", example = "ygdw"),
        ("member" = String, Path, description = "成员单位代码 (member)", example = "lyj")),
    request_body = MemberPeriods, responses((status = 200, description = "集合单位及其成员 (the collective with its members)", body = UnitView), Caller<may::ManageUnits>, Change<IdAndMember<UnitCode>, MemberPeriods>))]
#[put("/{id}/members/{member}")]
pub async fn set_member(
    caller: Caller<may::ManageUnits>,
    change: Change<IdAndMember<UnitCode>, MemberPeriods>,
) -> Reply {
    let set = async |work: &mut Work<'_>, at: &IdAndMember<UnitCode>, expected: &Expected, periods| {
        units::set_member(work, &at.0, expected, &at.1, periods).await
    };
    let shown = |_: &Call, (unit, units): &units::Written| {
        let view = UnitView::new(unit, units, &Embed::of(&["members"]));
        Representation::to_all(&unit.code, unit.version, view)
    };
    caller.change(change, set, shown).await
}

/// 移除成员 (remove a member)
///
/// 用于更正错误，如同从未加入；退出请用 PUT 写明 `valid_to`。For mistakes: as if it had never belonged.
#[utoipa::path(tag = "units", params(
        ("id" = String, Path, description = "集合单位代码 (collective)", example = "ygdw"),
        ("member" = String, Path, description = "成员单位代码 (member)", example = "lyj")),
    responses((status = 204, description = "已移除 (removed)"), Caller<may::ManageUnits>, Change<IdAndMember<UnitCode>>))]
#[delete("/{id}/members/{member}")]
pub async fn remove_member(caller: Caller<may::ManageUnits>, change: Change<IdAndMember<UnitCode>>) -> Reply {
    let remove = async |work: &mut Work<'_>, at: &IdAndMember<UnitCode>, expected: &Expected| {
        units::remove_member(work, &at.0, expected, &at.1).await
    };
    caller.delete(change, remove).await
}

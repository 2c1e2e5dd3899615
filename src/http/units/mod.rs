//! `/units`, and who belongs to a collective

mod many;
pub mod members;

use std::collections::BTreeSet;

use actix_web::{delete, get, patch, post};
use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;
use utoipa::{IntoParams, ToSchema};

use self::many::{CreatedView, ManyNewUnits, NewUnits};
pub use self::members::{list_members, remove_member, set_member};
use crate::http::{
    caller::{Call, Caller, may},
    input::{Change, Create, Embed, Id, content, words},
    list::{Cell, Column, InMemory, List, Page, ParamsOf, columns},
    reply::{ItemParams, Reply, Representation, created_many},
    units::members::{MemberView, members},
};
use crate::{
    domain::{
        changes::Followed,
        id::UnitCode,
        order::SortKey,
        time::Day,
        unit::{FormerName, Identifier, Membership, Unit, UnitDirectory, UnitKind, UnitPatch},
    },
    service::{units, work::Work},
    store::page::{Sort, Sorts},
};

crate::http::input::described! {
    UnitCode: "单位代码 (unit code)", "humen";
}

/// 单位代码与名称 (a unit's code and name)
#[derive(Debug, Serialize, ToSchema)]
pub struct UnitName {
    /// 代码 (code)
    #[schema(example = "zwfwb")]
    code: String,
    /// 名称 (name)
    #[schema(example = "市政务服务办")]
    name: String,
}

impl UnitName {
    /// The code with its name.
    pub fn new(code: &UnitCode, units: &UnitDirectory) -> Self {
        let name = units
            .get(code)
            .map_or_else(|| code.to_string(), |unit| unit.name.clone());
        Self {
            code: code.to_string(),
            name,
        }
    }

    /// The code.
    pub fn code(&self) -> &str {
        &self.code
    }

    /// The name.
    pub fn name(&self) -> &str {
        &self.name
    }
}

/// 集合单位如何确定成员 (how a collective's members are found)
#[derive(Debug, Serialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[schema(as = UnitMembership)]
pub enum MembershipView {
    /// 按规则：该区划内的这些类别 (by rule)
    Rule {
        /// 区划代码前缀 (region code prefix)
        region: String,
        /// 类别 (kinds)
        unit_kinds: BTreeSet<UnitKind>,
    },
    /// 按名单 (by list); 见 `/units/{code}/members`
    List,
    /// 待定：由统筹管理员在各项要求中写明 (open: said requirement by requirement)
    Open,
}

/// 责任单位 (unit)
#[skip_serializing_none]
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Unit)]
pub struct UnitView {
    /// 代码 (code)
    #[schema(example = "humen")]
    code: String,
    /// 方案中使用的名称 (name)
    #[schema(example = "虎门镇")]
    name: String,
    /// 规范全称 (official name)
    official_name: Option<String>,
    /// 类别 (kind)
    kind: UnitKind,
    /// 别名 (aliases)
    aliases: Vec<String>,
    /// 曾用名，按曾用名也能查到 (former names; it is found under them too)
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    former_names: Vec<FormerName>,
    /// 统计用区划代码 (region code)
    #[schema(example = "441900121")]
    region_code: Option<String>,
    /// 上级单位 (the unit that it is a part of)
    parent: Option<UnitName>,
    /// 其他系统中的编号 (what other systems call it)
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    identifiers: Vec<Identifier>,
    /// 成立之日 (first day)
    valid_from: Option<Day>,
    /// 撤销之日 (last day)
    valid_to: Option<Day>,
    /// 承接单位 (successors)
    successors: Vec<UnitName>,
    /// 成员规则，集合单位才有 (membership of a collective)
    membership: Option<MembershipView>,
    /// 备注 (note)
    note: Option<String>,
    /// 版本，可用于 If-Match (version)
    #[schema(example = 1)]
    version: i64,
    /// 成员 (members; with `embed=members`)
    members: Option<Vec<MemberView>>,
}

impl UnitView {
    /// The unit as others see it.
    pub fn new(unit: &Unit, units: &UnitDirectory, embed: &Embed) -> Self {
        Self {
            code: unit.code.to_string(),
            name: unit.name.clone(),
            official_name: unit.official_name.clone(),
            kind: unit.kind,
            aliases: unit.aliases.clone(),
            former_names: unit.former_names.clone(),
            region_code: unit.region_code.clone(),
            parent: unit.parent.as_ref().map(|code| UnitName::new(code, units)),
            identifiers: unit.identifiers.clone(),
            valid_from: unit.valid_from,
            valid_to: unit.valid_to,
            successors: unit.successors.iter().map(|code| UnitName::new(code, units)).collect(),
            membership: unit.membership.as_ref().map(|membership| match membership {
                Membership::Rule { region, unit_kinds } => MembershipView::Rule {
                    region: region.clone(),
                    unit_kinds: unit_kinds.clone(),
                },
                Membership::List { .. } => MembershipView::List,
                Membership::Open => MembershipView::Open,
            }),
            note: unit.note.clone(),
            version: unit.version,
            members: embed.has("members").then(|| members(unit, units, None)),
        }
    }
}

/// The list of units.
pub struct Units;

impl List for Units {
    type Filters = UnitParams;
    type View = UnitView;
    const FILE: (&'static str, &'static str) = ("units", "责任单位");
    const SORTS: Sorts = &[
        Sort::in_memory("name"),
        Sort::in_memory("kind"),
        Sort::in_memory("region_code"),
        Sort::in_memory("valid_from"),
        Sort::in_memory("code"),
    ];
    const EMBEDS: &'static [&'static str] = &["members"];
    const FOLLOWED: Option<Followed> = Some(Followed::Units);
    const COLUMNS: &'static [Column<UnitView>] = columns![
        code: "代码",
        name: "名称",
        official_name: "规范全称",
        kind: "类别",
        aliases: "别名",
        region_code: "区划代码",
        valid_from: "起始日",
        valid_to: "截止日",
        successors: "承接单位" = |view| Cell::text(view.successors.iter().map(UnitName::code).collect::<Vec<_>>().join(" ")),
        note: "备注",
        former_names: "曾用名" = |view| Cell::text(
            view.former_names
                .iter()
                .map(|former| former.name.as_str())
                .collect::<Vec<_>>()
                .join(" ")
        ),
        parent: "上级单位" = |view| Cell::made(view.parent.as_ref().map(UnitName::code)),
        identifiers: "其他系统编号" = |view| Cell::text(
            view.identifiers
                .iter()
                .map(|identifier| format!("{}:{}", identifier.scheme, identifier.value))
                .collect::<Vec<_>>()
                .join(" ")
        ),
    ];
}

impl InMemory for Units {
    type Row<'c> = &'c Unit;

    fn key(row: &Self::Row<'_>, sort: &str) -> SortKey {
        match sort {
            "name" => SortKey::Text(row.name.clone()),
            "kind" => SortKey::Int(row.kind as i64),
            "region_code" => row.region_code.clone().map_or(SortKey::None, SortKey::Text),
            "valid_from" => row.valid_from.map_or(SortKey::None, SortKey::Day),
            _ => SortKey::Text(row.code.to_string()),
        }
    }

    fn view(row: &Self::Row<'_>, call: &Call, embed: &Embed) -> UnitView {
        UnitView::new(row, &call.catalog().units, embed)
    }
}

/// Filters over units.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
pub struct UnitParams {
    /// 类别 (kind)
    kind: Vec<UnitKind>,
    /// 所属集合单位 (collective it is a member of), 代码、名称或别名
    #[param(example = json!(["zhenjie"]))]
    member_of: Vec<String>,
    /// 上级单位 (the unit that it is a part of), 代码、名称或别名
    #[param(example = json!(["hbj"]))]
    parent: Vec<String>,
    /// 其他系统中的编号，可写作 `体系:编号` (what another system calls it; `scheme:value` names the system too)
    #[param(example = json!(["uscc:91350100M000100Y43"]))]
    identifier: Vec<String>,
    /// 该日存续，且该日为成员 (exists, and is a member, on this day)
    on: Option<Day>,
    /// 名称、全称、别名、曾用名和代码检索 (full text over names, former ones too)
    #[param(max_length = 200)]
    q: Option<String>,
}

/// 列出责任单位 (list units)
///
/// 包括具体单位和集合单位。Concrete units and collectives.
#[utoipa::path(tag = "units", params(ParamsOf<Units>), responses((status = 200, description = "责任单位列表 (units)", body = Page<UnitView>), Caller<may::ReadPublished>))]
#[get("")]
pub async fn list_units(caller: Caller<may::ReadPublished>) -> Reply {
    let find = |params: UnitParams| {
        let units = &caller.catalog().units;
        let terms = words("q", params.q.as_deref())?;
        let mut of: BTreeSet<String> = BTreeSet::new();
        for code in content::units(&caller, "member_of", &params.member_of)? {
            of.extend(
                units
                    .get(&code)
                    .into_iter()
                    .flat_map(|unit| members(unit, units, params.on))
                    .map(|member| member.code),
            );
        }
        let parents = content::units(&caller, "parent", &params.parent)?;
        let is_called = |unit: &Unit, given: &String| unit.identifiers.iter().any(|identifier| identifier.is(given));
        let wanted = |unit: &&Unit| {
            (params.parent.is_empty() || unit.parent.as_ref().is_some_and(|code| parents.contains(code)))
                && (params.identifier.is_empty() || params.identifier.iter().any(|given| is_called(unit, given)))
                && (params.kind.is_empty() || params.kind.contains(&unit.kind))
                && (params.member_of.is_empty() || of.contains(unit.code.as_str()))
                && params.on.is_none_or(|day| unit.exists_on(day))
                && terms.found_in(&unit.search_text())
        };
        Ok(units.iter().filter(wanted).collect())
    };
    caller.list_in_memory::<Units>(find).await
}

/// 读取一个责任单位 (get a unit)
///
/// `embed=members` 一并给出集合单位的成员。With the members of a collective if asked.
#[utoipa::path(tag = "units", params(("id" = String, Path, description = "单位代码 (unit code)", example = "zhenjie"), ItemParams),
    responses((status = 200, description = "责任单位 (unit)", body = UnitView), Caller<may::ReadPublished>, Id<UnitCode>))]
#[get("/{id}")]
pub async fn get_unit(caller: Caller<may::ReadPublished>, id: Id<UnitCode>) -> Reply {
    caller
        .get_in_memory(Units::EMBEDS, |embed| {
            let unit = caller.catalog().units.get(&id.0)?;
            Some((Units::view(&unit, &caller, embed), unit.version))
        })
        .await
}

/// 新建责任单位 (create a unit)
///
/// 集合单位须写明成员规则或名单。以 `units` 一次新建多个：全部新建，或一个也不建。**单位一经建立即对所有人公开，随方案草案建立的也是。**
/// A collective must say who its members are. Many come as `units`: all of them are created, or none.
/// **A unit is public from the moment it is there, also one that comes with a draft.**
#[utoipa::path(tag = "units", request_body = NewUnits, responses((status = 201, description = "已新建 (created)", body = CreatedView), Caller<may::ManageUnits>, Create<NewUnits>))]
#[post("")]
pub async fn create_unit(caller: Caller<may::ManageUnits>, create: Create<NewUnits>) -> Reply {
    let Create { value, once } = create;
    match value {
        NewUnits::One(new) => {
            caller
                .create(Create { value: *new, once }, units::create_unit, created_one)
                .await
        }
        NewUnits::Many(ManyNewUnits { units: new }) => {
            let create = async |work: &mut Work<'_>| {
                let (new, units) = units::create_units(work, new).await?;
                created_many(caller.request().path(), &CreatedView::many(&new, &units))
            };
            caller.write(once, create).await
        }
    }
}

/// 修改责任单位 (change a unit)
///
/// JSON Merge Patch。机构改革：写明 `valid_to` 和 `successors`。For a reorganisation set `valid_to` and `successors`.
#[utoipa::path(tag = "units", params(("id" = String, Path, description = "单位代码 (unit code)", example = "wsjsj")),
    request_body = UnitPatch, responses((status = 200, description = "修改后的单位 (the unit now)", body = UnitView), Caller<may::ManageUnits>, Change<UnitCode, UnitPatch>))]
#[patch("/{id}")]
pub async fn update_unit(caller: Caller<may::ManageUnits>, change: Change<UnitCode, UnitPatch>) -> Reply {
    caller.change(change, units::update_unit, shown).await
}

/// 删除责任单位 (delete a unit)
///
/// 用于误建的单位：仅因集合单位的规则而承担、尚无人办理的事项随之撤去。仍被引用或已有办理记录的单位不能删除；撤销的单位请设置 `valid_to`。
/// For one made by mistake: what it owes only by the rule of a collective, and nobody has begun, goes with it. A unit that others
/// refer to, or that anything was done with, cannot be deleted.
#[utoipa::path(tag = "units", params(("id" = String, Path, description = "单位代码 (unit code)", example = "wglj")),
    responses((status = 204, description = "已删除 (deleted)"), Caller<may::ManageUnits>, Change<UnitCode>))]
#[delete("/{id}")]
pub async fn delete_unit(caller: Caller<may::ManageUnits>, change: Change<UnitCode>) -> Reply {
    caller.delete(change, units::delete_unit).await
}

/// The unit that was created.
fn created_one(_: &Call, (unit, units): &units::Written) -> Representation<CreatedView> {
    Representation::to_all(&unit.code, unit.version, CreatedView::one(unit, units))
}

/// The unit as the change leaves it.
fn shown(_: &Call, (unit, units): &units::Written) -> Representation<UnitView> {
    Representation::to_all(&unit.code, unit.version, UnitView::new(unit, units, &Embed::default()))
}

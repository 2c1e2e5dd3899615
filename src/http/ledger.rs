//! How the ledger is asked for: filters, paging in the database, tables, groups.

use std::rc::Rc;

use actix_web::HttpResponse;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{
    auth::{Can, may},
    content,
    cursor::{Cursor, Key, Order},
    export::{self, Export},
    extract::pairs,
    format::{Format, JSON, LIST_FORMATS},
    listing::{Page, limit_out_of_range},
    obligations::ObligationView,
    read::{Read, send},
    select::Selection,
    statistics::FiguresView,
};
use crate::{
    app::Rendered,
    domain::{
        catalog::Catalog,
        deadline::RuleKind,
        id::{PlanId, RequirementId, TaskId},
        obligation::{Horizon, Light, Obligation, State, Timeliness},
        plan::PlanSettings,
        scope::Scope,
        time::{Day, known_before},
        unit::UnitKind,
    },
    error::{Error, Result},
    store::{
        self,
        obligations::{After, Horizons, ObligationFilter},
        statistics::GroupBy,
    },
};

/// Filters over obligations. Each list may be given several times: any of its values.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct LedgerParams {
    /// 每页条数 (page size)
    #[param(minimum = 1, maximum = 200, default = 50)]
    limit: Option<i64>,
    /// 上一页 `next` 给出的游标 (opaque cursor)
    cursor: Option<String>,
    /// 排序：`due_on`（默认，先到期在前）或 `-due_on` (by urgency, or backwards)
    #[param(example = "due_on")]
    sort: Option<String>,
    /// 只返回这些字段 (only these fields), 逗号分隔
    fields: Option<String>,
    /// 格式 (format); csv 和 ndjson 给出全部结果 (the whole list)
    format: Option<Format>,
    /// CSV 以 BOM 开头 (start CSV with a byte order mark)
    bom: Option<bool>,
    /// 截至哪一天，默认今天 (as of which day; default today)
    #[param(example = "2017-06-30")]
    as_of: Option<Day>,
    /// 方案 (plan)
    #[serde(default)]
    #[param(value_type = Vec<String>, required = false, example = json!(["dg-2017"]))]
    plan: Vec<PlanId>,
    /// 工作任务 (task)
    #[serde(default)]
    #[param(value_type = Vec<String>, required = false)]
    task: Vec<TaskId>,
    /// 具体要求 (requirement)
    #[serde(default)]
    #[param(value_type = Vec<String>, required = false)]
    requirement: Vec<RequirementId>,
    /// 责任单位；集合单位指其全部成员 (unit by code, name or alias; a collective means its members)
    #[serde(default)]
    #[param(required = false)]
    unit: Vec<String>,
    /// 责任单位类别 (kind of unit)
    #[serde(default)]
    #[param(required = false)]
    unit_kind: Vec<UnitKind>,
    /// 期间 (period)
    #[serde(default)]
    #[param(required = false, example = json!(["2017Q2"]))]
    period: Vec<String>,
    /// 时限规则类型 (kind of deadline rule)
    #[serde(default)]
    #[param(required = false)]
    rule_kind: Vec<RuleKind>,
    /// 状态 (state)
    #[serde(default)]
    #[param(required = false)]
    state: Vec<State>,
    /// 红绿灯 (light)
    #[serde(default)]
    #[param(required = false)]
    light: Vec<Light>,
    /// 报送情况 (timeliness)
    #[serde(default)]
    #[param(required = false)]
    timeliness: Vec<Timeliness>,
    /// 是否逾期 (overdue)
    overdue: Option<bool>,
    /// 到期日不早于 (due on or after)
    due_from: Option<Day>,
    /// 到期日不晚于 (due on or before)
    due_to: Option<Day>,
}

/// The lights' horizons on `as_of`, by the settings of each plan. For a day before `today`, the ledger is
/// taken as it was known at the end of that day.
pub fn horizons(catalog: &Catalog, as_of: Day, today: Day) -> Result<Horizons> {
    let calendar = &catalog.calendar.calendar;
    let usual_days = PlanSettings::default().due_soon_working_days;
    let usual = Horizon::new(as_of, usual_days, calendar)?;
    let differing = catalog
        .plans
        .values()
        .map(|plan| &plan.content.plan)
        .filter(|plan| plan.settings.due_soon_working_days != usual_days);
    let own = differing
        .map(|plan| {
            Ok((
                plan.id.clone(),
                Horizon::new(as_of, plan.settings.due_soon_working_days, calendar)?,
            ))
        })
        .collect::<Result<_>>()?;
    Ok(Horizons {
        usual,
        own,
        known_before: known_before(as_of, today),
    })
}

/// 按组计数 (counts by group)
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ObligationGroups)]
pub struct GroupsView {
    /// 截至哪一天 (as of)
    as_of: Day,
    /// 各组 (the groups)
    groups: Vec<FiguresView>,
    /// 组数 (how many groups)
    total: usize,
}

fn view(obligation: &Obligation, read: &Read, horizons: &Horizons) -> ObligationView {
    let horizon = horizons.of(obligation.id.deadline.requirement.plan());
    ObligationView::new(obligation, read.catalog(), horizon, read.actor())
}

/// One question to the ledger, within what the caller may see.
pub struct Ledger<'r> {
    can: &'r Can<may::ReadLedger>,
    read: &'r Read,
    params: LedgerParams,
    filter: ObligationFilter,
    scope: Scope<Obligation>,
    horizons: Horizons,
    as_of: Day,
}

impl<'r> Ledger<'r> {
    /// Reads the parameters.
    pub fn new(can: &'r Can<may::ReadLedger>, read: &'r Read, mut params: LedgerParams) -> Result<Self> {
        let catalog = read.catalog();
        let as_of = params.as_of.unwrap_or_else(|| can.today());
        let take = std::mem::take::<Vec<String>>;
        let filter = ObligationFilter {
            plans: std::mem::take(&mut params.plan),
            tasks: std::mem::take(&mut params.task),
            requirements: std::mem::take(&mut params.requirement),
            units: content::asked_units(read, "unit", &params.unit)?,
            unit_kinds: std::mem::take(&mut params.unit_kind),
            periods: take(&mut params.period),
            rule_kinds: std::mem::take(&mut params.rule_kind),
            states: std::mem::take(&mut params.state),
            lights: std::mem::take(&mut params.light),
            timeliness: std::mem::take(&mut params.timeliness),
            overdue: params.overdue,
            due_from: params.due_from,
            due_to: params.due_to,
        };
        Ok(Self {
            can,
            read,
            params,
            filter,
            scope: can.scope(),
            horizons: horizons(catalog, as_of, can.today())?,
            as_of,
        })
    }

    /// The format asked for.
    pub fn format(&self) -> Result<Format> {
        let negotiated = Format::negotiate(self.read.request().query_string(), self.read.accept(), LIST_FORMATS)?;
        Ok(self.params.format.unwrap_or(negotiated))
    }

    fn backwards(&self) -> Result<bool> {
        let order = Order::parse(self.params.sort.as_deref(), &["due_on"])?;
        Ok(order.to_string().starts_with('-'))
    }

    fn send(&self, reply: &Rendered) -> HttpResponse {
        send(reply, self.read.request().headers(), false)
    }

    /// A page, read by its place in an index.
    pub async fn page(self) -> Result<HttpResponse> {
        let limit = self.params.limit.unwrap_or(50);
        if !(1..=200).contains(&limit) {
            return Err(limit_out_of_range());
        }
        let backwards = self.backwards()?;
        let selection = Selection::parse::<ObligationView>(self.params.fields.as_deref())?;
        let order = Order::parse(self.params.sort.as_deref(), &["due_on"])?;
        let pairs = pairs(self.read.request());
        let question = Cursor::question(self.read.request().path(), &pairs, &order);
        let cursor = self
            .params
            .cursor
            .as_deref()
            .map(|text| Cursor::parse(text, &question, 2))
            .transpose()?;
        let after = cursor.and_then(|cursor| match cursor.keys() {
            [Key::Day(sort_on), Key::Text(id)] => Some(After {
                sort_on: *sort_on,
                id: id.clone(),
            }),
            _ => None,
        });
        let (filter, scope, horizons) = (&self.filter, &self.scope, &self.horizons);
        let (mut rows, total) = self
            .can
            .read(async |tx| {
                let rows =
                    store::obligations::list(tx, filter, scope, horizons, backwards, after, Some(limit + 1)).await?;
                Ok((rows, store::obligations::count(tx, filter, scope, horizons).await?))
            })
            .await?;
        let size = usize::try_from(limit).unwrap_or_default();
        let more = rows.len() > size;
        rows.truncate(size);
        let next = rows.last().filter(|_| more).map(|last| {
            let After { sort_on, id } = store::obligations::after(last);
            self.read.link(
                &pairs,
                &Cursor::after(vec![Key::Day(sort_on), Key::Text(id)], &question).to_string(),
            )
        });
        let items = rows
            .iter()
            .map(|row| selection.to_value(&view(row, self.read, &self.horizons)))
            .collect::<Result<_>>()?;
        let page = Page {
            items,
            total: usize::try_from(total).unwrap_or_default(),
            next: next.transpose()?,
        };
        let mut reply = Rendered::new(JSON, serde_json::to_vec(&page).map_err(Error::internal)?, None);
        reply.link = page.next.map(|next| format!("<{next}>; rel=\"next\""));
        Ok(self.send(&reply))
    }

    /// The whole list as a table or a line an obligation.
    pub async fn whole(self, format: Format) -> Result<HttpResponse> {
        export::refuse_paging(self.params.limit.is_some(), self.params.cursor.is_some())?;
        let backwards = self.backwards()?;
        let export = Export {
            format,
            bom: self.params.bom == Some(true),
            fields: self.params.fields.clone(),
            name: ("obligations", "台账"),
        };
        let asked = Rc::new((self.filter, self.scope, self.horizons));
        let (read, app, shown) = (self.read.clone(), self.can.app.clone(), asked.clone());
        export::stream(
            export,
            move |obligation: &Obligation| view(obligation, &read, &shown.2),
            move |last| {
                let (app, asked, after) = (app.clone(), asked.clone(), last.map(store::obligations::after));
                async move {
                    let (filter, scope, horizons) = &*asked;
                    let limit = Some(export::ROWS);
                    app.read(async |tx| {
                        Ok(store::obligations::list(tx, filter, scope, horizons, backwards, after, limit).await?)
                    })
                    .await
                }
            },
        )
        .await
    }

    /// Counts by group.
    pub async fn groups(self, by: GroupBy) -> Result<HttpResponse> {
        let (filter, scope, horizons) = (&self.filter, &self.scope, &self.horizons);
        let rows = self
            .can
            .read(async |tx| Ok(store::statistics::figures(tx, filter, scope, horizons, by).await?))
            .await?;
        let groups: Vec<FiguresView> = rows
            .into_iter()
            .map(|row| FiguresView::new(row, by, self.read.catalog(), true))
            .collect();
        let view = GroupsView {
            as_of: self.as_of,
            total: groups.len(),
            groups,
        };
        let reply = Rendered::new(JSON, serde_json::to_vec(&view).map_err(Error::internal)?, None);
        Ok(self.send(&reply))
    }
}

//! `/plans/{id}/assessment`: a score per unit (考评), and results that were frozen

use actix_web::{get, post};
use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;
use utoipa::{IntoParams, ToSchema};

use crate::http::{
    caller::{Call, Caller, may},
    input::{self, Both, Create, Id, content},
    list::{Cell, Column, TableParams, columns},
    refused::Refused,
    reply::{
        Made, Reply, created,
        format::{Format, LIST_FORMATS, Offered as _},
        json,
    },
    steps::{at, by, name},
};
use crate::{
    app::{Seen, Validity},
    domain::{
        assessment::{Assessment, Fact, FactKind, PartKind, Points, Score, ScorePart},
        id::{PlanId, UnitCode},
        plan::AssessmentSettings,
        scope::Scope,
        time::{Day, Instant},
        unit::UnitKind,
    },
    error::{Error, Result},
    service::assessments::{self, Assessed},
};

/// 一项事实及其得分 (a fact, and what it made)
#[skip_serializing_none]
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = AssessmentFact)]
pub struct FactView {
    /// 事实 (what it is)
    kind: FactKind,
    /// 次数 (how often)
    #[schema(example = 3)]
    count: i64,
    /// 得分；扣分为负 (points, negative where they cost)
    #[schema(value_type = f64, example = 12.5)]
    points: Points,
    /// 其中前几项的编号：应办事项、报告或督办单 (the first ids)
    ids: Vec<String>,
    /// 列出全部的查询；督办单的查询按现在的状况列出。`known_on` 早于 `as_of` 时省略：台账不能按那一刻查询；冻结的结果按该日
    /// 终了时所知列出 (the query that lists all; of notices, as they are now. Absent where `known_on` is before `as_of`: the ledger
    /// cannot be asked for that moment. Of what was frozen it lists what was known at the end of the day)
    #[schema(example = "/api/v1/obligations?plan=dg-2017&unit=hbj&as_of=2017-12-31&due_to=2017-12-31&timeliness=late")]
    link: Option<String>,
}

/// 得分的一部分，等于其各项事实之和 (a part of a score, the sum of its facts)
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = AssessmentPart)]
pub struct PartView {
    /// 部分 (which)
    part: PartKind,
    /// 分值 (the most it can make)
    #[schema(value_type = f64, example = 30.0)]
    weight: Points,
    /// 得分 (what it made)
    #[schema(value_type = f64, example = 27.5)]
    points: Points,
    /// 事实 (why)
    facts: Vec<FactView>,
}

/// 考评的单位 (the unit assessed)
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = AssessedUnit)]
pub struct AssessedView {
    /// 代码 (code)
    #[schema(example = "hbj")]
    code: String,
    /// 考评时的名称 (its name at the time)
    #[schema(example = "市环保局")]
    name: String,
    /// 类别 (kind)
    kind: UnitKind,
}

/// 一个单位的得分 (the score of a unit)
#[skip_serializing_none]
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = Score)]
pub struct ScoreView {
    /// 单位 (unit)
    unit: AssessedView,
    /// 总分，等于各部分之和 (the sum of the parts)
    #[schema(value_type = f64, example = 91.25)]
    total: Points,
    /// 在同类单位中的名次；同分同名次；该日之前已撤销的单位不排名，省略 (its rank among units of its kind; ties share one; absent for a unit
    /// that had ended before the day)
    #[schema(example = 3)]
    rank: Option<usize>,
    /// 参加排名的同类单位数 (units of its kind that are ranked)
    #[schema(example = 32)]
    ranked: usize,
    /// 各部分 (the parts)
    parts: Vec<PartView>,
}

/// 一次冻结 (a freeze)
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Freeze)]
pub struct FreezeView {
    /// 截至哪一天 (the day it is for)
    as_of: Day,
    /// 冻结时间 (when)
    frozen_at: Instant,
}

/// 考评结果 (an assessment)
#[skip_serializing_none]
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Assessment)]
pub struct AssessmentView {
    /// 方案 (plan)
    #[schema(example = "dg-2017")]
    plan_id: String,
    /// 截至哪一天 (as of)
    as_of: Day,
    /// 得分按哪一天终了时所知；省略为此刻所知，冻结的为冻结时所知 (what was known at the end of this day; absent: at this moment,
    /// or when it was frozen)
    known_on: Option<Day>,
    /// 冻结时间；未冻结时省略 (when it was frozen; absent otherwise)
    frozen_at: Option<Instant>,
    /// 冻结人 (who froze it)
    frozen_by: Option<String>,
    /// 其姓名，令牌中有才有 (the name in their token, if it has one)
    #[schema(example = "张三")]
    frozen_by_name: Option<String>,
    /// 计分办法 (the weights it was made with)
    settings: AssessmentSettings,
    /// 各单位得分，按类别和名次；当时无到期事项的单位不计分 (by kind and rank; who owed nothing has no score)
    items: Vec<ScoreView>,
    /// 得分的单位数 (how many)
    total: usize,
    /// 已冻结的各次 (all freezes of the plan)
    freezes: Vec<FreezeView>,
}

/// The query that lists what a fact is made of.
fn link(kind: FactKind, of: &Assessed, unit: &UnitCode) -> String {
    let Assessment { plan, as_of, .. } = &of.assessment;
    let (list, filter) = match kind {
        FactKind::Fulfilled => ("obligations", "&state=fulfilled"),
        FactKind::Unfulfilled => (
            "obligations",
            "&state=open&state=submitted&state=returned&timeliness=on_time&timeliness=late&timeliness=missing",
        ),
        FactKind::OnTime => ("obligations", "&timeliness=on_time"),
        FactKind::Late => ("obligations", "&timeliness=late"),
        FactKind::Missing => ("obligations", "&timeliness=missing"),
        FactKind::Reported => ("obligations", "&timeliness=on_time&timeliness=late"),
        FactKind::Expected => ("obligations", "&timeliness=on_time&timeliness=late&timeliness=missing"),
        FactKind::Returned => ("progress-reports", "&returned=true"),
        FactKind::Blue => ("notices", "&level=blue"),
        FactKind::Yellow => ("notices", "&level=yellow"),
        FactKind::Red => ("notices", "&level=red"),
        FactKind::Criticism => ("notices", "&kind=criticism"),
        FactKind::Unanswered => ("notices", ""),
        FactKind::Commendation => ("notices", "&kind=commendation"),
    };
    let day = match list {
        "obligations" => format!("&as_of={as_of}&due_to={}", of.until),
        "progress-reports" => format!("&as_of={as_of}"),
        _ => "&status=issued".to_owned(),
    };
    format!("/api/v1/{list}?plan={plan}&unit={unit}{day}{filter}")
}

impl ScoreView {
    fn new(score: &Score, of: &Assessed) -> Self {
        let fact = |fact: &Fact| FactView {
            kind: fact.kind,
            count: fact.count,
            points: fact.points,
            ids: fact.ids.clone(),
            link: of.is_listed().then(|| link(fact.kind, of, &score.unit)),
        };
        let part = |part: &ScorePart| PartView {
            part: part.part,
            weight: part.weight,
            points: part.points,
            facts: part.facts.iter().map(fact).collect(),
        };
        Self {
            unit: AssessedView {
                code: score.unit.to_string(),
                name: score.name.clone(),
                kind: score.kind,
            },
            total: score.total,
            rank: score.rank,
            ranked: score.ranked,
            parts: score.parts.iter().map(part).collect(),
        }
    }
}

/// The scores as a table.
const COLUMNS: &[Column<ScoreView>] = columns![
    unit: "单位代码" = |view| Cell::of(&view.unit.code),
    name: "名称" = |view| Cell::of(&view.unit.name),
    unit_kind: "单位类别" = |view| Cell::of(&view.unit.kind),
    rank: "名次",
    ranked: "参加排名数",
    total: "总分" = |view| Cell::made(view.total.to_number()),
    completion: "办结" = |view| view.part(PartKind::Completion),
    timeliness: "时效" = |view| view.part(PartKind::Timeliness),
    quality: "报告质量" = |view| view.part(PartKind::Quality),
    notices: "督办" = |view| view.part(PartKind::Notices),
];

impl ScoreView {
    fn part(&self, kind: PartKind) -> Cell<'_> {
        let found = self.parts.iter().find(|part| part.part == kind);
        Cell::made(found.map(|part| part.points.to_number()))
    }
}

impl AssessmentView {
    /// What is wanted of it.
    pub fn new(assessed: &Assessed, wanted: impl Fn(&Score) -> bool) -> Self {
        let assessment = &assessed.assessment;
        let scores = assessment.scores.iter().filter(|score| wanted(score));
        let items: Vec<ScoreView> = scores.map(|score| ScoreView::new(score, assessed)).collect();
        Self {
            plan_id: assessment.plan.to_string(),
            as_of: assessment.as_of,
            known_on: assessed.known_on,
            frozen_at: at(&assessment.frozen),
            frozen_by: by(&assessment.frozen),
            frozen_by_name: name(&assessment.frozen),
            settings: assessment.settings,
            total: items.len(),
            items,
            freezes: assessed
                .freezes
                .iter()
                .map(|&(as_of, frozen_at)| FreezeView { as_of, frozen_at })
                .collect(),
        }
    }
}

/// Which assessment, and whose scores.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
struct AssessmentParams {
    /// 截至哪一天；默认最近一次冻结的日期，没有冻结过则为今天 (as of which day; default the last frozen one, or today)
    as_of: Option<Day>,
    /// 责任单位；集合单位指其全部成员 (unit by code, name or alias; a collective means its members)
    unit: Vec<String>,
    /// 责任单位类别 (kind of unit)
    unit_kind: Vec<UnitKind>,
    /// 格式 (format); csv、ndjson 和 xlsx 给出得分表 (the scores)
    format: Option<Format>,
}

/// 方案考评 (assessment of a plan)
///
/// 各单位按方案设置的分值计分，每一分都列出其事实和查询，并在同类单位中排名。某日已冻结的，给出冻结的结果；
/// 否则按该日终了时所知计算。考评在公布前是内部资料：能看全部台账的角色看到全部，单位只看到本单位的得分和名次，
/// 其中当日的变动次日才计入，见 `known_on`。Internal until it is published: readers of the whole ledger see all, a unit its own score
/// and rank, in which what happens today counts from tomorrow on (`known_on`).
#[utoipa::path(tag = "plans", params(Id<PlanId>, AssessmentParams, TableParams),
    responses((status = 200, description = "考评结果 (the assessment)", body = AssessmentView), Caller<may::ReadAssessment>, Id<PlanId>, Refused<422>))]
#[get("/{id}/assessment")]
pub async fn get_assessment(caller: Caller<may::ReadAssessment>, id: Id<PlanId>) -> Reply {
    let format = Format::negotiate(caller.request().query_string(), caller.accept(), LIST_FORMATS)?;
    let scope = caller.scope::<Score>();
    let seen = Seen::Scores(scope.visibility().clone(), caller.today());
    caller
        .serve_stored((format.media_type(), seen), async |_| {
            make(&caller, &id.0, &scope, format).await
        })
        .await
}

async fn make(caller: &Call, id: &PlanId, scope: &Scope<Score>, negotiated: Format) -> Result<Made> {
    let Both(params, table): Both<AssessmentParams, TableParams> = input::query(caller.request())?;
    let format = params.format.unwrap_or(negotiated);
    let plan = caller.catalog().plan(id, &caller.scope());
    let plan = &plan.ok_or_else(Error::not_found)?.content.plan;
    let (units, kinds) = (content::concrete_units(caller, "unit", &params.unit)?, params.unit_kind);
    let today = caller.today();
    let assessed = caller
        .scan(async |tx| assessments::assessment(tx, plan, params.as_of, scope, today).await)
        .await?;
    let view = AssessmentView::new(&assessed, |score| {
        let of_unit = units.as_ref().is_none_or(|units| units.contains(&score.unit));
        of_unit && (kinds.is_empty() || kinds.contains(&score.kind))
    });
    let form = table.form(format, None);
    if let Some(reply) = caller.table(form, ("assessment", "考评"), COLUMNS, &view.items).await? {
        return Ok(Made::ForAll(reply, Validity::of_plan(id)));
    }
    // What is frozen has one version for ever.
    let version = view.frozen_at.map(|_| 1);
    Ok(Made::ForAll(json(&view, version)?, Validity::of_plan(id)))
}

/// 冻结哪一天的考评结果 (which day to freeze)
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewFreeze {
    /// 截至哪一天，不晚于今天 (as of which day, not after today)
    #[schema(example = "2017-06-30")]
    as_of: Day,
}

/// 冻结考评结果 (freeze the assessment)
///
/// 按现在计算的结果保存，此后台账如何变化都不影响；一天只能冻结一次，不同日期（年中、年末）可分别冻结。
/// Keeps the result as it is computed now; once per day, for as many days as wished.
#[utoipa::path(tag = "plans", params(Id<PlanId>),
    request_body = NewFreeze, responses((status = 201, description = "已冻结 (frozen)", body = AssessmentView), Caller<may::FreezeAssessment>, Id<PlanId>, Create<NewFreeze>))]
#[post("/{id}/assessment/freeze")]
pub async fn freeze_assessment(
    caller: Caller<may::FreezeAssessment>,
    id: Id<PlanId>,
    create: Create<NewFreeze>,
) -> Reply {
    caller
        .write(create.once, async |work| {
            let frozen = assessments::freeze_assessment(work, &id.0, create.value.as_of).await?;
            let place = format!("{}/assessment?as_of={}", id.0, frozen.assessment.as_of);
            let view = AssessmentView::new(&frozen, |_| true);
            created("/api/v1/plans", &place, 1, &view)
        })
        .await
}

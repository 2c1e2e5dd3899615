//! Lists, exports and the summary of feedback.

use actix_web::get;
use serde::Deserialize;
use utoipa::IntoParams;

use super::view::{COLUMNS, FeedbackSummary, FeedbackView};
use crate::{
    domain::{
        changes::Followed,
        feedback::{Feedback, FeedbackStatus, Visibility},
        id::{PlanId, ReportId, RequirementId},
        scope::Scope,
    },
    error::Result,
    http::{
        caller::{Call, Caller, may},
        input::{self, Both, content, named, places},
        list::{Column, List, Page, ParamsOf, Question, Stored},
        reply::Reply,
    },
    store::{self, Tx, feedback::FeedbackFilter, filter::Filter as _, page::Sorts},
};

/// Filters over feedback. Each may be given several times: any of its values.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
pub struct AboutParams {
    /// 方案 (plan)
    #[param(value_type = Vec<String>, example = json!(["dg-2017"]))]
    plan: Vec<PlanId>,
    /// 具体要求，含对其进展报告的评价 (requirement; also on its reports)
    #[param(value_type = Vec<String>)]
    requirement: Vec<RequirementId>,
    /// 进展报告 (report)
    #[param(value_type = Vec<String>)]
    report: Vec<ReportId>,
    /// 报告的填报单位；集合单位指其全部成员 (the report's unit; a collective means its members)
    unit: Vec<String>,
    /// 评分 (rating)
    rating: Vec<i64>,
}

impl AboutParams {
    async fn into_filter(self, call: &Call, statuses: Vec<FeedbackStatus>) -> Result<FeedbackFilter> {
        places::remembered(call, &[], &self.requirement).await?;
        let of_report = |id| FeedbackFilter {
            reports: vec![id],
            ..FeedbackFilter::default()
        };
        Ok(FeedbackFilter {
            units: content::concrete_units(call, "unit", &self.unit)?,
            plans: places::plans(call, self.plan)?,
            requirements: self.requirement,
            reports: named::reports(call, "report", self.report, of_report).await?,
            statuses,
            ratings: self.rating,
        })
    }
}

/// What only the list can be filtered by.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
pub struct StatusParams {
    /// 状态；公众只看得到已公开的 (status; the public sees what was published)
    status: Vec<FeedbackStatus>,
}

/// The list of feedback.
pub struct AllFeedback;

impl List for AllFeedback {
    type Filters = Both<StatusParams, AboutParams>;
    type View = FeedbackView;
    const FILE: (&'static str, &'static str) = ("feedback", "公众评价");
    const SORTS: Sorts = FeedbackFilter::SORTS;
    const SORT: &'static str = "-id";
    const FOLLOWED: Option<Followed> = Some(Followed::Feedback);
    const COLUMNS: &'static [Column<FeedbackView>] = COLUMNS;
}

impl Stored for AllFeedback {
    type Filter = FeedbackFilter;

    fn view(row: &Feedback, question: &Question<FeedbackFilter>, call: &Call) -> FeedbackView {
        FeedbackView::new(row, *question.scope.visibility() == Visibility::All, call)
    }
}

/// 列出公众评价 (list feedback)
///
/// 新的在前。任何人看到已公开的；统筹管理员、督查员和审计员另看到待审和不予公开的。
/// Newest first. Anybody sees what was published; coordinators, inspectors and auditors the rest too.
#[utoipa::path(tag = "feedback", params(ParamsOf<AllFeedback>), responses((status = 200, description = "公众评价列表 (feedback)", body = Page<FeedbackView>), Caller<may::ReadPublished>))]
#[get("")]
pub async fn list_feedback(caller: Caller<may::ReadPublished>) -> Reply {
    let ask = async |Both(StatusParams { status }, about): Both<StatusParams, AboutParams>, _| {
        about.into_filter(&caller, status).await
    };
    caller.list_stored::<AllFeedback>(ask).await
}

/// 公众评价汇总 (summarise feedback)
///
/// 只计已公开的：数量、平均分和分布。Of what is public: count, mean and distribution.
#[utoipa::path(tag = "feedback", params(AboutParams), responses((status = 200, description = "汇总 (summary)", body = FeedbackSummary), Caller<may::ReadPublished>))]
#[get("/summary")]
pub async fn summarise_feedback(caller: Caller<may::ReadPublished>) -> Reply {
    let about: AboutParams = input::query(caller.request())?;
    let filter = about.into_filter(&caller, Vec::new()).await?;
    let find = async |tx: &mut Tx| {
        let given = store::feedback::ratings(tx, &filter, &Scope::public()).await?;
        Ok(Some((FeedbackSummary::new(&given), None)))
    };
    caller.get_stored(find).await
}

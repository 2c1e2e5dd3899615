//! Lists, exports and the summary of feedback.

use std::rc::Rc;

use actix_web::{HttpResponse, get};
use serde::Deserialize;
use utoipa::IntoParams;
use uuid::Uuid;

use super::{
    super::{
        auth::{Can, may},
        content,
        export::{self, Export},
        extract,
        format::{Format, JSON, LIST_FORMATS},
        listing::Page,
        newest::NewestFirst,
        read::{Read, send},
        select::Selection,
    },
    view::{FeedbackSummary, FeedbackView},
};
use crate::{
    app::Rendered,
    domain::{
        feedback::{Feedback, FeedbackStatus, Sight},
        id::{PlanId, RequirementId},
        scope::Scope,
    },
    error::{Error, Result},
    store::{self, feedback::FeedbackFilter},
};

/// How a list comes.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct FeedbackParams {
    /// 每页条数 (page size)
    #[param(minimum = 1, maximum = 200, default = 50)]
    limit: Option<usize>,
    /// 上一页 `next` 给出的游标 (opaque cursor)
    cursor: Option<String>,
    /// 只返回这些字段，逗号分隔 (only these fields)
    #[param(example = json!("id"))]
    fields: Option<String>,
    /// 格式 (format); csv 和 ndjson 给出全部结果 (the whole list)
    format: Option<Format>,
    /// CSV 以 BOM 开头，供 Excel 识别 (start CSV with a byte order mark)
    bom: Option<bool>,
    /// 状态；公众只看得到已公开的 (status; the public sees what was published)
    #[serde(default)]
    #[param(required = false)]
    status: Vec<FeedbackStatus>,
}

/// Filters over feedback. Each may be given several times: any of its values.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct AboutParams {
    /// 方案 (plan)
    #[serde(default)]
    #[param(value_type = Vec<String>, required = false, example = json!(["dg-2017"]))]
    plan: Vec<PlanId>,
    /// 具体要求，含对其进展报告的评价 (requirement; also on its reports)
    #[serde(default)]
    #[param(value_type = Vec<String>, required = false)]
    requirement: Vec<RequirementId>,
    /// 进展报告 (report)
    #[serde(default)]
    #[param(value_type = Vec<String>, required = false)]
    report: Vec<Uuid>,
    /// 报告的填报单位；集合单位指其全部成员 (the report's unit; a collective means its members)
    #[serde(default)]
    #[param(required = false)]
    unit: Vec<String>,
    /// 评分 (rating)
    #[serde(default)]
    #[param(required = false)]
    rating: Vec<i64>,
}

impl AboutParams {
    fn into_filter(self, read: &Read, statuses: Vec<FeedbackStatus>) -> Result<FeedbackFilter> {
        Ok(FeedbackFilter {
            units: content::asked_units(read, "unit", &self.unit)?,
            plans: self.plan,
            requirements: self.requirement,
            reports: self.report,
            statuses,
            ratings: self.rating,
        })
    }
}

/// 列出公众评价 (list feedback)
///
/// 新的在前。任何人看到已公开的；统筹管理员、督查员和审计员另看到待审和不予公开的。
/// Newest first. Anybody sees what was published; coordinators, inspectors and auditors the rest too.
#[utoipa::path(tag = "feedback", params(FeedbackParams, AboutParams), responses((status = 200, description = "公众评价列表 (feedback)", body = Page<FeedbackView>)))]
#[get("/feedback")]
pub async fn list_feedback(can: Can<may::ReadPublished>, read: Read) -> Result<HttpResponse> {
    let (params, about): (FeedbackParams, AboutParams) = extract::query_both(read.request())?;
    let negotiated = Format::negotiate(read.request().query_string(), read.accept(), LIST_FORMATS)?;
    let format = params.format.unwrap_or(negotiated);
    let filter = about.into_filter(&read, params.status)?;
    let scope = can.scope();
    let full = *scope.sight() == Sight::All;
    if format != Format::Json {
        let export = Export {
            format,
            bom: params.bom == Some(true),
            fields: params.fields.clone(),
            name: ("feedback", "公众评价"),
        };
        export::refuse_paging(params.limit.is_some(), params.cursor.is_some())?;
        let (read, filter, app) = (Rc::new(read), Rc::new(filter), can.app.clone());
        return export::stream(
            export,
            move |feedback| FeedbackView::new(feedback, full, &read),
            move |last: Option<&Feedback>| {
                let (app, filter, scope) = (app.clone(), filter.clone(), scope.clone());
                let before = last.map(|feedback| feedback.id);
                async move {
                    app.read(async |tx| Ok(store::feedback::list(tx, &filter, &scope, before, export::ROWS).await?))
                        .await
                }
            },
        )
        .await;
    }
    let place = NewestFirst::new(&read, params.limit, params.cursor.as_deref())?;
    let selection = Selection::parse::<FeedbackView>(params.fields.as_deref())?;
    let (rows, total) = can
        .read(async |tx| {
            let rows = store::feedback::list(tx, &filter, &scope, place.before, place.rows()).await?;
            Ok((rows, store::feedback::count(tx, &filter, &scope).await?))
        })
        .await?;
    let views = rows
        .iter()
        .map(|feedback| {
            let view = FeedbackView::new(feedback, full, &read);
            Ok((feedback.id, selection.to_value(&view)?))
        })
        .collect::<Result<Vec<_>, Error>>()?;
    place.reply(&read, views, total, |(id, _)| *id, |(_, view)| view)
}

/// 公众评价汇总 (summarise feedback)
///
/// 只计已公开的：数量、平均分和分布。Of what is public: count, mean and distribution.
#[utoipa::path(tag = "feedback", params(AboutParams), responses((status = 200, description = "汇总 (summary)", body = FeedbackSummary)))]
#[get("/feedback/summary")]
pub async fn summarise_feedback(can: Can<may::ReadPublished>, read: Read) -> Result<HttpResponse> {
    let about: AboutParams = extract::query(read.request())?;
    Format::negotiate("", read.accept(), &[Format::Json])?;
    let filter = about.into_filter(&read, Vec::new())?;
    let given = can
        .read(async |tx| Ok(store::feedback::ratings(tx, &filter, &Scope::public()).await?))
        .await?;
    let body = serde_json::to_vec(&FeedbackSummary::new(&given)).map_err(Error::internal)?;
    let reply = Rendered::new(JSON, body, None);
    Ok(send(&reply, read.request().headers(), read.is_anonymous()))
}

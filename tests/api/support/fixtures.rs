//! Things that cases start from, made through the API, and questions that many cases ask.

use duban::service::work::Context;
use futures_util::future::join;
use reqwest::Method;
use serde_json::{Value, json};
use tokio::sync::oneshot;

use super::{Caller, Reply, TestApp, database::sealed};

/// A plan of two tasks: the first with two requirements, the second with none.
pub fn plan(id: &str) -> Value {
    json!({
        "id": id, "title": "2018年全市政务信息公开工作重点分工方案", "year": 2018, "issuer": "zwfwb",
        "tasks": [
            {"title": "推进决策公开", "label": "（一）", "headings": ["一、主动公开"], "requirements": [
                {
                    "text": "完善政府法律顾问制度，覆盖率达80%以上。", "units_phrase": "市法制局、各镇（街、园区）",
                    "units": [{"code": "fzj"}, {"code": "zhenjie", "role": "support"}],
                    "deadlines": [
                        {"phrase": "全年", "rule": {"kind": "year_round"}},
                        {"phrase": "12月底", "rule": {"kind": "date", "due_on": "2018-12-31"}}
                    ],
                    "indicators": [{"name": "覆盖率", "comparator": "gte", "target": 80.0, "unit": "%", "phrase": "80%以上"}]
                },
                {
                    "text": "每季度公布审计结果。", "units_phrase": "市审计局", "units": [{"code": "sjj"}],
                    "deadlines": [{
                        "phrase": "每季度", "source": "text",
                        "rule": {"kind": "recurring", "every": "quarter", "due": {"kind": "period_end"}}
                    }]
                }
            ]},
            {"title": "推进执行公开"}
        ]
    })
}

/// The plan of [`plan`] as a draft.
pub async fn draft(app: &TestApp, id: &str) -> Value {
    create(&app.coordinator(), "/api/v1/plans", &plan(id)).await
}

/// The plan of [`plan`], published.
pub async fn published(app: &TestApp, id: &str) -> Value {
    draft(app, id).await;
    transition(app, id, "publish").await
}

/// The plan of [`plan`], closed.
pub async fn closed(app: &TestApp, id: &str) -> Value {
    published(app, id).await;
    transition(app, id, "close?accept_unfinished=true").await
}

async fn transition(app: &TestApp, id: &str, action: &str) -> Value {
    let path = format!("/api/v1/plans/{id}/{action}");
    app.coordinator().transition(&path, "*").await.ok().json()
}

/// Creates a thing; what the reply says is what GET shows, entity tag included.
pub async fn create(caller: &Caller<'_>, path: &str, body: &Value) -> Value {
    let reply = caller.post(path, body).await.expect(201);
    assert!(reply.header("location").starts_with(&format!("{path}/")), "{reply:?}");
    let shown = caller.get(reply.header("location")).await.ok();
    assert_eq!(shown.json(), reply.json());
    assert_eq!(shown.etag(), reply.etag());
    assert_eq!(reply.header("content-type"), shown.header("content-type"));
    reply.json()
}

/// Pointer (or name of a parameter or header) and code of each fault.
pub fn faults(problem: &Value) -> Vec<(String, String)> {
    let place = |fault: &Value| {
        let places = ["pointer", "parameter", "header"];
        let given: Vec<&Value> = places.iter().filter_map(|place| fault.get(place)).collect();
        assert_eq!(given.len(), 1, "{fault}");
        given[0].as_str().unwrap().to_owned()
    };
    problem["errors"]
        .as_array()
        .unwrap_or_else(|| panic!("no errors: {problem}"))
        .iter()
        .map(|fault| (place(fault), fault["code"].as_str().unwrap().to_owned()))
        .collect()
}

/// Fails unless these are the faults, in this order.
#[track_caller]
pub fn assert_faults(problem: &Value, expected: &[(&str, &str)]) {
    let found = faults(problem);
    let found: Vec<(&str, &str)> = found.iter().map(|(place, code)| (&**place, &**code)).collect();
    assert_eq!(found, expected, "{problem}");
}

/// All that the service holds of plans and units, to compare before and after.
pub async fn everything(app: &TestApp) -> String {
    // Or an amendment would get its number between two looks.
    sealed(&app.app).await;
    let coordinator = app.coordinator();
    let mut all = String::new();
    for list in [
        "plans?embed=requirements&format=ndjson",
        "units?embed=members&format=ndjson",
    ] {
        all += &coordinator.get(&format!("/api/v1/{list}")).await.ok().text();
    }
    let plans = coordinator.get("/api/v1/plans?limit=200&fields=id").await.ok().json();
    for plan in plans["items"].as_array().unwrap() {
        let path = format!("/api/v1/plans/{}/amendments?limit=200", plan["id"].as_str().unwrap());
        all += &coordinator.get(&path).await.ok().text();
    }
    all
}

/// Runs `then` while another writer is at work on `thing`, until it sends the word; on SQLite that
/// keeps all writers waiting.
pub async fn holding<R>(app: &TestApp, thing: &str, then: impl AsyncFnOnce(oneshot::Sender<()>) -> R) -> R {
    let (held, is_held) = oneshot::channel();
    let (release, released) = oneshot::channel();
    let context = Context::system();
    let holder = app.app.write(&context, async |work| {
        work.tx.lock(thing).await?;
        held.send(()).unwrap();
        released.await.unwrap();
        Ok(())
    });
    let then = async {
        is_held.await.unwrap();
        then(release).await
    };
    let (holder, result) = join(holder, then).await;
    holder.unwrap();
    result
}

/// How many amendments the plan has.
pub async fn amendments(app: &TestApp, id: &str) -> u64 {
    let path = format!("/api/v1/plans/{id}/amendments");
    app.coordinator().get(&path).await.ok().json()["total"]
        .as_u64()
        .unwrap()
}

/// One way to change what a plan says.
pub struct Edit {
    pub method: Method,
    pub path: String,
    pub body: Option<Value>,
}

/// Every way to change what the plan of [`plan`] says; each can be done by itself, or all in this order.
pub fn edits(id: &str) -> Vec<Edit> {
    let edit = |method, path: &str, body| Edit {
        method,
        path: format!("/api/v1/{}", path.replace("{id}", id)),
        body,
    };
    let rule = json!({"kind": "date", "due_on": "2018-06-30"});
    vec![
        edit(Method::PATCH, "plans/{id}", Some(json!({"title": "改过的标题"}))),
        edit(
            Method::POST,
            "tasks",
            Some(json!({"plan_id": id, "title": "新增的任务"})),
        ),
        edit(Method::PATCH, "tasks/{id}.1", Some(json!({"title": "改过的任务"}))),
        edit(Method::DELETE, "tasks/{id}.2", None),
        edit(
            Method::POST,
            "requirements",
            Some(json!({"task_id": format!("{id}.1"), "text": "新增的要求。"})),
        ),
        edit(
            Method::PATCH,
            "requirements/{id}.1.1",
            Some(json!({"text": "改过的要求。"})),
        ),
        edit(Method::DELETE, "requirements/{id}.1.2", None),
        edit(
            Method::POST,
            "deadlines",
            Some(json!({"requirement_id": format!("{id}.1.1"), "phrase": "6月底", "rule": rule})),
        ),
        edit(
            Method::PATCH,
            "deadlines/{id}.1.1.d1",
            Some(json!({"phrase": "改过的时限", "rule": {"kind": "year_round"}})),
        ),
        edit(Method::DELETE, "deadlines/{id}.1.1.d2", None),
    ]
}

impl Edit {
    /// Sends it; `reason` goes where this method has it.
    pub async fn send(&self, caller: &Caller<'_>, if_match: Option<&str>, reason: Option<&str>) -> Reply {
        let mut query = String::new();
        let mut body = self.body.clone();
        match (&mut body, reason) {
            (Some(body), Some(reason)) => body["reason"] = reason.into(),
            (None, Some(reason)) => query = serde_html_form::to_string([("reason", reason)]).unwrap(),
            (_, None) => {}
        }
        let mut request = caller.request(self.method.clone(), &format!("{}?{query}", self.path));
        if let Some(tag) = if_match {
            request = request.header("If-Match", tag);
        }
        if let Some(body) = &body {
            request = request.json(body);
        }
        Reply::to(request).await
    }

    /// The status of success.
    pub fn success(&self) -> u16 {
        match self.method {
            Method::POST => 201,
            Method::DELETE => 204,
            _ => 200,
        }
    }
}

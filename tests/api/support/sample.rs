//! For each operation a request that is well-formed, on things that were made for it.

pub mod feedback;
mod ledger;
mod notices;
pub mod reports;

use reqwest::RequestBuilder;
use serde_json::{Value, json};

use super::{Caller, Reply, TestApp, document::Operation};

/// A plan as somebody has it in a spreadsheet.
pub const IMPORTED: &[u8] =
    "2018年任务分工表\n序号,工作任务,责任单位,完成时限\n1,公开预算,市财政局,6月底\n2,公开校历,市教育局,适时\n"
        .as_bytes();

/// A request.
#[derive(Debug, Clone)]
pub struct Sample {
    pub path: String,
    pub body: Option<Value>,
    /// The name and bytes of a file to be sent as a form.
    pub file: Option<(&'static str, &'static [u8])>,
}

impl Sample {
    fn at(path: impl Into<String>) -> Self {
        Self {
            path: path.into(),
            body: None,
            file: None,
        }
    }

    fn with(path: impl Into<String>, body: Value) -> Self {
        Self {
            body: Some(body),
            ..Self::at(path)
        }
    }

    /// The request of `caller`, on whatever version there is.
    pub fn request(&self, caller: &Caller<'_>, operation: Operation<'_>) -> RequestBuilder {
        let request = caller.request(operation.method(), &self.path);
        let request = if operation.is_read() {
            request
        } else {
            request.header("If-Match", "*")
        };
        match (&self.body, self.file) {
            (Some(body), _) => request.json(body),
            (None, Some((name, bytes))) => feedback::form(request, name, bytes),
            (None, None) => request,
        }
    }

    pub async fn send(&self, caller: &Caller<'_>, operation: Operation<'_>) -> Reply {
        Reply::to(self.request(caller, operation)).await
    }
}

/// The request of `operation`. What it changes is new, and named after `n`.
pub async fn sample(app: &TestApp, operation: Operation<'_>, n: usize) -> Sample {
    let made = match ledger::sample(app, operation.id()).await {
        Some(made) => Some(made),
        None => match reports::sample(app, operation.id()).await {
            Some(made) => Some(made),
            None => notices::sample(app, operation.id()).await,
        },
    };
    let made = match made {
        None => feedback::sample(app, operation.id()).await,
        made => made,
    };
    if let Some(made) = made {
        let path = made.path.split('?').next().unwrap_or_default();
        assert!(fits(operation.path, path), "{made:?} is not {}", operation.name());
        return made;
    }
    let (plan, unit) = (format!("plan-{n}"), format!("unit-{n}"));
    let made = match operation.id() {
        "get_index" => Sample::at("/api/v1"),
        "get_vocabulary" => Sample::at("/api/v1/vocabulary"),
        "get_me" => Sample::at("/api/v1/me"),
        "list_todo" => Sample::at("/api/v1/me/todo"),
        "list_plans" => Sample::at("/api/v1/plans"),
        "get_plan" => Sample::at("/api/v1/plans/dg-2017"),
        "get_assessment" => Sample::at("/api/v1/plans/dg-2017/assessment"),
        "list_amendments" => Sample::at("/api/v1/plans/dg-2017/amendments"),
        "list_audit_events" => Sample::at("/api/v1/audit-events"),
        "get_audit_event" => Sample::at("/api/v1/audit-events/1"),
        "list_tasks" => Sample::at("/api/v1/tasks"),
        "get_task" => Sample::at("/api/v1/tasks/dg-2017.17"),
        "list_requirements" => Sample::at("/api/v1/requirements"),
        "get_requirement" => Sample::at("/api/v1/requirements/dg-2017.17.3"),
        "list_deadlines" => Sample::at("/api/v1/deadlines"),
        "get_deadline" => Sample::at("/api/v1/deadlines/dg-2017.18.1.d2"),
        "list_units" => Sample::at("/api/v1/units"),
        "get_unit" => Sample::at("/api/v1/units/zhenjie"),
        "list_members" => Sample::at("/api/v1/units/zhenjie/members"),
        "list_imports" => Sample::at("/api/v1/imports"),
        "create_import" => Sample {
            file: Some(("任务.csv", IMPORTED)),
            ..Sample::at("/api/v1/imports")
        },
        id if operation.path.starts_with("/api/v1/imports/") => {
            let request = app.coordinator().request(reqwest::Method::POST, "/api/v1/imports");
            let made = Reply::to(feedback::form(request, "任务.csv", IMPORTED))
                .await
                .expect(201);
            let path = made.header("location").to_owned();
            let known = json!({"plan": {"id": plan}});
            match id {
                "update_import" => Sample::with(path, known),
                "commit_import" => {
                    app.coordinator().patch(&path, "*", &known).await.ok();
                    Sample::at(format!("{path}/commit"))
                }
                _ => Sample::at(path),
            }
        }
        "healthz" => Sample::at("/healthz"),
        "readyz" => Sample::at("/readyz"),
        "metrics" => Sample::at("/metrics"),
        "list_errors" => Sample::at("/errors"),
        "get_openapi" => Sample::at("/openapi.json"),
        "create_plan" => Sample::with("/api/v1/plans", json!({"id": plan, "title": "方案", "year": 2018})),
        "create_unit" => Sample::with("/api/v1/units", new_unit(&unit)),
        id if operation.path.starts_with("/api/v1/units/") => {
            make(app, "/api/v1/units", &new_unit(&unit)).await;
            let member = format!("/api/v1/units/ygdw/members/{unit}");
            match id {
                "update_unit" => Sample::with(format!("/api/v1/units/{unit}"), json!({"note": "备注"})),
                "delete_unit" => Sample::at(format!("/api/v1/units/{unit}")),
                "set_member" => Sample::with(member, json!({"periods": [{}]})),
                "remove_member" => {
                    let periods = json!({"periods": [{}]});
                    app.coordinator().put(&member, "*", &periods).await.ok();
                    Sample::at(member)
                }
                _ => missing(operation),
            }
        }
        id => {
            make(app, "/api/v1/plans", &new_plan(&plan)).await;
            of_plan(app, id, &plan).await.unwrap_or_else(|| missing(operation))
        }
    };
    assert!(fits(operation.path, &made.path), "{made:?} is not {}", operation.name());
    made
}

fn missing(operation: Operation<'_>) -> ! {
    panic!(
        "{} ({}) has no sample request: add one to tests/api/support/sample.rs",
        operation.name(),
        operation.id()
    )
}

async fn of_plan(app: &TestApp, id: &str, plan: &str) -> Option<Sample> {
    let published = async || {
        let publish = format!("/api/v1/plans/{plan}/publish");
        app.coordinator().transition(&publish, "*").await.ok();
    };
    let due = json!({"kind": "date", "due_on": "2018-11-30"});
    Some(match id {
        "update_plan" => Sample::with(format!("/api/v1/plans/{plan}"), json!({"title": "另一标题"})),
        "delete_plan" => Sample::at(format!("/api/v1/plans/{plan}")),
        "publish_plan" => Sample::at(format!("/api/v1/plans/{plan}/publish")),
        "close_plan" => {
            published().await;
            Sample::at(format!("/api/v1/plans/{plan}/close?accept_unfinished=true"))
        }
        "reopen_plan" => {
            published().await;
            let close = format!("/api/v1/plans/{plan}/close?accept_unfinished=true");
            app.coordinator().transition(&close, "*").await.ok();
            Sample::with(format!("/api/v1/plans/{plan}/reopen"), json!({"reason": "补报"}))
        }
        "create_task" => Sample::with("/api/v1/tasks", json!({"plan_id": plan, "title": "任务"})),
        "update_task" => Sample::with(format!("/api/v1/tasks/{plan}.1"), json!({"title": "另一标题"})),
        "delete_task" => Sample::at(format!("/api/v1/tasks/{plan}.2")),
        "create_requirement" => Sample::with(
            "/api/v1/requirements",
            json!({"task_id": format!("{plan}.2"), "text": "正文"}),
        ),
        "update_requirement" => Sample::with(format!("/api/v1/requirements/{plan}.1.1"), json!({"text": "另一正文"})),
        "delete_requirement" => Sample::at(format!("/api/v1/requirements/{plan}.1.1")),
        "create_deadline" => Sample::with(
            "/api/v1/deadlines",
            json!({"requirement_id": format!("{plan}.1.1"), "phrase": "11月底", "rule": due}),
        ),
        "update_deadline" => Sample::with(
            format!("/api/v1/deadlines/{plan}.1.1.d1"),
            json!({"phrase": "11月底", "rule": due}),
        ),
        "delete_deadline" => Sample::at(format!("/api/v1/deadlines/{plan}.1.1.d1")),
        _ => return None,
    })
}

fn new_unit(code: &str) -> Value {
    json!({"code": code, "name": format!("单位 {code}"), "kind": "department"})
}

/// A plan with a task that has a requirement, and one that has none.
fn new_plan(id: &str) -> Value {
    json!({
        "id": id, "title": "方案", "year": 2018,
        "tasks": [
            {"title": "任务", "requirements": [{
                "text": "正文", "units_phrase": "市财政局", "units": [{"code": "czj", "role": "lead"}],
                "deadlines": [{"phrase": "全年", "rule": {"kind": "year_round"}}]
            }]},
            {"title": "空任务"}
        ]
    })
}

async fn make(app: &TestApp, path: &str, body: &Value) {
    app.coordinator().post(path, body).await.expect(201);
}

/// Whether `path` is one of the template's.
fn fits(template: &str, path: &str) -> bool {
    let (wanted, given): (Vec<&str>, Vec<&str>) = (template.split('/').collect(), path.split('/').collect());
    wanted.len() == given.len()
        && wanted.iter().zip(given).all(|(wanted, given)| {
            wanted.starts_with('{') && !given.is_empty() || Some(*wanted) == given.split('?').next()
        })
}

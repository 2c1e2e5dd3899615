//! `/audit-events`. The seed leaves 71 units and a plan, published.

mod get;
mod list;

use serde_json::json;

use crate::support::{Reply, TestApp, database::sealed, fixtures};

/// Three changes after the seed, at different times, by different people: numbers 74, 75 and 76.
async fn some_changes(app: &TestApp) {
    app.clock.set("2018-02-28T15:59:59.999999Z".parse().unwrap());
    let li = app.bearing(Some(app.token("li.si", &["coordinator"], Some("fzj"), &[])));
    li.post("/api/v1/plans", &fixtures::plan("dg-2018")).await.expect(201);
    sealed(&app.app).await;
    app.clock.set("2018-02-28T16:00:00Z".parse().unwrap());
    let request = app
        .coordinator()
        .request(reqwest::Method::PATCH, "/api/v1/tasks/dg-2018.1");
    let request = request.header("If-Match", "*").header("X-Request-Id", "request-0075");
    Reply::to(request.json(&json!({"title": "另一标题"}))).await.ok();
    sealed(&app.app).await;
    let reason = json!({"note": "=1+1"});
    app.coordinator().patch("/api/v1/units/hbj", "*", &reason).await.ok();
    sealed(&app.app).await;
}

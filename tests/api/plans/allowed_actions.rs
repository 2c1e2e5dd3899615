//! `allowed_actions` of plans: what is offered works, what is not is refused.

use serde_json::{Value, json};

use crate::support::{Caller, Reply, fixtures};

async fn shown(caller: &Caller<'_>, id: &str) -> Value {
    let plan = caller.get(&format!("/api/v1/plans/{id}")).await.ok().json();
    let list = caller
        .get(&format!("/api/v1/plans?year={}", plan["year"]))
        .await
        .ok()
        .json();
    let listed = list["items"]
        .as_array()
        .unwrap()
        .iter()
        .find(|listed| listed["id"] == id)
        .unwrap();
    assert_eq!(listed["allowed_actions"], plan["allowed_actions"]);
    plan["allowed_actions"].clone()
}

on_both! {
    async fn by_role_and_status(app: &TestApp) {
        fixtures::draft(app, "a-draft").await;
        fixtures::published(app, "b-published").await;
        fixtures::closed(app, "c-closed").await;
        let coordinator = app.coordinator();
        assert_eq!(shown(&coordinator, "a-draft").await, json!(["update", "delete", "publish"]));
        assert_eq!(shown(&coordinator, "b-published").await, json!(["update", "close"]));
        assert_eq!(shown(&coordinator, "c-closed").await, json!(["reopen"]));
        for role in ["inspector", "auditor", "admin"] {
            assert_eq!(shown(&app.role(role), "a-draft").await, json!([]), "{role}");
        }
        let others = ["unit_reporter", "unit_approver", "secrecy_reviewer", "inspector", "auditor", "admin"];
        for caller in others.map(|role| app.role(role)).into_iter().chain([app.anonymous()]) {
            assert_eq!(shown(&caller, "b-published").await, json!([]));
            assert_eq!(shown(&caller, "c-closed").await, json!([]));
        }
        // A token that is narrowed to reading offers nothing, whatever its roles.
        let reader = app.bearing(Some(app.token("li.si", &["coordinator"], None, &["read"])));
        assert_eq!(shown(&reader, "a-draft").await, json!([]));
    }

    async fn keep_their_word(app: &TestApp) {
        for (id, status) in [("a-draft", 0), ("b-published", 1), ("c-closed", 2)] {
            for action in ["update", "delete", "publish", "close", "reopen"] {
                let id = format!("{id}-{action}");
                match status {
                    0 => fixtures::draft(app, &id).await,
                    1 => fixtures::published(app, &id).await,
                    _ => fixtures::closed(app, &id).await,
                };
                let caller = app.coordinator();
                let path = format!("/api/v1/plans/{id}");
                let offered = shown(&caller, &id).await.as_array().unwrap().contains(&json!(action));
                let reply = match action {
                    "update" => caller.patch(&path, "*", &json!({"title": "标题", "reason": "更正"})).await,
                    "delete" => caller.delete(&path, "*").await,
                    "close" => caller.transition(&format!("{path}/close?accept_unfinished=true"), "*").await,
                    "reopen" => {
                        let request = caller.request(reqwest::Method::POST, &format!("{path}/reopen"));
                        Reply::to(request.header("If-Match", "*").json(&json!({"reason": "误办结"}))).await
                    }
                    action => caller.transition(&format!("{path}/{action}"), "*").await,
                };
                if offered {
                    assert!(matches!(reply.status, 200 | 204), "{id}: {}", reply.text());
                } else {
                    reply.problem(409, "wrong_state");
                }
            }
        }
    }
}

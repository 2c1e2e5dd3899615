//! `DELETE /units/{id}`

use futures_util::future::join3;
use serde_json::{Value, json};

use crate::support::{
    TestApp,
    fixtures::{self, create, everything},
};

const UNIT: &str = "/api/v1/units/wglj";

async fn unit(app: &TestApp, code: &str) -> Value {
    let new = json!({"code": code, "name": format!("单位{code}"), "kind": "department"});
    create(&app.coordinator(), "/api/v1/units", &new).await
}

/// Fails unless the unit is kept because of `by`.
async fn kept(app: &TestApp, code: &str, by: &[&str]) {
    let problem = app
        .coordinator()
        .delete(&format!("/api/v1/units/{code}"), "*")
        .await
        .problem(409, "in_use");
    for by in by {
        assert!(problem["detail"].as_str().unwrap().contains(by), "{by}: {problem}");
    }
    app.coordinator().get(&format!("/api/v1/units/{code}")).await.ok();
}

on_both! {
    async fn success(app: &TestApp) {
        let before = everything(app).await;
        unit(app, "wglj").await;
        let caller = app.coordinator();
        caller.delete(UNIT, &caller.etag(UNIT).await).await.expect(204);
        caller.get(UNIT).await.problem(404, "not_found");
        assert_eq!(everything(app).await, before);
    }

    async fn a_collective(app: &TestApp) {
        let new = json!({
            "code": "binhai", "name": "滨海片区各镇", "kind": "collective",
            "membership": {"kind": "list", "members": [{"code": "humen"}]}
        });
        create(&app.coordinator(), "/api/v1/units", &new).await;
        app.coordinator().delete("/api/v1/units/binhai", "*").await.expect(204);
        app.coordinator().get("/api/v1/units/humen").await.ok();
    }

    async fn named_by_a_requirement(app: &TestApp) {
        let before = everything(app).await;
        kept(app, "kpb", &["dg-2017.38.1"]).await;
        kept(app, "zhenjie", &["dg-2017.1.1"]).await;
        assert_eq!(everything(app).await, before);
        // Drafts count, and so do members for one requirement only.
        unit(app, "wglj").await;
        unit(app, "wg").await;
        fixtures::draft(app, "dg-2018").await;
        let path = "/api/v1/requirements/dg-2018.1.1";
        let caller = app.coordinator();
        caller.patch(path, "*", &json!({"units": [{"code": "zhenjie", "members": ["humen", "wglj"]}]})).await.ok();
        kept(app, "wglj", &["dg-2018.1.1"]).await;
        // A code that is part of another's is not the same.
        caller.delete("/api/v1/units/wg", "*").await.expect(204);
        caller.delete(path, "*").await.expect(204);
        caller.delete(UNIT, "*").await.expect(204);
    }

    async fn a_member(app: &TestApp) {
        unit(app, "wglj").await;
        let caller = app.coordinator();
        let member = "/api/v1/units/ygdw/members/wglj";
        caller.put(member, "*", &json!({"periods": [{"valid_to": "2017-01-31"}]})).await.ok();
        kept(app, "wglj", &["ygdw"]).await;
        caller.delete(member, "*").await.expect(204);
        caller.delete(UNIT, "*").await.expect(204);
    }

    async fn a_successor(app: &TestApp) {
        unit(app, "wglj").await;
        let caller = app.coordinator();
        caller.patch("/api/v1/units/lyj", "*", &json!({"successors": ["wglj"]})).await.ok();
        kept(app, "wglj", &["lyj"]).await;
        caller.patch("/api/v1/units/lyj", "*", &json!({"successors": []})).await.ok();
        caller.delete(UNIT, "*").await.expect(204);
    }

    async fn an_issuer(app: &TestApp) {
        unit(app, "wglj").await;
        let caller = app.coordinator();
        fixtures::draft(app, "dg-2018").await;
        caller.patch("/api/v1/plans/dg-2018", "*", &json!({"issuer": "wglj"})).await.ok();
        kept(app, "wglj", &["dg-2018"]).await;
        caller.delete("/api/v1/plans/dg-2018", "*").await.expect(204);
        caller.delete(UNIT, "*").await.expect(204);
    }

    async fn named_by_many(app: &TestApp) {
        // The first few are enough, with how many there are.
        let problem = app.coordinator().delete("/api/v1/units/zwfwb", "*").await.problem(409, "in_use");
        let detail = problem["detail"].as_str().unwrap();
        assert!(detail.chars().count() < 200, "{detail}");
        assert!(detail.contains("ygdw") && detail.contains("dg-2017"), "{detail}");
    }

    async fn while_a_plan_names_it(app: &TestApp) {
        // Either the unit goes or the plan comes; never a plan that names nobody.
        fixtures::draft(app, "dg-2018").await;
        let caller = app.coordinator();
        for round in 0..8 {
            let code = format!("dw{round}");
            unit(app, &code).await;
            let responsible = json!({"task_id": "dg-2018.2", "text": "要求。", "units": [{"code": code}]});
            let override_ = json!({
                "task_id": "dg-2018.2", "text": "要求。", "units": [{"code": "zhenjie", "members": [code]}]
            });
            let path = format!("/api/v1/units/{code}");
            let (named, meant, gone) = join3(
                caller.post("/api/v1/requirements", &responsible),
                caller.post("/api/v1/requirements", &override_),
                caller.delete(&path, "*"),
            ).await;
            let created = [&named, &meant].into_iter().filter(|reply| reply.status == 201).count();
            match gone.status {
                204 => assert_eq!(created, 0, "{code}: {} {}", named.text(), meant.text()),
                _ => drop(gone.problem(409, "in_use")),
            }
            for reply in [named, meant].into_iter().filter(|reply| reply.status != 201) {
                reply.problem(422, "invalid");
            }
        }
    }

    async fn twice(app: &TestApp) {
        unit(app, "wglj").await;
        app.coordinator().delete(UNIT, "*").await.expect(204);
        app.coordinator().delete(UNIT, "*").await.problem(404, "not_found");
    }

    async fn not_found(app: &TestApp) {
        for code in ["nosuch", "HBJ"] {
            app.coordinator().delete(&format!("/api/v1/units/{code}"), "*").await.problem(404, "not_found");
        }
    }

    async fn by_other_roles(app: &TestApp) {
        unit(app, "wglj").await;
        app.anonymous().delete(UNIT, "*").await.problem(401, "unauthenticated");
        for role in ["unit_reporter", "unit_approver", "secrecy_reviewer", "inspector", "auditor", "admin"] {
            app.role(role).delete(UNIT, "*").await.problem(403, "forbidden");
        }
        app.coordinator().get(UNIT).await.ok();
    }
}

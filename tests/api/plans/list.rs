//! `GET /plans`

use serde_json::json;

use crate::support::fixtures;

on_both! {
    async fn shows_the_real_plan_to_anybody(app: &TestApp) {
        let page = app.anonymous().get("/api/v1/plans").await.ok().json();
        assert_eq!(page["total"], 1);
        let plan = &page["items"][0];
        assert_eq!(plan["id"], "dg-2017");
        assert_eq!((plan["task_count"].as_u64(), plan["requirement_count"].as_u64()), (Some(39), Some(127)));
        assert_eq!(plan["status"], "published");
        assert_eq!(plan["allowed_actions"], json!([]));
    }

    async fn hides_drafts_from_who_may_not_see_them(app: &TestApp) {
        fixtures::draft(app, "dg-2018").await;
        for role in ["coordinator", "inspector", "auditor", "admin"] {
            assert_eq!(app.role(role).get("/api/v1/plans").await.ok().json()["total"], 2, "{role}");
            app.role(role).get("/api/v1/requirements/dg-2018.1.1").await.expect(200);
        }
        for caller in [app.anonymous(), app.role("unit_reporter"), app.role("unit_approver"), app.role("secrecy_reviewer")] {
            assert_eq!(caller.get("/api/v1/plans").await.ok().json()["total"], 1);
            caller.get("/api/v1/requirements?plan=dg-2018").await.problem(400, "invalid_parameter");
            assert_eq!(caller.get("/api/v1/requirements").await.ok().json()["total"], 127);
            assert_eq!(caller.find("/api/v1/requirements", &[("q", "法律顾问")]).await.ok().json()["total"], 1);
            let hidden = caller.get("/api/v1/plans/dg-2018").await.problem(404, "not_found");
            let missing = caller.get("/api/v1/plans/dg-1999").await.problem(404, "not_found");
            assert_eq!(hidden["detail"], missing["detail"]);
            for path in ["tasks/dg-2018.1", "requirements/dg-2018.1.1", "deadlines/dg-2018.1.1.d1"] {
                caller.get(&format!("/api/v1/{path}")).await.problem(404, "not_found");
            }
        }
    }
}

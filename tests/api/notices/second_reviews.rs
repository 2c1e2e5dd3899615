//! 复核: within 30 days, by somebody who had no part in it.

use serde_json::{Value, json};

use super::{act, circular, coordinator, drafted, issued, of_unit, reminder, say, with};
use crate::support::{Caller, Reply, TestApp, fixtures::assert_faults};

async fn object(caller: &Caller<'_>, notice: &str) -> Reply {
    let body = json!({"notice_id": notice.rsplit('/').next().unwrap(), "reason": "已按期报送"});
    caller.post("/api/v1/second-reviews", &body).await
}

async fn objected(caller: &Caller<'_>, notice: &str) -> String {
    object(caller, notice).await.expect(201).header("location").to_owned()
}

/// A criticism of two units, by wang, approved by li, issued by zhao.
async fn criticism(app: &TestApp) -> String {
    let (wang, li, zhao) = (
        coordinator(app, "wang"),
        coordinator(app, "li"),
        coordinator(app, "zhao"),
    );
    let path = drafted(&wang, &circular("criticism")).await;
    act(&wang, &path, "submit").await.ok();
    act(&li, &path, "approve").await.ok();
    act(&zhao, &path, "issue").await.ok();
    path
}

fn why() -> Value {
    json!({"reason": "经核实"})
}

on_both! {
    async fn is_decided_by_who_had_no_part_in_it(app: &TestApp) {
        let notice = criticism(app).await;
        let humen = of_unit(app, "humen");
        let asked = object(&humen, &notice).await.expect(201).json();
        assert_eq!((asked["status"].as_str(), asked["decide_by"].as_str()), (Some("requested"), Some("2017-07-30")));
        assert_eq!(asked["allowed_actions"], json!(["withdraw"]));
        let path = format!("/api/v1/second-reviews/{}", asked["id"].as_str().unwrap());
        object(&humen, &notice).await.problem(409, "already_exists");
        for who in ["wang", "li", "zhao"] {
            let caller = coordinator(app, who);
            assert_eq!(caller.get(&path).await.ok().json()["allowed_actions"], json!([]), "{who}");
            say(&caller, &path, "uphold", &why()).await.problem(403, "forbidden");
        }
        say(&app.role("inspector"), &path, "uphold", &why()).await.problem(403, "forbidden");
        let sun = coordinator(app, "sun");
        let seen = sun.get(&path).await.ok();
        assert_eq!(seen.json()["allowed_actions"], json!(["uphold", "overturn"]));
        say(&sun, &path, "uphold", &json!({})).await.problem(422, "invalid");
        let upheld = say(&sun, &path, "uphold", &why()).await.ok().json();
        assert_eq!((upheld["status"].as_str(), upheld["decided_by"].as_str(), upheld["decision"].as_str()), (Some("upheld"), Some("sun"), Some("经核实")));
        say(&sun, &path, "overturn", &why()).await.problem(409, "wrong_state");
        assert_eq!(sun.get(&notice).await.ok().json()["status"], "issued");
    }

    async fn overturns_for_one_unit_and_then_for_all(app: &TestApp) {
        let notice = criticism(app).await;
        let (humen, changan, sun) = (of_unit(app, "humen"), of_unit(app, "changan"), coordinator(app, "sun"));
        let before = humen.etag(&notice).await;
        say(&sun, &objected(&humen, &notice).await, "overturn", &why()).await.ok();
        assert_ne!(humen.etag(&notice).await, before);
        let seen = humen.get(&notice).await.ok().json();
        assert!(seen["units"][0].get("lifted_at").is_some());
        assert_eq!((seen["status"].as_str(), &seen["allowed_actions"]), (Some("issued"), &json!([])));
        say(&humen, &notice, "answer", &json!({"text": "说明"})).await.problem(409, "wrong_state");
        object(&humen, &notice).await.problem(409, "wrong_state");
        assert_eq!(changan.get(&notice).await.ok().json()["allowed_actions"], json!(["acknowledge", "answer"]));
        say(&sun, &objected(&changan, &notice).await, "overturn", &why()).await.ok();
        let seen = changan.get(&notice).await.ok().json();
        assert_eq!((seen["status"].as_str(), seen["rescind_reason"].as_str()), (Some("rescinded"), Some("经核实")));
        let sql = "select event from log_entry where event in ('notice.lifted', 'notice.rescinded') or event like 'second_review.%' order by id";
        let expected = ["second_review.requested", "second_review.overturned", "notice.lifted", "second_review.requested", "second_review.overturned", "notice.rescinded"];
        assert_eq!(crate::support::database::select(&app.config, sql).await, expected);
    }

    async fn is_withdrawn_by_the_unit_that_asked_while_it_is_not_decided(app: &TestApp) {
        let notice = criticism(app).await;
        let (humen, changan, sun) = (of_unit(app, "humen"), of_unit(app, "changan"), coordinator(app, "sun"));
        let path = objected(&humen, &notice).await;
        act(&changan, &path, "withdraw").await.problem(404, "not_found");
        act(&sun, &path, "withdraw").await.problem(403, "forbidden");
        humen.transition(&format!("{path}/withdraw"), "\"7\"").await.problem(412, "stale");
        // Anybody of the unit, not only who wrote it.
        let approver = app.bearing(Some(app.token("chen", &["unit_approver"], Some("humen"), &[])));
        assert_eq!(approver.get(&path).await.ok().json()["allowed_actions"], json!(["withdraw"]));
        let after = act(&approver, &path, "withdraw").await.ok().json();
        assert_eq!((&after["status"], &after["allowed_actions"], &after["version"]), (&json!("withdrawn"), &json!([]), &json!(2)));
        for problem in [
            act(&humen, &path, "withdraw").await.problem(409, "wrong_state"),
            say(&sun, &path, "uphold", &why()).await.problem(409, "wrong_state"),
        ] {
            assert_eq!(problem["allowed_actions"], json!([]));
        }
        // It was the one time; the notice holds.
        object(&humen, &notice).await.problem(409, "already_exists");
        assert_eq!(sun.get(&notice).await.ok().json()["status"], "issued");
        let list = sun.get("/api/v1/second-reviews?status=withdrawn").await.ok().json();
        assert_eq!((&list["total"], &list["items"][0]["overdue"]), (&json!(1), &json!(false)));
        // What is decided is not withdrawn.
        let decided = objected(&changan, &notice).await;
        say(&sun, &decided, "uphold", &why()).await.ok();
        act(&changan, &decided, "withdraw").await.problem(409, "wrong_state");
        let sql = "select event from log_entry where event like 'second_review.%' order by id";
        let expected = ["second_review.requested", "second_review.withdrawn", "second_review.requested", "second_review.upheld"];
        assert_eq!(crate::support::database::select(&app.config, sql).await, expected);
    }

    async fn is_asked_for_within_thirty_days(app: &TestApp) {
        let first = issued(&coordinator(app, "wang"), &reminder()).await;
        let second = issued(&coordinator(app, "wang"), &with(reminder(), &json!({"obligations": []}))).await;
        app.clock.set("2017-07-30T15:59:59Z".parse().unwrap());
        object(&of_unit(app, "humen"), &first).await.expect(201);
        app.clock.set("2017-07-30T16:00:00Z".parse().unwrap());
        let said = object(&of_unit(app, "humen"), &second).await.problem(409, "wrong_state");
        assert!(said["detail"].as_str().unwrap().contains("2017-07-30"), "{said}");
        // It is to be decided within thirty days more; late is better than never.
        app.clock.set("2017-08-30T01:00:00Z".parse().unwrap());
        let sun = coordinator(app, "sun");
        let list = sun.get("/api/v1/second-reviews?status=requested&unit=humen&plan=dg-2017").await.ok().json();
        assert_eq!((&list["total"], &list["items"][0]["overdue"]), (&json!(1), &json!(true)));
        let path = format!("/api/v1/second-reviews/{}", list["items"][0]["id"].as_str().unwrap());
        assert_eq!(say(&sun, &path, "overturn", &why()).await.ok().json()["overdue"], false);
    }

    async fn is_the_units_own_business(app: &TestApp) {
        let wang = coordinator(app, "wang");
        let (notice, draft) = (issued(&wang, &reminder()).await, drafted(&wang, &circular("criticism")).await);
        let (humen, changan) = (of_unit(app, "humen"), of_unit(app, "changan"));
        // Not addressed, not issued, not there: the same words.
        for path in [&notice, &draft, &"nonsense".to_owned(), &"019a1b2c-3d4e-7f00-8000-000000000009".to_owned()] {
            let problem = object(&changan, path).await.problem(422, "invalid");
            assert_faults(&problem, &[("/notice_id", "not_found")]);
        }
        object(&wang, &notice).await.problem(403, "forbidden");
        let path = objected(&humen, &notice).await;
        humen.get(&path).await.ok();
        changan.get(&path).await.problem(404, "not_found");
        assert_eq!(changan.get("/api/v1/second-reviews").await.ok().json()["total"], 0);
        assert_eq!(changan.get("/api/v1/second-reviews?unit=humen").await.ok().json()["total"], 0);
        let of_notice = format!("/api/v1/second-reviews?notice={}", notice.rsplit('/').next().unwrap());
        assert_eq!(humen.get(&of_notice).await.ok().json()["total"], 1);
        app.anonymous().get(&path).await.problem(401, "unauthenticated");
    }
}

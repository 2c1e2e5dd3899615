//! `POST /second-reviews`

use serde_json::json;

use super::{decide, object, objected};
use crate::{
    notices::{circular, coordinator, drafted, issued, of_unit, reminder, with},
    reports::{Cast, report},
    support::fixtures::assert_faults,
};

on_both! {
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
        assert_eq!(decide(&sun, &path, "overturn").await.ok().json()["overdue"], false);
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

    async fn is_asked_for_within_thirty_days_of_the_return(app: &TestApp) {
        let cast = Cast::of(app);
        let path = report(&cast, &["submit", "return"]).await;
        let reporter = || app.bearing(Some(app.token("wang", &["unit_reporter"], Some("hbj"), &[])));
        app.clock.set("2017-07-30T16:00:00Z".parse().unwrap());
        let said = object(&reporter(), &path).await.problem(409, "wrong_state");
        assert!(said["detail"].as_str().unwrap().contains("2017-07-30"), "{said}");
        app.clock.set("2017-07-30T15:59:59Z".parse().unwrap());
        object(&reporter(), &path).await.expect(201);
    }
}

//! `POST /notices/{id}/issue`

use serde_json::json;

use super::{act, coordinator, drafted, reminder, with};

on_both! {
    async fn what_has_become_wrong_is_changed_before_it_is_issued(app: &TestApp) {
        let wang = coordinator(app, "wang");
        let path = drafted(&wang, &reminder()).await;
        app.clock.set("2017-07-07T16:00:00Z".parse().unwrap());
        let wang = coordinator(app, "wang");
        let said = act(&wang, &path, "issue").await.problem(409, "wrong_state");
        assert!(said["detail"].as_str().unwrap().contains("2017-07-07"), "{said}");
        wang.patch(&path, "*", &json!({"reply_by": "2017-07-08"})).await.ok();
        act(&wang, &path, "issue").await.ok();
    }

    async fn a_collective_means_its_members_on_the_day_of_issue(app: &TestApp) {
        let wang = coordinator(app, "wang");
        let to_all = json!({"units": ["zhenjie"], "obligations": [], "reply_by": "2017-12-31"});
        let path = drafted(&wang, &with(reminder(), &to_all)).await;
        let named = |seen: &serde_json::Value| {
            let units = seen["units"].as_array().unwrap().iter();
            units.map(|one| one["unit"]["code"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
        };
        let before = named(&wang.get(&path).await.ok().json());
        assert!(before.len() > 30 && !before.contains(&"binhaiwan".to_owned()));
        app.clock.set("2017-10-09T01:00:00Z".parse().unwrap());
        let wang = coordinator(app, "wang");
        let sent = act(&wang, &path, "issue").await.ok().json();
        assert_eq!(sent["addressed"][0]["code"], "zhenjie");
        let after = named(&sent);
        assert!(after.contains(&"binhaiwan".to_owned()) && after.len() == before.len() + 1, "it exists from 2017-10-01");
    }
}

//! 蓝 → 黄 → 红, each after the one before; and nothing asked twice.

use serde_json::{Value, json};

use super::{OBLIGATION, act, coordinator, drafted, issued, of_unit, reminder, say, with};
use crate::support::fixtures::assert_faults;

fn following(earlier: &str, level: &str, reply_by: &str) -> Value {
    let id = earlier.rsplit('/').next().unwrap();
    with(
        reminder(),
        &json!({"follows": id, "level": level, "reply_by": reply_by}),
    )
}

on_both! {
    async fn goes_up_one_level_after_the_day_and_not_before(app: &TestApp) {
        let wang = coordinator(app, "wang");
        let blue = issued(&wang, &reminder()).await;
        app.clock.set("2017-07-07T15:59:59Z".parse().unwrap());
        let wang = coordinator(app, "wang");
        let said = wang.post("/api/v1/notices", &following(&blue, "yellow", "2017-07-14")).await.problem(409, "wrong_state");
        assert!(said["detail"].as_str().unwrap().contains("2017-07-07"), "{said}");
        app.clock.set("2017-07-07T16:00:00Z".parse().unwrap());
        let wang = coordinator(app, "wang");
        let problem = wang.post("/api/v1/notices", &following(&blue, "red", "2017-07-14")).await.problem(422, "invalid");
        assert_faults(&problem, &[("/level", "conflict")]);
        let yellow = issued(&wang, &following(&blue, "yellow", "2017-07-14")).await;
        assert_eq!(Some(wang.get(&yellow).await.ok().json()["follows"].as_str().unwrap()), blue.rsplit('/').next());
        wang.post("/api/v1/notices", &following(&yellow, "red", "2017-07-21")).await.problem(409, "wrong_state");
        app.clock.set("2017-07-15T01:00:00Z".parse().unwrap());
        let wang = coordinator(app, "wang");
        let red = issued(&wang, &following(&yellow, "red", "2017-07-21")).await;
        assert_eq!(wang.get(&red).await.ok().json()["number"], "催〔2017〕3号");
        app.clock.set("2017-07-31T01:00:00Z".parse().unwrap());
        let wang = coordinator(app, "wang");
        let problem = wang.post("/api/v1/notices", &following(&red, "red", "2017-08-21")).await.problem(422, "invalid");
        assert_faults(&problem, &[("/level", "conflict")]);
    }

    async fn concerns_who_did_not_answer_in_time(app: &TestApp) {
        let wang = coordinator(app, "wang");
        let both = json!({"units": ["humen", "changan"], "obligations": []});
        let blue = issued(&wang, &with(reminder(), &both)).await;
        say(&of_unit(app, "humen"), &blue, "answer", &json!({"text": "已报"})).await.ok();
        app.clock.set("2017-07-08T01:00:00Z".parse().unwrap());
        let wang = coordinator(app, "wang");
        let follow = |units: Value| with(following(&blue, "yellow", "2017-07-14"), &json!({"units": units, "obligations": []}));
        for units in [json!(["humen"]), json!(["changan", "humen"]), json!(["houjie"])] {
            let problem = wang.post("/api/v1/notices", &follow(units)).await.problem(422, "invalid");
            assert_faults(&problem, &[("/units", "conflict")]);
        }
        // A reminder may become a supervision notice; a draft that waited is looked at again.
        let supervision = with(follow(json!(["changan"])), &json!({"kind": "supervision"}));
        let draft = drafted(&wang, &supervision).await;
        say(&wang, &blue, "rescind", &json!({"reason": "有误"})).await.ok();
        act(&wang, &draft, "issue").await.problem(409, "wrong_state");
        let nothing = with(reminder(), &json!({"follows": "019a1b2c-3d4e-7f00-8000-000000000009", "level": "yellow", "reply_by": "2017-07-14"}));
        assert_faults(&wang.post("/api/v1/notices", &nothing).await.problem(422, "invalid"), &[("/follows", "not_found")]);
    }

    async fn is_skipped_for_urgent_matters_with_a_reason(app: &TestApp) {
        let wang = coordinator(app, "wang");
        let red = with(reminder(), &json!({"level": "red"}));
        assert_faults(&wang.post("/api/v1/notices", &red).await.problem(422, "invalid"), &[("/urgent_reason", "required")]);
        let red = issued(&wang, &with(red, &json!({"urgent_reason": "防汛应急"}))).await;
        let seen = of_unit(app, "humen").get(&red).await.ok().json();
        assert_eq!((seen["level"].as_str(), seen["urgent_reason"].as_str()), (Some("red"), Some("防汛应急")));
    }

    async fn nothing_is_asked_twice_while_it_is_not_answered(app: &TestApp) {
        let (wang, zhao) = (coordinator(app, "wang"), coordinator(app, "zhao"));
        let second = drafted(&zhao, &reminder()).await;
        let first = issued(&wang, &reminder()).await;
        let said = act(&zhao, &second, "issue").await.problem(409, "already_exists");
        assert!(said["detail"].as_str().unwrap().contains(OBLIGATION), "{said}");
        zhao.post("/api/v1/notices", &reminder()).await.problem(409, "already_exists");
        // Another kind is no repetition, nor is another obligation.
        issued(&zhao, &with(reminder(), &json!({"kind": "supervision"}))).await;
        issued(&zhao, &with(reminder(), &json!({"obligations": ["dg-2017.1.1.d1.humen.2017Q2"]}))).await;
        say(&of_unit(app, "humen"), &first, "answer", &json!({"text": "已报"})).await.ok();
        let third = act(&zhao, &second, "issue").await.ok().json();
        assert_eq!(third["number"], "催〔2017〕3号");
    }
}

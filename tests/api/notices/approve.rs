//! `POST /notices/{id}/submit`, `POST /notices/{id}/approve` and `POST /notices/{id}/return`

use serde_json::json;

use super::{act, circular, coordinator, drafted, say};

on_both! {
    async fn praise_and_criticism_are_approved_by_somebody_else(app: &TestApp) {
        let (wang, zhao, li) = (coordinator(app, "wang"), coordinator(app, "zhao"), coordinator(app, "li"));
        for (kind, number) in [("commendation", "表〔2017〕1号"), ("criticism", "批〔2017〕1号")] {
            let path = drafted(&wang, &circular(kind)).await;
            act(&wang, &path, "issue").await.problem(409, "wrong_state");
            zhao.patch(&path, "*", &json!({"text": "现予通报，望再接再厉。"})).await.ok();
            let submitted = act(&wang, &path, "submit").await.ok().json();
            assert_eq!(submitted["allowed_actions"], json!(["return"]), "not approve: it is its own");
            act(&wang, &path, "approve").await.problem(403, "forbidden");
            act(&zhao, &path, "approve").await.problem(403, "forbidden");
            act(&app.role("inspector"), &path, "approve").await.problem(403, "forbidden");
            let returned = say(&li, &path, "return", &json!({"reason": "事实尚需核实"})).await.ok().json();
            assert_eq!((returned["status"].as_str(), returned["return_reason"].as_str()), (Some("draft"), Some("事实尚需核实")));
            act(&li, &path, "approve").await.problem(409, "wrong_state");
            act(&wang, &path, "submit").await.ok();
            let approved = act(&li, &path, "approve").await.ok().json();
            assert_eq!(approved["allowed_actions"], json!(["issue", "return"]));
            wang.patch(&path, "*", &json!({"text": "换一段"})).await.problem(409, "wrong_state");
            let sent = act(&wang, &path, "issue").await.ok().json();
            assert_eq!((sent["number"].as_str(), sent["approved_by"].as_str()), (Some(number), Some("li")));
            assert!(sent.get("level").is_none() && sent.get("reply_by").is_none());
        }
    }
}

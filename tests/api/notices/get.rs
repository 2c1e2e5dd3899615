//! `GET /notices/{id}`: what the units addressed see, and nobody else's unit

use serde_json::json;

use super::{OBLIGATION, act, coordinator, drafted, ids, of_unit, reminder, with};

on_both! {
    async fn units_see_what_was_issued_to_them_and_only_their_part(app: &TestApp) {
        let wang = coordinator(app, "wang");
        let both = json!({"units": ["humen", "changan"], "obligations": [OBLIGATION, "dg-2017.1.1.d1.changan.2017Q1"]});
        let path = drafted(&wang, &with(reminder(), &both)).await;
        let (humen, houjie) = (of_unit(app, "humen"), of_unit(app, "houjie"));
        for caller in [&humen, &houjie] {
            caller.get(&path).await.problem(404, "not_found");
            assert!(ids(caller, "").await.is_empty(), "a draft is nobody's business");
        }
        for role in ["inspector", "auditor", "admin"] {
            assert_eq!(ids(&app.role(role), "").await, std::slice::from_ref(&path), "{role}");
            app.role(role).get(&path).await.ok();
        }
        app.anonymous().get(&path).await.problem(401, "unauthenticated");
        app.role("secrecy_reviewer").get(&path).await.problem(403, "forbidden");
        act(&wang, &path, "issue").await.ok();
        let seen = humen.get(&path).await.ok().json();
        assert_eq!(seen["units"].as_array().unwrap().len(), 1);
        assert_eq!((&seen["units"][0]["unit"]["code"], &seen["units"][0]["obligations"]), (&json!("humen"), &json!([OBLIGATION])));
        assert!(!seen.to_string().contains("changan") && seen.get("addressed").is_none() && seen.get("prepared_by").is_none(), "{seen}");
        assert_eq!(seen["allowed_actions"], json!(["acknowledge", "answer"]));
        assert_eq!(humen.get("/api/v1/notices").await.ok().json()["items"], json!([seen]), "the list shows the same");
        houjie.get(&path).await.problem(404, "not_found");
        assert!(ids(&houjie, "").await.is_empty());
        for query in ["unit=changan", "obligation=dg-2017.1.1.d1.changan.2017Q1"] {
            assert!(ids(&humen, query).await.is_empty(), "{query}");
            assert_eq!(ids(&wang, query).await, std::slice::from_ref(&path), "{query}");
        }
    }
}

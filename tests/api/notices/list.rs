//! `GET /notices`

use serde_json::{Value, json};

use super::{OBLIGATION, coordinator, drafted, ids, issued, reminder, with};

on_both! {
    async fn lists_are_filtered_and_walked(app: &TestApp) {
        let wang = coordinator(app, "wang");
        let blue = issued(&wang, &reminder()).await;
        let draft = drafted(&wang, &with(reminder(), &json!({"kind": "supervision", "obligations": []}))).await;
        let red = json!({"level": "red", "urgent_reason": "汛期", "units": ["changan"], "obligations": []});
        let red = issued(&wang, &with(reminder(), &red)).await;
        let all: Vec<String> = ids(&wang, "").await;
        assert_eq!(all, [red.clone(), draft.clone(), blue.clone()], "newest first");
        for (query, expected) in [
            ("kind=supervision", vec![&draft]),
            ("level=red&level=yellow", vec![&red]),
            ("status=issued", vec![&red, &blue]),
            ("unit=humen", vec![&draft, &blue]),
            ("unit=长安镇", vec![&red]),
            ("unit=zhenjie", vec![&red, &draft, &blue]),
            (&format!("obligation={OBLIGATION}"), vec![&blue]),
        ] {
            assert_eq!(ids(&wang, query).await.iter().collect::<Vec<_>>(), expected, "{query}");
        }
        for wrong in ["kind=nosuch", "obligation=nosuch", "unit=nosuch", "plan=dg-2018", "overdue=maybe", "nosuch=1"] {
            let problem: Value = wang.get(&format!("/api/v1/notices?{wrong}")).await.expect(400).json();
            assert_eq!(problem["errors"][0]["parameter"], wrong.split('=').next().unwrap(), "{problem}");
        }
    }
}

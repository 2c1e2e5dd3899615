//! `sort=` of the ledger: by what a row is for, and by how it stands on a day. Today is 2017-06-30.

use std::cmp::Ordering;

use serde_json::Value;

use crate::support::texts;

/// The place of what a row says; `None`: it says nothing.
fn key(row: &Value, field: &str) -> Option<(i64, String)> {
    let lights = ["red", "yellow", "green", "none"];
    match field {
        "light" => lights
            .iter()
            .position(|light| row["light"] == *light)
            .map(|place| (i64::try_from(place).unwrap(), String::new())),
        "days_left" => row.get("days_left").map(|days| (days.as_i64().unwrap(), String::new())),
        "unit" => Some((0, row["unit"]["code"].as_str().unwrap().to_owned())),
        "task" => {
            let (plan, number) = row["task_id"].as_str().unwrap().split_once('.').unwrap();
            Some((number.parse().unwrap(), plan.to_owned()))
        }
        _ => Some((0, row["id"].as_str().unwrap().to_owned())),
    }
}

fn compare(a: &Value, b: &Value, (field, descending): (&str, bool)) -> Ordering {
    match (key(a, field), key(b, field)) {
        (Some(a), Some(b)) if descending => b.cmp(&a),
        (Some(a), Some(b)) => a.cmp(&b),
        (a, b) => a.is_none().cmp(&b.is_none()),
    }
}

on_both! {
    async fn every_order_walks_all_rows_as_they_stand(app: &TestApp) {
        let auditor = app.role("auditor");
        // Rows of all units are found in memory, those of one by an index, and those of earlier days in the log.
        for rows in ["task=dg-2017.17&task=dg-2017.2&task=dg-2017.11", "unit=hbj&as_of=2017-08-29", "task=dg-2017.17&as_of=2017-06-29"] {
            let all = auditor.walk(&format!("/api/v1/obligations?limit=200&sort=id&{rows}")).await;
            assert!(all.len() > 20, "{}", all.len());
            for fields in [&["light"][..], &["-light", "unit"], &["days_left"], &["-days_left"], &["unit", "-days_left"], &["-task"], &["task", "light", "-id"]] {
                let mut by: Vec<(&str, bool)> = fields.iter().map(|field| field.strip_prefix('-').map_or((*field, false), |name| (name, true))).collect();
                // As an index has it: the id goes the way of the field before it.
                if by.iter().all(|(name, _)| *name != "id") {
                    by.push(("id", by.last().unwrap().1));
                }
                let mut expected = all.clone();
                expected.sort_by(|a, b| by.iter().fold(Ordering::Equal, |order, by| order.then(compare(a, b, *by))));
                let path = format!("/api/v1/obligations?limit=37&sort={}&{rows}&fields=id", fields.join(","));
                assert_eq!(texts(&auditor.walk(&path).await, "id"), texts(&expected, "id"), "{path}");
            }
        }
        let table = auditor.get("/api/v1/obligations?format=csv&fields=light&sort=light&task=dg-2017.17").await.ok().text();
        let lights: Vec<&str> = table.lines().skip(1).collect();
        assert!(lights.first() == Some(&"red") && lights.is_sorted_by_key(|light| ["red", "yellow", "green", "none"].iter().position(|known| known == light)));
    }
}

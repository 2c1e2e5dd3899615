//! A list and its export are of one moment, and its pages of one day, however slowly they are read.

use std::collections::BTreeSet;

use futures_util::future::join;
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Caller, TestApp, texts};

/// A plan whose towns owe each month, and once late in the year: some 1,600 rows.
async fn plan(app: &TestApp) {
    let monthly =
        json!({"phrase": "每月", "rule": {"kind": "recurring", "every": "month", "due": {"kind": "period_end"}}});
    let late = json!({"phrase": "12月20日前", "rule": {"kind": "date", "due_on": "2017-12-20"}});
    let requirement =
        |deadline: &Value| json!({"text": "要求", "units": [{"code": "zhenjie"}], "deadlines": [deadline]});
    let plan = json!({"id": "t-2017", "title": "试点方案", "year": 2017, "settings": {"obligations_from": "2017-01-01"}, "tasks": [{"title": "任务", "requirements": [
        requirement(&late), requirement(&monthly), requirement(&monthly), requirement(&monthly), requirement(&monthly)
    ]}]});
    let caller = app.coordinator();
    caller.post("/api/v1/plans", &plan).await.expect(201);
    caller.transition("/api/v1/plans/t-2017/publish", "*").await.ok();
}

async fn fall_due(caller: &Caller<'_>, day: &str) {
    let change = json!({"rule": {"kind": "date", "due_on": day}, "reason": "调整"});
    caller.patch("/api/v1/deadlines/t-2017.1.1.d1", "*", &change).await.ok();
}

/// Ids and due days of an export.
fn rows(format: &str, body: &[u8]) -> Vec<(String, String)> {
    let text = String::from_utf8(body.to_vec()).unwrap();
    if format == "csv" {
        let mut reader = csv::Reader::from_reader(text.as_bytes());
        let headers = reader.headers().unwrap().clone();
        let column = |name: &str| headers.iter().position(|header| header == name).unwrap();
        let (id, due) = (column("id"), column("due_on"));
        let records = reader.records().map(Result::unwrap);
        return records
            .map(|record| (record[id].to_owned(), record[due].to_owned()))
            .collect();
    }
    let row = |line: &str| {
        let row: Value = serde_json::from_str(line).unwrap();
        (
            row["id"].as_str().unwrap().to_owned(),
            row["due_on"].as_str().unwrap().to_owned(),
        )
    };
    text.lines().map(row).collect()
}

/// All rows once, and what moved is all on one day, which it gives. 滨海湾新区 owes late in the year only.
fn of_one_moment(rows: &[(String, String)], total: usize) -> String {
    let rows: Vec<&(String, String)> = rows.iter().filter(|(id, _)| !id.contains(".binhaiwan.")).collect();
    let ids: BTreeSet<&String> = rows.iter().map(|(id, _)| id).collect();
    assert_eq!((rows.len(), ids.len()), (total, total));
    let moved = rows.iter().filter(|(id, _)| id.starts_with("t-2017.1.1."));
    let days: BTreeSet<&String> = moved.map(|(_, due)| due).collect();
    assert_eq!(days.len(), 1, "{days:?}");
    (*days.first().unwrap()).clone()
}

on_both! {
    async fn an_export_has_all_rows_though_some_move_while_it_is_read(app: &TestApp) {
        plan(app).await;
        let (caller, path) = (app.coordinator(), "/api/v1/obligations?plan=t-2017&sort=due_on,id");
        let ids = texts(&caller.walk(&format!("{path}&limit=200")).await, "id");
        let total = ids.iter().filter(|id| !id.contains(".binhaiwan.")).count();
        assert!(total > 1500, "more than are read at once: {total}");
        for format in ["ndjson", "csv"] {
            let request = || caller.request(Method::GET, &format!("{path}&format={format}")).send();
            fall_due(&caller, "2017-12-20").await;
            // Between the first bytes and the others, the last rows become the first.
            let mut slow = request().await.unwrap();
            let mut body = slow.chunk().await.unwrap().unwrap().to_vec();
            fall_due(&caller, "2017-07-05").await;
            while let Some(chunk) = slow.chunk().await.unwrap() {
                body.extend(chunk);
            }
            assert_eq!(of_one_moment(&rows(format, &body), total), "2017-12-20");
            // And while it is put together.
            let moves = async {
                for day in ["2017-12-21", "2017-07-06", "2017-12-20"] {
                    fall_due(&caller, day).await;
                }
            };
            let reads = async {
                for _ in 0..2 {
                    let body = request().await.unwrap().bytes().await.unwrap();
                    of_one_moment(&rows(format, &body), total);
                }
            };
            join(moves, reads).await;
        }
    }

    async fn pages_keep_the_today_of_the_first(app: &TestApp) {
        plan(app).await;
        let notice = json!({
            "plan_id": "t-2017", "kind": "reminder", "level": "blue", "subject": "催办", "text": "请报送。", "units": ["humen"],
            "obligations": [], "reply_by": "2017-07-07"
        });
        for _ in 0..3 {
            let path = app.coordinator().post("/api/v1/notices", &notice).await.expect(201).header("location").to_owned();
            app.coordinator().transition(&format!("{path}/issue"), "*").await.ok();
        }
        for (before, after, path, changes) in [
            ("2017-06-30T15:59:00Z", "2017-06-30T16:01:00Z", "/api/v1/obligations?plan=t-2017&overdue=false&limit=200", "overdue"),
            ("2017-06-30T15:59:00Z", "2017-06-30T16:01:00Z", "/api/v1/obligations?plan=t-2017&light=yellow&limit=20", "light"),
            ("2017-07-07T15:59:00Z", "2017-07-07T16:01:00Z", "/api/v1/notices?overdue=false&limit=1", "overdue"),
        ] {
            app.clock.set(before.parse().unwrap());
            let caller = app.coordinator();
            let expected = caller.walk(path).await;
            let first = caller.get(path).await.ok().json();
            app.clock.set(after.parse().unwrap());
            let mut found = first["items"].as_array().unwrap().clone();
            let rest = caller.walk(first["next"].as_str().unwrap()).await;
            assert!(!rest.is_empty());
            found.extend(rest);
            assert_eq!(texts(&found, "id"), texts(&expected, "id"), "{path}");
            let said = |rows: &[Value]| rows.iter().map(|row| row[changes].clone()).collect::<Vec<_>>();
            assert_eq!(said(&found), said(&expected), "{path}");
            // Whoever asks now is told of now.
            assert_ne!(caller.get(path).await.ok().json()["total"], first["total"], "{path}");
        }
    }
}

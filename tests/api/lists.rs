//! What all lists have in common: pages, order, cursors, and the parameters that shape them.

mod changes;
mod cursors;
mod every;
mod examples;
mod moment;
mod order;
mod shape;
mod tables;

use serde_json::{Value, json};

use crate::support::{Caller, TestApp};

/// A list, and what it promises.
pub struct List {
    pub path: &'static str,
    pub sorts: &'static [&'static str],
    pub embed: Option<&'static str>,
}

pub const LISTS: &[List] = &[
    List {
        path: "/api/v1/plans",
        sorts: &["year", "title", "status", "id"],
        embed: Some("tasks"),
    },
    List {
        path: "/api/v1/tasks",
        sorts: &["title", "requirement_count", "id"],
        embed: Some("requirements"),
    },
    List {
        path: "/api/v1/requirements",
        sorts: &["due_on", "task_title", "text", "id"],
        embed: Some("task"),
    },
    List {
        path: "/api/v1/deadlines",
        sorts: &["due_on", "phrase", "rule_kind", "id"],
        embed: Some("requirement"),
    },
    List {
        path: "/api/v1/units",
        sorts: &["name", "kind", "region_code", "valid_from", "code"],
        embed: Some("members"),
    },
    List {
        path: "/api/v1/units/zhenjie/members",
        sorts: &["name", "kind", "valid_from", "code", "id"],
        embed: None,
    },
    List {
        path: "/api/v1/units/ygdw/members",
        sorts: &["name", "kind", "valid_from", "code", "id"],
        embed: None,
    },
];

/// More plans than the seed has, some of them equal in what they sort by, and a unit that left a
/// collective and came back.
async fn more_to_list(app: &TestApp) {
    let coordinator = app.coordinator();
    for (id, year, title, publish) in [
        ("dg-2016", 2016, "方案", true),
        ("dg-2018", 2018, "方案", false),
        ("dg-2018-b", 2018, "方案二", true),
        ("a-2017", 2017, "方案", false),
    ] {
        let plan = json!({"id": id, "title": title, "year": year, "tasks": [{"title": "任务"}]});
        let created = coordinator.post("/api/v1/plans", &plan).await.expect(201);
        if publish {
            let path = format!("/api/v1/plans/{id}/publish");
            coordinator.transition(&path, &created.etag()).await.ok();
        }
    }
    let etag = coordinator.etag("/api/v1/units/ygdw").await;
    let periods = json!({"periods": [{"valid_to": "2017-03-31"}, {"valid_from": "2017-07-01"}]});
    coordinator
        .put("/api/v1/units/ygdw/members/lyj", &etag, &periods)
        .await
        .ok();
}

/// Tells the rows of one list apart.
fn identity(row: &Value) -> String {
    let id = row.get("id").or_else(|| row.get("code")).unwrap();
    id.as_str().unwrap().to_owned()
}

fn identities(rows: &[Value]) -> Vec<String> {
    rows.iter().map(identity).collect()
}

/// Every row, page by page; each page must say what a page must say.
async fn pages(caller: &Caller<'_>, path: &str, limit: usize) -> Vec<Value> {
    let sign = if path.contains('?') { '&' } else { '?' };
    let (mut rows, mut total) = (Vec::new(), None);
    let mut next = Some(format!("{path}{sign}limit={limit}"));
    while let Some(link) = next {
        let reply = caller.get(&link).await.ok();
        let page = reply.json();
        let items = page["items"].as_array().unwrap();
        rows.extend_from_slice(items);
        let of_page = page["total"].as_u64().unwrap();
        assert_eq!(*total.get_or_insert(of_page), of_page, "{link}");
        assert!(rows.len() as u64 <= of_page, "{link} does not end");
        next = page.get("next").map(|next| next.as_str().unwrap().to_owned());
        // The header says the same, and neither is there when nothing follows.
        let header = reply.headers.get("link").map(|header| header.to_str().unwrap());
        assert_eq!(
            header,
            next.as_ref().map(|next| format!("<{next}>; rel=\"next\"")).as_deref()
        );
        assert_eq!(next.is_some(), (rows.len() as u64) < of_page, "{link}");
        if let Some(next) = &next {
            assert!(next.starts_with(caller.base), "{next} is absolute");
            assert_eq!(items.len(), limit, "{link}");
        }
    }
    assert_eq!(Some(rows.len() as u64), total);
    rows
}

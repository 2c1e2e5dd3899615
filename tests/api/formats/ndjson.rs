//! NDJSON: one JSON object a line.

use serde_json::Value;

use super::{TABLES, file_names};
use crate::support::Reply;

fn lines(reply: &Reply) -> Vec<Value> {
    let text = std::str::from_utf8(&reply.body).unwrap();
    assert!(text.is_empty() || text.ends_with('\n'));
    let objects = text
        .split_terminator('\n')
        .map(|line| serde_json::from_str::<Value>(line).unwrap());
    objects.inspect(|object| assert!(object.is_object())).collect()
}

on_both! {
    async fn the_whole_list_a_line_each(app: &TestApp) {
        let caller = app.anonymous();
        for (path, _, name, file) in TABLES {
            let reply = caller.get(&format!("{path}?format=ndjson")).await.ok();
            assert_eq!(reply.header("content-type"), "application/x-ndjson");
            assert_eq!(file_names(&reply), (format!("{file}.ndjson"), format!("{name}.ndjson")));
            assert_eq!(lines(&reply), caller.walk(&format!("{path}?limit=200")).await, "{path}");
        }
        let none = caller.get("/api/v1/requirements?format=ndjson&due_to=2016-12-31").await.ok();
        assert_eq!(lines(&none), [Value::Null; 0]);
    }

    async fn filters_sort_fields_and_embed_apply(app: &TestApp) {
        let caller = app.anonymous();
        for query in [
            "/api/v1/requirements?unit=humen&sort=-text",
            "/api/v1/requirements?fields=id,units",
            "/api/v1/tasks?embed=requirements&q=%E7%8E%AF%E5%A2%83",
            "/api/v1/deadlines?source=text&embed=requirement&fields=id,requirement",
            "/api/v1/units?kind=collective&embed=members",
        ] {
            let reply = caller.get(&format!("{query}&format=ndjson")).await.ok();
            assert_eq!(
                lines(&reply),
                caller.walk(&format!("{query}&limit=200")).await,
                "{query}"
            );
        }
    }
}

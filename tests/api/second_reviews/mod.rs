//! `/second-reviews`: 复核 of notices and of returned reports, within 30 days, by somebody who had no part in it.
//! Today is 2017-06-30.

mod create;
mod lapse;
mod list;
mod overturn;
mod uphold;
mod withdraw;

use serde_json::json;

use crate::{
    notices::{act, circular, coordinator, drafted, say},
    support::{Caller, Reply, TestApp},
};

const REVIEWS: &str = "/api/v1/second-reviews";

/// Asks for the review of what has this path.
async fn object(caller: &Caller<'_>, path: &str) -> Reply {
    let (way, id) = path.rsplit_once('/').unwrap_or(("notices", path));
    let subject = if way.ends_with("notices") {
        "notice_id"
    } else {
        "progress_report_id"
    };
    caller
        .post(REVIEWS, &json!({subject: id, "reason": "已按期报送"}))
        .await
}

async fn objected(caller: &Caller<'_>, path: &str) -> String {
    object(caller, path).await.expect(201).header("location").to_owned()
}

async fn decide(caller: &Caller<'_>, review: &str, action: &str) -> Reply {
    say(caller, review, action, &json!({"reason": "经核实"})).await
}

/// A criticism of two units, by wang, approved by li, issued by zhao.
async fn criticism(app: &TestApp) -> String {
    let (wang, li, zhao) = (
        coordinator(app, "wang"),
        coordinator(app, "li"),
        coordinator(app, "zhao"),
    );
    let path = drafted(&wang, &circular("criticism")).await;
    act(&wang, &path, "submit").await.ok();
    act(&li, &path, "approve").await.ok();
    act(&zhao, &path, "issue").await.ok();
    path
}

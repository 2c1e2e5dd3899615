//! Snapshots: what a reader should see change. `tests/api/snapshots` has them.

use std::collections::BTreeSet;

use duban::{clock::Clock as _, domain::time::Instant};
use insta::{Settings, internals::Content};
use serde_json::Value;
use uuid::Uuid;

use super::TestApp;

/// Where snapshots are, and that their name is no engine's: both answer the same.
fn settings(folder: &str) -> Settings {
    let mut settings = Settings::clone_current();
    settings.set_snapshot_path(format!("../snapshots{folder}"));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings
}

/// Fails unless `text` is what the snapshot has.
#[track_caller]
pub fn assert_text(name: &str, text: &str) {
    settings("").bind(|| insta::assert_snapshot!(name, text));
}

/// Fails unless `view` is what the snapshot has. What differs from run to run is hidden, once it is seen to have its
/// form: instants that are not the clock's, UUIDs, hashes, and what `sample` calls its plans and portals.
#[track_caller]
pub fn assert_view(name: &str, app: &TestApp, view: &Value) {
    let mut settings = settings("/views");
    let mut names = BTreeSet::new();
    members(view, &mut names);
    let now = app.clock.now();
    for member in names {
        let selector = format!(".**.{member}");
        if member == "at" || member.ends_with("_at") {
            settings.add_dynamic_redaction(&selector, move |value, _| instant(value, now));
        } else if member == "id" || member.ends_with("_id") || member == "subject" {
            settings.add_dynamic_redaction(&selector, |value, _| id(&value));
        } else if member == "path" {
            settings.add_dynamic_redaction(&selector, |value, _| {
                let segments = value.as_str().unwrap().split('/').map(hidden);
                segments.collect::<Vec<_>>().join("/")
            });
        } else if member == "hash" {
            settings.add_dynamic_redaction(&selector, |value, _| hexadecimal(&value, 64, "[hash]"));
        } else if member == "portal" {
            settings.add_dynamic_redaction(&selector, |value, _| hexadecimal(&value, 32, "[portal]"));
        }
    }
    // In `before` and `after` PostgreSQL has an order of its own.
    settings.set_sort_maps(true);
    settings.bind(|| insta::assert_json_snapshot!(name, view));
}

/// The names of all members in `value`.
fn members<'v>(value: &'v Value, names: &mut BTreeSet<&'v str>) {
    match value {
        Value::Object(object) => {
            for (name, value) in object {
                names.insert(name);
                members(value, names);
            }
        }
        Value::Array(items) => items.iter().for_each(|item| members(item, names)),
        _ => {}
    }
}

/// What happened before the test, when the database was filled, is hidden.
fn instant(value: Content, now: Instant) -> Content {
    let text = value.as_str().unwrap_or_default();
    assert!(text.ends_with('Z'), "not in UTC: {value:?}");
    let at: Instant = text.parse().unwrap_or_else(|_| panic!("no instant: {value:?}"));
    if at == now { value } else { "[instant]".into() }
}

fn id(value: &Content) -> Content {
    hidden(value.as_str().unwrap_or_else(|| panic!("no id: {value:?}"))).into()
}

fn hidden(text: &str) -> String {
    if let Ok(id) = text.parse::<Uuid>() {
        assert_eq!((id.get_version_num(), id.to_string()), (7, text.to_owned()));
        return "[uuid]".to_owned();
    }
    match text.split_once('.').unwrap_or((text, "")) {
        (plan, rest) if is_sample(plan) => format!("[plan].{rest}").trim_end_matches('.').to_owned(),
        _ => text.to_owned(),
    }
}

/// Whether `sample` made a plan of this name.
fn is_sample(plan: &str) -> bool {
    let digits = plan.strip_prefix('p').unwrap_or_default();
    digits.len() == 12 && digits.bytes().all(|digit| digit.is_ascii_hexdigit())
}

fn hexadecimal(value: &Content, length: usize, hidden: &'static str) -> &'static str {
    let text = value.as_str().unwrap_or_default();
    let digits = text.bytes().filter(u8::is_ascii_hexdigit).count();
    assert_eq!((digits, text.len()), (length, length), "not {hidden}: {value:?}");
    hidden
}

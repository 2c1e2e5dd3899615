//! `sort=`, and walking a list in its order.

use std::cmp::Ordering;

use serde_json::Value;

use super::{LISTS, identities, more_to_list, pages};
use crate::support::texts;

/// Kinds sort in the order in which they are documented.
const RANKS: &[&str] = &[
    "department",
    "subdistrict",
    "town",
    "park",
    "institution",
    "committee",
    "collective",
    "date",
    "year_round",
    "recurring",
    "on_event",
    "undecided",
    "draft",
    "published",
    "closed",
];

/// What a row sorts by, read from the row itself.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Key {
    Number(u64),
    Text(String),
    /// The numbers of a natural id count as numbers.
    Natural(Vec<Key>),
}

fn key(row: &Value, sort: &str) -> Option<Key> {
    let text = |value: &Value| value.as_str().map(|text| Key::Text(text.to_owned()));
    let rank = |value: &Value| {
        RANKS
            .iter()
            .position(|rank| value == rank)
            .map(|rank| Key::Number(rank as u64))
    };
    match sort {
        "id" => {
            let parts = row["id"].as_str()?.split('.');
            let part = |part: &str| {
                part.trim_start_matches('d')
                    .parse()
                    .map_or(Key::Text(part.to_owned()), Key::Number)
            };
            Some(Key::Natural(parts.map(part).collect()))
        }
        // The first of several dates.
        "due_on" if row.get("deadlines").is_some() => row["deadlines"]
            .as_array()?
            .iter()
            .filter_map(|deadline| text(&deadline["due_on"]))
            .min(),
        "kind" | "status" => rank(&row[sort]),
        "rule_kind" => rank(&row["rule"]["kind"]),
        "year" | "requirement_count" => row[sort].as_u64().map(Key::Number),
        _ => text(&row[sort]),
    }
}

fn compare(a: &Value, b: &Value, sorts: &[(&str, bool)]) -> Ordering {
    let by_sort = sorts
        .iter()
        .map(|(sort, descending)| match (key(a, sort), key(b, sort)) {
            (Some(a), Some(b)) if *descending => b.cmp(&a),
            (Some(a), Some(b)) => a.cmp(&b),
            // What has no value comes last in either direction.
            (a, b) => a.is_none().cmp(&b.is_none()),
        });
    by_sort.fold(Ordering::Equal, Ordering::then)
}

/// `rows` as `sort=` has to put them; whatever is equal in it goes by id.
fn sorted(rows: &[Value], sort: &str) -> Vec<String> {
    let mut sorts: Vec<(&str, bool)> = sort
        .split(',')
        .map(|sort| sort.strip_prefix('-').map_or((sort, false), |sort| (sort, true)))
        .collect();
    let id = if rows[0].get("id").is_some() { "id" } else { "code" };
    sorts.push((id, false));
    let mut rows = rows.to_vec();
    rows.sort_by(|a, b| compare(a, b, &sorts));
    identities(&rows)
}

on_both! {
    async fn walking_gives_each_row_once_in_every_order(app: &TestApp) {
        more_to_list(app).await;
        let caller = app.coordinator();
        for list in LISTS {
            let all = pages(&caller, list.path, 200).await;
            assert!(all.len() > 4, "{}", list.path);
            for sort in list
                .sorts
                .iter()
                .flat_map(|sort| [(*sort).to_owned(), format!("-{sort}")])
            {
                let path = format!("{}?sort={sort}", list.path);
                let expected = sorted(&all, &sort);
                for limit in [7, 100] {
                    assert_eq!(
                        identities(&pages(&caller, &path, limit).await),
                        expected,
                        "{path} by {limit}"
                    );
                }
            }
        }
    }

    async fn walking_one_by_one_gives_the_same(app: &TestApp) {
        more_to_list(app).await;
        let caller = app.coordinator();
        for list in LISTS {
            let all = pages(&caller, list.path, 200).await;
            assert_eq!(
                identities(&pages(&caller, list.path, 1).await),
                identities(&all),
                "{}",
                list.path
            );
            // Exactly full pages are not followed by an empty one: `pages` sees to that.
            pages(&caller, list.path, all.len().min(200)).await;
        }
    }

    async fn several_fields_sort_one_after_the_other(app: &TestApp) {
        let caller = app.anonymous();
        for (path, sort) in [
            ("/api/v1/requirements", "-due_on,task_title,-id"),
            ("/api/v1/deadlines", "rule_kind,-phrase"),
            ("/api/v1/units", "-kind,-region_code,name"),
        ] {
            let all = pages(&caller, path, 200).await;
            let walked = pages(&caller, &format!("{path}?sort={sort}"), 7).await;
            assert_eq!(identities(&walked), sorted(&all, sort), "{path} {sort}");
        }
    }

    async fn numbers_in_ids_sort_as_numbers(app: &TestApp) {
        let caller = app.anonymous();
        let tasks = texts(&pages(&caller, "/api/v1/tasks", 200).await, "id");
        assert_eq!(
            tasks,
            (1..=39).map(|number| format!("dg-2017.{number}")).collect::<Vec<_>>()
        );
        let reversed = texts(&pages(&caller, "/api/v1/tasks?sort=-id", 200).await, "id");
        assert_eq!(reversed, tasks.into_iter().rev().collect::<Vec<_>>());
        let sixth = texts(&pages(&caller, "/api/v1/requirements?task=dg-2017.6", 200).await, "id");
        assert_eq!(
            sixth,
            (1..=12).map(|number| format!("dg-2017.6.{number}")).collect::<Vec<_>>()
        );
    }

    async fn a_plus_sign_means_ascending(app: &TestApp) {
        for sort in ["%2Bphrase", "+phrase", " phrase ", "phrase,"] {
            let path = format!("/api/v1/deadlines?limit=200&sort={sort}");
            let found = app.anonymous().get(&path).await.ok().json();
            let expected = app
                .anonymous()
                .get("/api/v1/deadlines?limit=200&sort=phrase")
                .await
                .ok()
                .json();
            assert_eq!(found, expected, "{sort}");
        }
    }

    async fn a_sort_that_is_not_offered_is_refused_by_name(app: &TestApp) {
        for list in LISTS {
            for sort in ["version", "-nosuch", "--id", "id;drop", "ID"] {
                let problem = app
                    .anonymous()
                    .find(list.path, &[("sort", sort)])
                    .await
                    .problem(400, "invalid_parameter");
                assert_eq!(problem["errors"][0]["parameter"], "sort", "{} {sort}", list.path);
                let detail = problem["detail"].as_str().unwrap();
                for offered in list.sorts {
                    assert!(detail.contains(offered), "{detail} names what is offered");
                }
            }
            let twice = format!("{0},-{0}", list.sorts[0]);
            let problem = app
                .anonymous()
                .find(list.path, &[("sort", &twice)])
                .await
                .problem(400, "invalid_parameter");
            assert_eq!(problem["errors"][0]["parameter"], "sort", "{}", list.path);
        }
    }
}

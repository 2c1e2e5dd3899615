//! `cursor=`: the place in one list, and in no other.

use super::{LISTS, identities, pages};
use crate::support::Caller;

/// The cursor behind the first row of `path`.
async fn cursor(caller: &Caller<'_>, path: &str) -> String {
    let sign = if path.contains('?') { '&' } else { '?' };
    let page = caller.get(&format!("{path}{sign}limit=1")).await.ok().json();
    let next = reqwest::Url::parse(page["next"].as_str().unwrap()).unwrap();
    let (_, cursor) = next.query_pairs().find(|(name, _)| name == "cursor").unwrap();
    cursor.into_owned()
}

async fn refused(caller: &Caller<'_>, path: &str, cursor: &str) {
    let sign = if path.contains('?') { '&' } else { '?' };
    let problem = caller
        .get(&format!("{path}{sign}cursor={cursor}"))
        .await
        .problem(400, "invalid_cursor");
    assert_eq!(problem["errors"][0]["parameter"], "cursor", "{path} {cursor}");
}

on_both! {
    async fn the_page_may_look_different_behind_the_same_cursor(app: &TestApp) {
        let caller = app.coordinator();
        for list in LISTS.iter().skip(1) {
            let all = identities(&pages(&caller, list.path, 200).await);
            let cursor = cursor(&caller, list.path).await;
            for look in [
                "limit=7",
                "limit=200",
                &format!("limit=3&sort={}", list.sorts.last().unwrap()),
            ] {
                let page = caller
                    .get(&format!("{}?{look}&cursor={cursor}", list.path))
                    .await
                    .ok()
                    .json();
                let rows = identities(page["items"].as_array().unwrap());
                assert!(!rows.is_empty() && all[1..].starts_with(&rows), "{} {look}", list.path);
            }
        }
    }

    async fn a_tampered_one_is_refused(app: &TestApp) {
        let caller = app.anonymous();
        for list in LISTS.iter().skip(1) {
            let cursor = cursor(&caller, list.path).await;
            for at in [
                0,
                1,
                cursor.len() / 3,
                cursor.len() / 2,
                cursor.len() - 2,
                cursor.len() - 1,
            ] {
                let other = if &cursor[at..=at] == "A" { "B" } else { "A" };
                let tampered = format!("{}{other}{}", &cursor[..at], &cursor[at + 1..]);
                refused(&caller, list.path, &tampered).await;
            }
            for length in [1, cursor.len() / 2, cursor.len() - 1] {
                refused(&caller, list.path, &cursor[..length]).await;
            }
            for foreign in [
                "2",
                "AAAAAAAA",
                "e30",
                "%E6%B8%B8%E6%A0%87",
                "eyJrIjpbXSwicSI6IiJ9",
            ] {
                refused(&caller, list.path, foreign).await;
            }
            refused(&caller, list.path, &format!("{cursor}AA")).await;
        }
    }

    async fn one_from_another_sort_is_refused(app: &TestApp) {
        let caller = app.anonymous();
        for list in LISTS.iter().skip(1) {
            let id = list.sorts.last().unwrap();
            let by_id = cursor(&caller, list.path).await;
            for sort in [list.sorts[0], &format!("-{id}"), &format!("-{}", list.sorts[0])] {
                let sorted = format!("{}?sort={sort}", list.path);
                refused(&caller, &sorted, &by_id).await;
                refused(&caller, list.path, &cursor(&caller, &sorted).await).await;
            }
        }
    }

    async fn one_from_another_filter_is_refused(app: &TestApp) {
        let caller = app.anonymous();
        for (path, filters) in [
            ("/api/v1/tasks", ["task=dg-2017.6&task=dg-2017.7", "unit=hbj"]),
            ("/api/v1/requirements", ["rule_kind=date", "q=%E5%85%AC%E5%BC%80"]),
            ("/api/v1/deadlines", ["source=text", "due_to=2017-06-30"]),
            ("/api/v1/units", ["kind=town", "member_of=zhenjie"]),
            ("/api/v1/units/zhenjie/members", ["on=2017-09-30", "on=2017-10-01"]),
        ] {
            let [one, other] = filters.map(|filter| format!("{path}?{filter}"));
            refused(&caller, &one, &cursor(&caller, path).await).await;
            refused(&caller, path, &cursor(&caller, &one).await).await;
            refused(&caller, &one, &cursor(&caller, &other).await).await;
        }
    }

    async fn one_from_another_list_is_refused(app: &TestApp) {
        let caller = app.anonymous();
        for from in LISTS.iter().skip(1) {
            let cursor = cursor(&caller, from.path).await;
            for to in LISTS.iter().filter(|to| to.path != from.path) {
                refused(&caller, to.path, &cursor).await;
            }
        }
    }
}

//! `GET /progress-reports?q=`: how many a search finds, where it finds very many

use crate::support::{Engine, TestApp, database::execute, sample::reports::report};

use super::REPORTS;

/// Reports like the one there is, many times.
async fn copy(app: &TestApp, times: usize) {
    let id = match app.engine {
        Engine::Sqlite => "randomblob(16)",
        Engine::Postgres => "gen_random_uuid()",
    };
    let same = "obligation_id, plan_id, task_id, requirement_id, unit, period, status, publication, is_public, revision, content,
                claims_completion, search_text, authors, created_by, created_at, reviewed_by, reviewed_at, judged_by, judged_at,
                reported_on, version";
    let sql = format!(
        "with recursive n (i) as (select 1 union all select i + 1 from n where i < {times})
         insert into progress_report (id, {same}) select {id}, {same} from progress_report cross join n where is_public"
    );
    execute(&app.config, &sql).await;
}

on_both! {
    async fn a_search_counts_up_to_ten_thousand_reports(app: &TestApp) {
        report(app, "clear").await;
        copy(app, 9_999).await;
        for caller in [app.anonymous(), app.coordinator()] {
            let page = caller.get(&format!("{REPORTS}?q=转发&limit=1")).await.ok().json();
            assert_eq!((page["total"].as_i64(), page.get("total_at_least")), (Some(10_000), None));
        }
        report(app, "clear").await;
        for caller in [app.anonymous(), app.coordinator()] {
            for query in ["q=转发", "q=已转发", "q=转发 部署", "q=转", "q=转发&status=accepted", "q=转发&as_of=2017-06-30"] {
                let page = caller.get(&format!("{REPORTS}?{query}&limit=1")).await.ok().json();
                assert_eq!((page.get("total"), page["total_at_least"].as_i64()), (None, Some(10_000)), "{query}");
                let next = caller.get(page["next"].as_str().unwrap()).await.ok().json();
                assert!(next["items"][0]["id"].as_str() < page["items"][0]["id"].as_str(), "{query}");
            }
            // What is listed without words is counted to the end, and so is what few reports say.
            for (query, total) in [("", 10_001), ("?q=没有的词", 0), ("?q=转发&unit=humen", 0)] {
                let page = caller.get(&format!("{REPORTS}{query}")).await.ok().json();
                assert_eq!((page["total"].as_i64(), page.get("total_at_least")), (Some(total), None), "{query}");
            }
        }
        let table = app.anonymous().get(&format!("{REPORTS}?q=转发&format=ndjson&fields=id")).await.ok();
        assert_eq!(table.text().lines().count(), 10_001);
    }
}

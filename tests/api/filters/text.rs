//! `q=`: words as people type them.

use super::{model::write_reports, *};
use crate::{reports::REPORTS, support::Engine};

on_both! {
    async fn width_case_and_spaces_do_not_matter(app: &TestApp) {
        let caller = app.anonymous();
        for words in ["AQI", "aqi", "ＡＱＩ", "ａＱi", " aqi　"] {
            assert_eq!(
                found(&caller, "requirements", &[("q", words)]).await,
                ["dg-2017.17.1"],
                "{words}"
            );
        }
        for words in ["（PPP）", "(ppp)", "（ｐｐｐ)"] {
            assert_eq!(
                found(&caller, "requirements", &[("q", words)]).await,
                ["dg-2017.4.6"],
                "{words}"
            );
        }
        for words in ["12345政府服务热线", "１２３４５"] {
            let expected: Vec<String> = (1..=3).map(|number| format!("dg-2017.33.{number}")).collect();
            assert_eq!(
                found(&caller, "requirements", &[("q", words)]).await,
                expected,
                "{words}"
            );
        }
    }

    async fn every_word_must_occur_in_any_order(app: &TestApp) {
        let caller = app.anonymous();
        let whole = Whole::read(&caller).await;
        let has = |requirement: &Value, word: &str| {
            ["text", "task_title"]
                .iter()
                .any(|field| requirement[*field].as_str().unwrap().contains(word))
        };
        for words in [
            "公开",
            "行政许可 行政处罚",
            "行政处罚　行政许可",
            "信息公开 目录",
            "网上 办理 平台",
        ] {
            let expected =
                whole.requirements(|requirement| words.split_whitespace().all(|word| has(requirement, word)));
            assert!(!expected.is_empty() && expected.len() < 127, "{words}");
            assert_eq!(
                found(&caller, "requirements", &[("q", words)]).await,
                expected,
                "{words}"
            );
        }
        assert_eq!(found(&caller, "requirements", &[("q", "aqi 教育")]).await, [""; 0]);
        assert_eq!(
            found(&caller, "requirements", &[("q", "饮用水 每季度")]).await,
            ["dg-2017.17.3"]
        );
    }

    async fn titles_units_and_deadlines_are_searched_too(app: &TestApp) {
        let caller = app.anonymous();
        let whole = Whole::read(&caller).await;
        for (words, expected) in [
            ("转移落户人员的服务公开", &["dg-2017.8.1"][..]),
            ("高考11月", &["dg-2017.18.1"]),
            ("东莞市旅游局 季报", &["dg-2017.6.5"]),
            ("环保部修订发布", &["dg-2017.17.4"]),
        ] {
            assert_eq!(
                found(&caller, "requirements", &[("q", words)]).await,
                expected,
                "{words}"
            );
        }
        // Deadlines and tasks are found by the words of the requirements they belong to.
        let deadlines = whole.deadlines(|deadline| deadline["requirement_id"] == "dg-2017.18.1");
        assert_eq!(found(&caller, "deadlines", &[("q", "随迁子女")]).await, deadlines);
        assert_eq!(found(&caller, "tasks", &[("q", "随迁子女")]).await, ["dg-2017.18"]);
        let by_unit = [("q", "市经协办"), ("due_to", "2017-12-31")];
        assert_eq!(
            found(&caller, "tasks", &by_unit).await,
            [""; 0],
            "all year round, no date"
        );
    }

    async fn a_word_is_found_within_one_field_only(app: &TestApp) {
        // 1.4: the title ends with 决策公开, the text begins with 完善, and ends before 市法制局.
        let caller = app.anonymous();
        for words in ["决策公开完善", "顾问制度。市法制局", "市法制局全年"] {
            assert_eq!(
                found(&caller, "requirements", &[("q", words)]).await,
                [""; 0],
                "{words}"
            );
        }
        let words = words_of("决策公开 完善 顾问制度。 市法制局 全年");
        assert_eq!(found(&caller, "requirements", &[("q", &words)]).await, ["dg-2017.1.4"]);
        assert_eq!(found(&caller, "units", &[("q", "humen虎门")]).await, [""; 0]);
        assert_eq!(found(&caller, "units", &[("q", "humen 虎门")]).await, ["humen"]);
    }

    /// Whoever asks for a thousand words is no person, and nobody else shall wait for the answer.
    async fn words_are_bounded_and_equal_ones_count_once(app: &TestApp) {
        let caller = app.anonymous();
        let numbered = |words: std::ops::Range<u32>| words.map(|word| word.to_string()).collect::<Vec<_>>().join(" ");
        for list in ["plans", "tasks", "requirements", "deadlines", "units", "progress-reports"] {
            let path = format!("/api/v1/{list}");
            caller.find(&path, &[("q", &numbered(10..26))]).await.ok();
            let problem = refused(&caller, list, &[("q", &numbered(10..27))], "q").await;
            assert!(problem["detail"].as_str().unwrap().contains("最多 16 个"), "{problem}");
            caller.find(&path, &[("q", &"公".repeat(200))]).await.ok();
            let problem = refused(&caller, list, &[("q", &"公".repeat(201))], "q").await;
            assert!(problem["detail"].as_str().unwrap().contains("最多 200 个字符"), "{problem}");
        }
        let once = found(&caller, "requirements", &[("q", "公开 信息")]).await;
        let often = found(&caller, "requirements", &[("q", &"公开 信息 ".repeat(30))]).await;
        assert!(!once.is_empty());
        assert_eq!(once, often);
    }

    async fn a_new_name_is_found_at_once(app: &TestApp) {
        let coordinator = app.coordinator();
        let before = found(&coordinator, "requirements", &[("q", "市生态环境局")]).await;
        assert_eq!(before, [""; 0]);
        let etag = coordinator.etag("/api/v1/units/hbj").await;
        let renamed = json!({"name": "市生态环境局", "aliases": ["市环保局"]});
        coordinator.patch("/api/v1/units/hbj", &etag, &renamed).await.ok();
        let caller = app.anonymous();
        let after: Vec<String> = (1..=5).map(|number| format!("dg-2017.17.{number}")).collect();
        assert_eq!(found(&caller, "requirements", &[("q", "市生态环境局")]).await, after);
        for name in ["市生态环境局", "市环保局"] {
            let found = found(&caller, "requirements", &[("unit", name), ("task", "dg-2017.17")]).await;
            assert_eq!(found, after, "{name}");
        }
        // The document itself keeps its words.
        assert_eq!(
            caller.get("/api/v1/requirements/dg-2017.17.1").await.ok().json()["units_phrase"],
            "市环保局"
        );
    }

    /// What was written before there was an index, and what was changed or removed since.
    async fn words_are_found_in_reports_of_any_age(app: &TestApp) {
        write_reports(app).await;
        let (undo, redo) = match app.engine {
            Engine::Sqlite => (
                "drop trigger report_search_added; drop trigger report_search_changed; drop trigger report_search_removed;
                 drop view report_spelt; drop table report_search; drop table report_search_row",
                [
                    include_str!("../../../migrations/sqlite/0008_report_search.sql"),
                    include_str!("../../../migrations/sqlite/0009_unseen_characters.sql"),
                    include_str!("../../../migrations/sqlite/0033_cheaper_words.sql"),
                ],
            ),
            Engine::Postgres => (
                "drop table report_search; drop function keep_report_search cascade; drop function report_grams",
                [
                    include_str!("../../../migrations/postgres/0008_report_search.sql"),
                    include_str!("../../../migrations/postgres/0009_unseen_characters.sql"),
                    include_str!("../../../migrations/postgres/0033_cheaper_words.sql"),
                ],
            ),
        };
        database::execute(&app.config, undo).await;
        database::execute(
            &app.config,
            "update progress_report set search_text = search_text || '旧\u{200b}\u{2060}\u{fe0f}\u{e0101}文'",
        )
        .await;
        for migration in redo {
            database::execute(&app.config, migration).await;
        }
        let own = app.bearing(Some(app.token("writer", &["unit_reporter"], Some("dalang"), &[])));
        let found = async |words: &str| {
            let page = own.find(REPORTS, &[("q", words), ("unit", "dalang")]).await.ok().json();
            texts(page["items"].as_array().unwrap(), "id")
        };
        let all = found("佐证").await;
        assert!(all.len() > 2, "{all:?}");
        assert_eq!(found("旧文").await, all);
        let long = "长".repeat(1000) + "短";
        let (mut changed, mut removed) = (None, None);
        for id in &all {
            let path = format!("{REPORTS}/{id}");
            let report = own.get(&path).await.ok().json();
            if changed.is_none() && report["status"] == "withdrawn" {
                own.patch(&path, "*", &json!({"summary": "改过之后", "measures": long})).await.ok();
                changed = Some(id.clone());
            } else if removed.is_none() && report["status"] == "draft" {
                own.delete(&path, "*").await.expect(204);
                removed = Some(id.clone());
            }
        }
        let (changed, removed) = (changed.unwrap(), removed.unwrap());
        assert_eq!(found("改过 长短 长").await, [changed]);
        assert!(!found("佐证").await.contains(&removed));
    }
}

/// Full-width spaces separate words too.
fn words_of(words: &str) -> String {
    words.replace(' ', "　")
}

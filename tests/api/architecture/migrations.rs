//! The migrations of both engines make the same tables.

use std::collections::BTreeSet;

use crate::support::{Engine, TestApp, database::select, source::files};

#[test]
fn migrations_come_in_twins() {
    let names = |engine: &str| {
        let found = files(&format!("migrations/{engine}"), "sql").into_iter();
        found
            .map(|path| path.file_name().unwrap().to_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(names("sqlite"), names("postgres"));
}

#[actix_web::test]
async fn both_engines_have_the_same_columns() {
    let sqlite = TestApp::start(Engine::Sqlite).await;
    let of_sqlite = "select t.name || '.' || c.name || iif(c.\"notnull\", ' not null', '') from sqlite_master t \
                     join pragma_table_xinfo(t.name) c where t.type = 'table' and t.name not like 'sqlite_%'";
    let in_sqlite = select(&sqlite.config, of_sqlite).await;
    sqlite.stop().await;
    let postgres = TestApp::start(Engine::Postgres).await;
    let of_postgres = "select table_name || '.' || column_name || case is_nullable when 'NO' then ' not null' else '' end \
                       from information_schema.columns where table_schema = 'public'";
    let in_postgres = select(&postgres.config, of_postgres).await;
    postgres.stop().await;
    let ours = |columns: Vec<String>| {
        columns
            .into_iter()
            .filter(|column| !column.starts_with("_sqlx_migrations."))
            // Each engine finds words in its own way.
            .filter(|column| !column.starts_with("report_search"))
            .collect::<BTreeSet<_>>()
    };
    let (in_sqlite, in_postgres) = (ours(in_sqlite), ours(in_postgres));
    assert!(
        in_sqlite.contains("plan.id not null") && in_sqlite.contains("plan.closed_at"),
        "{in_sqlite:?}"
    );
    let differing: Vec<_> = in_sqlite.symmetric_difference(&in_postgres).collect();
    assert!(differing.is_empty(), "{differing:?}");
}

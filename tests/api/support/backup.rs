//! What a database held at a moment, and puts back in place: as after a restore, or when a server takes over that lacks the
//! last transactions. Nobody is told.

use duban::config::Config;

use super::database::{execute, select};

/// Each table with its columns, but those that are derived. Triggers keep what is searched.
const TABLES: &str = "select m.name || '(' || group_concat('\"' || p.name || '\"', ', ') || ')'
     from sqlite_schema m join pragma_table_info(m.name) p
     where m.type = 'table' and m.name not like 'sqlite_%' and m.name not like 'report_search%' and m.name not like 'backup_%'
     group by m.name";
const TABLES_OF_POSTGRES: &str = "select table_name || '(' || string_agg(quote_ident(column_name), ', ') || ')'
     from information_schema.columns join information_schema.tables using (table_schema, table_name)
     where table_schema = current_schema and table_type = 'BASE TABLE' and is_generated = 'NEVER'
     group by table_name";

/// Copies of all tables, beside them.
pub struct Backup(Vec<(String, String)>);

impl Backup {
    pub async fn of(config: &Config) -> Self {
        let tables = if is_sqlite(config) { TABLES } else { TABLES_OF_POSTGRES };
        let tables = select(config, tables).await;
        let mut tables: Vec<(String, String)> = tables
            .iter()
            .map(|table| table.trim_end_matches(')').split_once('(').unwrap())
            .map(|(name, columns)| (name.to_owned(), columns.to_owned()))
            .collect();
        // An entry that is put back waits for its number until that is put back too.
        tables.sort_by_key(|(name, _)| name == "log_pending");
        let copies = tables
            .iter()
            .map(|(name, columns)| format!("create table backup_{name} as select {columns} from {name};"));
        execute(config, &format!("begin; {} commit", copies.collect::<String>())).await;
        Self(tables)
    }

    /// Puts all back as it was.
    pub async fn restore(&self, config: &Config) {
        let (begin, overriding) = if is_sqlite(config) {
            ("pragma foreign_keys = off; begin immediate;", "")
        } else {
            (
                "begin; set local session_replication_role = replica;",
                "overriding system value",
            )
        };
        let deletes = self.0.iter().map(|(name, _)| format!("delete from {name};"));
        let inserts = self.0.iter().map(|(name, columns)| {
            format!(
                "delete from {name}; insert into {name} ({columns}) {overriding} select {columns} from backup_{name};"
            )
        });
        let all = deletes.chain(inserts).collect::<String>();
        execute(config, &format!("{begin} {all} commit")).await;
    }
}

fn is_sqlite(config: &Config) -> bool {
    config.database_url.expose().starts_with("sqlite:")
}

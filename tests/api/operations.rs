//! Running the service: probes, metrics, start and stop, the command line.

mod away;
mod commands;
mod crowded;
mod files;
mod full;
mod interrupted;
mod kill;
mod lifecycle;
mod pooled;
mod probes;
mod silent;
mod slow;
mod upgrade;

/// Tables that hold what people entered, with the number of their rows.
async fn row_counts(config: &duban::config::Config) -> Vec<String> {
    let tables = [
        "unit",
        "membership",
        "plan",
        "task",
        "requirement",
        "responsibility",
        "deadline",
        "indicator",
        "revision",
        "log_entry",
        "idempotency",
    ];
    let counts = tables.map(|table| format!("select '{table} ' || count(*) from {table}"));
    crate::support::database::select(config, &counts.join(" union all ")).await
}

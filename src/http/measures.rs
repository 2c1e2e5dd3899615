//! `/metrics`: what is measured, and what it means.

use ::metrics::{Unit, counter, describe_counter, describe_gauge, describe_histogram, gauge};
use actix_web::{HttpResponse, get, web::Data};
use metrics_exporter_prometheus::PrometheusHandle;

use crate::app::{App, ProcessFigures};

const REQUESTS: &str = "http_request_duration_seconds";
const STATEMENTS: &str = "duban_command_statements";
const READS: &str = "duban_read_transactions";
const CALENDAR: &str = "duban_calendar_days_left";
const READY: &str = "duban_ready";
const UNSEALED: &str = "duban_log_unsealed";
const UNSEALED_AGE: &str = "duban_log_unsealed_age_seconds";
const CONNECTIONS: &str = "duban_database_connections";
const CONNECTIONS_USED: &str = "duban_database_connections_used";
const CONNECTIONS_WAITING: &str = "duban_database_connections_waiting";
const WORKER_PANICS: &str = "duban_worker_panics_total";
const JWKS_FAILURES: &str = "duban_jwks_fetch_failures_total";
const JWKS_AGE: &str = "duban_jwks_age_seconds";
const BUILD: &str = "duban_build_info";

/// Describes each of them for Prometheus.
pub fn describe() {
    describe_histogram!(
        REQUESTS,
        Unit::Seconds,
        "Time that requests took, by method, route and status"
    );
    describe_histogram!(
        STATEMENTS,
        "SQL statements that commands took, by the event that they recorded first"
    );
    describe_counter!(READS, "How often the database was asked because memory had no answer");
    describe_gauge!(CALENDAR, "Days for which the working-day calendar still reaches");
    describe_gauge!(READY, "1 where /readyz is 200, else 0");
    describe_gauge!(
        UNSEALED,
        "Entries of the log that wait for their number; NaN where the database does not say"
    );
    describe_gauge!(UNSEALED_AGE, Unit::Seconds, "Since when the first of them waits");
    describe_gauge!(CONNECTIONS, "Most connections to the database for requests");
    describe_gauge!(CONNECTIONS_USED, "Connections to the database that are in use");
    describe_gauge!(
        CONNECTIONS_WAITING,
        "Who waits for a connection to the database, on SQLite also for the turn to write"
    );
    describe_counter!(
        WORKER_PANICS,
        "How often what goes on without requests has panicked and begun again, by what it is"
    );
    describe_counter!(JWKS_FAILURES, "Fetches of an issuer's keys that failed");
    describe_gauge!(
        JWKS_AGE,
        Unit::Seconds,
        "Since the keys of an issuer were fetched; NaN where they never were"
    );
    describe_gauge!(BUILD, "1, with the version as a label");
}

/// 运行指标 (metrics)
///
/// Prometheus 文本格式。In the Prometheus text format.
#[utoipa::path(tag = "operations", security(()), responses((status = 200, description = "指标 (metrics)", body = String, content_type = "text/plain")))]
#[get("/metrics")]
pub async fn metrics(app: Data<App>, handle: Data<PrometheusHandle>) -> HttpResponse {
    let ProcessFigures {
        is_ready,
        unsealed,
        connections,
        workers,
        keys,
    } = app.figures().await;
    gauge!(BUILD, "version" => env!("CARGO_PKG_VERSION")).set(1);
    gauge!(CALENDAR).set(number(app.calendar_days_left()));
    gauge!(READY).set(u8::from(is_ready));
    let (waiting, age) = unsealed.map_or((f64::NAN, f64::NAN), |(waiting, age)| (number(waiting), number(age)));
    gauge!(UNSEALED).set(waiting);
    gauge!(UNSEALED_AGE).set(age);
    gauge!(CONNECTIONS).set(number(connections.most));
    gauge!(CONNECTIONS_USED).set(number(connections.in_use));
    gauge!(CONNECTIONS_WAITING).set(number(connections.waiting));
    for (worker, panics) in workers {
        counter!(WORKER_PANICS, "worker" => worker).absolute(panics.all);
    }
    for of in keys {
        let issuer = of.issuer.to_owned();
        counter!(JWKS_FAILURES, "issuer" => issuer.clone()).absolute(of.failures);
        gauge!(JWKS_AGE, "issuer" => issuer).set(of.age.map_or(f64::NAN, number));
    }
    HttpResponse::Ok()
        .insert_header(("Cache-Control", "no-store"))
        .content_type("text/plain; version=0.0.4; charset=utf-8")
        .body(handle.render())
}

/// As the format has it.
fn number<N: TryInto<i32>>(number: N) -> f64 {
    number.try_into().map_or(f64::INFINITY, f64::from)
}

//! `/healthz`, `/readyz`, and the page that lists the error codes.

use std::fmt::Write as _;

use actix_web::{HttpResponse, get, web::Data};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    app::{App, NotReady},
    error::{Code, Error},
    http::{refused::Refused, reply::Reply},
    say,
};

/// 健康状况 (health)
#[derive(Debug, Serialize, ToSchema)]
pub struct Health {
    /// `ok`
    #[schema(example = "ok")]
    status: &'static str,
    /// 不妨碍服务、但须有人处理的事，没有时省略 (what does not keep it from serving, but somebody has to see to;
    /// absent when there is nothing)
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    warnings: Vec<String>,
}

const OK: Health = Health {
    status: "ok",
    warnings: Vec::new(),
};

/// 进程存活 (the process is alive)
///
/// 不访问数据库。Does not ask the database.
#[utoipa::path(tag = "operations", security(()), responses((status = 200, description = "存活 (alive)", body = Health)))]
#[get("/healthz")]
pub async fn healthz() -> HttpResponse {
    HttpResponse::Ok().insert_header(("Cache-Control", "no-store")).json(OK)
}

/// 可以服务 (ready to serve)
///
/// 数据库可达、可写且迁移齐全，日志能够封存，服务没有在停止。The database is reachable, takes changes and has all
/// migrations; the log is sealed; the service is not stopping.
#[utoipa::path(tag = "operations", security(()), responses((status = 200, description = "就绪 (ready)", body = Health), Refused<503>))]
#[get("/readyz")]
pub async fn readyz(app: Data<App>) -> Reply {
    if let Some(not_ready) = app.not_ready().await? {
        let detail = match not_ready {
            NotReady::Stopping => say!("服务正在停止", "the service is stopping"),
            NotReady::Unmigrated => say!("数据库迁移尚未完成", "database migrations are missing"),
            NotReady::NotWriting => say!("数据库暂时不能写入", "the database takes no changes at the moment"),
            NotReady::NotSealing => say!(
                "日志暂时不能封存，原因见服务日志；每秒重试，若持续请检查数据库能否写入，并运行 duban verify",
                "the log cannot be sealed at the moment, the service's own log says why; it is tried again each second. If it \
                 lasts, see whether the database takes changes, and run duban verify"
            ),
        };
        return Err(Error::new(Code::Unavailable, detail).with_header("Retry-After", "5"));
    }
    let calendar = app.calendar_wanted().map(|(year, left)| {
        say!(
            "{year} 年的官方工作日历尚未录入，现有日历还剩 {left} 天",
            "the official calendar for {year} has not been put; what there is reaches {left} more days"
        )
        .both()
    });
    let failing = app.background.failing().into_iter().map(|worker| {
        say!(
            "后台任务 {worker} 反复出错，原因见服务日志",
            "the background task {worker} fails again and again; the service's own log says why"
        )
        .both()
    });
    let health = Health {
        warnings: calendar.into_iter().chain(failing).collect(),
        ..OK
    };
    Ok(HttpResponse::Ok()
        .insert_header(("Cache-Control", "no-store"))
        .json(health))
}

/// 错误代码表 (error codes)
///
/// `type` 指向这里。Where the `type` of a problem points to.
#[utoipa::path(tag = "operations", security(()), responses((status = 200, description = "错误代码 (codes)", body = String, content_type = "text/html")))]
#[get("/errors")]
pub async fn list_errors() -> HttpResponse {
    let mut rows = String::new();
    for code in Code::ALL {
        let (name, status, title) = (code.as_str(), code.status().as_u16(), code.title());
        let _ = writeln!(
            rows,
            "<tr id=\"{name}\"><td><code>{name}</code></td><td>{status}</td><td>{}</td><td>{}</td></tr>",
            title.zh, title.en
        );
    }
    HttpResponse::Ok().insert_header(("Cache-Control", "public, max-age=3600")).content_type("text/html; charset=utf-8").body(format!(
        "<!doctype html><html lang=\"zh-CN\"><meta charset=\"utf-8\"><title>错误代码 (error codes)</title>\
         <h1>错误代码 (error codes)</h1><table><tr><th>code</th><th>HTTP</th><th>中文</th><th>English</th></tr>\n{rows}</table></html>"
    ))
}

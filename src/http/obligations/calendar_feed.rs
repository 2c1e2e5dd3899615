//! `/units/{id}/calendar.ics`: due days for calendar programs

use actix_web::{HttpRequest, get, http::StatusCode, post, web::Data};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::{
    app::App,
    domain::{
        id::UnitCode,
        ledger::{Horizons, ObligationFilter},
        order::Window,
        policy::Actor,
        scope::Scope,
    },
    error::Error,
    http::{
        Declared,
        caller::{Caller, may, take_over},
        input::{self, Id, IdempotencyKey, Nothing},
        obligations::ObligationView,
        origin::Origin,
        refused::Refused,
        render::icalendar::{self, Entry},
        reply::{Reply, done, send},
    },
    rendered::Rendered,
    service::{calendar_feeds, work::Context},
    store::{
        self,
        filter::Filter as _,
        idempotency::{Audience, SavedReply},
        obligations::LedgerFilter,
    },
};

/// 日历订阅地址 (address of a calendar feed)
#[derive(Debug, Serialize, ToSchema)]
pub struct CalendarFeed {
    /// 订阅地址，只出示一次 (the address, shown once)
    #[schema(example = "http://127.0.0.1:8080/api/v1/units/humen/calendar.ics?token=…")]
    url: String,
}

/// 生成日历订阅地址 (open a calendar feed)
///
/// 地址中的密钥只能读取该单位的日历；再次生成即作废旧地址。答复不予保存：带同一 Idempotency-Key 重复请求得到 409
/// `already_exists`，没有收到地址的换一个键再次生成。
/// The secret in it opens this feed only; a new one ends the old. The reply is not kept: a repeat with the same Idempotency-Key is
/// a 409 `already_exists`; who has not got the address asks again with another key.
#[utoipa::path(tag = "obligations", params(Id<UnitCode>),
    responses((status = 201, description = "订阅地址 (the address)", body = CalendarFeed), Caller<may::ManageFeed>, Id<UnitCode>, IdempotencyKey, Nothing))]
#[post("/{id}/calendar-feed")]
pub async fn open_calendar_feed(
    caller: Caller<may::ManageFeed>,
    id: Id<UnitCode>,
    key: IdempotencyKey,
    _: Nothing,
) -> Reply {
    caller
        .write(key.bind(&[]), async |work| {
            let secret = calendar_feeds::open_feed(work, &id.0).await?;
            let path = format!("/api/v1/units/{}/calendar.ics?token={secret}", id.0);
            let url = caller.origin().url(&path);
            Ok(SavedReply {
                status: StatusCode::CREATED.as_u16(),
                // A secret is kept as its hash, and nowhere else.
                to: Audience::Once,
                ..done(&CalendarFeed { url })?
            })
        })
        .await
}

/// The secret of a feed.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct FeedParams {
    /// 订阅地址中的密钥 (the secret in the address)
    token: Option<String>,
}

/// 订阅单位日历 (calendar feed of a unit)
///
/// iCalendar (RFC 5545)：每个到期日一个全天事件，UID 不变。One all-day event for each due day.
#[utoipa::path(tag = "obligations", security(()), params(Id<UnitCode>, FeedParams),
    responses((status = 200, description = "日历 (the calendar)", body = String, content_type = "text/calendar"), Id<UnitCode>, Refused<422>, Refused<400>, Refused<503>))]
#[get("/{id}/calendar.ics")]
pub async fn get_calendar_feed(app: Data<App>, id: Id<UnitCode>, req: HttpRequest) -> Reply {
    Declared::check(&req)?;
    let FeedParams { token } = input::query(&req)?;
    let given = calendar_feeds::hash(token.as_deref().unwrap_or_default());
    let by_due_day = Window::first(&["due_on", "id"], i64::MAX);
    let snapshot = app
        .catalog(&Context {
            actor: Actor::anonymous(),
            request_id: None,
        })
        .await?;
    let catalog = snapshot.catalog();
    let mut reader = Actor::calendar_of(id.0.clone());
    take_over(&mut reader, catalog, app.today());
    let scope = Scope::of(&reader);
    let due = LedgerFilter {
        memory: None,
        reports: None,
        filter: ObligationFilter::default(),
        horizons: Horizons::of_ledger(catalog, app.today(), app.today()),
    };
    let rows = app
        .read(async |tx| {
            // Hashes are compared, so that how long it takes tells nothing of the secret.
            if store::calendar_feeds::find(tx, &id.0).await?.as_ref() != Some(&given) {
                return Err(Error::not_found());
            }
            Ok(due.list(tx, &scope, &by_due_day).await?)
        })
        .await?;
    let name = catalog
        .units
        .get(&id.0)
        .map_or_else(|| id.0.to_string(), |unit| unit.name.clone());
    let origin = Origin::of(&req);
    let entries: Vec<Entry> = rows
        .iter()
        .map(|row| &row.obligation)
        .filter_map(|row| {
            let view = ObligationView::new(
                (row, None),
                catalog,
                due.horizons.of(row.id.deadline.requirement.plan()),
                (&Actor::anonymous(), &origin),
                app.today(),
            );
            Some(Entry {
                uid: format!("{}@duban", row.id),
                day: row.day_in_mind()?,
                summary: format!("{} 到期：{}", view.requirement_id, view.task_title.unwrap_or_default()),
                description: format!(
                    "{}
完成时限：{}",
                    view.text.unwrap_or_default(),
                    view.phrase.unwrap_or_default()
                ),
                sequence: row.version,
            })
        })
        .collect();
    // The same all day, so that a program which asks again is told that nothing changed.
    let stamp = app
        .clock()
        .now()
        .date_naive()
        .and_time(chrono::NaiveTime::MIN)
        .and_utc();
    let feed = icalendar::render(&format!("{name} 应办事项"), &entries, stamp);
    let reply = Rendered::new("text/calendar; charset=utf-8", feed.into_bytes(), None);
    Ok(send(&reply, &req, false))
}

//! What goes out: replies to changes, shared reads, bytes and their formats.
//!
//! Replies to changes are sent by `create`, `step`, `change` and `delete` of `commands`. What is read is answered by
//!
//! | | from the catalog, kept until its next revision | from the database | from there, kept while the log is silent |
//! |---|---|---|---|
//! | one thing | `get_in_memory` | `get_stored` | |
//! | a list | `list_in_memory` | `list_stored` | `serve_list`, of what `make_list` makes |
//! | else | `serve` | | `serve_stored` |

mod cached;
mod commands;
pub mod download;
pub mod format;
mod send;
mod shared;

use actix_web::{HttpResponse, http::StatusCode};
use serde::Serialize;

use self::format::JSON;
pub use self::{
    cached::Made,
    commands::Representation,
    send::{has_it, send, tagged},
    shared::ItemParams,
};
use crate::{
    error::{Error, Result},
    http::{caller::Call, origin::Origin},
    rendered::Rendered,
    service::{idempotency::Request, work::Work},
    store::idempotency::{Audience, SavedReply},
};

/// The header that says what became of the ledger.
const OBLIGATIONS: &str = "Obligations";

/// What a handler answers.
pub type Reply = Result<HttpResponse>;

/// A view as the bytes of a reply; `version` of a thing that can be changed becomes part of its tag.
pub fn json(view: &impl Serialize, version: Option<i64>) -> Result<Rendered> {
    let body = serde_json::to_vec(view).map_err(Error::internal)?;
    Ok(Rendered::new(JSON, body, version))
}

/// A reply that can be kept for the same Idempotency-Key.
fn saved(status: StatusCode, location: Option<String>, version: i64, view: &impl Serialize) -> Result<SavedReply> {
    let body = serde_json::to_string(view).map_err(Error::internal)?;
    let etag = Rendered::new(JSON, body.clone().into_bytes(), Some(version)).etag;
    let mut headers = vec![
        ("Content-Type".to_owned(), JSON.to_owned()),
        ("ETag".to_owned(), format!("\"{etag}\"")),
    ];
    headers.extend(location.map(|location| ("Location".to_owned(), location)));
    Ok(SavedReply {
        status: status.as_u16(),
        headers,
        body,
        to: Audience::All,
    })
}

/// 201 with where the new thing is: in the collection with this path.
pub fn created(
    collection: &str,
    id: &impl std::fmt::Display,
    version: i64,
    view: &impl Serialize,
) -> Result<SavedReply> {
    saved(StatusCode::CREATED, Some(format!("{collection}/{id}")), version, view)
}

/// 201 with where the new thing is; it never changes, and `etag` is its tag.
pub fn created_at(path: &str, etag: &str, view: &impl Serialize) -> Result<SavedReply> {
    let mut reply = done(view)?;
    reply.status = StatusCode::CREATED.as_u16();
    reply.headers.push(("ETag".to_owned(), format!("\"{etag}\"")));
    reply.headers.push(("Location".to_owned(), format!("/api/v1/{path}")));
    Ok(reply)
}

/// 201 with all that is new; it is in the collection with this path.
pub fn created_many(collection: &str, view: &impl Serialize) -> Result<SavedReply> {
    let mut reply = done(view)?;
    reply.status = StatusCode::CREATED.as_u16();
    reply.headers.push(("Location".to_owned(), collection.to_owned()));
    Ok(reply)
}

/// 200 with the thing as it is now.
pub fn changed(version: i64, view: &impl Serialize) -> Result<SavedReply> {
    saved(StatusCode::OK, None, version, view)
}

/// 200 with what was done; not a thing that has a version.
pub fn done(view: &impl Serialize) -> Result<SavedReply> {
    Ok(SavedReply {
        status: StatusCode::OK.as_u16(),
        headers: vec![("Content-Type".to_owned(), JSON.to_owned())],
        body: serde_json::to_string(view).map_err(Error::internal)?,
        to: Audience::All,
    })
}

/// 204: it is gone.
pub fn deleted() -> SavedReply {
    SavedReply {
        status: StatusCode::NO_CONTENT.as_u16(),
        headers: Vec::new(),
        body: String::new(),
        to: Audience::All,
    }
}

impl Call {
    /// Runs a command of this caller and sends its reply; `once`: a repeat of the same request gets the
    /// same reply again.
    pub async fn write(
        &self,
        once: Option<Request>,
        command: impl AsyncFnOnce(&mut Work<'_>) -> Result<SavedReply>,
    ) -> Reply {
        let told = async |work: &mut Work<'_>| {
            let mut reply = command(work).await?;
            let settled = work.settled().map(|settled| settled.to_string());
            reply
                .headers
                .extend(settled.map(|settled| (OBLIGATIONS.to_owned(), settled)));
            Ok::<_, Error>(reply)
        };
        self.write_once(once, told)
            .await
            .map(|reply| send_saved(reply, self.origin()))
    }
}

/// Sends a saved reply.
pub fn send_saved(reply: SavedReply, origin: &Origin) -> HttpResponse {
    let mut response = HttpResponse::build(StatusCode::from_u16(reply.status).unwrap_or(StatusCode::OK));
    response.insert_header(("Cache-Control", "no-store"));
    for (name, value) in reply.headers {
        // Kept as the service knows it: the same reply may go out through another door.
        let value = if name == "Location" { origin.path(&value) } else { value };
        response.insert_header((name, value));
    }
    response.body(reply.body)
}

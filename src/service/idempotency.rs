//! Doing a thing once, however often it is asked with the same Idempotency-Key
//! (draft-ietf-httpapi-idempotency-key-header).

use std::borrow::Cow;

use super::work::{Context, Work};
use crate::{
    db::Tx,
    domain::{person::Person, policy::Actor, time::Instant},
    error::{Code, Error, Result},
    say,
    store::{
        self,
        idempotency::{Audience, SavedReply},
    },
};

/// Days for which a reply is remembered.
pub const KEPT_DAYS: i64 = 7;

/// A request that carries a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// The key as the caller chose it.
    pub key: String,
    /// A hash of method, path, query and body: the same key must come with the same request.
    pub fingerprint: String,
}

impl Request {
    /// Keys are the caller's own: two callers never meet on one.
    pub fn lock_name(&self, context: &Context) -> String {
        format!("idempotency:{}:{}", caller(&context.actor), self.key)
    }
}

/// The same key is being worked on, here or on another replica.
pub fn in_flight() -> Error {
    let detail = say!(
        "相同 Idempotency-Key 的请求仍在处理，请稍后重试",
        "a request with this Idempotency-Key is still being processed; try again"
    );
    Error::new(Code::IdempotencyInFlight, detail).with_header("Retry-After", "1")
}

/// Whose keys they are: those of a person in a unit. A reply may hold what another unit must not see.
fn caller(actor: &Actor) -> String {
    let person = actor.person.as_ref().map(Person::key).unwrap_or_default();
    match &actor.unit {
        Some(unit) => format!("{unit}/{person}"),
        None => person,
    }
}

/// The reply that was given before, if there is one: while others are at work with the same key, too.
pub async fn replayed(tx: &mut Tx, context: &Context, request: &Request) -> Result<Option<SavedReply>> {
    again(tx, &context.actor, request).await
}

/// The reply as `actor` is told it: 204 to a token that may not read, and so is shown no more than by a GET.
pub fn told(reply: SavedReply, actor: &Actor) -> SavedReply {
    // Of a release that did not say whom it is for: who made something has written what it tells.
    let is_for_all = reply.to == Audience::All || reply.status != 200;
    if is_for_all || actor.reads() {
        return reply;
    }
    SavedReply {
        status: 204,
        headers: reply.headers.into_iter().filter(|(name, _)| name == "ETag").collect(),
        body: String::new(),
        to: reply.to,
    }
}

/// What is kept of a reply: of one that holds a secret, that it was given.
fn kept(reply: &SavedReply) -> Cow<'_, SavedReply> {
    if reply.to != Audience::Once {
        return Cow::Borrowed(reply);
    }
    Cow::Owned(SavedReply {
        status: reply.status,
        headers: Vec::new(),
        body: String::new(),
        to: reply.to,
    })
}

/// The reply told a secret, and tells it nobody else.
fn told_once() -> Error {
    let detail = say!(
        "该请求已经执行；其答复含有密钥，只出示一次，不予保存。如未收到，请换一个 Idempotency-Key 重新请求，原密钥随即作废",
        "this was done; the reply holds a secret, is shown once and was not kept. If you have not got it, ask again with another \
         Idempotency-Key, which ends the secret"
    );
    Error::new(Code::AlreadyExists, detail)
}

async fn again(tx: &mut Tx, actor: &Actor, request: &Request) -> Result<Option<SavedReply>> {
    let Some((fingerprint, reply)) = store::idempotency::find(tx, &caller(actor), &request.key).await? else {
        return Ok(None);
    };
    if fingerprint != request.fingerprint {
        let detail = say!(
            "该 Idempotency-Key 已用于内容不同的请求",
            "this Idempotency-Key was used with a different request"
        );
        return Err(Error::new(Code::IdempotencyMismatch, detail));
    }
    if reply.to == Audience::Once {
        return Err(told_once());
    }
    let mut reply = told(reply, actor);
    reply.headers.push(("Idempotency-Replayed".into(), "true".into()));
    Ok(Some(reply))
}

/// The reply of `command`, or the one it gave before. A command that fails leaves nothing behind,
/// so that the same key can be tried again.
pub async fn once(
    work: &mut Work<'_>,
    request: &Request,
    command: impl AsyncFnOnce(&mut Work<'_>) -> Result<SavedReply>,
) -> Result<SavedReply> {
    let (actor, caller) = (work.actor().clone(), caller(work.actor()));
    let is_first = work
        .tx
        .try_lock(&format!("idempotency:{caller}:{}", request.key))
        .await?;
    // Who holds the lock may only be given the reply once more, as this one is.
    if let Some(reply) = again(work.tx, &actor, request).await? {
        return Ok(reply);
    }
    if !is_first {
        return Err(in_flight());
    }
    let reply = command(work).await?;
    store::idempotency::insert(
        work.tx,
        &caller,
        &request.key,
        &request.fingerprint,
        &kept(&reply),
        work.now,
    )
    .await?;
    Ok(reply)
}

/// Forgets replies that are old enough.
pub async fn forget_old(work: &mut Work<'_>) -> Result<u64> {
    let before: Instant = work.now - chrono::Duration::days(KEPT_DAYS);
    Ok(store::idempotency::delete_before(work.tx, before).await?)
}

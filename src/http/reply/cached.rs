//! Replies made from the database, cached as bytes until something that they depend on changes.

use std::sync::Arc;

use actix_web::HttpResponse;

use super::Reply;
use crate::{
    app::{CachedReply, Seen, Validity},
    domain::invalidation::LogLength,
    error::Result,
    http::caller::Call,
    rendered::Rendered,
};

/// A reply that was made.
pub enum Made {
    /// For all who ask the same and may see the same.
    ForAll(Rendered, Validity),
    /// For this caller, this time.
    Once(HttpResponse),
}

impl Made {
    /// The reply, sent to `call` alone.
    pub fn sent(self, call: &Call) -> HttpResponse {
        match self {
            Self::Once(reply) => reply,
            Self::ForAll(reply, _) => call.send(&reply),
        }
    }
}

impl Call {
    /// The reply to this request: kept from the last who asked the same, or made by `make`. The media type and what is
    /// `seen` say all that `make` asks of the request's headers and of the caller, but for what the caller may see of plans:
    /// who asks with the same gets the same bytes. It is told how far the log is known to be.
    pub async fn serve_stored(
        &self,
        (media_type, seen): (&'static str, Seen),
        make: impl AsyncFnOnce(LogLength) -> Result<Made>,
    ) -> Reply {
        let key = self.reply_key(media_type, seen);
        let last_changes = self.last_changes().await?;
        let who = self.actor().person.as_ref();
        let find = || {
            let kept = self.snapshot().kept(&key);
            kept.filter(|kept| kept.is_for(who, &last_changes))
        };
        if let Some(kept) = find() {
            return Ok(self.send(&kept.value));
        }
        // Whoever asks the same meanwhile waits for this one and gets its bytes.
        let _flight = self.flight(&key).await;
        if let Some(kept) = find() {
            return Ok(self.send(&kept.value));
        }
        let known = last_changes.place.length();
        match make(known).await? {
            Made::Once(reply) => Ok(reply),
            Made::ForAll(reply, validity) => {
                let reply = Arc::new(reply);
                let kept = CachedReply {
                    value: reply.clone(),
                    validity,
                    // Not of the transaction that read it, which may have seen more: then it is made once more than it must.
                    at: known,
                    log: last_changes.log,
                };
                self.snapshot().cache_reply(key, Arc::new(kept));
                Ok(self.send(&reply))
            }
        }
    }
}

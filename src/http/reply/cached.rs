//! Replies made from the database, cached as bytes until something that they depend on changes.

use std::sync::Arc;

use actix_web::HttpResponse;

use super::{Reply, send};
use crate::{
    app::{KeptReply, Seen, Shows},
    domain::heard::Mark,
    error::Result,
    http::caller::Call,
    rendered::Rendered,
};

/// A reply that was made.
pub enum Made {
    /// For all who ask the same and may see the same.
    ForAll(Rendered, Shows),
    /// For this caller, this time.
    Once(HttpResponse),
}

impl Call {
    /// The reply to this request: kept from the last who asked the same, or made by `make`. The media type and what is
    /// `seen` say all that `make` asks of the request's headers and of the caller, but for what the caller may see of plans:
    /// who asks with the same gets the same bytes. It is told how far the log is known to be.
    pub async fn serve_stored(
        &self,
        (media_type, seen): (&'static str, Seen),
        make: impl AsyncFnOnce(Mark) -> Result<Made>,
    ) -> Reply {
        let key = self.reply_key(media_type, seen);
        let heard = self.heard().await?;
        let who = self.actor().person.as_ref();
        let find = || {
            let kept = self.snapshot().kept(&key);
            kept.filter(|kept| kept.is_for(who, &heard))
        };
        if let Some(kept) = find() {
            return Ok(self.send(&kept.told));
        }
        // Whoever asks the same meanwhile waits for this one and gets its bytes.
        let _turn = self.turn(&key).await;
        if let Some(kept) = find() {
            return Ok(self.send(&kept.told));
        }
        let known = heard.place.mark();
        match make(known).await? {
            Made::Once(reply) => Ok(reply),
            Made::ForAll(reply, shows) => {
                let reply = Arc::new(reply);
                let kept = KeptReply {
                    told: reply.clone(),
                    shows,
                    // Not of the transaction that read it, which may have seen more: then it is made once more than it must.
                    at: known,
                    log: heard.log,
                };
                self.snapshot().keep_answer(key, Arc::new(kept));
                Ok(send(&reply, self.request(), self.is_anonymous()))
            }
        }
    }
}

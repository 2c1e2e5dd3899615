//! Shared reads: answered from the catalog in memory, rendered once per revision, view, format and
//! query, and then sent as bytes.

use std::sync::Arc;

use actix_web::HttpResponse;
use serde::Serialize;
use utoipa::PartialSchema;

use super::{
    Reply,
    format::{Format, JSON, Offered},
    json, send,
};
use crate::{
    app::{ReplyKey, Seen},
    error::{Error, Result},
    http::{
        caller::Call,
        input::{self, Embed, Selection},
    },
    rendered::Rendered,
    store::Tx,
};

/// `fields=` and `embed=` of a single thing.
#[derive(Debug, serde::Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ItemParams {
    /// 只返回这些字段，逗号分隔；给出时没有其他字段，所声明的必有字段也不例外
    /// (only these fields: all others are left out then, also those that the schema requires)
    #[param(example = "version")]
    pub fields: Option<String>,
    /// 内嵌的相关资源 (embedded resources), 逗号分隔
    pub embed: Option<String>,
}

impl ItemParams {
    /// What is embedded, of what is offered.
    pub fn embeds(&self, offered: &'static [&'static str]) -> Result<Embed> {
        Embed::parse(self.embed.as_deref(), offered)
    }

    /// The thing that `find` finds, as JSON.
    pub fn render<T: Serialize + PartialSchema>(
        &self,
        embeds: &'static [&'static str],
        find: impl FnOnce(&Embed) -> Option<(T, i64)>,
    ) -> Result<Rendered> {
        let embed = self.embeds(embeds)?;
        let selection = Selection::parse::<T>(self.fields.as_deref())?;
        let (view, version) = find(&embed).ok_or_else(Error::not_found)?;
        let text: Box<str> = selection.to_json(&view)?.into();
        Ok(Rendered::new(JSON, text.into_boxed_bytes().into(), Some(version)))
    }
}

impl Call {
    /// The reply to this request: kept from the last who asked the same, or made by `render` in the format that is asked for.
    pub async fn serve<F: Offered>(&self, formats: &[F], render: impl AsyncFnOnce(F) -> Result<Rendered>) -> Reply {
        let format = F::negotiate(self.request().query_string(), self.accept(), formats)?;
        let key = self.reply_key(format.media_type(), Seen::Plans);
        if let Some(kept) = self.snapshot().rendered(&key) {
            return Ok(self.send(&kept));
        }
        let reply = Arc::new(render(format).await?);
        self.snapshot().keep(key, reply.clone());
        Ok(self.send(&reply))
    }

    /// What sets the reply to this request apart. Plans show private columns; what else does is made of all rights.
    pub(super) fn reply_key(&self, media_type: &'static str, seen: Seen) -> ReplyKey {
        let private_columns = seen == Seen::Plans && self.catalog().has_private_columns();
        ReplyKey {
            origin: self.origin().url(""),
            uri: self.request().uri().to_string(),
            media_type,
            plans: self.view.seen(private_columns),
            seen,
        }
    }

    /// The reply for one thing that `find` finds in memory, with its version. Nothing found is a 404.
    pub async fn get_in_memory<T: Serialize + PartialSchema>(
        &self,
        embeds: &'static [&'static str],
        find: impl FnOnce(&Embed) -> Option<(T, i64)>,
    ) -> Reply {
        self.serve(&[Format::Json], async |_| {
            input::query::<ItemParams>(self.request())?.render(embeds, find)
        })
        .await
    }

    /// Sends what is no list and no change.
    pub fn send(&self, reply: &Rendered) -> HttpResponse {
        send(reply, self.request(), self.is_anonymous())
    }

    /// The reply for one thing that `find` reads from the database, with its version if it can be changed.
    /// Nothing found is a 404.
    pub async fn get_stored<V: Serialize>(
        &self,
        find: impl AsyncFnOnce(&mut Tx) -> Result<Option<(V, Option<i64>)>>,
    ) -> Reply {
        Format::negotiate("", self.accept(), &[Format::Json])?;
        let (view, version) = self.read(find).await?.ok_or_else(Error::not_found)?;
        Ok(self.send(&json(&view, version)?))
    }
}

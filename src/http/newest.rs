//! Lists of what people create, newest first, and of what happened, oldest first: paged by UUIDv7,
//! which grows with time.

use actix_web::HttpResponse;
use serde::Serialize;
use uuid::Uuid;

use super::{
    cursor::{Cursor, Key, Order},
    extract,
    format::{Format, JSON},
    listing::{Page, limit_out_of_range},
    read::{Read, send},
};
use crate::{
    app::Rendered,
    error::{Error, Result},
};

/// Where a page begins, and how long it is.
pub struct NewestFirst {
    limit: usize,
    pairs: Vec<(String, String)>,
    question: String,
    /// Only what is older than this.
    pub before: Option<Uuid>,
}

impl NewestFirst {
    /// Reads `limit` and `cursor`; these lists come in JSON only.
    pub fn new(read: &Read, limit: Option<usize>, cursor: Option<&str>) -> Result<Self> {
        Self::by("-id", read, limit, cursor)
    }

    fn by(sort: &str, read: &Read, limit: Option<usize>, cursor: Option<&str>) -> Result<Self> {
        Format::negotiate("", read.accept(), &[Format::Json])?;
        let limit = limit.unwrap_or(50);
        if !(1..=200).contains(&limit) {
            return Err(limit_out_of_range());
        }
        let order = Order::parse(Some(sort), &["id"])?;
        let pairs = extract::pairs(read.request());
        let question = Cursor::question(read.request().path(), &pairs, &order);
        let after = cursor.map(|text| Cursor::parse(text, &question, 1)).transpose()?;
        let before = after.and_then(|cursor| {
            if let [Key::Text(id)] = cursor.keys() {
                id.parse().ok()
            } else {
                None
            }
        });
        Ok(Self {
            limit,
            pairs,
            question,
            before,
        })
    }

    /// Rows to read: one more than the page, to know whether there is a next one.
    pub fn rows(&self) -> i64 {
        i64::try_from(self.limit + 1).unwrap_or(i64::MAX)
    }

    /// The page of `rows`.
    pub fn reply<T, V: Serialize>(
        self,
        read: &Read,
        mut rows: Vec<T>,
        total: i64,
        id: impl Fn(&T) -> Uuid,
        view: impl Fn(T) -> V,
    ) -> Result<HttpResponse> {
        let more = rows.len() > self.limit;
        rows.truncate(self.limit);
        let cursor = rows
            .last()
            .filter(|_| more)
            .map(|last| Cursor::after(vec![Key::Text(id(last).to_string())], &self.question));
        let next = cursor
            .map(|cursor| read.link(&self.pairs, &cursor.to_string()))
            .transpose()?;
        let items = rows.into_iter().map(view).collect();
        let page = Page {
            items,
            total: usize::try_from(total).unwrap_or_default(),
            next,
        };
        let mut reply = Rendered::new(JSON, serde_json::to_vec(&page).map_err(Error::internal)?, None);
        reply.link = page.next.map(|next| format!("<{next}>; rel=\"next\""));
        Ok(send(&reply, read.request().headers(), read.is_anonymous()))
    }
}

/// The same from the other end.
pub struct OldestFirst(NewestFirst);

impl OldestFirst {
    /// Reads `limit` and `cursor`; these lists come in JSON only.
    pub fn new(read: &Read, limit: Option<usize>, cursor: Option<&str>) -> Result<Self> {
        NewestFirst::by("id", read, limit, cursor).map(Self)
    }

    /// Only what is younger than this.
    pub fn after(&self) -> Option<Uuid> {
        self.0.before
    }

    /// Rows to read: one more than the page, to know whether there is a next one.
    pub fn rows(&self) -> i64 {
        self.0.rows()
    }

    /// The page of `rows`.
    pub fn reply<T, V: Serialize>(
        self,
        read: &Read,
        rows: Vec<T>,
        total: i64,
        id: impl Fn(&T) -> Uuid,
        view: impl Fn(T) -> V,
    ) -> Result<HttpResponse> {
        self.0.reply(read, rows, total, id, view)
    }
}

//! The id of a request, in replies, errors, log lines and the log.

use actix_web::{HttpMessage as _, HttpRequest, dev::ServiceRequest, http::header::HeaderName};

use crate::app::App;

/// `X-Request-Id`.
pub const HEADER: HeaderName = HeaderName::from_static("x-request-id");

/// The id of a request: the caller's own if it looks like one, else a new one.
#[derive(Clone)]
pub struct RequestId(String);

impl RequestId {
    /// The id of `req`.
    pub fn of(req: &HttpRequest) -> Option<String> {
        req.extensions().get::<Self>().map(|id| id.0.clone())
    }

    /// As it is written.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The id that the caller gave `req` or, if it is none, a new one.
    pub fn choose(req: &ServiceRequest, app: &App) -> Self {
        let fits = |id: &&str| {
            (8..=64).contains(&id.len())
                && id
                    .bytes()
                    .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.'))
        };
        let given = req
            .headers()
            .get(HEADER)
            .and_then(|header| header.to_str().ok())
            .filter(fits);
        Self(given.map_or_else(|| app.new_id().to_string(), str::to_owned))
    }
}

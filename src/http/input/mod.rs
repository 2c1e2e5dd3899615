//! What comes in: path, query, headers and body, read into domain types with the place of each fault.

mod body;
mod body_timeout;
mod change;
pub mod content;
mod fields;
mod filters;
mod line_ends;
mod moment;
pub mod named;
mod path;
pub mod places;
mod query;
mod reason;
mod shape;
mod upload;

use actix_web::{FromRequest, HttpRequest, dev::Payload, http::header::IF_MATCH};
use sha2::{Digest as _, Sha256};
use utoipa::{
    IntoParams, PartialSchema as _,
    openapi::{
        Required,
        path::{Parameter, ParameterBuilder, ParameterIn},
    },
};

pub(super) use self::path::described;
pub use self::{
    body::{Body, Nothing, OptionalBody},
    change::{Change, Create},
    fields::{Embed, Selection, fields_of},
    filters::{Both, Filters, query},
    moment::Moment,
    path::{Described, Id, IdAndMember, InPath},
    query::{read_pairs, words},
    reason::{AsOfParams, NoteInput, ReasonInput, ReasonParams},
    upload::Upload,
};
pub use crate::http::{
    declared::{invalid_parameter, pairs},
    wording::not_offered,
};
use crate::{
    domain::fault::Fault,
    error::{Code, Error, Result},
    http::{
        caller::{AfterCaller, at_once},
        refused::refuses,
    },
    say,
    service::{idempotency::Request, work::Expected},
};

/// `If-Match` of a request that may also create the thing.
pub struct MaybeIfMatch(pub Option<Expected>);

impl FromRequest for MaybeIfMatch {
    type Error = Error;
    type Future = AfterCaller<Self>;

    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        let given = req.headers().contains_key(IF_MATCH);
        let expected = given.then(|| if_match(req)).transpose();
        at_once(req, expected.map(Self))
    }
}

refuses!(MaybeIfMatch: 409, 412, 428, 507);

impl IntoParams for MaybeIfMatch {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        vec![if_match_header(Required::False).build()]
    }
}

/// `If-Match` in the document.
pub fn if_match_header(required: Required) -> ParameterBuilder {
    ParameterBuilder::new()
        .name("If-Match")
        .parameter_in(ParameterIn::Header)
        .description(Some(
            "读取时的 ETag，或 `\"版本\"` (the ETag you read, or the quoted version)",
        ))
        .required(required)
        .schema(Some(String::schema()))
        .example(Some("\"1\"".into()))
}

/// `If-Match`, which every change of an existing thing needs.
///
/// Our entity tags begin with the version: `"7-…"`. A bare `"7"` is as good, and so is a tag that a
/// proxy has weakened: the version is what is compared, not the bytes.
fn if_match(req: &HttpRequest) -> Result<Expected> {
    let (mut versions, mut foreign, mut present) = (Vec::new(), false, false);
    for header in req.headers().get_all(IF_MATCH) {
        present = true;
        for tag in header.to_str().unwrap_or_default().split(',') {
            let tag = tag.trim();
            if tag == "*" {
                return Ok(Expected::Any);
            }
            let opaque = tag.strip_prefix("W/").unwrap_or(tag).trim_matches('"');
            let version = opaque.split(['-', '+']).next().unwrap_or_default();
            if version.bytes().all(|byte| byte.is_ascii_digit()) {
                versions.extend(version.parse::<i64>().ok());
            }
            // A tag that is not ours matches nothing; it is no error.
            foreign |= is_tag(tag);
        }
    }
    if foreign || !versions.is_empty() {
        return Ok(Expected::Versions(versions));
    }
    if present {
        let detail = say!(
            "应为读取时的 ETag，如 \"7-…\"，或 \"版本\"，如 \"7\"；* 表示任何版本",
            "must be the ETag you read, such as \"7-…\", or the quoted version, such as \"7\"; * is any version"
        );
        return Err(Error::header(Code::InvalidHeader, "If-Match", Fault::Invalid, detail));
    }
    let detail = say!(
        "请用 If-Match 头带上读取时的 ETag，以免覆盖他人的修改",
        "send the ETag you read in If-Match, so that nobody's change is overwritten"
    );
    Err(Error::header(
        Code::PreconditionRequired,
        "If-Match",
        Fault::Required,
        detail,
    ))
}

/// Whether it has the form of an entity tag (RFC 9110, section 8.8.3).
fn is_tag(text: &str) -> bool {
    let quoted = text.strip_prefix("W/").unwrap_or(text);
    let opaque = quoted.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
    opaque.is_some_and(|opaque| !opaque.contains('"'))
}

/// `Idempotency-Key`, quoted as the draft has it or bare.
pub struct IdempotencyKey(Option<String>, String);

impl FromRequest for IdempotencyKey {
    type Error = Error;
    type Future = AfterCaller<Self>;

    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        at_once(req, Self::of(req))
    }
}

refuses!(IdempotencyKey: 409, 422, 507);

fn idempotency_key(req: &HttpRequest) -> Result<Option<String>> {
    const NAME: &str = "Idempotency-Key";
    let Some(header) = req.headers().get(NAME) else {
        return Ok(None);
    };
    let key = header
        .to_str()
        .ok()
        .map(|text| text.trim().trim_matches('"').to_owned());
    match key {
        Some(key) if (1..=255).contains(&key.len()) && key.bytes().all(|byte| (0x20..0x7f).contains(&byte)) => {
            Ok(Some(key))
        }
        _ => {
            let detail = say!(
                "应为 1 至 255 个可见 ASCII 字符",
                "must be 1 to 255 printable ASCII characters"
            );
            Err(Error::header(Code::InvalidHeader, NAME, Fault::Invalid, detail))
        }
    }
}

impl IdempotencyKey {
    /// The key of `req`.
    pub fn of(req: &HttpRequest) -> Result<Self> {
        let mut route = format!("{} {}", req.method(), req.path());
        // A DELETE gives its reason there.
        if !req.query_string().is_empty() {
            route = route + "?" + req.query_string();
        }
        Ok(Self(idempotency_key(req)?, route))
    }

    /// The key bound to this request's route and parameters, and to what was read from its body.
    pub fn bind(self, body: &[u8]) -> Option<Request> {
        let Self(key, route) = self;
        key.map(|key| {
            let hash = Sha256::new()
                .chain_update(route)
                .chain_update([0])
                .chain_update(body)
                .finalize();
            Request {
                key,
                fingerprint: format!("{hash:x}"),
            }
        })
    }
}

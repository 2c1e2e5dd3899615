//! What comes in: path, query, headers and body, read into domain types with the place of each fault.

mod body;
mod change;
pub mod content;
mod fields;
mod pace;
mod path;
mod said;
mod shape;
mod upload;

use actix_web::{
    FromRequest, HttpRequest,
    dev::Payload,
    http::{Method, header::IF_MATCH},
};
use futures_util::future::{Ready, ready};
use percent_encoding::percent_decode_str;
use serde::de::DeserializeOwned;
use serde_path_to_error::Segment;
use sha2::{Digest as _, Sha256};
use utoipa::{
    IntoParams, PartialSchema as _,
    openapi::{
        Required,
        path::{Parameter, ParameterBuilder, ParameterIn},
    },
};

pub use self::{
    body::{Body, OptionalBody},
    change::{Change, Create},
    fields::{Embed, Selection, fields_of},
    path::{Id, IdAndMember, InPath},
    said::{AsOfParams, NoteInput, ReasonInput, ReasonParams, reason},
    upload::Upload,
};
use crate::{
    domain::{
        fault::{Bilingual, Fault},
        search::Terms,
        text,
    },
    error::{Code, Error, Result},
    http::refused::refuses,
    say,
    service::{idempotency::Request, work::Expected},
};

/// `If-Match`, which every change of an existing thing needs.
pub struct IfMatch(pub Expected);

impl FromRequest for IfMatch {
    type Error = Error;
    type Future = Ready<Result<Self>>;

    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(if_match(req).map(Self))
    }
}

/// `If-Match` of a request that may also create the thing.
pub struct MaybeIfMatch(pub Option<Expected>);

impl FromRequest for MaybeIfMatch {
    type Error = Error;
    type Future = Ready<Result<Self>>;

    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        let given = req.headers().contains_key(IF_MATCH);
        ready(if given {
            if_match(req).map(|expected| Self(Some(expected)))
        } else {
            Ok(Self(None))
        })
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

/// Our entity tags begin with the version: `"7-…"`. A bare `"7"` is as good, and so is a tag that a
/// proxy has weakened: the version is what is compared, not the bytes.
fn if_match(req: &HttpRequest) -> Result<Expected> {
    let mut versions = Vec::new();
    let mut present = false;
    for header in req.headers().get_all(IF_MATCH) {
        present = true;
        for tag in header.to_str().unwrap_or_default().split(',') {
            let tag = tag.trim();
            if tag == "*" {
                return Ok(Expected::Any);
            }
            let opaque = tag.strip_prefix("W/").unwrap_or(tag).trim_matches('"');
            // A tag that is not ours matches nothing; it is no error.
            let version = opaque.split(['-', '+']).next().unwrap_or_default();
            if version.bytes().all(|byte| byte.is_ascii_digit()) {
                versions.extend(version.parse::<i64>().ok());
            }
        }
    }
    if present {
        return Ok(Expected::Versions(versions));
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

/// The query as `T`. An unknown parameter is refused by name; blank ones count as absent.
pub fn query<T: DeserializeOwned + IntoParams>(req: &HttpRequest) -> Result<T> {
    read_pairs(&known_pairs::<T>(req)?)
}

/// The query's names and values. A name that `K` does not have is refused.
pub fn known_pairs<K: IntoParams>(req: &HttpRequest) -> Result<Vec<(String, String)>> {
    texts(req)?;
    let pairs = pairs(req);
    known(&pairs, &names::<K>())?;
    Ok(pairs)
}

/// The query's names and values, without blank values.
pub fn pairs(req: &HttpRequest) -> Vec<(String, String)> {
    let pairs: Vec<(String, String)> = serde_html_form::from_str(req.query_string()).unwrap_or_default();
    pairs.into_iter().filter(|(_, value)| !text::is_blank(value)).collect()
}

/// Refuses what is no text: bytes that are not UTF-8, which would be searched for as something else, and
/// control characters, of which each database thinks otherwise.
fn texts(req: &HttpRequest) -> Result<()> {
    for pair in req.query_string().split('&') {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let plain = |escaped: &str| escaped.replace('+', " ");
        let (name, value) = (plain(name), plain(value));
        let name = percent_decode_str(&name).decode_utf8_lossy();
        let Ok(value) = percent_decode_str(&value).decode_utf8() else {
            let detail = say!("应为百分号转义的 UTF-8 文本", "must be UTF-8 text, percent-encoded");
            return Err(invalid_parameter(&name, detail));
        };
        if text::has_control_characters(&value.replace('\r', "\n")) {
            return Err(invalid_parameter(&name, text::control_characters()));
        }
    }
    Ok(())
}

fn names<T: IntoParams>() -> Vec<String> {
    T::into_params(|| None)
        .into_iter()
        .map(|parameter| parameter.name)
        .collect()
}

fn known(pairs: &[(String, String)], names: &[String]) -> Result<()> {
    let Some((name, _)) = pairs.iter().find(|(name, _)| !names.contains(name)) else {
        return Ok(());
    };
    let known = if names.is_empty() {
        "-".to_owned()
    } else {
        names.join(", ")
    };
    let detail = say!(
        "没有名为 {name} 的查询参数；可用：{known}",
        "there is no query parameter {name}; there are: {known}"
    );
    Err(Error::parameter(Code::UnknownParameter, name, Fault::Unknown, detail))
}

/// Parameters read from the names and values of a query.
pub fn read_pairs<T: DeserializeOwned>(pairs: &[(String, String)]) -> Result<T> {
    let text = serde_html_form::to_string(pairs).map_err(Error::internal)?;
    let deserializer = serde_html_form::Deserializer::from_bytes(text.as_bytes());
    serde_path_to_error::deserialize(deserializer).map_err(|error| {
        let name = error.path().iter().find_map(|segment| match segment {
            Segment::Map { key } => Some(key.clone()),
            _ => None,
        });
        let why = error.inner().to_string();
        // `duplicate field` carries its name in the message only.
        let name = name.or_else(|| quoted(&why)).unwrap_or_default();
        invalid_parameter(&name, explain(&why))
    })
}

/// A query parameter has a value that it cannot have.
pub fn invalid_parameter(name: &str, why: Bilingual) -> Error {
    let Bilingual { zh, en } = why;
    let detail = say!("查询参数 {name} 无效：{zh}", "query parameter {name} is invalid: {en}");
    Error::parameter(Code::InvalidParameter, name, Fault::Invalid, detail)
}

/// The words of a search box, `text`, in the parameter `name`.
pub fn words(name: &str, text: Option<&str>) -> Result<Terms> {
    Terms::parse(text.unwrap_or_default()).map_err(|why| invalid_parameter(name, why))
}

/// `name` is not one of `offered`.
pub fn not_offered(name: &str, offered: &[impl AsRef<str>]) -> Bilingual {
    let offered: Vec<&str> = offered.iter().map(AsRef::as_ref).collect();
    let offered = if offered.is_empty() {
        "-".to_owned()
    } else {
        offered.join(", ")
    };
    say!(
        "没有 {name}；可用：{offered}",
        "there is no {name}; there are: {offered}"
    )
}

/// What serde says of a value, in the words of the API.
fn explain(why: &str) -> Bilingual {
    // `… at line 1 column 21` is of no use to whoever did not write the JSON by hand.
    let why = why.split(" at line ").next().unwrap_or(why);
    let has = |text: &str| why.contains(text);
    if has("unknown variant") {
        let mut names = why.split('`').skip(1).step_by(2);
        let name = names.next().unwrap_or_default();
        not_offered(name, &names.collect::<Vec<_>>())
    } else if has("digit") || has("number too") {
        say!("应为整数", "must be a whole number")
    } else if has("premature end of input")
        || has("input contains invalid characters")
        || has("input is out of range")
        || has("trailing input")
    {
        say!("应为日期，如 2017-12-31", "must be a date such as 2017-12-31")
    } else if has("unsupported value") {
        say!("只能给出一次", "may be given once only")
    } else if has("`true` or `false`") {
        say!("应为 true 或 false", "must be true or false")
    } else if has("not a unit code") || has("not a plan id") {
        say!(
            "应由小写字母、数字和连字符组成，以字母开头，最多 40 个字符",
            "must be lower-case letters, digits and hyphens, begin with a letter, at most 40 characters"
        )
    } else if let Some(kind) = why.strip_prefix("not a ") {
        say!(
            "编号形式不对，应如 dg-2017.17.3",
            "is not a {kind} such as dg-2017.17.3"
        )
    } else if let Some(kinds) = why.strip_prefix("invalid type: ") {
        say!("类型不符：{kinds}", "wrong type: {kinds}")
    } else {
        say!("{why}", "{why}")
    }
}

fn quoted(text: &str) -> Option<String> {
    text.split('`').nth(1).map(str::to_owned)
}

/// `Idempotency-Key` of a POST, quoted as the draft has it or bare.
pub struct IdempotencyKey(Option<String>, String);

impl FromRequest for IdempotencyKey {
    type Error = Error;
    type Future = Ready<Result<Self>>;

    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Self::of(req))
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
    /// The key of `req`; only a POST has one.
    pub fn of(req: &HttpRequest) -> Result<Self> {
        let route = format!("{} {}", req.method(), req.path());
        let key = if req.method() == Method::POST {
            idempotency_key(req)?
        } else {
            None
        };
        Ok(Self(key, route))
    }

    /// The key bound to this request's route and to what was read from its body.
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

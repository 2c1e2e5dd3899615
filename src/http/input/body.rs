//! A JSON body, and what is wrong with it.

use actix_web::{
    FromRequest, HttpRequest,
    dev::Payload,
    http::{
        Method,
        header::{CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, TRANSFER_ENCODING},
    },
    web::{Bytes, BytesMut},
};
use futures_util::future::{FutureExt as _, LocalBoxFuture, ready};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use serde_path_to_error::Segment;
use utoipa::ToSchema;

use super::{
    body_timeout::BodyTimeout,
    line_ends::with_line_feeds,
    shape::{self, Shape},
};
use crate::{
    domain::fault::{Fault, FieldError},
    error::{Code, Error, Result},
    http::{
        caller::{after_caller, app},
        refused::refuses,
        wording::{explain, not_json, quoted},
    },
    say,
};

/// A JSON body, with the bytes it was read from.
pub struct Body<T> {
    /// What it says.
    pub value: T,
    /// What it was read from.
    pub bytes: Bytes,
}

impl<T: DeserializeOwned + ToSchema + 'static> FromRequest for Body<T> {
    type Error = Error;
    type Future = LocalBoxFuture<'static, Result<Self>>;

    fn from_request(req: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let req = req.clone();
        let mut payload = payload.take();
        async move {
            let read = Self::read(&req, &mut payload).await;
            after_caller(&req, read).await
        }
        .boxed_local()
    }
}

impl<T: DeserializeOwned + ToSchema + 'static> Body<T> {
    async fn read(req: &HttpRequest, payload: &mut Payload) -> Result<Self> {
        if !has_body(req) {
            return nothing(req);
        }
        media_type(req)?;
        let limit = app(req)?.config.body_limit;
        let bytes = received(req, payload, limit).await?.ok_or_else(|| {
            Error::new(
                Code::PayloadTooLarge,
                say!("请求体最多 {limit} 字节", "a body has at most {limit} bytes"),
            )
        })?;
        let value = from_json(&bytes)?;
        Ok(Self { value, bytes })
    }
}

/// The whole body; `None` where it has more bytes than `limit`.
async fn received(req: &HttpRequest, payload: &mut Payload, limit: usize) -> Result<Option<Bytes>> {
    let declared = req
        .headers()
        .get(CONTENT_LENGTH)
        .and_then(|length| length.to_str().ok());
    // What will be refused is not waited for.
    if declared.is_some_and(|length| length.parse().is_ok_and(|length: u64| length > limit as u64)) {
        return Ok(None);
    }
    let mut bytes = BytesMut::new();
    let mut timeout = BodyTimeout::new(app(req)?.config.body_seconds);
    while let Some(chunk) = timeout.next(payload).await? {
        let unreadable = |_| Error::new(Code::BadRequest, say!("请求体未能读完", "the body ended early"));
        let chunk = chunk.map_err(unreadable)?;
        timeout.received(chunk.len());
        bytes.extend_from_slice(&chunk);
        if bytes.len() > limit {
            return Ok(None);
        }
    }
    Ok(Some(bytes.freeze()))
}

/// Of a request that says nothing: it has no body, or one that holds nothing.
pub struct Nothing;

impl FromRequest for Nothing {
    type Error = Error;
    type Future = LocalBoxFuture<'static, Result<Self>>;

    fn from_request(req: &HttpRequest, payload: &mut Payload) -> Self::Future {
        if !has_body(req) {
            return ready(Ok(Self)).boxed_local();
        }
        let req = req.clone();
        let mut payload = payload.take();
        async move {
            let read = Self::read(&req, &mut payload).await;
            after_caller(&req, read).await
        }
        .boxed_local()
    }
}

impl Nothing {
    /// Some clients send `{}` where they have nothing to say.
    const LONGEST: usize = 64;

    async fn read(req: &HttpRequest, payload: &mut Payload) -> Result<Self> {
        let bytes = received(req, payload, Self::LONGEST).await?;
        let is_empty = |bytes: &Bytes| {
            let object: Result<Map<String, Value>, _> = serde_json::from_slice(bytes);
            bytes.trim_ascii().is_empty() || object.is_ok_and(|members| members.is_empty())
        };
        if bytes.as_ref().is_some_and(is_empty) {
            return Ok(Self);
        }
        let detail = say!(
            "此操作不接受请求体；其中的内容不会保留，请去掉",
            "this takes no body: nothing of it would be kept, leave it out"
        );
        Err(Error::new(Code::BadRequest, detail))
    }
}

refuses!(Nothing: 408);
refuses!({T} Body<T>: 408, 413, 415, 422);
refuses!({T} OptionalBody<T>:; Body<T>);

/// A JSON body that may be left out, content type and all.
pub struct OptionalBody<T>(pub Body<T>);

impl<T: DeserializeOwned + Default + ToSchema + 'static> FromRequest for OptionalBody<T> {
    type Error = Error;
    type Future = LocalBoxFuture<'static, Result<Self>>;

    fn from_request(req: &HttpRequest, payload: &mut Payload) -> Self::Future {
        if has_body(req) {
            return Body::from_request(req, payload)
                .map(|body| body.map(Self))
                .boxed_local();
        }
        let none = Body {
            value: T::default(),
            bytes: Bytes::new(),
        };
        ready(Ok(Self(none))).boxed_local()
    }
}

fn media_type(req: &HttpRequest) -> Result<()> {
    let given = req
        .headers()
        .get(CONTENT_TYPE)
        .and_then(|header| header.to_str().ok())
        .unwrap_or_default();
    let essence = given.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    let coded = req
        .headers()
        .get(CONTENT_ENCODING)
        .is_some_and(|coding| coding != "identity");
    if matches!(essence.as_str(), "application/json" | "application/merge-patch+json") && !coded {
        return Ok(());
    }
    let detail = say!(
        "请求体应为未压缩的 application/json",
        "the body must be application/json, not compressed"
    );
    Err(
        Error::header(Code::UnsupportedMediaType, "Content-Type", Fault::Invalid, detail)
            .with_header("Accept", "application/json"),
    )
}

fn from_json<T: DeserializeOwned + ToSchema + 'static>(bytes: &[u8]) -> Result<T> {
    let shape = Shape::of::<T>();
    let text = with_line_feeds(bytes);
    let mut deserializer = serde_json::Deserializer::from_slice(&text);
    let read = serde_path_to_error::deserialize(&mut deserializer);
    let (read, at) = match read {
        Ok(value) => (deserializer.end().map(|()| value), String::new()),
        Err(error) => {
            let at = pointer(error.path());
            (Err(error.into_inner()), at)
        }
    };
    // Serde stops at the first fault. The others are looked for where there is one, so that all are told at once.
    let whole = read.is_err();
    // What `T` takes is looked at too: it may hold a control character, or a day written in another way. And `T` is not
    // made of this value, in which only the last of what is given twice is left.
    let said: Value = match serde_json::from_slice(&text) {
        Ok(said) => said,
        Err(_) if bytes.trim_ascii().is_empty() => return Err(no_body::<T>()),
        Err(error) => return Err(Error::new(Code::MalformedJson, not_json(bytes, &error))),
    };
    let mut faults = shape.faults(&said, whole);
    if !faults.is_empty() && !whole {
        faults = shape.faults(&said, true);
    }
    match read {
        Ok(value) if faults.is_empty() => return Ok(value),
        Ok(_) => {}
        Err(error) => {
            let fault = fault(&error.to_string(), at.clone(), |at| shape.wanted(&said, at));
            let within = |inner: &str, outer: &str| {
                let rest = inner.strip_prefix(outer);
                rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
            };
            // Where it is one of several kinds of things, serde's place is that of the thing. What comes twice, only
            // serde sees.
            let told = |known: &FieldError| within(&known.pointer, &at) || within(&at, &known.pointer);
            if fault.fault == Fault::Duplicate || !faults.iter().any(told) {
                faults.push(fault);
            }
        }
    }
    Err(Error::body(faults))
}

/// What serde found first.
fn fault(why: &str, at: String, schema: impl FnOnce(&str) -> Option<Value>) -> FieldError {
    let name = quoted(why).unwrap_or_default();
    // The path may end with the field or before it.
    let at_field = || {
        let last = at.rsplit('/').next().unwrap_or_default();
        if last == escaped(&name) {
            at.clone()
        } else {
            format!("{at}/{}", escaped(&name))
        }
    };
    let (pointer, fault, detail) = if why.starts_with("missing field") {
        (at_field(), Fault::Required, shape::missing(&name))
    } else if why.starts_with("duplicate field") {
        let detail = say!("字段 {name} 重复", "field {name} is given twice");
        (at_field(), Fault::Duplicate, detail)
    } else if why.starts_with("unknown field") {
        let known: Vec<&str> = why.split('`').skip(3).step_by(2).collect();
        (at_field(), Fault::Unknown, shape::unknown(&name, known))
    } else {
        let schema = schema(&at);
        (at, Fault::Invalid, explain(why, schema.as_ref()))
    };
    FieldError { pointer, fault, detail }
}

/// Whether there is anything to read (RFC 9112, section 6.3).
fn has_body(req: &HttpRequest) -> bool {
    let length = req.headers().get(CONTENT_LENGTH);
    length.is_some_and(|length| length != "0") || req.headers().contains_key(TRANSFER_ENCODING)
}

/// A step that says nothing says what an empty object does: where it needs a reason, that is what is missing.
fn nothing<T: DeserializeOwned + ToSchema + 'static>(req: &HttpRequest) -> Result<Body<T>> {
    let empty = Bytes::from_static(b"{}");
    match serde_json::from_slice(&empty) {
        Ok(value) if *req.method() == Method::POST => Ok(Body { value, bytes: empty }),
        _ => Err(no_body::<T>()),
    }
}

/// There is no body, and one is needed.
fn no_body<T: ToSchema + 'static>() -> Error {
    let shape = Shape::of::<T>();
    let needed = shape.needed();
    let detail = if needed.is_empty() {
        say!(
            "缺少请求体：应为 JSON 对象",
            "the body is missing: it must be a JSON object"
        )
    } else {
        let needed = needed.join(", ");
        say!(
            "缺少请求体：应为 JSON 对象，须有字段 {needed}",
            "the body is missing: it must be a JSON object with the fields {needed}"
        )
    };
    Error::new(Code::MalformedJson, detail)
}

fn escaped(key: &str) -> String {
    key.replace('~', "~0").replace('/', "~1")
}

fn pointer(path: &serde_path_to_error::Path) -> String {
    path.iter().fold(String::new(), |pointer, segment| match segment {
        Segment::Seq { index } => format!("{pointer}/{index}"),
        Segment::Map { key } => format!("{pointer}/{}", escaped(key)),
        Segment::Enum { .. } | Segment::Unknown => pointer,
    })
}

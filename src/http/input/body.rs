//! A JSON body, and what is wrong with it.

use actix_web::{
    FromRequest, HttpRequest,
    dev::Payload,
    http::header::{CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, TRANSFER_ENCODING},
    web::{Bytes, BytesMut},
};
use futures_util::future::{FutureExt as _, LocalBoxFuture};
use serde::de::DeserializeOwned;
use serde_json::Value;
use serde_path_to_error::Segment;
use utoipa::ToSchema;

use super::{explain, pace::Pace, quoted, shape};
use crate::{
    domain::{
        fault::{Checker, Fault, FieldError},
        text,
    },
    error::{Code, Error, Result},
    http::{caller::app, refused::refuses},
    say,
};

/// A JSON body, with the bytes it was read from.
pub struct Body<T> {
    /// What it says.
    pub value: T,
    bytes: Bytes,
}

impl<T> Body<T> {
    /// What it was read from.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }
}

impl<T: DeserializeOwned + ToSchema + 'static> FromRequest for Body<T> {
    type Error = Error;
    type Future = LocalBoxFuture<'static, Result<Self>>;

    fn from_request(req: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let req = req.clone();
        let mut payload = payload.take();
        async move {
            media_type(&req)?;
            let app = app(&req)?;
            let limit = app.config.body_limit;
            let too_large = || {
                Error::new(
                    Code::PayloadTooLarge,
                    say!("请求体最多 {limit} 字节", "a body has at most {limit} bytes"),
                )
            };
            let mut bytes = BytesMut::new();
            let mut pace = Pace::new(app.config.body_seconds);
            while let Some(chunk) = pace.next(&mut payload).await? {
                let unreadable = |_| Error::new(Code::BadRequest, say!("请求体未能读完", "the body ended early"));
                let chunk = chunk.map_err(unreadable)?;
                pace.received(chunk.len());
                bytes.extend_from_slice(&chunk);
                if bytes.len() > limit {
                    return Err(too_large());
                }
            }
            let value = from_json(&bytes)?;
            Ok(Self {
                value,
                bytes: bytes.freeze(),
            })
        }
        .boxed_local()
    }
}

refuses!({T} Body<T>: 408, 413, 415, 422);
refuses!({T} OptionalBody<T>:; Body<T>);

/// A JSON body that may be left out, content type and all.
pub struct OptionalBody<T>(pub Body<T>);

impl<T: DeserializeOwned + Default + ToSchema + 'static> FromRequest for OptionalBody<T> {
    type Error = Error;
    type Future = LocalBoxFuture<'static, Result<Self>>;

    fn from_request(req: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let sent = |name| req.headers().get(name).is_some_and(|value| value != "0");
        if sent(CONTENT_TYPE) || sent(CONTENT_LENGTH) || sent(TRANSFER_ENCODING) {
            return Body::from_request(req, payload)
                .map(|body| body.map(Self))
                .boxed_local();
        }
        let none = Body {
            value: T::default(),
            bytes: Bytes::new(),
        };
        std::future::ready(Ok(Self(none))).boxed_local()
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
    let faults = faults_of_form::<T>(bytes);
    if !faults.is_empty() {
        return Err(Error::body(faults));
    }
    let mut deserializer = serde_json::Deserializer::from_slice(bytes);
    let value = serde_path_to_error::deserialize(&mut deserializer);
    let (error, path) = match value {
        Ok(value) => match deserializer.end() {
            Ok(()) => return Ok(value),
            Err(error) => (error, String::new()),
        },
        Err(error) => {
            let path = pointer(error.path());
            (error.into_inner(), path)
        }
    };
    let why = error.to_string();
    if !error.is_data() {
        return Err(Error::new(
            Code::MalformedJson,
            say!("请求体不是 JSON：{why}", "the body is not JSON: {why}"),
        ));
    }
    let name = quoted(&why).unwrap_or_default();
    let last = path.rsplit('/').next().unwrap_or_default();
    if why.starts_with("missing field") {
        return Err(Error::field(
            &format!("{path}/{name}"),
            Fault::Required,
            say!("缺少字段 {name}", "field {name} is missing"),
        ));
    }
    // The path may end with the field or before it.
    let at_field = || {
        if last == escaped(&name) {
            path.clone()
        } else {
            format!("{path}/{}", escaped(&name))
        }
    };
    if why.starts_with("duplicate field") {
        return Err(Error::field(
            &at_field(),
            Fault::Duplicate,
            say!("字段 {name} 重复", "field {name} is given twice"),
        ));
    }
    if why.starts_with("unknown field") {
        let path = at_field();
        return Err(Error::field(
            &path,
            Fault::Unknown,
            say!("没有字段 {name}", "there is no field {name}"),
        ));
    }
    Err(Error::field(&path, Fault::Invalid, explain(&why)))
}

/// Where there are control characters, whatever the text is for, and arrays in place of objects: in a body that is
/// JSON.
fn faults_of_form<T: ToSchema + 'static>(bytes: &[u8]) -> Vec<FieldError> {
    let escapes = |pair: &[u8]| matches!(pair, [b'\\', b'u' | b'b' | b'f' | b'r'] | [0xc2, 0x80..=0x9f]);
    let mut check = Checker::default();
    // Most bodies have none of what could be one.
    let control = bytes.contains(&0x7f) || bytes.windows(2).any(escapes);
    let array = bytes.contains(&b'[');
    if (control || array)
        && let Ok(value) = serde_json::from_slice(bytes)
    {
        if control {
            walk(&mut check, &value);
        }
        if array {
            shape::objects::<T>(&mut check, &value);
        }
    }
    check.finish().err().unwrap_or_default()
}

fn walk(check: &mut Checker, value: &Value) {
    match value {
        Value::String(said) if text::has_control_characters(said) => {
            check.fault(Fault::Invalid, text::control_characters());
        }
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                check.at(index, |check| walk(check, item));
            }
        }
        Value::Object(members) => {
            for (name, member) in members {
                check.at(name.as_str(), |check| walk(check, member));
            }
        }
        _ => {}
    }
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

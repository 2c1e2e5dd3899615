//! Errors as callers see them: one table of codes, one body (`application/problem+json`, RFC 9457).

mod causes;
mod conflict;
mod database;
mod outstanding;
mod refusals;
mod told;

use std::{error::Error as StdError, fmt};

use actix_web::http::StatusCode;
use serde::Serialize;
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{ObjectBuilder, RefOr, Schema, Type},
};

use crate::{
    domain::{
        fault::{Bilingual, Fault, FieldError},
        thing::Thing,
        vocabulary::{Term, Vocabulary},
    },
    say,
};

pub use self::{
    conflict::Allowed,
    outstanding::Outstanding,
    told::{both, faults},
};

macro_rules! codes {
    ($($(#[$doc:meta])* $variant:ident = $text:literal, $status:literal, $zh:literal, $en:literal;)*) => {
        /// What went wrong, stable and machine-readable. The only table of codes.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
        #[serde(rename_all = "snake_case")]
        pub enum Code { $($(#[$doc])* $variant,)* }

        impl Code {
            /// All of them, in the order of the table.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// Its name on the wire.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text,)* }
            }

            /// The HTTP status it comes with.
            pub fn status(self) -> StatusCode {
                let status: u16 = match self { $(Self::$variant => $status,)* };
                StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
            }

            /// Its title, the same for each occurrence.
            pub fn title(self) -> Bilingual {
                match self { $(Self::$variant => say!($zh, $en),)* }
            }
        }

        impl Vocabulary for Code {
            const TERMS: &'static [Term] = &[$(Term { code: $text, zh: $zh, en: $en },)*];

            fn term(self) -> &'static Term {
                &Self::TERMS[self as usize]
            }
        }
    };
}

// Not derived: `ToSchema` does not see names that come out of a macro.
impl PartialSchema for Code {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(Type::String)
            .description(Some(
                "稳定的错误代码 (what went wrong): stable and machine-readable; more may come",
            ))
            .enum_values(Some(Self::ALL.iter().map(|code| code.as_str())))
            .into()
    }
}

impl ToSchema for Code {
    fn name() -> std::borrow::Cow<'static, str> {
        "ErrorCode".into()
    }
}

codes! {
    /// The request cannot be read.
    BadRequest = "bad_request", 400, "请求无法理解", "Bad request";
    /// The body is not JSON.
    MalformedJson = "malformed_json", 400, "JSON 格式错误", "Malformed JSON";
    /// A query parameter has no such value.
    InvalidParameter = "invalid_parameter", 400, "查询参数无效", "Invalid query parameter";
    /// There is no such query parameter here.
    UnknownParameter = "unknown_parameter", 400, "未知查询参数", "Unknown query parameter";
    /// The cursor is not one of ours, or belongs to another query.
    InvalidCursor = "invalid_cursor", 400, "游标无效", "Invalid cursor";
    /// A header has no such value.
    InvalidHeader = "invalid_header", 400, "请求头无效", "Invalid header";
    /// No token where one is needed.
    Unauthenticated = "unauthenticated", 401, "需要身份令牌", "Authentication required";
    /// The token is not accepted.
    InvalidToken = "invalid_token", 401, "身份令牌无效", "Invalid token";
    /// The token's roles or scope never allow this.
    Forbidden = "forbidden", 403, "没有权限", "Forbidden";
    /// No such thing, or none that the caller may know of.
    NotFound = "not_found", 404, "没有找到", "Not found";
    /// The path exists, the method does not.
    MethodNotAllowed = "method_not_allowed", 405, "不支持该方法", "Method not allowed";
    /// None of the formats asked for is offered.
    NotAcceptable = "not_acceptable", 406, "无法提供所要求的格式", "Not acceptable";
    /// An id, code or number is taken.
    AlreadyExists = "already_exists", 409, "已存在", "Already exists";
    /// Others refer to it.
    InUse = "in_use", 409, "仍被引用", "Still in use";
    /// The state of the thing does not allow this.
    WrongState = "wrong_state", 409, "当前状态不允许", "Not allowed in this state";
    /// The plan leaves open who owes what by when.
    OpenQuestions = "open_questions", 409, "方案有待定事项", "The plan has open questions";
    /// The plan has obligations that are not done.
    Unfinished = "unfinished", 409, "方案仍有未办结事项", "The plan has unfinished obligations";
    /// The same Idempotency-Key is being worked on.
    IdempotencyInFlight = "idempotency_in_flight", 409, "相同幂等键的请求正在处理", "A request with this idempotency key is in flight";
    /// The body came too slowly.
    RequestTimeout = "request_timeout", 408, "请求超时", "Request timeout";
    /// If-Match does not match.
    Stale = "stale", 412, "版本已变化", "The thing has changed";
    /// The body is too large.
    PayloadTooLarge = "payload_too_large", 413, "请求体过大", "Payload too large";
    /// The body is not of a type read here.
    UnsupportedMediaType = "unsupported_media_type", 415, "不支持的内容类型", "Unsupported media type";
    /// The body is well-formed but wrong; `errors` say where.
    Invalid = "invalid", 422, "内容不符合要求", "Invalid content";
    /// A computation runs into a year without an official calendar.
    NoCalendar = "no_calendar", 422, "该年没有官方工作日历", "No official calendar for that year";
    /// The phrase is not one that can be read.
    DeadlineUnreadable = "deadline_unreadable", 422, "无法读懂该时限表述", "Unreadable deadline phrase";
    /// The change needs a reason, because the plan is published.
    ReasonRequired = "reason_required", 422, "修订已发布的方案须说明理由", "Amending a published plan needs a reason";
    /// The Idempotency-Key was used with another request.
    IdempotencyMismatch = "idempotency_mismatch", 422, "幂等键已用于其他请求", "Idempotency key was used with another request";
    /// If-Match is missing.
    PreconditionRequired = "precondition_required", 428, "缺少 If-Match", "If-Match is required";
    /// More than is taken in that time; Retry-After says when.
    TooManyRequests = "too_many_requests", 429, "请求过于频繁", "Too many requests";
    /// Our fault.
    Internal = "internal", 500, "服务内部错误", "Internal error";
    /// A file is not what it was when it came in.
    FileAltered = "file_altered", 500, "附件已被改动", "File altered";
    /// Something that is needed cannot be reached.
    Unavailable = "unavailable", 503, "服务暂不可用", "Service unavailable";
    /// Everything works, and is in use.
    Overloaded = "overloaded", 503, "服务繁忙", "Service overloaded";
    /// A file is not in the store.
    FileMissing = "file_missing", 503, "附件缺失", "File missing";
    /// There is no room to store it.
    InsufficientStorage = "insufficient_storage", 507, "存储空间不足", "Insufficient storage";
}

/// Where in the request a fault is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Location {
    /// JSON Pointer into the body.
    Pointer(String),
    /// Name of a query parameter.
    Parameter(String),
    /// Name of a header.
    Header(&'static str),
}

/// One fault with its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Where in the request it is.
    pub location: Location,
    /// What kind of fault it is.
    pub fault: Fault,
    /// For people.
    pub detail: Bilingual,
}

/// An error on its way to the caller. `source` goes to the log only.
#[derive(Debug)]
pub struct Error {
    /// From the table.
    pub code: Code,
    /// What happened this time.
    pub detail: Box<Bilingual>,
    /// Each fault with its place.
    pub problems: Vec<Problem>,
    /// What may be done instead, where a state does not allow what was asked.
    pub allowed: Option<Box<Allowed>>,
    /// The things that are in the way.
    pub conflicts: Vec<Thing>,
    /// What of a plan is in the way.
    pub outstanding: Option<Box<Outstanding>>,
    /// Response headers that belong to it (Allow, WWW-Authenticate, ETag, Retry-After).
    pub headers: Vec<(&'static str, String)>,
    source: Option<Box<dyn StdError + Send + Sync>>,
}

/// Shorthand.
pub type Result<T, E = Error> = std::result::Result<T, E>;

impl Error {
    /// An error with what happened this time.
    pub fn new(code: Code, detail: Bilingual) -> Self {
        Self {
            code,
            detail: Box::new(detail),
            problems: Vec::new(),
            allowed: None,
            conflicts: Vec::new(),
            outstanding: None,
            headers: Vec::new(),
            source: None,
        }
    }

    /// An error about one place in the request.
    pub fn at(code: Code, location: Location, fault: Fault, detail: Bilingual) -> Self {
        let problem = Problem {
            location,
            fault,
            detail: detail.clone(),
        };
        Self {
            problems: vec![problem],
            ..Self::new(code, detail)
        }
    }

    /// An error about one query parameter.
    pub fn parameter(code: Code, name: &str, fault: Fault, detail: Bilingual) -> Self {
        Self::at(code, Location::Parameter(name.to_owned()), fault, detail)
    }

    /// An error about one header.
    pub fn header(code: Code, name: &'static str, fault: Fault, detail: Bilingual) -> Self {
        Self::at(code, Location::Header(name), fault, detail)
    }

    /// Faults in the body.
    pub fn body(faults: Vec<FieldError>) -> Self {
        let count = faults.len();
        let mut error = Self::new(
            Code::Invalid,
            say!("内容有 {count} 处不符合要求", "faults in the body: {count}"),
        );
        error.problems = faults
            .into_iter()
            .map(|FieldError { pointer, fault, detail }| Problem {
                location: Location::Pointer(pointer),
                fault,
                detail,
            })
            .collect();
        error
    }

    /// One fault in the body.
    pub fn field(pointer: &str, fault: Fault, detail: Bilingual) -> Self {
        Self::body(vec![FieldError {
            pointer: pointer.to_owned(),
            fault,
            detail,
        }])
    }

    /// The one sentence for whatever the caller may not know of.
    pub fn not_found() -> Self {
        let detail = say!(
            "没有这个编号的资源，或者您无权得知",
            "There is nothing with this id, or nothing that you may know of"
        );
        Self::new(Code::NotFound, detail)
    }

    /// Our fault; `source` is logged, never sent.
    pub fn internal(source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        let detail = say!(
            "服务内部错误，请凭 request_id 联系管理员",
            "Internal error; quote request_id when you report it"
        );
        Self::caused(Code::Internal, source, detail)
    }

    /// An error with what led to it: `source` is logged, never sent.
    pub fn caused(code: Code, source: impl Into<Box<dyn StdError + Send + Sync>>, detail: Bilingual) -> Self {
        Self {
            source: Some(source.into()),
            ..Self::new(code, detail)
        }
    }

    /// Something that we need does not answer; `source` is logged, never sent.
    pub fn unavailable(source: impl Into<Box<dyn StdError + Send + Sync>>, detail: Bilingual) -> Self {
        Self::passing(Code::Unavailable, 5, source, detail)
    }

    /// Everything works, and is in use; `source` is logged, never sent.
    pub fn overloaded(source: impl Into<Box<dyn StdError + Send + Sync>>, detail: Bilingual) -> Self {
        Self::passing(Code::Overloaded, 2, source, detail)
    }

    /// There is no room to store something; `source` is logged, never sent.
    pub fn no_room(source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        let detail = say!(
            "存储空间不足，暂时不能写入；读取不受影响",
            "There is no room to store this; reading goes on"
        );
        Self::passing(Code::InsufficientStorage, 30, source, detail)
    }

    /// What will be over in some time: worth another try after so many seconds. `source` is logged, never
    /// sent.
    fn passing(
        code: Code,
        seconds: u32,
        source: impl Into<Box<dyn StdError + Send + Sync>>,
        detail: Bilingual,
    ) -> Self {
        Self::caused(code, source, detail).with_header("Retry-After", seconds.to_string())
    }

    /// This error for another caller who waited for the same result; the cause is logged with the first.
    #[must_use]
    pub fn repeated(&self) -> Self {
        Self {
            problems: self.problems.clone(),
            allowed: self.allowed.clone(),
            conflicts: self.conflicts.clone(),
            outstanding: self.outstanding.clone(),
            headers: self.headers.clone(),
            ..Self::new(self.code, (*self.detail).clone())
        }
    }

    /// Adds a response header.
    #[must_use]
    pub fn with_header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.code.as_str(), self.detail.en)
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.source
            .as_ref()
            .map(|source| source.as_ref() as &(dyn StdError + 'static))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_and_the_wire_agree() {
        for code in Code::ALL {
            assert_eq!(serde_json::to_value(code).unwrap(), code.as_str());
            assert!(code.status().is_client_error() || code.status().is_server_error());
        }
    }
}

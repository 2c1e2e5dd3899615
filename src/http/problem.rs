//! Errors on the wire: `application/problem+json` (RFC 9457), in the caller's language.

use actix_web::{
    HttpRequest, HttpResponse, ResponseError,
    http::{StatusCode, header::ACCEPT_LANGUAGE},
};
use serde::Serialize;
use serde_with::skip_serializing_none;
use utoipa::ToSchema;

use super::{
    link::{Links, ThingView, links_by_name},
    origin::Origin,
    reply::format::weight,
};
use crate::{
    domain::{
        fault::{Bilingual, Fault},
        open_question::OpenQuestions,
        thing::Thing,
    },
    error::{Allowed, Code, Error, Location, Outstanding, Problem},
};

/// The media type of all errors.
pub const PROBLEM_JSON: &str = "application/problem+json";

/// The language of what people read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    /// Chinese, the default.
    Chinese,
    /// English, if `Accept-Language` prefers it.
    English,
}

impl Language {
    /// That of whoever sent the request.
    pub fn of(req: &HttpRequest) -> Self {
        let header = req.headers().get(ACCEPT_LANGUAGE);
        Self::preferred(header.and_then(|header| header.to_str().ok()))
    }

    /// The better of the two for an `Accept-Language` header (RFC 9110, section 12.5.4).
    pub fn preferred(header: Option<&str>) -> Self {
        let quality = |wanted: &str| {
            header
                .unwrap_or_default()
                .split(',')
                .filter_map(|range| {
                    let mut parts = range.split(';').map(str::trim);
                    let language = parts.next()?.split('-').next()?.to_ascii_lowercase();
                    let quality = parts.find_map(weight).unwrap_or(1.0);
                    (language == wanted).then_some(quality)
                })
                .fold(0.0, f32::max)
        };
        if quality("en") > quality("zh") {
            Self::English
        } else {
            Self::Chinese
        }
    }

    /// The text in it.
    pub fn text(self, text: &Bilingual) -> String {
        match self {
            Self::Chinese => text.zh.clone(),
            Self::English => text.en.clone(),
        }
    }
}

/// 错误 (RFC 9457 problem details)
#[skip_serializing_none]
#[derive(Debug, Serialize, ToSchema)]
#[schema(title = "Problem", as = Problem)]
pub struct ProblemView {
    /// 错误类型 (type): a URI reference with the code
    #[serde(rename = "type")]
    #[schema(example = "/errors#not_found")]
    kind: String,
    /// 标题 (title)
    #[schema(example = "没有找到")]
    title: String,
    /// HTTP 状态码 (status)
    #[schema(example = 404)]
    status: u16,
    /// 稳定的错误代码 (code)
    code: Code,
    /// 说明 (detail)
    #[schema(example = "没有这个编号的资源，或者您无权得知")]
    detail: String,
    /// 请求路径 (instance)
    #[schema(example = "/api/v1/tasks/dg-2017.99")]
    instance: String,
    /// 请求编号 (request id), as in `X-Request-Id`
    #[schema(example = "019a1b2c-3d4e-7f00-8000-000000000000")]
    request_id: String,
    /// 当前状态下可执行的操作，仅 `wrong_state` (what may be done instead; with `wrong_state` only)
    #[schema(value_type = Vec<String>, required = false)]
    allowed_actions: Option<Vec<&'static str>>,
    /// 各项操作的请求方法和路径 (where each of them is done)
    #[schema(required = false)]
    links: Option<Links>,
    /// 造成冲突的对象，仅 409 (the things that are in the way; with 409 only)
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    conflicts: Vec<ThingView>,
    /// 方案的待定事项，仅 `open_questions` (what the plan leaves open; with `open_questions` only)
    #[schema(value_type = Vec<OpenQuestions>, required = false)]
    open_questions: Option<Vec<OpenQuestions>>,
    /// 方案未办结的事项数，仅 `unfinished` (obligations of the plan that are neither fulfilled nor exempted; with `unfinished` only)
    #[schema(value_type = i64, required = false)]
    unfinished: Option<i64>,
    /// 其中尚未到期的 (those of them that are not due yet)
    #[schema(value_type = i64, required = false)]
    not_yet_due: Option<i64>,
    /// 逐项错误 (each fault with its place)
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    errors: Vec<FaultView>,
}

/// 一处错误 (one fault)
#[skip_serializing_none]
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ProblemError)]
pub struct FaultView {
    /// JSON Pointer (RFC 6901) into the body
    #[schema(example = "/units/0/code")]
    pointer: Option<String>,
    /// 查询参数名 (query parameter)
    parameter: Option<String>,
    /// 请求头名 (header)
    header: Option<String>,
    /// 错误代码 (what is wrong)
    code: Fault,
    /// 说明 (detail)
    detail: String,
}

/// What `error_response` leaves in the response for [`render`].
#[derive(Clone)]
struct Pending {
    code: Code,
    detail: Bilingual,
    problems: Vec<Problem>,
    allowed: Option<Box<Allowed>>,
    conflicts: Vec<Thing>,
    outstanding: Option<Box<Outstanding>>,
}

impl ResponseError for Error {
    fn status_code(&self) -> StatusCode {
        self.code.status()
    }

    /// The body is rendered by the outermost middleware, which knows the request.
    fn error_response(&self) -> HttpResponse {
        let mut response = HttpResponse::build(self.status_code());
        for (name, value) in &self.headers {
            response.insert_header((*name, value.as_str()));
        }
        let pending = Pending {
            code: self.code,
            detail: (*self.detail).clone(),
            problems: self.problems.clone(),
            allowed: self.allowed.clone(),
            conflicts: self.conflicts.clone(),
            outstanding: self.outstanding.clone(),
        };
        response.extensions_mut().insert(pending);
        response.finish()
    }
}

/// The body of a response with an error status: of an [`Error`] of ours, or of one the framework made.
pub fn render(
    response: &HttpResponse<impl actix_web::body::MessageBody>,
    language: Language,
    (origin, path): (&Origin, &str),
    request_id: &str,
) -> Vec<u8> {
    let pending = response.extensions().get::<Pending>().cloned();
    let pending = pending.unwrap_or_else(|| {
        let code = Code::ALL
            .iter()
            .copied()
            .find(|code| code.status() == response.status());
        let code = code.unwrap_or(if response.status().is_client_error() {
            Code::BadRequest
        } else {
            Code::Internal
        });
        Pending {
            code,
            detail: code.title(),
            problems: Vec::new(),
            allowed: None,
            conflicts: Vec::new(),
            outstanding: None,
        }
    });
    let errors = pending.problems.iter().map(|problem| {
        let (mut pointer, mut parameter, mut header) = (None, None, None);
        match &problem.location {
            Location::Pointer(text) => pointer = Some(text.clone()),
            Location::Parameter(name) => parameter = Some(name.clone()),
            Location::Header(name) => header = Some((*name).to_owned()),
        }
        FaultView {
            pointer,
            parameter,
            header,
            code: problem.fault,
            detail: language.text(&problem.detail),
        }
    });
    let (questions, undone) = match pending.outstanding.map(|outstanding| *outstanding) {
        Some(Outstanding::Questions(questions)) => (Some(questions), None),
        Some(Outstanding::Undone(undone)) => (None, Some(undone)),
        None => (None, None),
    };
    let view = ProblemView {
        kind: origin.path(&format!("/errors#{}", pending.code.as_str())),
        title: language.text(&pending.code.title()),
        status: response.status().as_u16(),
        code: pending.code,
        detail: language.text(&pending.detail),
        instance: origin.path(path),
        request_id: request_id.to_owned(),
        links: pending.allowed.as_ref().map(|allowed| {
            let Thing { kind, id } = &allowed.thing;
            links_by_name(origin, (*kind, id), allowed.actions.iter().copied())
        }),
        conflicts: pending
            .conflicts
            .iter()
            .map(|thing| ThingView::new(thing, origin))
            .collect(),
        allowed_actions: pending.allowed.map(|allowed| allowed.actions),
        unfinished: undone.map(|undone| undone.unfinished),
        not_yet_due: undone.map(|undone| undone.not_yet_due),
        open_questions: questions,
        errors: errors.collect(),
    };
    serde_json::to_vec(&view).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chinese_unless_english_is_preferred() {
        for (header, expected) in [
            (None, Language::Chinese),
            (Some("*"), Language::Chinese),
            (Some("en"), Language::English),
            (Some("en-GB,en;q=0.9"), Language::English),
            (Some("zh-CN,zh;q=0.9,en;q=0.8"), Language::Chinese),
            (Some("de, en;q=0.5"), Language::English),
            (Some("en;q=0.5, zh-CN"), Language::Chinese),
        ] {
            assert_eq!(Language::preferred(header), expected, "{header:?}");
        }
    }
}

//! The outermost middleware: gives each request an id, a log line and a measurement, answers HEAD
//! as GET, and renders errors.

use std::time::Instant as Monotonic;

use actix_web::{
    Error as ActixError, HttpMessage as _,
    body::{BodySize, BoxBody, MessageBody},
    dev::{ServiceRequest, ServiceResponse},
    http::{
        ConnectionType, Method, Version,
        header::{
            CACHE_CONTROL, CONTENT_LANGUAGE, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderMap, HeaderValue,
            X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
        },
    },
    middleware::Next,
    web::Data,
};

use super::{
    origin::Origin,
    problem::{Language, PROBLEM_JSON, render},
    request_id::{HEADER, RequestId},
};
use crate::{app::App, error::Error};

/// Gives the request its id, its log line and its measurement, and its error a body.
pub async fn observe<B: MessageBody + 'static>(
    app: Data<App>,
    mut req: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<BoxBody>, ActixError> {
    let started = Monotonic::now();
    let id = RequestId::choose(&req, &app);
    let method = req.method().clone();
    if method == Method::HEAD {
        // The connection knows that it was HEAD, and sends no body.
        req.head_mut().method = Method::GET;
    }
    req.extensions_mut().insert(id.clone());
    let mut response = next.call(req).await?.map_into_boxed_body();
    if response.status().is_client_error() || response.status().is_server_error() {
        response = with_problem(response, &id);
    }
    let headers = response.headers_mut();
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    if is_drawn(headers) && !headers.contains_key(CONTENT_SECURITY_POLICY) {
        headers.insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static(PAGE_POLICY));
        headers.insert(X_FRAME_OPTIONS, HeaderValue::from_static("DENY"));
    }
    if let Ok(value) = HeaderValue::from_str(id.as_str()) {
        response.headers_mut().insert(HEADER, value);
    }
    // Who keeps the connection hears in time that it ends, and no request meets its end.
    if app.readiness.is_draining() {
        response
            .response_mut()
            .head_mut()
            .set_connection_type(ConnectionType::Close);
    }
    // HTTP/1.0 knows no chunks (RFC 9112, section 7): what has no length ends with the connection.
    if response.request().version() < Version::HTTP_11 && response.response().body().size() == BodySize::Stream {
        let head = response.response_mut().head_mut();
        head.no_chunking(true);
        head.set_connection_type(ConnectionType::Close);
    }
    report(&response, &method, &id, started);
    Ok(response)
}

/// What a page or a picture may do that a browser draws: look as it says itself.
const PAGE_POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; \
                           frame-ancestors 'none'";

fn is_drawn(headers: &HeaderMap) -> bool {
    let media_type = headers.get(CONTENT_TYPE).map_or(&b""[..], HeaderValue::as_bytes);
    media_type.starts_with(b"text/html") || media_type.starts_with(b"image/svg+xml")
}

fn with_problem(response: ServiceResponse<BoxBody>, id: &RequestId) -> ServiceResponse<BoxBody> {
    let is_problem = response
        .headers()
        .get(CONTENT_TYPE)
        .is_some_and(|given| given == PROBLEM_JSON);
    if is_problem {
        return response;
    }
    let language = Language::of(response.request());
    let body = render(
        response.response(),
        language,
        (&Origin::of(response.request()), response.request().path()),
        id.as_str(),
    );
    let mut response = response.map_body(|_, _| BoxBody::new(body));
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(PROBLEM_JSON));
    let tag = if language == Language::English { "en" } else { "zh-CN" };
    headers.insert(CONTENT_LANGUAGE, HeaderValue::from_static(tag));
    // A cache may otherwise keep a 404, and give it to who may see the thing.
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// One log line and one measurement. Never the query, a header or a body: they may hold what is
/// nobody else's business.
fn report(response: &ServiceResponse<BoxBody>, method: &Method, id: &RequestId, started: Monotonic) {
    let elapsed = started.elapsed();
    let status = response.status().as_u16();
    let route = response.request().match_pattern().unwrap_or_else(|| "unmatched".into());
    let labels = [
        ("method", label(method).to_owned()),
        ("route", route),
        ("status", status.to_string()),
    ];
    metrics::histogram!("http_request_duration_seconds", &labels).record(elapsed.as_secs_f64());
    let elapsed_ms = elapsed.as_secs_f64() * 1000.0;
    let path = response.request().path();
    if response.status().is_server_error() {
        let error = response.response().error().map(chain).unwrap_or_default();
        tracing::error!(request.id = id.as_str(), http.method = %method, http.path = path, http.status = status, elapsed_ms, error, "request failed");
    } else {
        tracing::info!(request.id = id.as_str(), http.method = %method, http.path = path, http.status = status, elapsed_ms, "request");
    }
}

/// The method as a label. Callers can invent methods, and each label is kept for good.
fn label(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::PATCH => "PATCH",
        Method::DELETE => "DELETE",
        Method::OPTIONS => "OPTIONS",
        _ => "other",
    }
}

/// The error with all its causes, for the log only.
fn chain(error: &ActixError) -> String {
    let ours = error.as_error::<Error>();
    ours.map_or_else(|| error.to_string(), Error::with_causes)
}

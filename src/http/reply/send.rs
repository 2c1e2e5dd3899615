//! Rendered bytes on their way: entity tags, codings, caching.

use actix_web::{
    HttpResponse,
    http::{
        StatusCode,
        header::{
            ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_ENCODING, CONTENT_TYPE, ETAG, HeaderMap,
            IF_NONE_MATCH, LINK, VARY,
        },
    },
};

use super::format::weight;
use crate::rendered::{Coding, Rendered};

/// Sends rendered bytes, or 304 when the caller has them (RFC 9110, section 13).
pub fn send(reply: &Rendered, request: &HeaderMap, anonymous: bool) -> HttpResponse {
    let coding = accepted_coding(request, &[Coding::Brotli, Coding::Gzip]);
    let compressed = coding.and_then(|coding| Some((coding, reply.compressed(coding)?)));
    let etag = match &compressed {
        None => format!("\"{}\"", reply.etag),
        Some((coding, _)) => format!("\"{}+{}\"", reply.etag, coding.name()),
    };
    let mut response = HttpResponse::build(if has_it(request, &reply.etag) {
        StatusCode::NOT_MODIFIED
    } else {
        StatusCode::OK
    });
    response
        .insert_header((ETAG, etag))
        // Stored copies are asked about each time: a revision may end at any moment.
        .insert_header((CACHE_CONTROL, if anonymous { "public, no-cache" } else { "private, no-cache" }))
        .insert_header((VARY, "Accept, Accept-Encoding, Authorization"));
    if let Some(link) = &reply.link {
        response.insert_header((LINK, link.as_str()));
    }
    if has_it(request, &reply.etag) {
        return response.finish();
    }
    response.insert_header((CONTENT_TYPE, reply.content_type));
    if let Some(disposition) = &reply.disposition {
        response.insert_header((CONTENT_DISPOSITION, disposition.as_str()));
    }
    match compressed {
        None => response.body(reply.body()),
        Some((coding, body)) => {
            response.insert_header((CONTENT_ENCODING, coding.name()));
            response.body(body)
        }
    }
}

/// Whether `If-None-Match` holds the tag, in any coding: the comparison is weak.
pub fn has_it(request: &HeaderMap, etag: &str) -> bool {
    request
        .get_all(IF_NONE_MATCH)
        .filter_map(|header| header.to_str().ok())
        .flat_map(|header| header.split(','))
        .any(|tag| {
            let opaque = tag.trim().trim_start_matches("W/").trim_matches('"');
            opaque == "*" || opaque.split('+').next() == Some(etag)
        })
}

/// The first of `offered` that the caller takes, unless refused with `q=0`.
pub fn accepted_coding(request: &HeaderMap, offered: &[Coding]) -> Option<Coding> {
    let header = request.get(ACCEPT_ENCODING)?.to_str().ok()?;
    let accepts = |wanted: &Coding| {
        header.split(',').any(|item| {
            let mut parts = item.split(';').map(str::trim);
            let named = parts
                .next()
                .is_some_and(|coding| coding.eq_ignore_ascii_case(wanted.name()));
            named && !parts.any(|part| weight(part) == Some(0.0))
        })
    };
    offered.iter().copied().find(accepts)
}

//! Rendered bytes on their way: entity tags, codings, caching.

use actix_web::{
    HttpRequest, HttpResponse, HttpResponseBuilder,
    http::{
        StatusCode,
        header::{
            AcceptEncoding, CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_ENCODING, CONTENT_TYPE, ETAG, Encoding,
            Header as _, IfNoneMatch, LINK, VARY,
        },
    },
};

use crate::rendered::{Coding, Rendered};

/// Sends rendered bytes, or 304 when the caller has them (RFC 9110, section 13).
pub fn send(reply: &Rendered, request: &HttpRequest, anonymous: bool) -> HttpResponse {
    let coding = accepted_coding(request, &[Coding::Brotli, Coding::Gzip]);
    let compressed = coding.and_then(|coding| Some((coding, reply.compressed(coding)?)));
    let etag = match &compressed {
        None => reply.etag.clone(),
        Some((coding, _)) => format!("{}+{}", reply.etag, coding.name()),
    };
    let known = has_it(request, &reply.etag);
    let mut response = HttpResponse::build(if known {
        StatusCode::NOT_MODIFIED
    } else {
        StatusCode::OK
    });
    tagged(
        &mut response,
        &etag,
        anonymous,
        "Accept, Accept-Encoding, Authorization",
    );
    if let Some(link) = &reply.link {
        response.insert_header((LINK, link.as_str()));
    }
    if known {
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

/// Gives a reply its tag. Stored copies are asked about each time: a revision may end, and what is public be taken
/// back, at any moment.
pub fn tagged(response: &mut HttpResponseBuilder, etag: &str, anonymous: bool, vary: &'static str) {
    let cache = if anonymous {
        "public, no-cache"
    } else {
        "private, no-cache"
    };
    response
        .insert_header((ETAG, format!("\"{etag}\"")))
        .insert_header((CACHE_CONTROL, cache))
        .insert_header((VARY, vary));
}

/// Whether `If-None-Match` holds the tag, in any coding: the comparison is weak.
pub fn has_it(request: &HttpRequest, etag: &str) -> bool {
    match IfNoneMatch::parse(request) {
        Ok(IfNoneMatch::Any) => true,
        Ok(IfNoneMatch::Items(tags)) => tags.iter().any(|tag| tag.tag().split('+').next() == Some(etag)),
        Err(_) => false,
    }
}

/// The one of `offered` that the caller likes best; none, where it likes the bytes as they are as much.
pub fn accepted_coding(request: &HttpRequest, offered: &[Coding]) -> Option<Coding> {
    let encoding = |coding: Coding| match coding {
        Coding::Brotli => Encoding::brotli(),
        Coding::Gzip => Encoding::gzip(),
    };
    let mut encodings: Vec<Encoding> = offered.iter().map(|coding| encoding(*coding)).collect();
    encodings.push(Encoding::identity());
    let best = AcceptEncoding::parse(request).ok()?.negotiate(encodings.iter())?;
    offered.iter().copied().find(|coding| encoding(*coding) == best)
}

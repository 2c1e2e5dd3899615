//! Shared reads: answered from the catalog in memory, rendered once per revision, view, format and
//! query, and then sent as bytes.

use std::sync::Arc;

use actix_web::{
    FromRequest, HttpRequest, HttpResponse,
    dev::Payload,
    http::{
        StatusCode,
        header::{
            ACCEPT, ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_ENCODING, CONTENT_TYPE, ETAG,
            HeaderMap, IF_NONE_MATCH, LINK, VARY,
        },
    },
    web::Data,
};
use futures_util::future::{FutureExt as _, LocalBoxFuture};
use serde::Serialize;
use utoipa::PartialSchema;

use super::{
    auth::{Can, may},
    extract,
    format::{Format, JSON, weight},
    select::Selection,
};
use crate::{
    app::{App, Coding, Rendered, Snapshot},
    domain::{
        catalog::Catalog,
        policy::{Action, Actor},
        unit::UnitDirectory,
    },
    error::{Error, Result},
};

/// What a caller's rights make of the same data. Callers with the same view get the same bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct View {
    /// Drafts are there.
    pub drafts: bool,
    /// `allowed_actions` of plans are not empty.
    pub manages_plans: bool,
}

impl View {
    /// The view of `actor`.
    pub fn of(actor: &Actor) -> Self {
        Self {
            drafts: actor.may(Action::ReadDrafts),
            manages_plans: actor.may(Action::ManagePlans),
        }
    }

    /// What anybody sees.
    pub const PUBLIC: Self = Self {
        drafts: false,
        manages_plans: false,
    };
}

/// What views are made with: the units they name, and what the caller may see.
#[derive(Clone, Copy)]
pub struct Scene<'c> {
    /// All units.
    pub units: &'c UnitDirectory,
    /// What the caller may see.
    pub view: View,
}

impl<D> Can<D> {
    /// What the views of a reply are made with.
    pub fn scene<'c>(&self, units: &'c UnitDirectory) -> Scene<'c> {
        Scene {
            units,
            view: View::of(&self.context.actor),
        }
    }
}

/// A reader of published data (or, by the view, of drafts too).
#[derive(Clone)]
pub struct Read {
    app: Data<App>,
    req: HttpRequest,
    snapshot: Arc<Snapshot>,
    /// What the caller may see.
    pub view: View,
    actor: Actor,
}

impl FromRequest for Read {
    type Error = Error;
    type Future = LocalBoxFuture<'static, Result<Self>>;

    fn from_request(req: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let req = req.clone();
        let can = Can::<may::ReadPublished>::from_request(&req, payload);
        async move {
            let Can { app, context, .. } = can.await?;
            let snapshot = app.catalog(&context).await?;
            let view = View::of(&context.actor);
            Ok(Self {
                app,
                req,
                snapshot,
                view,
                actor: context.actor,
            })
        }
        .boxed_local()
    }
}

/// `fields=` and `embed=` of a single thing.
#[derive(Debug, serde::Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ItemParams {
    /// 只返回这些字段 (only these fields), 逗号分隔
    #[param(example = json!("id,title"))]
    fields: Option<String>,
    /// 内嵌的相关资源 (embedded resources), 逗号分隔
    embed: Option<String>,
}

impl Read {
    /// Plans and units.
    pub fn catalog(&self) -> &Catalog {
        self.snapshot.catalog()
    }

    /// What views are made with.
    pub fn scene(&self) -> Scene<'_> {
        Scene {
            units: &self.catalog().units,
            view: self.view,
        }
    }

    /// The request.
    pub fn request(&self) -> &HttpRequest {
        &self.req
    }

    /// Whether the caller has shown no token.
    pub fn is_anonymous(&self) -> bool {
        self.actor.subject.is_none()
    }

    /// Who is calling.
    pub fn actor(&self) -> &Actor {
        &self.actor
    }

    /// `Accept`.
    pub fn accept(&self) -> Option<&str> {
        self.req.headers().get(ACCEPT).and_then(|header| header.to_str().ok())
    }

    /// `https://host` for absolute links.
    pub fn base(&self) -> String {
        if let Some(base) = &self.app.config.public_url {
            return base.trim_end_matches('/').to_owned();
        }
        let info = self.req.connection_info();
        let plain = |host: &&str| {
            host.bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b".:-[]".contains(&byte))
        };
        let host = Some(info.host()).filter(plain).unwrap_or("localhost");
        let scheme = if info.scheme() == "https" { "https" } else { "http" };
        format!("{scheme}://{host}")
    }

    /// The reply to this request: kept from the last who asked the same, or made by `render`.
    pub fn serve(&self, formats: &[Format], render: impl FnOnce(Format) -> Result<Rendered>) -> Result<HttpResponse> {
        let format = Format::negotiate(self.req.query_string(), self.accept(), formats)?;
        let View { drafts, manages_plans } = self.view;
        let (base, uri) = (self.base(), self.req.uri());
        let key = format!(
            "{base}{uri} {format:?} {} {}",
            u8::from(drafts),
            u8::from(manages_plans)
        );
        let reply = if let Some(reply) = self.snapshot.rendered(&key) {
            reply
        } else {
            let reply = Arc::new(render(format)?);
            self.snapshot.keep(key, reply.clone());
            reply
        };
        Ok(send(&reply, self.req.headers(), self.is_anonymous()))
    }

    /// The reply for one thing.
    pub fn serve_item<T: Serialize + PartialSchema>(
        &self,
        embeds: &'static [&'static str],
        find: impl FnOnce(&Embed) -> Option<(T, i64)>,
    ) -> Result<HttpResponse> {
        self.serve(&[Format::Json], |_| {
            let params: ItemParams = extract::query(&self.req)?;
            let embed = Embed::parse(params.embed.as_deref(), embeds)?;
            let selection = Selection::parse::<T>(params.fields.as_deref())?;
            let (view, version) = find(&embed).ok_or_else(Error::not_found)?;
            Ok(Rendered::new(JSON, selection.to_json(&view)?, Some(version)))
        })
    }
}

/// The resources that `embed=` names.
#[derive(Debug, Default)]
pub struct Embed(Vec<String>);

impl Embed {
    /// Reads `embed=`; names that are not offered are refused.
    pub fn parse(text: Option<&str>, offered: &[&str]) -> Result<Self> {
        let names: Vec<String> = text
            .unwrap_or_default()
            .split(',')
            .map(str::trim)
            .filter(|name| !name.is_empty())
            .map(str::to_owned)
            .collect();
        match names.iter().find(|name| !offered.contains(&name.as_str())) {
            None => Ok(Self(names)),
            Some(name) => Err(extract::invalid_parameter("embed", extract::not_offered(name, offered))),
        }
    }

    /// Just `name`.
    pub fn of(name: &str) -> Self {
        Self(vec![name.to_owned()])
    }

    /// Whether `name` is wanted.
    pub fn has(&self, name: &str) -> bool {
        self.0.iter().any(|wanted| wanted == name)
    }
}

/// Sends rendered bytes, or 304 when the caller has them (RFC 9110, section 13).
pub fn send(reply: &Rendered, request: &HeaderMap, anonymous: bool) -> HttpResponse {
    let coding = accepted_coding(request);
    let compressed = coding.and_then(|coding| Some((coding, reply.compressed(coding)?)));
    let etag = match &compressed {
        None => format!("\"{}\"", reply.etag),
        Some((Coding::Gzip, _)) => format!("\"{}+gzip\"", reply.etag),
        Some((Coding::Brotli, _)) => format!("\"{}+br\"", reply.etag),
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
            response.insert_header((CONTENT_ENCODING, if coding == Coding::Gzip { "gzip" } else { "br" }));
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

/// Brotli before gzip, unless refused with `q=0`.
fn accepted_coding(request: &HeaderMap) -> Option<Coding> {
    let header = request.get(ACCEPT_ENCODING)?.to_str().ok()?;
    let accepts = |wanted: &str| {
        header.split(',').any(|item| {
            let mut parts = item.split(';').map(str::trim);
            let named = parts.next().is_some_and(|coding| coding.eq_ignore_ascii_case(wanted));
            named && !parts.any(|part| weight(part) == Some(0.0))
        })
    };
    if accepts("br") {
        Some(Coding::Brotli)
    } else {
        accepts("gzip").then_some(Coding::Gzip)
    }
}

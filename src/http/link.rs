//! Links: where things are, and where each step that is offered for one is taken.

use std::{collections::BTreeMap, fmt::Display};

use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    domain::{
        thing::{Thing, ThingKind},
        vocabulary::Vocabulary,
    },
    http::origin::Origin,
};

/// 一个对象 (a thing)
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Thing)]
pub struct ThingView {
    /// 哪一类 (what sort of thing)
    kind: ThingKind,
    /// 编号 (id)
    #[schema(example = "019a1b2c-3d4e-7f00-8000-000000000002")]
    id: String,
    /// 链接 (where it is)
    #[schema(example = "http://127.0.0.1:8080/api/v1/progress-reports/019a1b2c-3d4e-7f00-8000-000000000002")]
    href: String,
}

impl ThingView {
    /// The thing, with its link.
    pub fn new(thing: &Thing, origin: &Origin) -> Self {
        Self {
            kind: thing.kind,
            id: thing.id.clone(),
            href: origin.url(&path(thing.kind, &thing.id)),
        }
    }

    /// Its id.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Where it is.
    pub fn href(&self) -> &str {
        &self.href
    }
}

/// Where a thing is.
fn path(kind: ThingKind, id: &impl Display) -> String {
    let collection = match kind {
        ThingKind::Deadline => "deadlines",
        ThingKind::Extension => "extensions",
        ThingKind::Feedback => "feedback",
        ThingKind::Import => "imports",
        ThingKind::Notice => "notices",
        ThingKind::Obligation => "obligations",
        ThingKind::Plan => "plans",
        ThingKind::ProgressReport => "progress-reports",
        ThingKind::Requirement => "requirements",
        ThingKind::SecondReview => "second-reviews",
        ThingKind::Unit => "units",
    };
    format!("/api/v1/{collection}/{id}")
}

/// 一步操作的请求方法和路径 (where a step is taken)
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Link {
    /// 方法 (method)
    #[schema(example = "POST")]
    method: &'static str,
    /// 路径，含代理的前缀 (path, with the prefix of a proxy)
    #[schema(example = "/api/v1/progress-reports/019a1b2c-3d4e-7f00-8000-000000000002/submit")]
    path: String,
}

/// 各项可执行操作的请求方法和路径，以操作为键 (where each step that is offered is taken, by its name)
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, ToSchema)]
#[serde(transparent)]
pub struct Links(BTreeMap<String, Link>);

/// Where the actions that are offered for a thing are taken.
pub fn links<A: Vocabulary>(origin: &Origin, thing: (ThingKind, &impl Display), actions: &[A]) -> Links {
    links_by_name(origin, thing, actions.iter().map(|action| action.term().code))
}

/// The same by the names of actions: `update` and `delete` are methods of their own, what begins another thing is a POST
/// to its list, all others are POSTs below the thing.
pub fn links_by_name<'a>(
    origin: &Origin,
    (kind, id): (ThingKind, &impl Display),
    actions: impl IntoIterator<Item = &'a str>,
) -> Links {
    let link = |action: &str| {
        let thing = path(kind, id);
        let (method, path) = match action {
            "update" => ("PATCH", thing),
            "delete" => ("DELETE", thing),
            "report" => ("POST", "/api/v1/progress-reports".to_owned()),
            "request_extension" => ("POST", "/api/v1/extensions".to_owned()),
            step => ("POST", format!("{thing}/{step}")),
        };
        let path = origin.path(&path);
        (action.to_owned(), Link { method, path })
    };
    Links(actions.into_iter().map(link).collect())
}

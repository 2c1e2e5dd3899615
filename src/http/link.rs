//! Links: where things are, and where each step that is offered for one is taken.

use std::fmt::Display;

use serde::{Serialize, Serializer};
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

/// Where a thing is: the plural of its kind names the collection.
fn path(kind: ThingKind, id: &impl Display) -> String {
    let (name, plural) = (
        kind.as_str().replace('_', "-"),
        if kind.has_plural() { "s" } else { "" },
    );
    format!("/api/v1/{name}{plural}/{id}")
}

/// 一步操作的请求方法和路径 (where a step is taken)
#[derive(Serialize, ToSchema)]
pub struct Link<'a> {
    /// 方法 (method)
    #[schema(example = "POST")]
    method: &'static str,
    /// 路径，含代理的前缀 (path, with the prefix of a proxy)
    #[serde(serialize_with = "joined")]
    #[schema(value_type = String, example = "/api/v1/progress-reports/019a1b2c-3d4e-7f00-8000-000000000002/submit")]
    path: [&'a str; 4],
}

/// 各项可执行操作的请求方法和路径，以操作为键 (where each step that is offered is taken, by its name)
// They are put into words only where somebody reads them: a table has no room for them.
#[derive(Debug, Clone, Default, ToSchema)]
#[schema(value_type = BTreeMap<String, Link<'static>>)]
pub struct Links(Steps);

#[derive(Debug, Clone, Default)]
struct Steps {
    /// The path that a proxy takes off.
    prefix: String,
    thing: String,
    /// In the order of their names.
    actions: Vec<&'static str>,
}

/// Where the actions that are offered for a thing are taken.
pub fn links<A: Vocabulary>(origin: &Origin, thing: (ThingKind, &impl Display), actions: &[A]) -> Links {
    links_by_name(origin, thing, actions.iter().map(|action| action.term().code))
}

/// Where the actions with these names are taken.
pub fn links_by_name(
    origin: &Origin,
    (kind, id): (ThingKind, &impl Display),
    actions: impl IntoIterator<Item = &'static str>,
) -> Links {
    let mut actions: Vec<_> = actions.into_iter().collect();
    actions.sort_unstable();
    actions.dedup();
    if actions.is_empty() {
        return Links::default();
    }
    Links(Steps {
        prefix: origin.path(""),
        thing: path(kind, id),
        actions,
    })
}

impl Steps {
    /// `update` and `delete` are methods of their own, what begins another thing is a POST to its list, all others are
    /// POSTs below the thing.
    fn link(&self, action: &'static str) -> Link<'_> {
        let (prefix, thing) = (self.prefix.as_str(), self.thing.as_str());
        let (method, path) = match action {
            "update" => ("PATCH", [prefix, thing, "", ""]),
            "delete" => ("DELETE", [prefix, thing, "", ""]),
            "report" => ("POST", [prefix, "/api/v1/progress-reports", "", ""]),
            "request_extension" => ("POST", [prefix, "/api/v1/extensions", "", ""]),
            step => ("POST", [prefix, thing, "/", step]),
        };
        Link { method, path }
    }
}

impl Serialize for Links {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.actions.iter().map(|action| (action, self.0.link(action))))
    }
}

fn joined<S: Serializer>(parts: &[&str; 4], serializer: S) -> Result<S::Ok, S::Error> {
    let [prefix, thing, slash, step] = parts;
    serializer.collect_str(&format_args!("{prefix}{thing}{slash}{step}"))
}

//! What no route answers: 405 with `Allow` where the path exists, else 404 with the path that may have been meant.

use std::collections::HashMap;

use actix_web::{
    HttpRequest, HttpResponse,
    dev::{Path, ResourceDef},
    http::Method,
    web::Data,
};
use utoipa::openapi::{OpenApi, PathItem};

use super::{origin::Origin, reply::Reply};
use crate::{
    domain::{
        fault::Bilingual,
        suggestion::{meant, nearest},
    },
    error::{Code, Error, Result},
    say,
};

/// The methods of each path, as the OpenAPI document has them.
pub struct Unmatched {
    known: Vec<Known>,
    /// Words that stand beside ids.
    beside: HashMap<String, usize>,
}

/// A path that there is.
struct Known {
    path: String,
    resource: ResourceDef,
    allow: String,
}

impl Unmatched {
    /// The paths of `document`.
    pub fn new(document: &OpenApi) -> Self {
        let paths = document.paths.paths.iter();
        let known = paths.map(|(path, item)| Known {
            path: path.clone(),
            resource: ResourceDef::new(path.as_str()),
            allow: allow(item),
        });
        let known: Vec<Known> = known.collect();
        let has_id = |known: &Known| known.path.contains('{');
        let is_beside = |path: &str| known.iter().any(|other| has_id(other) && other.resource.is_match(path));
        let words = known.iter().enumerate().filter(|(_, known)| !has_id(known));
        let beside = words.filter(|(_, known)| is_beside(&known.path));
        Self {
            beside: beside.map(|(at, known)| (known.path.clone(), at)).collect(),
            known,
        }
    }

    /// Answers what no route does.
    pub fn answer(req: &HttpRequest, table: &Self) -> Reply {
        let Some(allow) = table.find(req.path()).map(|known| &known.allow) else {
            return Err(table.no_path(req));
        };
        if req.method() == Method::OPTIONS {
            return Ok(HttpResponse::NoContent()
                .insert_header(("Allow", allow.as_str()))
                .finish());
        }
        Err(not_allowed(req.method(), allow))
    }

    /// Refuses a method that a path does not take, though an id in its place would: `PUT /calendar/days` is no year.
    pub fn check(req: &HttpRequest) -> Result<()> {
        let table = req.app_data::<Data<Self>>();
        let table = table.ok_or_else(|| Error::internal("no paths are known"))?;
        let Some(known) = table.beside.get(req.path()).map(|at| &table.known[*at]) else {
            return Ok(());
        };
        let method = req.method();
        if known.allow.split(", ").any(|name| name == method.as_str()) {
            return Ok(());
        }
        Err(not_allowed(method, &known.allow))
    }

    fn find(&self, path: &str) -> Option<&Known> {
        let fits = |known: &&Known| known.resource.capture_match_info(&mut Path::new(path));
        self.known.iter().find(fits)
    }

    /// 404. The same for every caller, so that it reveals nothing.
    fn no_path(&self, req: &HttpRequest) -> Error {
        let path = req.path();
        let meant_by = |path: &str| self.known.iter().find_map(|known| known.meant_by(path));
        let whole = path.trim_end_matches('/');
        let whole_at = |base: &str| whole.strip_prefix(base).map(|rest| format!("/api/v1{rest}"));
        let near = meant_by(whole)
            .or_else(|| meant_by(&whole_at("/api")?))
            .or_else(|| meant_by(&whole_at("")?));
        let origin = Origin::of(req);
        let index = origin.path("/api/v1");
        let near: Vec<String> = near.iter().map(|path| origin.path(path)).collect();
        let Bilingual { zh, en } = meant(&near);
        let why = if whole != path && self.find(whole).is_some() {
            say!("路径末尾没有斜杠", "paths do not end with a slash")
        } else if self.find(&path.to_lowercase()).is_some() {
            say!("路径区分大小写，均为小写", "paths are lower case")
        } else {
            say!("没有这个路径", "there is no such path")
        };
        let (why_zh, why_en) = (why.zh, why.en);
        let detail = say!(
            "{why_zh}{zh}（GET {index} 列出所有资源）",
            "{why_en}{en} (GET {index} lists what there is)"
        );
        Error::new(Code::NotFound, detail)
    }
}

fn not_allowed(method: &Method, allow: &str) -> Error {
    let detail = say!(
        "此路径不支持 {method}，支持：{allow}",
        "this path does not take {method}; it takes {allow}"
    );
    Error::new(Code::MethodNotAllowed, detail).with_header("Allow", allow)
}

impl Known {
    /// This path with the ids of `path`, where that is nearly this one.
    fn meant_by(&self, path: &str) -> Option<String> {
        let (known, given): (Vec<&str>, Vec<&str>) = (self.path.split('/').collect(), path.split('/').collect());
        if known.len() != given.len() {
            return None;
        }
        let one = |(known, given): (&&str, &&str)| {
            if known.starts_with('{') {
                (!given.is_empty()).then(|| (*given).to_owned())
            } else {
                (known == given || nearest(given, [*known]).is_some()).then(|| (*known).to_owned())
            }
        };
        let parts = known.iter().zip(&given).map(one).collect::<Option<Vec<_>>>()?;
        Some(parts.join("/"))
    }
}

fn allow(item: &PathItem) -> String {
    let methods = [
        (item.get.is_some(), "GET, HEAD"),
        (item.post.is_some(), "POST"),
        (item.put.is_some(), "PUT"),
        (item.patch.is_some(), "PATCH"),
        (item.delete.is_some(), "DELETE"),
    ];
    let mut names: Vec<&str> = methods
        .into_iter()
        .filter(|(there, _)| *there)
        .map(|(_, name)| name)
        .collect();
    names.push("OPTIONS");
    names.join(", ")
}

//! What no route answers: 405 with `Allow` where the path exists, else 404.

use actix_web::{
    HttpRequest, HttpResponse,
    dev::{Path, ResourceDef},
    http::Method,
};
use utoipa::openapi::{OpenApi, PathItem};

use crate::{
    error::{Code, Error, Result},
    say,
};

/// The methods of each path, as the OpenAPI document has them.
pub struct Unmatched(Vec<(ResourceDef, String)>);

impl Unmatched {
    /// The paths of `document`.
    pub fn new(document: &OpenApi) -> Self {
        Self(
            document
                .paths
                .paths
                .iter()
                .map(|(path, item)| (ResourceDef::new(path.as_str()), allow(item)))
                .collect(),
        )
    }

    /// Answers what no route does.
    pub fn answer(req: &HttpRequest, table: &Self) -> Result<HttpResponse> {
        let known = table
            .0
            .iter()
            .find(|(resource, _)| resource.capture_match_info(&mut Path::new(req.path())));
        let Some((_, allow)) = known else {
            return Err(Error::not_found());
        };
        if req.method() == Method::OPTIONS {
            return Ok(HttpResponse::NoContent()
                .insert_header(("Allow", allow.as_str()))
                .finish());
        }
        let method = req.method();
        let detail = say!(
            "此路径不支持 {method}，支持：{allow}",
            "this path does not take {method}; it takes {allow}"
        );
        Err(Error::new(Code::MethodNotAllowed, detail).with_header("Allow", allow.as_str()))
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

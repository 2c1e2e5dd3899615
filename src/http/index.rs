//! `/api/v1`: what there is

use actix_web::get;
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    domain::policy::Action,
    http::{
        COLLECTIONS,
        caller::{Caller, may},
        reply::{
            Reply,
            format::{Format, Offered as _},
            json,
        },
    },
};

/// 接口目录 (what there is)
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Index)]
pub struct IndexView {
    /// 当前调用者可读取的各类资源 (what the caller may read)
    collections: Vec<CollectionView>,
    /// 词表：各枚举的中英文名称 (what the words of enumerations are called)
    #[schema(example = "http://127.0.0.1:8080/api/v1/vocabulary")]
    vocabulary: String,
    /// 接口文档 (the OpenAPI document)
    #[schema(example = "http://127.0.0.1:8080/openapi.json")]
    openapi: String,
    /// 在线文档 (to read and try)
    #[schema(example = "http://127.0.0.1:8080/docs/")]
    docs: String,
}

/// 一类资源 (a collection)
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Collection)]
pub struct CollectionView {
    /// 路径中的名称 (its name in paths)
    #[schema(example = "plans")]
    name: &'static str,
    /// 内容 (what it holds)
    #[schema(example = "方案 (plans)")]
    title: &'static str,
    /// 链接 (where it is)
    #[schema(example = "http://127.0.0.1:8080/api/v1/plans")]
    href: String,
}

/// 接口目录 (what there is)
///
/// 列出当前调用者可读取的各类资源。The collections that the caller may read.
#[utoipa::path(tag = "operations", responses((status = 200, description = "目录 (the index)", body = IndexView), Caller<may::ReadPublished>))]
#[get("")]
pub async fn get_index(caller: Caller<may::ReadPublished>) -> Reply {
    Format::negotiate(caller.request().query_string(), caller.accept(), &[Format::Json])?;
    let origin = caller.origin();
    let seen = |(_, _, action): &&(_, _, Action)| caller.actor().may(*action) && caller.sees_by(*action).is_ok();
    let view = IndexView {
        collections: COLLECTIONS
            .iter()
            .filter(seen)
            .map(|(name, title, _)| CollectionView {
                name,
                title,
                href: origin.url(&format!("/api/v1/{name}")),
            })
            .collect(),
        vocabulary: origin.url("/api/v1/vocabulary"),
        openapi: origin.url("/openapi.json"),
        docs: origin.url("/docs/"),
    };
    Ok(caller.send(&json(&view, None)?))
}

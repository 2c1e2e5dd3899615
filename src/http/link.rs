//! Links for actions: where each step that is offered is taken.

use std::collections::BTreeMap;

use serde::Serialize;
use utoipa::ToSchema;

use crate::http::origin::Origin;

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

/// Where the steps that are offered for the thing at `path` are taken: `update` and `delete` by methods of their own,
/// what begins another thing at its list, all others below the thing.
pub fn links<'a>(origin: &Origin, path: &str, actions: impl IntoIterator<Item = &'a str>) -> Links {
    let link = |action: &str| {
        let (method, path) = match action {
            "update" => ("PATCH", path.to_owned()),
            "delete" => ("DELETE", path.to_owned()),
            "report" => ("POST", "/api/v1/progress-reports".to_owned()),
            "request_extension" => ("POST", "/api/v1/extensions".to_owned()),
            step => ("POST", format!("{path}/{step}")),
        };
        let path = origin.path(&path);
        (action.to_owned(), Link { method, path })
    };
    Links(actions.into_iter().map(link).collect())
}

//! What HTTP offers around a reply: entity tags, codings, HEAD and OPTIONS, other origins.

mod changes;
mod codings;
mod cors;
mod etags;
mod kept;
mod methods;
mod rows;

use reqwest::{Method, header::HeaderMap};

use crate::support::{Caller, Reply};

/// Things and lists, long and short ones, in each format.
const READS: &[&str] = &[
    "/api/v1/plans",
    "/api/v1/plans/dg-2017",
    "/api/v1/plans/dg-2017?embed=requirements",
    "/api/v1/plans/dg-2017?format=docx",
    "/api/v1/plans/dg-2017?format=xlsx&progress=true",
    "/api/v1/tasks",
    "/api/v1/tasks/dg-2017.8",
    "/api/v1/requirements?limit=200",
    "/api/v1/requirements?limit=1",
    "/api/v1/requirements?format=csv",
    "/api/v1/requirements?format=ndjson&q=aqi",
    "/api/v1/requirements/dg-2017.17.3",
    "/api/v1/deadlines",
    "/api/v1/deadlines/dg-2017.18.1.d2",
    "/api/v1/units?kind=town",
    "/api/v1/units?format=xlsx&headers=zh",
    "/api/v1/units/zhenjie",
    "/api/v1/units/zhenjie/members",
    "/openapi.json",
];

/// A request with headers.
async fn send(caller: &Caller<'_>, method: Method, path: &str, headers: &[(&str, &str)]) -> Reply {
    let mut request = caller.request(method, path);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    Reply::to(request).await
}

async fn get(caller: &Caller<'_>, path: &str, headers: &[(&str, &str)]) -> Reply {
    send(caller, Method::GET, path, headers).await
}

/// The members of a list header, such as Vary or Allow.
fn members(headers: &HeaderMap, name: &str) -> Vec<String> {
    let values = headers
        .get_all(name)
        .into_iter()
        .flat_map(|value| value.to_str().unwrap().split(','));
    let mut members: Vec<String> = values.map(|member| member.trim().to_ascii_lowercase()).collect();
    members.sort();
    members
}

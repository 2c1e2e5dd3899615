//! `/obligations.csv`: a list as a table at a path of its own. Clients that are generated know one type for each path, and a
//! link needs no parameter.

use std::collections::BTreeMap;

use actix_web::{
    Error as ActixError,
    body::MessageBody,
    dev::{ResourceDef, ServiceRequest, ServiceResponse},
    http::{Method, Uri},
    middleware::Next,
    web::Data,
};
use serde::{Deserialize, de::IgnoredAny};

/// What such a path ends with.
pub const SUFFIX: &str = ".csv";

/// The document, of which nothing else is read: it is long, and a process starts in a tenth of a second.
#[derive(Deserialize)]
#[expect(clippy::zero_sized_map_values, reason = "as the document has it")]
struct Paths {
    paths: BTreeMap<String, IgnoredAny>,
}

/// The lists that have such paths.
pub struct Tables(Vec<ResourceDef>);

impl Tables {
    /// Those that the document names.
    pub fn new(document: &str) -> serde_json::Result<Self> {
        let document: Paths = serde_json::from_str(document)?;
        let lists = document.paths.keys().filter_map(|path| path.strip_suffix(SUFFIX));
        Ok(Self(lists.map(ResourceDef::new).collect()))
    }

    /// The list that is meant, as CSV.
    fn meant(&self, req: &ServiceRequest) -> Option<Uri> {
        let list = req.path().strip_suffix(SUFFIX)?;
        let reads = [Method::GET, Method::HEAD].contains(req.method());
        if !reads || !self.0.iter().any(|known| known.is_match(list)) {
            return None;
        }
        let query = match req.query_string() {
            "" => "format=csv".to_owned(),
            query => format!("{query}&format=csv"),
        };
        let mut parts = req.uri().clone().into_parts();
        parts.path_and_query = format!("{list}?{query}").parse().ok();
        Uri::from_parts(parts).ok()
    }
}

/// Serves the list in its place.
pub async fn as_table<B: MessageBody>(
    tables: Data<Tables>,
    mut req: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<B>, ActixError> {
    if let Some(uri) = tables.meant(&req) {
        req.match_info_mut().get_mut().update(&uri);
        req.head_mut().uri = uri;
    }
    next.call(req).await
}

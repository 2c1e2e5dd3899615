//! `/obligations.csv`: a list as a table at a path of its own. Clients that are generated know one type for each path, and a
//! link needs no parameter.

use actix_web::{
    Error as ActixError, HttpMessage as _,
    body::MessageBody,
    dev::{ResourceDef, ServiceRequest, ServiceResponse},
    http::{Method, Uri},
    middleware::Next,
    web::Data,
};
use utoipa::openapi::{OpenApi, PathItem, RefOr};

use super::list::TableParams;

use super::declared::AsCsv;

/// What such a path ends with.
pub const SUFFIX: &str = ".csv";

/// The paths that answer with tables: they take the parameters of one.
pub fn tables(document: &OpenApi) -> impl Iterator<Item = &str> {
    let names = TableParams::names();
    let is_table = move |item: &PathItem| {
        let mut parameters = item.get.iter().filter_map(|read| read.parameters.as_ref()).flatten();
        parameters.any(|parameter| matches!(parameter, RefOr::T(known) if names.contains(&known.name)))
    };
    let paths = document.paths.paths.iter().filter(move |(_, item)| is_table(item));
    paths.map(|(path, _)| path.as_str())
}

/// The lists that have such paths.
pub struct CsvPaths(Vec<ResourceDef>);

impl CsvPaths {
    /// All lists of `document`.
    pub fn new(document: &OpenApi) -> Self {
        Self(tables(document).map(ResourceDef::new).collect())
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
pub async fn serve_csv_path<B: MessageBody>(
    paths: Data<CsvPaths>,
    mut req: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<B>, ActixError> {
    if let Some(uri) = paths.meant(&req) {
        req.match_info_mut().get_mut().update(&uri);
        req.head_mut().uri = uri;
        req.extensions_mut().insert(AsCsv);
    }
    next.call(req).await
}

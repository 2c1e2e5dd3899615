//! Lists of imports.

use actix_web::get;
use serde::Deserialize;
use utoipa::IntoParams;

use super::view::{COLUMNS, ImportView};
use crate::{
    domain::{changes::Followed, import::ImportStatus},
    http::{
        caller::{Call, Caller, may},
        list::{Column, List, Page, ParamsOf, Question, Row, Stored},
        reply::Reply,
    },
    store::{filter::Filter as _, imports::ImportFilter, page::Sorts},
};

/// The list of imports.
pub struct Imports;

impl List for Imports {
    type Filters = ImportParams;
    type View = ImportView;
    const FILE: (&'static str, &'static str) = ("imports", "导入");
    const SORTS: Sorts = ImportFilter::SORTS;
    const SORT: &'static str = "-id";
    const FOLLOWED: Option<Followed> = Some(Followed::Imports);
    const COLUMNS: &'static [Column<ImportView>] = COLUMNS;
}

impl Stored for Imports {
    type Filter = ImportFilter;

    fn view(import: &Row<Self>, _: &Question<ImportFilter>, call: &Call) -> ImportView {
        ImportView::new(import, call, None)
    }
}

/// Filters over imports.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
pub struct ImportParams {
    /// 状态 (status)
    status: Vec<ImportStatus>,
}

/// 列出导入 (list imports)
///
/// 一天之内的，新的在前。Those of a day, newest first.
#[utoipa::path(tag = "imports", params(ParamsOf<Imports>), responses((status = 200, description = "导入列表 (imports)", body = Page<ImportView>), Caller<may::ReadDrafts>))]
#[get("")]
pub async fn list_imports(caller: Caller<may::ReadDrafts>) -> Reply {
    let at = caller.now();
    let ask = async |filters: ImportParams, _| {
        Ok(ImportFilter {
            at,
            statuses: filters.status,
        })
    };
    caller.list_stored::<Imports>(ask).await
}

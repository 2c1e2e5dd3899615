//! Lists. Each is declared once: its filters, orders, columns and view. Pages, tables, cursors, entity tags
//! and the parameters in the OpenAPI document follow from that, for all of them alike.

mod cell;
mod changes;
mod columns;
mod cursor;
mod memory;
mod paging;
mod row_cache;
mod sheet;
mod source;
mod stored;
mod table;

use std::{borrow::Borrow, marker::PhantomData};

use serde::{Deserialize, Serialize};
use serde_json::Value;
use serde_with::skip_serializing_none;
use utoipa::{
    IntoParams, PartialSchema, ToSchema,
    openapi::path::{Parameter, ParameterBuilder, ParameterIn},
};

use self::table::Name;
pub use self::{
    cell::{Cell, Headers},
    changes::ChangesView,
    columns::Column,
    memory::InMemory,
    source::{Found, PageMembers, Source},
    stored::{Question, Row, Stored},
    table::{Form, Table, TableParams},
};
pub(crate) use columns::columns;

use super::{
    caller::Call,
    input::{self, Both, Embed, Filters, fields_of, invalid_parameter},
    reply::format::{Format, JSON, LIST_FORMATS, Offered as _, disposition},
};
use crate::{
    domain::{changes::Followed, order::Total},
    error::{Error, Result},
    rendered::Rendered,
    say,
    store::page::Sorts,
};

const DEFAULT_LIMIT: usize = 50;
const LARGEST_LIMIT: usize = 200;

/// A list, declared.
pub trait List: 'static {
    /// What it can be filtered by.
    type Filters: Filters;
    /// What goes over the wire for each of its rows.
    type View: Serialize + ToSchema + 'static;
    /// The name of a download, in ASCII and in Chinese.
    const FILE: (&'static str, &'static str);
    /// What `sort=` offers; the last is the id, which breaks ties.
    const SORTS: Sorts;
    /// Its order where none is asked for, as in `sort=`.
    const SORT: &'static str = "";
    /// Resources that `embed=` offers.
    const EMBEDS: &'static [&'static str] = &[];
    /// Resources that the columns of a table need.
    const TABLE_EMBEDS: &'static [&'static str] = &[];
    /// How it is followed by `changed_since=`, if it is.
    const FOLLOWED: Option<Followed> = None;
    /// Columns of a table.
    const COLUMNS: &'static [Column<Self::View>];
    /// Columns that are folded away in an Excel file with headers for people, such as ids.
    const ASIDE: &'static [&'static str] = &[];
}

/// A list that has nothing to filter by.
#[derive(Debug, Deserialize, IntoParams)]
pub struct NoFilters {}

/// Parameters that every list has.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct ListParams {
    /// 每页条数 (page size); csv、ndjson 和 xlsx 总是给出全部 (other formats are always whole)
    #[param(minimum = 1, maximum = 200, default = 50)]
    limit: Option<usize>,
    /// 上一页 `next` 给出的游标 (opaque cursor)
    cursor: Option<String>,
    /// 排序字段，逗号分隔，`-` 表示降序 (sort; `-` descends)
    sort: Option<String>,
    /// 只返回这些字段，逗号分隔；给出时各项没有其他字段，所声明的必有字段也不例外
    /// (only these fields: each item then lacks all others, also those that its schema requires)
    fields: Option<String>,
    /// 内嵌的相关资源，逗号分隔 (embedded resources)
    embed: Option<String>,
    /// 格式 (format); csv、ndjson 和 xlsx 给出全部结果 (the whole list)
    format: Option<Format>,
    /// 只给出此后的变化：`start`、日期、时刻，或上次答复的 `changes.mark`；仅用于 JSON (only what changed since: `start`, a
    /// day, an instant, or `changes.mark` of the last reply; as JSON)
    changed_since: Option<String>,
}

/// The parameters of a list, for the document.
pub struct ParamsOf<L>(PhantomData<L>);

impl<L: List> IntoParams for ParamsOf<L> {
    fn into_params(place: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let common = Both::<ListParams, TableParams>::into_params(&place).into_iter();
        let mut parameters: Vec<Parameter> = common.filter_map(described::<L>).collect();
        parameters.extend(L::Filters::parameters(place));
        parameters
    }
}

/// The fields that a list can be sorted by.
fn names(sorts: Sorts) -> Vec<&'static str> {
    sorts.iter().map(|sort| sort.field).collect()
}

/// A common parameter with what this list offers for it; `None`: it offers nothing.
fn described<L: List>(parameter: Parameter) -> Option<Parameter> {
    let (offered, example) = match parameter.name.as_str() {
        "sort" => {
            let sorts = names(L::SORTS);
            let example = if L::SORT.is_empty() {
                sorts.last().map(|id| format!("-{id}"))
            } else {
                Some(L::SORT.to_owned())
            };
            (sorts, example)
        }
        "embed" if L::EMBEDS.is_empty() => return None,
        "changed_since" if L::FOLLOWED.is_none() => return None,
        "changed_since" => (Vec::new(), Some("start".to_owned())),
        "embed" => (L::EMBEDS.to_vec(), L::EMBEDS.first().map(|name| (*name).to_owned())),
        "fields" => {
            let fields = fields_of::<L::View>();
            let both = L::COLUMNS
                .iter()
                .find(|column| fields.iter().any(|field| field == column.name));
            (Vec::new(), both.map(|column| column.name.to_owned()))
        }
        _ => return Some(parameter),
    };
    let mut description = parameter.description.clone().unwrap_or_default();
    if !offered.is_empty() {
        description = format!("{description}: {}", offered.join(", "));
    }
    if parameter.name == "sort" && !L::SORT.is_empty() {
        description = format!("{description}; 默认 (default) `{}`", L::SORT);
    }
    let builder = ParameterBuilder::from(parameter).description(Some(description));
    Some(builder.example(example.map(Value::String)).build())
}

/// A page of a list.
#[skip_serializing_none]
#[derive(Debug, Serialize, ToSchema)]
pub struct Page<T> {
    /// 本页内容 (this page)
    pub items: Vec<T>,
    /// 符合条件的总数 (all that match)
    #[schema(example = 127, value_type = usize)]
    pub total: i64,
    /// 下一页的完整链接；末页没有 (absolute link to the next page; absent on the last)
    #[schema(
        example = "http://127.0.0.1:8080/api/v1/requirements?limit=50&cursor=…",
        required = false
    )]
    pub next: Option<String>,
    /// 与上次相比的变化；仅用 `changed_since` 时，在首页 (what changed since; with `changed_since` only, on the first page)
    #[schema(required = false)]
    pub changes: Option<ChangesView>,
}

/// A page of a list that can be searched for words in the database.
#[skip_serializing_none]
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Page)]
pub struct FoundPage<T> {
    /// 本页内容 (this page)
    pub items: Vec<T>,
    /// 符合条件的总数；检索到的太多时没有，见 `total_at_least` (all that match; absent where a search finds too many)
    #[schema(example = 127, required = false)]
    pub total: Option<i64>,
    /// 检索到的太多，只数到这里 (a search finds so many and more)
    #[schema(example = 10_000, required = false)]
    pub total_at_least: Option<i64>,
    /// 下一页的完整链接；末页没有 (absolute link to the next page; absent on the last)
    #[schema(
        example = "http://127.0.0.1:8080/api/v1/progress-reports?q=%E5%85%AC%E5%BC%80&cursor=…",
        required = false
    )]
    pub next: Option<String>,
    /// 与上次相比的变化；仅用 `changed_since` 时，在首页 (what changed since; with `changed_since` only, on the first page)
    #[schema(required = false)]
    pub changes: Option<ChangesView>,
}

/// A page with its further members.
#[derive(Serialize)]
struct Whole<T> {
    #[serde(flatten)]
    page: FoundPage<T>,
    #[serde(flatten)]
    members: PageMembers,
}

/// What a list is asked for.
pub struct ListRequest<L: List> {
    params: ListParams,
    table: TableParams,
    /// The filters.
    pub filters: L::Filters,
    /// What is embedded.
    pub embed: Embed,
    format: Format,
}

impl<L: List> ListRequest<L> {
    /// Whether rows show any of these fields.
    pub fn shows(&self, names: &[&str]) -> bool {
        let mut wanted = self.params.fields().into_iter().flat_map(|fields| fields.split(','));
        self.params.fields().is_none() || wanted.any(|field| names.contains(&field.trim()))
    }

    /// The filters, and how a table is asked for.
    pub fn into_parts(self) -> (L::Filters, Form) {
        let form = self.table.form(self.format, self.params.fields);
        (self.filters, form)
    }

    fn of(call: &Call, negotiated: Format) -> Result<Self> {
        let pairs = input::pairs(call.request());
        let Both(params, table) = Both::<ListParams, TableParams>::read(&pairs)?;
        let filters = L::Filters::read(&pairs)?;
        // Spelled with escapes, only the parsed query knows it.
        let format = params.format.unwrap_or(negotiated);
        // Said rather than ignored: the whole list is what these formats are for.
        let with_columns = LIST_FORMATS.iter().copied().filter(|format| format.has_columns());
        let with_columns: Vec<Format> = with_columns.collect();
        for (name, given, only) in [
            ("cursor", params.cursor.is_some(), &[Format::Json][..]),
            ("embed", params.embed.is_some(), &[Format::Json, Format::Ndjson]),
            ("bom", table.bom.is_some(), &[Format::Csv]),
            ("headers", table.headers.is_some(), &with_columns),
        ] {
            if given && !only.contains(&format) {
                return Err(Format::only_with(name, only));
            }
        }
        if params.changed_since.is_some() && format != Format::Json {
            let detail = say!(
                "变化只以 JSON 给出：表格说不出哪些行已不存在，也没有下次用的标记。请用 format=json 翻到末页；\
                 要整个列表的文件，先以 changed_since=start&limit=1 取得标记，再下载",
                "changes come as JSON only: a table cannot tell which rows are gone, and has no mark for the next time. Ask with \
                 format=json and follow `next`; for a file of the whole list take a mark first, with changed_since=start&limit=1"
            );
            return Err(invalid_parameter("changed_since", detail));
        }
        if !params.limit.is_none_or(|limit| (1..=LARGEST_LIMIT).contains(&limit)) {
            return Err(invalid_parameter(
                "limit",
                say!("应为 1 至 {LARGEST_LIMIT}", "must be 1 to {LARGEST_LIMIT}"),
            ));
        }
        let of_a_day = pairs
            .iter()
            .find(|(name, _)| ["as_of", "group_by"].contains(&name.as_str()));
        if let (Some(_), Some((name, _))) = (&params.changed_since, of_a_day) {
            let detail = say!("不与 {name} 同时使用", "does not go together with {name}");
            return Err(invalid_parameter("changed_since", detail));
        }
        let embed = if format.has_columns() {
            Embed::of(L::TABLE_EMBEDS)
        } else {
            Embed::parse(params.embed.as_deref(), L::EMBEDS)?
        };
        Ok(Self {
            params,
            table,
            filters,
            embed,
            format,
        })
    }
}

impl ListParams {
    fn limit(&self) -> usize {
        self.limit.unwrap_or(DEFAULT_LIMIT)
    }

    fn fields(&self) -> Option<&str> {
        self.fields.as_deref()
    }

    fn sort<'s>(&'s self, otherwise: &'s str) -> &'s str {
        self.sort.as_deref().unwrap_or(otherwise)
    }
}

impl Call {
    /// What the list `L` is asked for.
    pub fn list_request<L: List>(&self) -> Result<ListRequest<L>> {
        let negotiated = Format::negotiate(self.request().query_string(), self.accept(), LIST_FORMATS)?;
        ListRequest::of(self, negotiated)
    }

    /// Rows that are all at hand, as a table in the format that is asked for; JSON is no table: `None`.
    pub async fn table<V: Serialize + PartialSchema>(
        &self,
        form: Form,
        file: Name,
        columns: &'static [Column<V>],
        rows: &[V],
    ) -> Result<Option<Rendered>> {
        if form.format == Format::Json {
            return Ok(None);
        }
        let table = Table::new(form, columns, &[])?;
        self.rendered(table, file, rows).await.map(Some)
    }

    /// The table with these rows, as a file with a name in ASCII and in Chinese.
    async fn rendered<V: Serialize + PartialSchema>(
        &self,
        table: Table<V>,
        file: Name,
        rows: impl IntoIterator<Item = impl Borrow<V>>,
    ) -> Result<Rendered> {
        let format = table.format();
        let mut writing = table.begin(file, Vec::new())?;
        rows.into_iter().try_for_each(|row| writing.row(row.borrow()))?;
        let body = if writing.ends_late() {
            let room = self.room().await?;
            self.work_in(room, || writing.end()).await?
        } else {
            writing.end()?
        };
        let mut reply = Rendered::new(format.media_type(), body, None);
        reply.disposition = Some(disposition(file.0, file.1, format.extension()));
        Ok(reply)
    }

    /// A page of JSON with what it tells beside its rows; `next`: the cursor of the page behind it.
    fn page<T: Serialize>(
        &self,
        items: Vec<T>,
        total: Total,
        next: Option<String>,
        members: PageMembers,
    ) -> Result<Rendered> {
        let next = next.map(|cursor| self.link(&cursor)).transpose()?;
        let link = next.as_ref().map(|next| format!("<{next}>; rel=\"next\""));
        let (total, total_at_least) = match total {
            Total::Exactly(rows) => (Some(rows), None),
            Total::AtLeast(rows) => (None, Some(rows)),
        };
        let page = FoundPage {
            items,
            total,
            total_at_least,
            next,
            changes: None,
        };
        let body = serde_json::to_vec(&Whole { page, members }).map_err(Error::internal)?;
        let mut reply = Rendered::new(JSON, body, None);
        reply.link = link;
        Ok(reply)
    }

    /// The link to the page behind `cursor` of the list that is asked for.
    fn link(&self, cursor: &str) -> Result<String> {
        let pairs = input::pairs(self.request());
        let mut pairs: Vec<(&str, &str)> = pairs
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect();
        pairs.retain(|(name, _)| *name != "cursor");
        pairs.push(("cursor", cursor));
        let query = serde_html_form::to_string(&pairs).map_err(Error::internal)?;
        let url = self.origin().url(self.request().path());
        Ok(format!("{url}?{query}"))
    }
}

//! Lists: sorted, paged by a cursor, whole as CSV or NDJSON. One definition for all of them.

use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{
    cursor::{Cursor, Key, Order, compare},
    extract::{self, invalid_parameter},
    format::{Format, LIST_FORMATS, disposition, neutralised},
    read::{Embed, Read, Scene},
    select::Selection,
};
use crate::{
    app::Rendered,
    error::{Error, Result},
    say,
};

const DEFAULT_LIMIT: usize = 50;
const LARGEST_LIMIT: usize = 200;
/// Bytes that tell Excel that a CSV file is UTF-8.
const BOM: &[u8] = "\u{feff}".as_bytes();

/// Parameters that every list has.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ListParams {
    /// 每页条数 (page size)
    #[param(minimum = 1, maximum = 200, default = 50)]
    limit: Option<usize>,
    /// 上一页 `next` 给出的游标 (opaque cursor)
    cursor: Option<String>,
    /// 排序字段，逗号分隔，`-` 表示降序 (sort; `-` descends)
    #[param(example = json!("-id"))]
    sort: Option<String>,
    /// 只返回这些字段，逗号分隔 (only these fields)
    #[param(example = json!("id"))]
    fields: Option<String>,
    /// 内嵌的相关资源，逗号分隔 (embedded resources)
    embed: Option<String>,
    /// 格式 (format); csv 和 ndjson 给出全部结果 (the whole list)
    format: Option<Format>,
    /// CSV 以 BOM 开头，供 Excel 识别 (start CSV with a byte order mark)
    bom: Option<bool>,
}

/// A page of a list.
#[derive(Debug, Serialize, ToSchema)]
pub struct Page<T> {
    /// 本页内容 (this page)
    pub items: Vec<T>,
    /// 符合条件的总数 (all that match)
    #[schema(example = 127)]
    pub total: usize,
    /// 下一页的完整链接；末页没有 (absolute link to the next page; absent on the last)
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(
        example = "http://127.0.0.1:8080/api/v1/requirements?limit=50&cursor=…",
        required = false
    )]
    pub next: Option<String>,
}

/// A thing that lists are made of.
pub trait Listed {
    /// What goes over the wire.
    type View: Serialize + ToSchema;
    /// Resources that `embed=` offers.
    const EMBEDS: &'static [&'static str];
    /// Fields that `sort=` offers; the last is the id, which breaks ties.
    const SORTS: &'static [&'static str];
    /// Columns of a table.
    const COLUMNS: &'static [&'static str];
    /// Chinese name of a downloaded file.
    const DOWNLOAD: &'static str;

    /// The value to sort by for one of `SORTS`.
    fn key(&self, sort: &str) -> Key;
    /// What goes over the wire.
    fn view(&self, scene: Scene<'_>, embed: &Embed) -> Self::View;
    /// The cell of one of `COLUMNS`.
    fn cell(&self, scene: Scene<'_>, column: &str) -> String;
}

impl Read {
    /// The reply for a list: `find` reads its own parameters and gives all that match.
    pub fn serve_list<F: serde::de::DeserializeOwned + IntoParams, T: Listed>(
        &self,
        find: impl FnOnce(F) -> Result<Vec<T>>,
    ) -> Result<actix_web::HttpResponse> {
        self.serve(LIST_FORMATS, |format| {
            let (params, filter): (ListParams, F) = extract::query_both(self.request())?;
            let rows = find(filter)?;
            // Spelled with escapes, only the parsed query knows it.
            match params.format.unwrap_or(format) {
                Format::Json => self.page(rows, &params),
                format => self.whole(rows, &params, format),
            }
        })
    }

    fn page<T: Listed>(&self, rows: Vec<T>, params: &ListParams) -> Result<Rendered> {
        if params.bom.is_some() {
            return Err(only_with("bom", "csv"));
        }
        let limit = params.limit.unwrap_or(DEFAULT_LIMIT);
        if !(1..=LARGEST_LIMIT).contains(&limit) {
            return Err(limit_out_of_range());
        }
        let embed = Embed::parse(params.embed.as_deref(), T::EMBEDS)?;
        let selection = Selection::parse::<T::View>(params.fields.as_deref())?;
        let order = Order::parse(params.sort.as_deref(), T::SORTS)?;
        let pairs = extract::pairs(self.request());
        let question = Cursor::question(self.request().path(), &pairs, &order);
        let after = params
            .cursor
            .as_deref()
            .map(|text| Cursor::parse(text, &question, order.len()))
            .transpose()?;

        let total = rows.len();
        let mut rows = sorted(rows, &order);
        if let Some(after) = after {
            let from = rows.partition_point(|(keys, _)| compare(keys, after.keys(), &order).is_le());
            rows.drain(..from);
        }
        let more = rows.len() > limit;
        rows.truncate(limit);
        let last = rows
            .last()
            .filter(|_| more)
            .map(|(keys, _)| Cursor::after(keys.clone(), &question).to_string());
        let next = last.map(|cursor| self.link(&pairs, &cursor)).transpose()?;
        let items = rows
            .iter()
            .map(|(_, row)| selection.to_value(&row.view(self.scene(), &embed)))
            .collect::<Result<_>>()?;
        let page = Page { items, total, next };
        let mut reply = Rendered::new(
            Format::Json.content_type(),
            serde_json::to_vec(&page).map_err(Error::internal)?,
            None,
        );
        reply.link = page.next.map(|next| format!("<{next}>; rel=\"next\""));
        Ok(reply)
    }

    /// The link to the page behind `cursor` in the answer to `pairs`.
    pub fn link(&self, pairs: &[(String, String)], cursor: &str) -> Result<String> {
        let mut pairs: Vec<(&str, &str)> = pairs
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect();
        pairs.retain(|(name, _)| *name != "cursor");
        pairs.push(("cursor", cursor));
        let query = serde_html_form::to_string(&pairs).map_err(Error::internal)?;
        Ok(format!("{}{}?{query}", self.base(), self.request().path()))
    }

    fn whole<T: Listed>(&self, rows: Vec<T>, params: &ListParams, format: Format) -> Result<Rendered> {
        // Said rather than ignored: the whole list is what these formats are for.
        for (name, given) in [("limit", params.limit.is_some()), ("cursor", params.cursor.is_some())] {
            if given {
                return Err(only_with(name, "json"));
            }
        }
        let rows = sorted(rows, &Order::parse(params.sort.as_deref(), T::SORTS)?);
        let rows = rows.iter().map(|(_, row)| row);
        let body = if format == Format::Csv {
            if params.embed.is_some() {
                return Err(only_with("embed", "json"));
            }
            self.csv(rows, params)?
        } else {
            if params.bom.is_some() {
                return Err(only_with("bom", "csv"));
            }
            let embed = Embed::parse(params.embed.as_deref(), T::EMBEDS)?;
            let selection = Selection::parse::<T::View>(params.fields.as_deref())?;
            let mut body = Vec::new();
            for row in rows {
                body.extend(selection.to_json(&row.view(self.scene(), &embed))?);
                body.push(b'\n');
            }
            body
        };
        let file = self.request().path().rsplit('/').next().unwrap_or("list").to_owned();
        let mut reply = Rendered::new(format.content_type(), body, None);
        reply.disposition = Some(disposition(&file, T::DOWNLOAD, format.extension()));
        Ok(reply)
    }

    fn csv<'r, T: Listed + 'r>(&self, rows: impl Iterator<Item = &'r T>, params: &ListParams) -> Result<Vec<u8>> {
        let selection = Selection::among(params.fields.as_deref(), T::COLUMNS)?;
        let columns: Vec<&str> = T::COLUMNS
            .iter()
            .copied()
            .filter(|column| selection.has(column))
            .collect();
        let start = if params.bom == Some(true) {
            BOM.to_vec()
        } else {
            Vec::new()
        };
        let mut writer = csv::WriterBuilder::new()
            .terminator(csv::Terminator::CRLF)
            .from_writer(start);
        writer.write_record(&columns).map_err(Error::internal)?;
        for row in rows {
            let cells = columns.iter().map(|column| neutralised(row.cell(self.scene(), column)));
            writer.write_record(cells).map_err(Error::internal)?;
        }
        writer.into_inner().map_err(|error| Error::internal(error.to_string()))
    }
}

/// `limit=` is not a page size.
pub fn limit_out_of_range() -> Error {
    invalid_parameter(
        "limit",
        say!("应为 1 至 {LARGEST_LIMIT}", "must be 1 to {LARGEST_LIMIT}"),
    )
}

/// The parameter is for another format.
pub fn only_with(name: &str, format: &str) -> Error {
    invalid_parameter(name, say!("只用于 format={format}", "is for format={format} only"))
}

fn sorted<T: Listed>(rows: Vec<T>, order: &Order) -> Vec<(Vec<Key>, T)> {
    let mut rows: Vec<(Vec<Key>, T)> = rows
        .into_iter()
        .map(|row| (order.keys(|sort| row.key(sort)), row))
        .collect();
    rows.sort_by(|(a, _), (b, _)| compare(a, b, order));
    rows
}

//! The query, held against what the operation declares: names that are known, texts that are text.

use std::collections::HashMap;

use actix_web::{HttpMessage as _, HttpRequest, http::Method, web::Data};
use percent_encoding::percent_decode_str;
use utoipa::openapi::{
    OpenApi, RefOr,
    path::{Operation, ParameterIn},
};

use super::wording::{choices, is_day};
use crate::{
    domain::{
        fault::{Bilingual, Fault},
        text,
    },
    error::{Code, Error, Result},
    say,
};

/// What may be left blank: where a reason is needed, that is said with the change.
const MAY_BE_BLANK: &[&str] = &["reason"];

/// Of a request that came to the list's path as a table, which gives the format.
pub struct AsCsv;

/// Which query parameters each operation takes, as the document has it. Asked for every request in one place, so that
/// no route can forget to refuse the others.
pub struct Declared(HashMap<String, Vec<(Method, Vec<String>)>>);

impl Declared {
    /// What `document` declares.
    pub fn new(document: &OpenApi) -> Self {
        let named = |operation: &Operation| {
            let all = operation.parameters.iter().flatten();
            let all = all.filter_map(|parameter| match parameter {
                RefOr::T(parameter) if parameter.parameter_in == ParameterIn::Query => Some(parameter.name.clone()),
                _ => None,
            });
            all.collect()
        };
        let paths = document.paths.paths.iter();
        let declared = paths.map(|(path, item)| {
            let operations = [
                (Method::GET, &item.get),
                (Method::POST, &item.post),
                (Method::PUT, &item.put),
                (Method::PATCH, &item.patch),
                (Method::DELETE, &item.delete),
            ];
            let operations = operations.into_iter();
            let takes = operations.filter_map(|(method, operation)| Some((method, named(operation.as_ref()?))));
            (path.clone(), takes.collect())
        });
        Self(declared.collect())
    }

    /// The parameters that the operation takes.
    fn names(&self, req: &HttpRequest) -> &[String] {
        let takes = req.match_pattern().and_then(|pattern| self.0.get(&pattern));
        let mut takes = takes.into_iter().flatten();
        let names = takes.find_map(|(method, names)| (method == req.method()).then_some(names.as_slice()));
        names.unwrap_or_default()
    }

    /// Whether the operation takes a parameter with this name, and the query has it.
    pub fn asks(req: &HttpRequest, name: &str) -> bool {
        let declared = req.app_data::<Data<Self>>();
        let is_taken = |declared: &Data<Self>| declared.names(req).iter().any(|taken| taken == name);
        !req.query_string().is_empty()
            && declared.is_some_and(is_taken)
            && pairs(req).iter().any(|(given, _)| given == name)
    }

    /// Refuses a name that the operation does not take, a name without a value, and what is no text.
    pub fn check(req: &HttpRequest) -> Result<()> {
        if req.query_string().is_empty() {
            return Ok(());
        }
        let declared = req.app_data::<Data<Self>>();
        let declared = declared.ok_or_else(|| Error::internal("nothing is declared"))?;
        let names = declared.names(req);
        texts(req)?;
        let said = all_pairs(req);
        known(&said, names)?;
        if req.extensions().get::<AsCsv>().is_some() && said.iter().filter(|(name, _)| name == "format").count() > 1 {
            let detail = say!(
                "路径以 .csv 结尾，已说明格式；要其他格式请用不带 .csv 的路径",
                "the path ends with .csv and says the format; for another leave .csv out"
            );
            return Err(invalid_parameter("format", detail));
        }
        // A client that loses its cursor would read the first page for ever.
        let is_blank =
            |(name, value): &&(String, String)| text::is_blank(value) && !MAY_BE_BLANK.contains(&name.as_str());
        if let Some((name, _)) = said.iter().find(is_blank) {
            let detail = say!(
                "没有值；不需要时请不要写它",
                "has no value; leave it out where it is not wanted"
            );
            return Err(invalid_parameter(name, detail));
        }
        ranges(&said)
    }
}

fn all_pairs(req: &HttpRequest) -> Vec<(String, String)> {
    serde_html_form::from_str(req.query_string()).unwrap_or_default()
}

/// The query's names and values, without blank values.
pub fn pairs(req: &HttpRequest) -> Vec<(String, String)> {
    let pairs = all_pairs(req).into_iter();
    pairs.filter(|(_, value)| !text::is_blank(value)).collect()
}

/// Refuses a range that ends before it begins: `…from` and `…to` are days in the one way to write them, and
/// compare as texts.
fn ranges(pairs: &[(String, String)]) -> Result<()> {
    for (first, from) in pairs {
        let Some(stem) = first.strip_suffix("from") else {
            continue;
        };
        let last = format!("{stem}to");
        let reversed = |(name, to): &&(String, String)| *name == last && is_day(from) && is_day(to) && to < from;
        if let Some((_, to)) = pairs.iter().find(reversed) {
            let detail = say!(
                "{to} 早于 {first} 的 {from}",
                "{to} is before {from}, which {first} has"
            );
            return Err(invalid_parameter(&last, detail));
        }
    }
    Ok(())
}

/// Refuses what is no text: bytes that are not UTF-8, which would be searched for as something else, and
/// control characters, of which each database thinks otherwise.
fn texts(req: &HttpRequest) -> Result<()> {
    for pair in req.query_string().split('&') {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let plain = |escaped: &str| escaped.replace('+', " ");
        let (name, value) = (plain(name), plain(value));
        let name = percent_decode_str(&name).decode_utf8_lossy();
        let Ok(value) = percent_decode_str(&value).decode_utf8() else {
            let detail = say!("应为百分号转义的 UTF-8 文本", "must be UTF-8 text, percent-encoded");
            return Err(invalid_parameter(&name, detail));
        };
        if text::has_control_characters(&value.replace('\r', "\n")) {
            return Err(invalid_parameter(&name, text::control_characters(&value)));
        }
    }
    Ok(())
}

fn known(pairs: &[(String, String)], names: &[String]) -> Result<()> {
    let Some((name, _)) = pairs.iter().find(|(name, _)| !names.contains(name)) else {
        return Ok(());
    };
    let Bilingual { zh, en } = if names.is_empty() {
        say!("；此处不接受查询参数", "; none is taken here")
    } else {
        choices(name, names)
    };
    let detail = say!(
        "没有名为 {name} 的查询参数{zh}",
        "there is no query parameter {name}{en}"
    );
    Err(Error::parameter(Code::UnknownParameter, name, Fault::Unknown, detail))
}

/// A query parameter has a value that it cannot have.
pub fn invalid_parameter(name: &str, why: Bilingual) -> Error {
    let Bilingual { zh, en } = why;
    let detail = say!("查询参数 {name} 无效：{zh}", "query parameter {name} is invalid: {en}");
    Error::parameter(Code::InvalidParameter, name, Fault::Invalid, detail)
}

//! The query: names that are known, texts that are text, values that can be.

use std::{
    any::TypeId,
    collections::HashMap,
    sync::{Arc, LazyLock, PoisonError, RwLock},
};

use actix_web::HttpRequest;
use percent_encoding::percent_decode_str;
use serde::de::DeserializeOwned;
use serde_json::Value;
use serde_path_to_error::Segment;
use utoipa::IntoParams;

use super::wording::{choices, explain, is_day, is_loose, quoted};
use crate::{
    domain::{
        fault::{Bilingual, Fault},
        search::Terms,
        text,
    },
    error::{Code, Error, Result},
    say,
};

/// Parameters that may be left blank: an empty search box asks for everything, and how a reply looks is as
/// by default. Of any other, a blank value is more likely a slip than a wish for everything.
const MAY_BE_BLANK: &[&str] = &[
    "q", "reason", "limit", "cursor", "sort", "fields", "embed", "format", "bom", "headers",
];

/// The query's names and values, without blank ones. A name that `K` does not have is refused, a filter without a
/// value too.
pub fn known_pairs<K: IntoParams + 'static>(req: &HttpRequest) -> Result<Vec<(String, String)>> {
    texts(req)?;
    let pairs = all_pairs(req);
    known(&pairs, &names::<K>())?;
    let (blank, pairs): (Vec<_>, Vec<_>) = pairs.into_iter().partition(|(_, value)| text::is_blank(value));
    if let Some((name, _)) = blank.iter().find(|(name, _)| !MAY_BE_BLANK.contains(&name.as_str())) {
        let detail = say!(
            "没有值；不筛选时请不要写它",
            "has no value; to ask for everything, leave it out"
        );
        return Err(invalid_parameter(name, detail));
    }
    ranges(&pairs)?;
    Ok(pairs)
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
            return Err(invalid_parameter(&name, text::control_characters()));
        }
    }
    Ok(())
}

/// The names of parameters. They are told by what the document is made of, which takes a while: once.
fn names<T: IntoParams + 'static>() -> Arc<[String]> {
    static NAMES: LazyLock<RwLock<HashMap<TypeId, Arc<[String]>>>> = LazyLock::new(RwLock::default);
    let of = TypeId::of::<T>();
    let known = NAMES.read().unwrap_or_else(PoisonError::into_inner).get(&of).cloned();
    known.unwrap_or_else(|| {
        let parameters = T::into_params(|| None).into_iter();
        let names: Arc<[String]> = parameters.map(|parameter| parameter.name).collect();
        NAMES
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(of, names.clone());
        names
    })
}

/// What the document has for the parameter: of a list, for each of its values.
fn schema<T: IntoParams>(name: &str) -> Option<Value> {
    let mut parameters = T::into_params(|| None).into_iter();
    let parameter = parameters.find(|parameter| parameter.name == name)?;
    let schema = serde_json::to_value(parameter.schema).ok()?;
    Some(schema.get("items").cloned().unwrap_or(schema))
}

fn known(pairs: &[(String, String)], names: &[String]) -> Result<()> {
    let Some((name, _)) = pairs.iter().find(|(name, _)| !names.contains(name)) else {
        return Ok(());
    };
    let Bilingual { zh, en } = choices(name, names);
    let detail = say!(
        "没有名为 {name} 的查询参数{zh}",
        "there is no query parameter {name}{en}"
    );
    Err(Error::parameter(Code::UnknownParameter, name, Fault::Unknown, detail))
}

/// Parameters read from the names and values of a query.
pub fn read_pairs<T: DeserializeOwned + IntoParams>(pairs: &[(String, String)]) -> Result<T> {
    for (name, _) in pairs.iter().filter(|(_, value)| is_loose(value)) {
        let schema = schema::<T>(name).filter(|schema| schema["format"].is_string());
        if let Some(schema) = schema {
            return Err(invalid_parameter(name, explain("", Some(&schema))));
        }
    }
    let text = serde_html_form::to_string(pairs).map_err(Error::internal)?;
    let deserializer = serde_html_form::Deserializer::from_bytes(text.as_bytes());
    serde_path_to_error::deserialize(deserializer).map_err(|error| {
        let name = error.path().iter().find_map(|segment| match segment {
            Segment::Map { key } => Some(key.clone()),
            _ => None,
        });
        let why = error.inner().to_string();
        // What is missing or there twice has its name in the message only.
        let name = name.or_else(|| quoted(&why)).unwrap_or_default();
        if why.starts_with("missing field") {
            let detail = say!("须给出查询参数 {name}", "the query parameter {name} is needed");
            return Error::parameter(Code::InvalidParameter, &name, Fault::Required, detail);
        }
        invalid_parameter(&name, explain(&why, schema::<T>(&name).as_ref()))
    })
}

/// A query parameter has a value that it cannot have.
pub fn invalid_parameter(name: &str, why: Bilingual) -> Error {
    let Bilingual { zh, en } = why;
    let detail = say!("查询参数 {name} 无效：{zh}", "query parameter {name} is invalid: {en}");
    Error::parameter(Code::InvalidParameter, name, Fault::Invalid, detail)
}

/// The words of a search box, `text`, in the parameter `name`.
pub fn words(name: &str, text: Option<&str>) -> Result<Terms> {
    Terms::parse(text.unwrap_or_default()).map_err(|why| invalid_parameter(name, why))
}

//! The query's values, read into what they can be.

use serde::de::DeserializeOwned;
use serde_json::Value;
use serde_path_to_error::Segment;
use utoipa::IntoParams;

use crate::{
    domain::{fault::Fault, search::Terms},
    error::{Code, Error, Result},
    http::{
        declared::invalid_parameter,
        wording::{explain, is_loose, quoted},
    },
    say,
};

/// What the document has for the parameter: of a list, for each of its values.
fn schema<T: IntoParams>(name: &str) -> Option<Value> {
    let mut parameters = T::into_params(|| None).into_iter();
    let parameter = parameters.find(|parameter| parameter.name == name)?;
    let schema = serde_json::to_value(parameter.schema).ok()?;
    Some(schema.get("items").cloned().unwrap_or(schema))
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

/// The words of a search box, `text`, in the parameter `name`.
pub fn words(name: &str, text: Option<&str>) -> Result<Terms> {
    Terms::parse(text.unwrap_or_default()).map_err(|why| invalid_parameter(name, why))
}

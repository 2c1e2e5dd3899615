//! What is wrong with a value, in the words of the API. Serde's own words are for Rust programmers: they are recognised
//! here, and never sent.

use chrono::{DateTime, Utc};
use serde_json::{Error as JsonError, Value};

use crate::{
    domain::{
        fault::Bilingual,
        id::NotAnId,
        suggestion::{meant, nearest},
        time::Day,
    },
    say,
};

/// What a value must be, by the schema that the document has for it.
pub fn wanted(schema: &Value) -> Option<Bilingual> {
    let names = |kind: &Value| kind.as_str().is_some_and(|kind| kind != "null");
    let kind = match &schema["type"] {
        Value::Array(kinds) => kinds.iter().find(|kind| names(kind))?.as_str()?,
        kind => kind.as_str()?,
    };
    Some(match (kind, schema["format"].as_str()) {
        ("string", Some("date")) => say!("应为日期，如 2017-12-31", "must be a date such as 2017-12-31"),
        ("string", Some("date-time")) => say!(
            "应为时刻，如 2017-06-30T09:00:00Z",
            "must be an instant such as 2017-06-30T09:00:00Z"
        ),
        ("string", _) => say!("应为文本", "must be text"),
        ("integer", _) => match (schema["minimum"].as_i64(), schema["maximum"].as_i64()) {
            (Some(least), Some(most)) => say!(
                "应为 {least} 至 {most} 的整数",
                "must be a whole number from {least} to {most}"
            ),
            (Some(least), None) => say!(
                "应为不小于 {least} 的整数",
                "must be a whole number not less than {least}"
            ),
            _ => say!("应为整数", "must be a whole number"),
        },
        ("number", _) => say!("应为数", "must be a number"),
        ("boolean", _) => say!("应为 true 或 false", "must be true or false"),
        ("array", _) => say!("应为列表（JSON 数组）", "must be a list, a JSON array"),
        ("object", _) => say!("应为 JSON 对象", "must be a JSON object"),
        _ => return None,
    })
}

/// Whether `text` is a day as the API writes it. `17-06-30` is no day of the year 17.
pub fn is_day(text: &str) -> bool {
    text.len() == "2017-12-31".len() && text.starts_with(|c: char| c.is_ascii_digit()) && text.parse::<Day>().is_ok()
}

/// Whether `text` is an instant as RFC 3339 has it.
pub fn is_instant(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_digit()) && DateTime::parse_from_rfc3339(text).is_ok()
}

/// Whether `text` would be read as a day or an instant, and is written in another way than the API has it.
pub fn is_loose(text: &str) -> bool {
    let day = text.parse::<Day>().is_ok() && !is_day(text);
    day || text.parse::<DateTime<Utc>>().is_ok() && !is_instant(text)
}

/// `name` is not one of `offered`.
pub fn not_offered(name: &str, offered: &[impl AsRef<str>]) -> Bilingual {
    let Bilingual { zh, en } = choices(name, offered);
    say!("没有 {name}{zh}", "there is no {name}{en}")
}

/// What there is in place of `name`, and which of it may be meant: the end of a sentence.
pub fn choices(name: &str, offered: &[impl AsRef<str>]) -> Bilingual {
    let offered: Vec<&str> = offered.iter().map(AsRef::as_ref).collect();
    let Bilingual { zh, en } = meant(nearest(name, offered.iter().copied()).as_slice());
    let offered = if offered.is_empty() {
        "-".to_owned()
    } else {
        offered.join(", ")
    };
    say!("；可用：{offered}{zh}", "; there are: {offered}{en}")
}

/// What serde says of a value, in the words of the API; `schema`: the document's of that value, where there is one.
pub fn explain(why: &str, schema: Option<&Value>) -> Bilingual {
    let has = |text: &str| why.contains(text);
    if has("unknown variant") {
        let mut names = why.split('`').skip(1).step_by(2);
        let name = names.next().unwrap_or_default();
        not_offered(name, &names.collect::<Vec<_>>())
    } else if has("unsupported value") {
        say!("只能给出一次", "may be given once only")
    } else if let Some(error) = NotAnId::quoted_in(why) {
        error.form()
    } else if has("UUID") {
        NotAnId("UUID").form()
    } else {
        let wanted = schema.and_then(wanted);
        wanted.unwrap_or_else(|| say!("没有这样的值", "there is no such value"))
    }
}

/// Why `bytes` are no JSON, and where.
pub fn not_json(bytes: &[u8], error: &JsonError) -> Bilingual {
    let (line, byte) = (error.line(), error.column());
    // A column is a character, as editors count.
    let text = bytes
        .split(|byte| *byte == b'\n')
        .nth(line.saturating_sub(1))
        .unwrap_or_default();
    let before = text.get(..byte.saturating_sub(1)).unwrap_or(text);
    let column = String::from_utf8_lossy(before).chars().count() + 1;
    if error.is_eof() {
        return say!(
            "请求体不是 JSON：在第 {line} 行第 {column} 个字符处中断",
            "the body is not JSON: it breaks off at line {line}, character {column}"
        );
    }
    let why = error.to_string();
    let has = |text: &str| why.contains(text);
    let what = if bytes.starts_with("\u{feff}".as_bytes()) {
        say!("开头有字节顺序标记（BOM）", "it begins with a byte order mark")
    } else if has("unicode") || has("surrogate") {
        say!(
            "不是 UTF-8 文本，或转义的字符不成对",
            "it is no UTF-8, or half a character is escaped"
        )
    } else if has("control character") {
        say!(
            "文本中有未转义的控制字符",
            "a text has a control character that is not escaped"
        )
    } else if has("trailing comma") {
        say!("多了一个逗号", "there is a comma too many")
    } else if has("trailing characters") {
        say!("JSON 之后还有内容", "something comes after it")
    } else if has("recursion limit") {
        say!("嵌套过深", "it is nested too deeply")
    } else if has("number out of range") {
        say!("数过大", "a number is too large")
    } else {
        say!("语法不对", "its syntax is wrong")
    };
    let Bilingual { zh, en } = what;
    say!(
        "请求体不是 JSON：第 {line} 行第 {column} 个字符处：{zh}",
        "the body is not JSON: at line {line}, character {column}, {en}"
    )
}

/// The first name in backticks.
pub fn quoted(text: &str) -> Option<String> {
    text.split('`').nth(1).map(str::to_owned)
}

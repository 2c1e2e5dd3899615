//! JSON in one spelling, whatever a database made of it.

use serde_json::{Number, Value};

/// `value` in canonical JSON.
pub fn canonical(value: &Value) -> String {
    let mut text = String::new();
    write(value, &mut text);
    text
}

fn write(value: &Value, text: &mut String) {
    match value {
        // serde_json escapes quotes, backslashes and control characters, each in one way, and no more.
        Value::Null | Value::Bool(_) | Value::String(_) => text.push_str(&value.to_string()),
        Value::Number(number) => text.push_str(&plain(number)),
        Value::Array(items) => {
            text.push('[');
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    text.push(',');
                }
                write(item, text);
            }
            text.push(']');
        }
        Value::Object(members) => {
            let mut members: Vec<(&String, &Value)> = members.iter().collect();
            members.sort_unstable_by_key(|(name, _)| *name);
            text.push('{');
            for (index, (name, value)) in members.into_iter().enumerate() {
                if index > 0 {
                    text.push(',');
                }
                text.push_str(&Value::from(name.as_str()).to_string());
                text.push(':');
                write(value, text);
            }
            text.push('}');
        }
    }
}

/// By value: jsonb turns `1e2` into `100`, keeps `80.0`, and knows no negative zero.
fn plain(number: &Number) -> String {
    match number.as_f64() {
        // The fewest digits that mean this number, without an exponent.
        Some(value) if number.is_f64() => {
            if value == 0.0 {
                "0".into()
            } else {
                value.to_string()
            }
        }
        _ => number.to_string(),
    }
}

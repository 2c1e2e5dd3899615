//! Every enumeration of the document, and the labels that the document has for it.

use serde_json::{Value, json};

use crate::support::{
    Reply,
    document::{Document, visit},
};

fn has_chinese(text: &str) -> bool {
    text.chars()
        .any(|character| ('\u{4e00}'..='\u{9fff}').contains(&character))
}

/// The members of `x-enum-labels` as `/vocabulary` writes them.
fn terms(labels: &Value) -> Value {
    let term = |(code, label): (&String, &Value)| json!({"code": code, "zh": label["zh"], "en": label["en"]});
    labels.as_object().unwrap().iter().map(term).collect()
}

on_both! {
    /// A front end shows 待审核 for `submitted` without a table of its own.
    async fn each_enumeration_says_what_its_words_are_called(app: &TestApp) {
        let document = Document::of(app).await;
        let mut labelled = Vec::new();
        visit(&document.json, "", &mut |object, at| {
            let words: Vec<&str> = match (object.get("enum"), object.get("discriminator")) {
                _ if at.contains("/example") => return,
                (Some(words), _) => words.as_array().unwrap().iter().map(|word| word.as_str().unwrap()).collect(),
                // Which of several forms a union has.
                (_, Some(kinds)) => kinds["mapping"].as_object().unwrap().keys().map(String::as_str).collect(),
                _ => return,
            };
            let labels = object.get("x-enum-labels").and_then(Value::as_object);
            let labels = labels.unwrap_or_else(|| panic!("{at} has no labels"));
            assert!(labels.keys().eq(&words), "{at}: {labels:?}");
            for (word, label) in labels {
                let (zh, en) = (label["zh"].as_str().unwrap(), label["en"].as_str().unwrap());
                // The names of formats are the same in all languages.
                assert!(has_chinese(zh) || word.eq_ignore_ascii_case(zh), "{at}: {word} is {zh}");
                assert!(en.is_ascii() && !en.is_empty(), "{at}: {word} is {en}");
            }
            let name = at.strip_prefix("/components/schemas/").unwrap_or_else(|| panic!("{at} is not declared by name"));
            labelled.push(json!({"name": name, "terms": terms(&json!(labels))}));
        });
        labelled.sort_by_key(|one| one["name"].to_string());
        let reply = app.anonymous().get("/api/v1/vocabulary").await.ok();
        assert_eq!(reply.json(), json!({"enumerations": labelled}));
        let request = app.anonymous().request(reqwest::Method::GET, "/api/v1/vocabulary");
        let again = Reply::to(request.header("If-None-Match", reply.header("etag"))).await;
        assert_eq!(again.status, 304);
    }
}

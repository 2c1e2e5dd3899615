//! Every filter of every list in the document, alone and with each other one, over rows that it tells apart. A
//! filter or a list that is new there and has no model here fails.

mod contents;
mod people;
mod world;

use super::{
    model::{Asked, Filter, Row, compare, each_tells_apart, report_filters},
    *,
};
use crate::support::{TestApp, document::Document};

/// What lists take beside their filters, and what is no filter: of which day is spoken, what is counted, and since
/// when something changed (`lists::changes`).
const NO_FILTERS: &[&str] = &[
    "limit",
    "cursor",
    "sort",
    "fields",
    "embed",
    "format",
    "bom",
    "headers",
    "as_of",
    "group_by",
    "changed_since",
];

/// The filters of each list of the document, by the id of its operation.
async fn documented(app: &TestApp) -> BTreeMap<String, BTreeSet<String>> {
    let document = Document::of(app).await;
    let mut lists = BTreeMap::new();
    for operation in document.operations() {
        let schema = &operation.value["responses"]["200"]["content"]["application/json"]["schema"]["$ref"];
        if !operation.is_read() || !schema.as_str().is_some_and(|name| name.ends_with("Page")) {
            continue;
        }
        let names = operation
            .parameters("query")
            .map(|parameter| parameter["name"].as_str().unwrap())
            .filter(|name| !NO_FILTERS.contains(name));
        let names: BTreeSet<String> = names.map(str::to_owned).collect();
        if !names.is_empty() {
            lists.insert(operation.id().to_owned(), names);
        }
    }
    lists
}

/// A list of the document, with the model of its filters.
struct Model<'a> {
    operation: &'static str,
    caller: Caller<'a>,
    asked: Asked<'static>,
    rows: Vec<Row>,
    filters: Vec<Filter>,
}

impl<'a> Model<'a> {
    /// The list at `path`, by the id of its things.
    fn new(
        operation: &'static str,
        caller: &Caller<'a>,
        (path, id): (&'static str, &'static str),
        rows: Vec<Row>,
        filters: Vec<Filter>,
    ) -> Self {
        let always = &[];
        Self {
            operation,
            caller: caller.clone(),
            asked: Asked { path, always, id },
            rows,
            filters,
        }
    }

    /// What of the list is looked at.
    fn always(mut self, always: &'static [(&'static str, &'static str)]) -> Self {
        self.asked.always = always;
        self
    }
}

/// The first and the last value at `pointer`: each filter is given both.
fn both(name: &'static str, pointer: &'static str, rows: &[Row]) -> Vec<Filter> {
    let parts = rows.iter().flat_map(|row| &row.parts);
    let values: BTreeSet<String> = parts
        .filter_map(|part| part.pointer(pointer))
        .map(|value| value.as_str().map_or_else(|| value.to_string(), str::to_owned))
        .collect();
    let ends = [values.first(), values.last()].into_iter().flatten();
    ends.map(|value| Filter::equal(name, pointer, value)).collect()
}

fn of(rows: &[Row], names: &[(&'static str, &'static str)]) -> Vec<Filter> {
    names
        .iter()
        .flat_map(|(name, pointer)| both(name, pointer, rows))
        .collect()
}

/// Searches of one and several words; `texts` are what is searched.
fn searches(words: &[&str], texts: fn(&Value) -> Vec<String>) -> Vec<Filter> {
    let search = |words: &&str| {
        Filter::new("q", words, move |item, words| {
            let said = texts(item);
            words
                .split_whitespace()
                .all(|word| said.iter().any(|text| text.to_lowercase().contains(word)))
        })
    };
    words.iter().map(search).collect()
}

/// As it is compared: without white space.
fn plain(text: &str) -> String {
    use unicode_normalization::UnicodeNormalization as _;
    text.nfkc()
        .collect::<String>()
        .to_lowercase()
        .replace(char::is_whitespace, "")
}

on_both! {
    async fn filter_of_every_list_keeps_what_its_model_keeps(app: &TestApp) {
        world::world(app).await;
        let mut models = contents::of_contents(app).await;
        models.extend(contents::of_units(app).await);
        models.extend(people::of_people(app).await);
        models.extend(people::of_the_ledger(app).await);
        models.push(people::of_todo(app).await);
        models.push(people::of_the_log(app).await);
        let mut modelled: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        let names = |filters: &[Filter]| filters.iter().map(|filter| filter.name.to_owned()).collect::<BTreeSet<_>>();
        // Reports have a case of their own, for several callers.
        modelled.insert("list_reports".into(), names(&report_filters(&BTreeSet::new())));
        for model in &models {
            modelled.entry(model.operation.into()).or_default().extend(names(&model.filters));
        }
        assert_eq!(modelled, documented(app).await, "each filter of the document has a model here, and none else");
        for Model { caller, asked, rows, filters, .. } in &models {
            each_tells_apart(rows, filters);
            compare(caller, asked, rows, filters, (0, 1)).await;
        }
    }
}

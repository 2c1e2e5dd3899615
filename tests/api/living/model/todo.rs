//! What waits for somebody is what the model says: all that they can do now and should, and nothing else.

use super::*;

impl Walk<'_> {
    /// Reads what waits for somebody, a few at a time, and holds it against the model.
    pub(super) async fn todo(&mut self, who: &Who) {
        let caller = self.caller(who);
        let first = caller.get("/api/v1/me/todo?limit=7").await;
        if matches!(who.role, "anonymous" | "portal") {
            assert!(matches!(first.status, 401 | 403), "{}", first.text());
            return;
        }
        let first = first.ok().json();
        let items = caller.walk("/api/v1/me/todo?limit=7").await;
        let expected = self.model.todo(who);
        let mut found = BTreeMap::new();
        for item in &items {
            let (kind, id) = (item["kind"].as_str().unwrap(), item["thing"]["id"].as_str().unwrap());
            let key = expected.keys().find(|key| key.0 == kind && key.1 == id);
            let key = key
                .unwrap_or_else(|| panic!("it does not wait for {who:?}: {item}"))
                .clone();
            let offers = texts_of(&item["allowed_actions"]);
            let offered: BTreeSet<&'static str> = expected[&key].clone();
            assert_eq!(
                offers.iter().map(String::as_str).collect::<BTreeSet<_>>(),
                offered,
                "{who:?} {item}"
            );
            assert!(offers.contains(item["action"].as_str().unwrap()), "{item}");
            let links: BTreeSet<String> = item["links"].as_object().unwrap().keys().cloned().collect();
            assert_eq!(links, offers, "{item}");
            assert!(found.insert(key, offered).is_none(), "it waits twice: {item}");
        }
        let missing: Vec<_> = expected.keys().filter(|key| !found.contains_key(*key)).collect();
        assert!(missing.is_empty(), "{who:?} is not told of {missing:?}");
        let urgent = |item: &Value| item["until_on"].as_str().unwrap_or("9999-12-31").to_owned();
        assert!(items.is_sorted_by_key(urgent), "most urgent first");
        let mut counts: BTreeMap<&str, u64> = BTreeMap::new();
        for (kind, _) in expected.keys() {
            *counts.entry(kind).or_default() += 1;
        }
        let told = first["counts"].as_array().unwrap().iter();
        let told = told.map(|count| (count["kind"].as_str().unwrap(), count["count"].as_u64().unwrap()));
        assert_eq!(told.collect::<BTreeMap<_, _>>(), counts);
        assert_eq!(first["total"], items.len());
    }
}

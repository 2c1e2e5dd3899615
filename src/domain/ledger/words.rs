//! Where the words of a search are found in the ledger: in what a requirement says, in the phrase of its deadline, and in
//! the names of the unit that owes it.

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::{
    catalog::{Catalog, IndexedPlan},
    id::{DeadlineId, RequirementId, UnitCode},
    scope::Scope,
    search::{self, Terms},
    text::normalize,
};

/// Rows that a search finds: those of any of these.
#[derive(Debug, Clone)]
pub struct Found(pub Vec<Alternative>);

/// Rows of some requirements or deadlines, owed by some units.
#[derive(Debug, Clone)]
pub struct Alternative {
    /// What they are owed for; `None`: for anything.
    pub places: Option<Places>,
    /// The units that owe them; `None`: any unit.
    pub units: Option<BTreeSet<UnitCode>>,
}

/// What rows are owed for: any of these.
#[derive(Debug, Clone, Default)]
pub struct Places {
    /// Requirements.
    pub requirements: BTreeSet<RequirementId>,
    /// Deadlines.
    pub deadlines: BTreeSet<DeadlineId>,
}

impl Places {
    /// Whether rows of this deadline are among them.
    pub fn have(&self, deadline: &DeadlineId) -> bool {
        self.requirements.contains(&deadline.requirement) || self.deadlines.contains(deadline)
    }
}

impl Found {
    /// Where all of `terms` are found.
    pub fn new(terms: &Terms, catalog: &Catalog) -> Self {
        // Each word that a text lacks is a bit.
        let lacks = |text: &str| -> u32 {
            let words = terms.iter().enumerate();
            let missing = words.filter(|(_, word)| !text.contains(word));
            missing.map(|(place, _)| 1 << place).sum()
        };
        let all = lacks("");
        let units = catalog.units.iter();
        let units: Vec<(&UnitCode, u32)> = units.map(|unit| (&unit.code, lacks(&unit.search_text()))).collect();
        // The places by the words that they leave to the unit.
        let mut places: BTreeMap<u32, Places> = BTreeMap::new();
        // A draft has no ledger.
        for of in catalog.visible(&Scope::public()).flat_map(IndexedPlan::requirements) {
            let said = [&of.task.title, &of.requirement.text]
                .into_iter()
                .chain(&of.task.headings);
            let left = lacks(&search::haystack(said));
            let id = of.requirement.id.clone();
            places.entry(left).or_default().requirements.insert(id);
            for deadline in of.deadlines() {
                let fewer = left & lacks(&normalize(&deadline.deadline.phrase));
                if fewer != left {
                    let id = deadline.deadline.id.clone();
                    places.entry(fewer).or_default().deadlines.insert(id);
                }
            }
        }
        for (id, was) in catalog.visible(&Scope::public()).flat_map(IndexedPlan::former) {
            let said = [&was.task_title, &was.text, &was.phrase];
            let left = lacks(&search::haystack(said));
            places.entry(left).or_default().deadlines.insert(id.clone());
        }
        let with = |left: u32| -> BTreeSet<UnitCode> {
            let having = units.iter().filter(|(_, lacking)| lacking & left == 0);
            having.map(|(code, _)| (*code).clone()).collect()
        };
        // What the unit has all of needs no place: an obligation outlasts its words.
        places.remove(&all);
        let anywhere = Alternative {
            places: None,
            units: Some(with(all)),
        };
        let somewhere = places.into_iter().map(|(left, places)| Alternative {
            places: Some(places),
            units: (left != 0).then(|| with(left)),
        });
        let any = somewhere.chain([anywhere]);
        Self(
            any.filter(|one| one.units.as_ref().is_none_or(|units| !units.is_empty()))
                .collect(),
        )
    }
}

//! One decision on several things: on each for itself, or on all or none.

use std::{collections::BTreeSet, fmt::Display};

use super::fault::{Checker, Fault, FieldError};
use crate::say;

/// Things that can be decided on at once.
const MOST: usize = 200;

/// One of the things, as it was read.
pub trait BulkItem {
    /// How it is named.
    type Id: Ord + Display;

    /// Which one.
    fn id(&self) -> &Self::Id;

    /// The version that was read.
    fn version(&self) -> i64;
}

/// A decision on several things.
pub trait Bulk {
    /// What names one of them.
    type Item: BulkItem;

    /// The field that lists them.
    const ITEMS: &'static str;

    /// All of them.
    fn items(&self) -> &[Self::Item];

    /// Whether it holds for all of them or for none.
    fn is_atomic(&self) -> bool;

    /// Notes what is wrong with the decision itself.
    fn check_decision(&self, check: &mut Checker);

    /// All faults of it.
    fn check(&self) -> Result<(), Vec<FieldError>> {
        let mut check = Checker::default();
        self.check_decision(&mut check);
        check.at(Self::ITEMS, |check| {
            let items = self.items();
            if items.is_empty() || items.len() > MOST {
                let detail = say!("应为 1 至 {MOST} 项", "must be 1 to {MOST} of them");
                check.fault(Fault::OutOfRange, detail);
                return;
            }
            let mut seen = BTreeSet::new();
            for (index, item) in items.iter().enumerate() {
                if !seen.insert(item.id()) {
                    let detail = say!("已列出", "is listed already");
                    check.at(index, |check| {
                        check.at("id", |check| check.fault(Fault::Duplicate, detail));
                    });
                }
            }
        });
        check.finish()
    }
}

//! The numbers of a plan's parts: as the request gives them, or the next free ones.

use std::collections::BTreeSet;

use super::{
    fault::{Checker, Fault},
    id::LAST_NUMBER,
};
use crate::say;

/// The numbers that the parts of something have, and had.
#[derive(Debug, Clone, Default)]
pub struct Numbers {
    /// Those in use.
    pub taken: BTreeSet<u32>,
    /// The highest of a part that was removed; 0 where none was.
    pub last_removed: u32,
}

impl Numbers {
    /// One more than any that was ever given: what the log says of a number is of one thing.
    pub fn next(&self) -> u32 {
        let highest = self.taken.last().copied().unwrap_or_default();
        highest.max(self.last_removed).saturating_add(1)
    }
}

/// The numbers that `given` come to, where an absent one is the next after the highest so far.
pub fn assign_numbers(check: &mut Checker, given: &[Option<u32>]) -> Vec<u32> {
    let mut seen = Numbers::default();
    let mut numbers = Vec::with_capacity(given.len());
    for (index, wanted) in given.iter().enumerate() {
        check.at(index, |check| {
            let number = next_number(check, &seen, *wanted);
            seen.taken.insert(number);
            numbers.push(number);
        });
    }
    numbers
}

/// The number wanted, or the next; one that is taken or out of range is a fault.
pub fn next_number(check: &mut Checker, numbers: &Numbers, wanted: Option<u32>) -> u32 {
    let number = wanted.unwrap_or_else(|| numbers.next());
    check.at("number", |check| {
        if !(1..=LAST_NUMBER).contains(&number) {
            check.fault(
                Fault::OutOfRange,
                say!("应为 1 至 {LAST_NUMBER}", "must be 1 to {LAST_NUMBER}"),
            );
        }
        if numbers.taken.contains(&number) {
            check.fault(Fault::Duplicate, say!("序号 {number} 已有", "number {number} is taken"));
        }
    });
    number
}

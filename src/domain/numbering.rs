//! The numbers of a plan's parts: as somebody wants them, or the next.

use std::collections::BTreeSet;

use super::{
    fault::{Checker, Fault},
    id::LAST_NUMBER,
};
use crate::say;

/// The numbers that `given` come to, where an absent one is the next after the highest so far.
pub fn assign_numbers(check: &mut Checker, given: &[Option<u32>]) -> Vec<u32> {
    let mut seen = BTreeSet::new();
    let mut numbers = Vec::with_capacity(given.len());
    for (index, wanted) in given.iter().enumerate() {
        check.at(index, |check| {
            let number = next_number(check, &seen, *wanted);
            seen.insert(number);
            numbers.push(number);
        });
    }
    numbers
}

/// The number wanted, or the next; one that is taken or out of range is a fault.
pub fn next_number(check: &mut Checker, taken: &BTreeSet<u32>, wanted: Option<u32>) -> u32 {
    let number = wanted.unwrap_or_else(|| taken.last().map_or(1, |last| last.saturating_add(1)));
    check.at("number", |check| {
        if !(1..=LAST_NUMBER).contains(&number) {
            check.fault(
                Fault::OutOfRange,
                say!("应为 1 至 {LAST_NUMBER}", "must be 1 to {LAST_NUMBER}"),
            );
        }
        if taken.contains(&number) {
            check.fault(Fault::Duplicate, say!("序号 {number} 已有", "number {number} is taken"));
        }
    });
    number
}

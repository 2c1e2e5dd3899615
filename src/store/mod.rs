//! SQL, and nothing but: functions over `&mut Tx` that take and give domain values. No decisions.
//!
//! Every statement stands here once and runs on both engines.

pub use crate::db::Tx;
use crate::domain::id::UnitCode;

pub mod assessments;
pub mod attachments;
pub mod audit_events;
pub mod calendar;
pub mod calendar_feeds;
pub mod catalog;
pub mod changes;
pub mod deadlines;
pub mod extensions;
pub mod feedback;
pub mod filter;
mod id;
pub mod idempotency;
pub mod imports;
pub mod invalidation;
mod ledger;
pub mod log;
pub mod notices;
pub mod obligations;
pub mod occurrences;
pub mod page;
pub mod plans;
pub mod remembered;
pub mod reminders;
pub mod reports;
pub mod requirements;
pub mod revisions;
mod row;
mod scope;
pub mod seals;
pub mod second_reviews;
pub mod statistics;
pub mod tasks;
pub mod units;

/// Whether a filter names units, and so few that their rows together are few.
fn few(units: Option<&Vec<UnitCode>>) -> bool {
    units.is_some_and(|units| units.len() <= 5)
}

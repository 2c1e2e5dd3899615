//! Commands: each decides or combines, and is one function that starts with a verb. It is handed
//! a [`work::Work`] (a transaction with its author and time) and never opens one itself.

pub mod amendments;
pub mod assessments;
pub mod attachments;
pub mod bulk;
pub mod calendar;
pub mod calendar_feeds;
pub mod deadlines;
pub mod default_deadlines;
pub mod extensions;
pub mod feedback;
pub mod generated;
pub mod idempotency;
pub mod imports;
pub mod notices;
pub mod obligations;
pub mod occurrences;
pub mod plans;
pub mod reminders;
pub mod reports;
pub mod requirements;
pub mod seals;
pub mod second_reviews;
pub mod seed;
mod step;
pub mod tasks;
pub mod todo;
pub mod units;
pub mod work;

//! What the service is about, as values and pure functions: no I/O, no clock, no SQL, no HTTP.
//!
//! Uses nothing else of this crate. Types may *derive* serde and OpenAPI schemas; none of them
//! knows a connection, a request or the time of day.

pub mod amendment;
pub mod assessment;
pub mod attachment;
pub mod bulk;
pub mod calendar;
pub mod catalog;
pub mod changes;
pub mod deadline;
pub mod disclosure;
pub mod event;
pub mod event_names;
pub mod extension;
pub mod extra;
pub mod fault;
pub mod feedback;
pub mod filter;
pub mod given;
pub mod headings;
pub mod id;
pub mod import;
pub mod indicator;
pub mod invalidation;
pub mod ledger;
pub mod log;
pub mod new_deadline;
pub mod notice;
pub mod numbering;
pub mod obligation;
pub mod occurrence;
pub mod open_question;
pub mod order;
pub mod ownership;
pub mod patch;
pub mod person;
pub mod phrase;
pub mod plan;
pub mod policy;
pub mod report;
pub mod requirement;
pub mod schedule;
pub mod scope;
pub mod seal;
pub mod search;
pub mod second_review;
pub mod step;
pub mod suggestion;
pub mod task;
pub mod text;
pub mod thing;
pub mod time;
pub mod todo;
pub mod unit;
pub mod vocabulary;

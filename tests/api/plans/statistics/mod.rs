//! `/plans/{id}/statistics`

mod get;
mod series;

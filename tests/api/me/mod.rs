//! The caller: who the token says they are, and what waits for them.

mod get;
mod todo;

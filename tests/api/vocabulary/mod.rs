//! `/vocabulary`: what the words of the API are called.

mod get;

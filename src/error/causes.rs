//! An error with all its causes, for operators.

use std::error::Error as _;

use super::Error;

impl Error {
    /// The error with all its causes: for the log only, never for callers.
    pub fn with_causes(&self) -> String {
        let mut text = self.to_string();
        let mut cause = self.source();
        while let Some(source) = cause {
            text.push_str(": ");
            text.push_str(&source.to_string());
            cause = source.source();
        }
        text
    }
}

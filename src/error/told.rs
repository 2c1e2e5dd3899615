//! What a command refuses, as the command line says it: in both languages, with the place of each fault.

use std::error::Error as _;

use anyhow::anyhow;

use super::{Error, Location, Problem};
use crate::domain::fault::Bilingual;

/// A sentence in both languages.
pub fn both(words: &Bilingual) -> String {
    format!("{} ({})", words.zh, words.en)
}

fn lines(problems: &[Problem]) -> String {
    let line = |problem: &Problem| {
        let location = match &problem.location {
            Location::Pointer(pointer) => pointer,
            Location::Parameter(name) => name,
            Location::Header(name) => *name,
        };
        format!("\n  {location}: {}", both(&problem.detail))
    };
    problems.iter().map(line).collect()
}

/// The faults that are behind an error, each on a line.
pub fn faults(error: &anyhow::Error) -> String {
    let causes = error.chain().filter_map(|cause| cause.downcast_ref::<Error>());
    causes.map(|cause| lines(&cause.problems)).collect()
}

impl Error {
    /// For whoever runs a command.
    pub fn told(self) -> anyhow::Error {
        let said = both(&self.detail) + &lines(&self.problems);
        // Our own fault has causes that whoever runs this can do something about.
        match self.source() {
            Some(_) => anyhow!(self).context(said),
            None => anyhow!(said),
        }
    }
}

#[cfg(test)]
mod tests {
    use anyhow::Context as _;

    use super::*;
    use crate::{domain::fault::Fault, say};

    #[test]
    fn a_fault_is_told_through_what_was_said_around_it() {
        let refused: Result<(), Error> = Err(Error::field("/name", Fault::Conflict, say!("已被使用", "is taken")));
        let error = refused.context("cannot load the plan").unwrap_err();
        assert_eq!(faults(&error), "\n  /name: 已被使用 (is taken)");
    }
}

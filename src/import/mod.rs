//! `duban import` and `duban calendar import`: files from the command line, by the readers and commands that requests go
//! through.

mod calendar;
mod plan;
mod table;

use std::{fs::File, io::Read as _, path::Path};

use anyhow::{Context as _, anyhow};

pub use self::{
    calendar::{ImportedYear, put_years, years},
    plan::{Imported, PlanFile, commit, preview},
    table::{findings, summary},
};
use crate::{document::LARGEST, domain::fault::FieldError, error::both};

/// What is in the file at `path`, and what it is called; no more of it is read than is taken.
fn contents(path: &Path) -> anyhow::Result<(String, Vec<u8>)> {
    let name = path.file_name().and_then(|name| name.to_str());
    let name = name.with_context(|| format!("{} has no name that is text", path.display()))?;
    let mut bytes = Vec::new();
    let file = File::open(path).with_context(|| format!("cannot read {}", path.display()))?;
    let most = u64::try_from(LARGEST).unwrap_or(u64::MAX).saturating_add(1);
    let mut file = file.take(most);
    file.read_to_end(&mut bytes)
        .with_context(|| format!("cannot read {}", path.display()))?;
    Ok((name.to_owned(), bytes))
}

/// What is wrong with a file that somebody has written, if anything is.
fn checked<T>(of: &Path, outcome: Result<T, Vec<FieldError>>) -> anyhow::Result<T> {
    outcome.map_err(|faults| {
        let faults = faults.iter();
        let lines: Vec<String> = faults
            .map(|fault| format!("\n  {}: {}", fault.pointer, both(&fault.detail)))
            .collect();
        anyhow!("{}:{}", of.display(), lines.concat())
    })
}

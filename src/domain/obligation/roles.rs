//! In what role a unit owes what it owes for a requirement.

use std::collections::{BTreeMap, BTreeSet};

use super::DesiredRow;
use crate::domain::{
    id::{RequirementId, UnitCode},
    requirement::{Requirement, UnitRole},
};

/// The role of each unit in each requirement.
pub type Roles = BTreeMap<(RequirementId, UnitCode), UnitRole>;

/// The roles of those who owe these rows of `requirement`: whoever is named has the role he is named with; others that of
/// the collectives or of the dissolved units for which they stand.
pub fn roles(requirement: &Requirement, rows: &[DesiredRow]) -> Roles {
    let mut parts: BTreeMap<&UnitCode, BTreeSet<&UnitCode>> = BTreeMap::new();
    for wanted in rows {
        parts.entry(&wanted.row.id.unit).or_default().extend(&wanted.parts);
    }
    let role = |(unit, parts): (&UnitCode, BTreeSet<&UnitCode>)| {
        let role = requirement.role_of(unit, &parts)?;
        Some(((requirement.id.clone(), unit.clone()), role))
    };
    parts.into_iter().filter_map(role).collect()
}

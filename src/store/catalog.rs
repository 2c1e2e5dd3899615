//! All plans and units, reading again only what has changed.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use sqlx::Result;

use super::{calendar, deadlines, invalidation, plans, revisions, row::parsed, units};
use crate::{
    db::Tx,
    domain::{
        catalog::{Catalog, IndexedPlan, YearBook},
        id::PlanId,
        invalidation::LogPosition,
    },
};

/// A catalog and the revisions it was read at.
#[derive(Debug, Default)]
pub struct LoadedCatalog {
    /// The content.
    pub catalog: Catalog,
    /// What `revision` said in the same snapshot.
    pub revisions: BTreeMap<String, i64>,
    /// How far the log was in it.
    place: LogPosition,
}

impl LoadedCatalog {
    /// Whether nothing has changed since, by one statement.
    pub async fn is_current(&self, tx: &mut Tx) -> Result<bool> {
        let (revisions, holds) = revisions::all(tx, &self.place).await?;
        Ok(holds && revisions == self.revisions)
    }
}

/// The catalog as `tx` sees it. What has the revision that is held, of the same log, is taken over as it is.
pub async fn load(tx: &mut Tx, held: &LoadedCatalog) -> Result<LoadedCatalog> {
    let (revisions, holds) = revisions::all(tx, &held.place).await?;
    let nothing = LoadedCatalog::default();
    let held = if holds { held } else { &nothing };
    let same = |scope: &str| revisions.get(scope) == held.revisions.get(scope);
    let units_changed = !same(revisions::UNITS);
    let units = if units_changed {
        Arc::new(units::all(tx).await?)
    } else {
        held.catalog.units.clone()
    };
    let calendar = if same(revisions::CALENDAR) {
        held.catalog.calendar.clone()
    } else {
        Arc::new(YearBook::new(calendar::all(tx).await?))
    };
    let mut loaded = BTreeMap::new();
    let scopes: BTreeSet<&str> = revisions
        .keys()
        .filter_map(|scope| scope.strip_prefix("plan:"))
        .collect();
    for scope in scopes {
        let id: PlanId = parsed("scope", scope)?;
        // The search text of a plan holds its units' names.
        let kept = if same(&revisions::plan_scope(&id)) && !units_changed {
            held.catalog.kept(&id)
        } else {
            None
        };
        if let Some(plan) = kept {
            loaded.insert(id, plan);
        } else if let Some(content) = plans::content(tx, &id).await? {
            let former = deadlines::former(tx, &id).await?;
            loaded.insert(id, Arc::new(IndexedPlan::new(content, &units).with_former(former)));
        }
    }
    Ok(LoadedCatalog {
        catalog: Catalog::new(loaded, units, calendar),
        revisions,
        place: invalidation::place(tx).await?,
    })
}

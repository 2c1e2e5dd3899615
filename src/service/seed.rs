//! Loading the real plan: the files under `seeds/`, embedded in the binary.

use std::sync::Arc;

use serde::Deserialize;

use super::{
    calendar::official_years,
    plans, units,
    work::{Expected, Work},
};
use crate::{
    domain::{
        catalog::{Catalog, IndexedPlan, YearBook},
        plan::{NewPlan, PlanStatus},
        unit::{NewUnit, UnitDirectory, UnitKind},
    },
    error::{Error, Result},
    store,
};

/// The plan that it has.
pub const PLAN_ID: &str = "dg-2017";

const UNITS: &str = include_str!("../../seeds/units.json");
const PLAN: &str = include_str!("../../seeds/plans/dg-2017.json");

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct UnitFile {
    units: Vec<NewUnit>,
}

/// Into a database without a plan and without a unit: one that has either is somebody's own. The plan is published, as the
/// document was.
pub async fn load_seed(work: &mut Work<'_>) -> Result<()> {
    work.tx.lock("seed").await?;
    if store::plans::any_or_unit(work.tx).await? {
        return Ok(());
    }
    let UnitFile { units } = serde_json::from_str(UNITS).map_err(Error::internal)?;
    let (collectives, concrete): (Vec<_>, Vec<_>) =
        units.into_iter().partition(|unit| unit.kind == UnitKind::Collective);
    for unit in concrete.into_iter().chain(collectives) {
        units::create_unit(work, unit).await?;
    }
    let plan: NewPlan = serde_json::from_str(PLAN).map_err(Error::internal)?;
    let (created, _) = plans::create_plan(work, plan).await?;
    plans::publish_plan(work, &created.plan.id, &Expected::Any, plans::AcceptOpen(false)).await?;
    Ok(())
}

/// The seed as the read API would show it, without any database: for examples.
pub fn seed_catalog() -> anyhow::Result<Catalog> {
    let UnitFile { units } = serde_json::from_str(UNITS)?;
    let units = UnitDirectory::default().with_new(&units);
    let plan: NewPlan = serde_json::from_str(PLAN)?;
    let mut content = plan
        .into_content(&units)
        .map_err(|faults| anyhow::anyhow!("{faults:?}"))?;
    content.plan.status = PlanStatus::Published;
    let id = content.plan.id.clone();
    let plans = [(id, Arc::new(IndexedPlan::new(content, &units)))].into();
    let calendar = YearBook::new(official_years()?.into_iter().map(|year| (year, 1)).collect());
    Ok(Catalog::new(plans, Arc::new(units), Arc::new(calendar)))
}

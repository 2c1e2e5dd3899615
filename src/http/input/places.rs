//! Plans, tasks and requirements that filters name: each must be one that the caller knows of.

use std::fmt::Display;

use serde::Deserialize;
use utoipa::IntoParams;

use super::invalid_parameter;
use crate::{
    domain::{
        fault::Bilingual,
        id::{PlanId, RequirementId, TaskId},
        suggestion::{meant, nearest},
    },
    error::{Error, Result},
    http::caller::Call,
    say,
    store::{self, Tx},
};

/// Where in the plans. Each may be given several times: any of its values.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
pub struct PlaceParams {
    /// 方案 (plan)
    #[param(value_type = Vec<String>, example = json!(["dg-2017"]))]
    plan: Vec<PlanId>,
    /// 工作任务 (task)
    #[param(value_type = Vec<String>)]
    task: Vec<TaskId>,
    /// 具体要求 (requirement)
    #[param(value_type = Vec<String>)]
    requirement: Vec<RequirementId>,
}

/// Plans, tasks and requirements that the caller knows of.
pub struct Places {
    /// The plans.
    pub plans: Vec<PlanId>,
    /// The tasks.
    pub tasks: Vec<TaskId>,
    /// The requirements.
    pub requirements: Vec<RequirementId>,
}

impl Places {
    /// The plans that are spoken of: by themselves, or by what of them is named.
    pub fn spoken_of(&self) -> Vec<PlanId> {
        let tasks = self.tasks.iter().chain(self.requirements.iter().map(|id| &id.task));
        let plans = self.plans.iter().chain(tasks.map(|id| &id.plan));
        plans.cloned().collect()
    }
}

impl PlaceParams {
    /// Them, if all of them are known.
    pub fn known(self, call: &Call) -> Result<Places> {
        Ok(Places {
            plans: plans(call, self.plan)?,
            tasks: known(self.task, "task", |id| is_task(call, id))?,
            requirements: known(self.requirement, "requirement", |id| is_requirement(call, id))?,
        })
    }

    /// Like [`Self::known`], with what was in a plan once: its rows can still be asked for.
    pub async fn remembered(self, call: &Call) -> Result<Places> {
        remembered(call, &self.task, &self.requirement).await?;
        Ok(Places {
            plans: plans(call, self.plan)?,
            tasks: self.task,
            requirements: self.requirement,
        })
    }
}

/// Refuses tasks and requirements that the caller knows nothing of. What a plan asked once, and does not any more,
/// may have left rows behind that can still be asked for.
pub async fn remembered(call: &Call, tasks: &[TaskId], requirements: &[RequirementId]) -> Result<()> {
    for id in tasks {
        if !is_task(call, id) && !is_remembered(call, id, None).await? {
            return Err(no_such("task", id));
        }
    }
    for id in requirements {
        if !is_place(call, id).await? {
            return Err(no_such("requirement", id));
        }
    }
    Ok(())
}

pub(super) async fn is_place(call: &Call, id: &RequirementId) -> Result<bool> {
    Ok(is_requirement(call, id) || is_remembered(call, &id.task, Some(id)).await?)
}

async fn is_remembered(call: &Call, task: &TaskId, requirement: Option<&RequirementId>) -> Result<bool> {
    let seen = call.catalog().plan(&task.plan, &call.scope()).is_some();
    let find = async |tx: &mut Tx| Ok(store::obligations::is_remembered(tx, task, requirement).await?);
    Ok(seen && call.read(find).await?)
}

/// `ids`, all of which are plans that the caller sees.
pub fn plans(call: &Call, ids: Vec<PlanId>) -> Result<Vec<PlanId>> {
    let is_known = |id: &&PlanId| call.catalog().plan(id, &call.scope()).is_some();
    let Some(id) = ids.iter().find(|id| !is_known(id)) else {
        return Ok(ids);
    };
    let seen = call.catalog().visible(&call.scope());
    let offered: Vec<&str> = seen.map(|plan| plan.content.plan.id.as_str()).collect();
    let Bilingual { zh, en } = meant(nearest(id.as_str(), offered).as_slice());
    Err(invalid_parameter(
        "plan",
        say!("没有方案 {id}{zh}", "there is no plan {id}{en}"),
    ))
}

/// `ids`, unless one is not known: an empty list would hide a typing error. What the caller may not know of is as
/// unknown as what is not there.
pub fn known<I: Display>(ids: Vec<I>, parameter: &str, is_known: impl Fn(&I) -> bool) -> Result<Vec<I>> {
    match ids.iter().find(|id| !is_known(id)) {
        None => Ok(ids),
        Some(id) => Err(no_such(parameter, id)),
    }
}

fn no_such(parameter: &str, id: &impl Display) -> Error {
    invalid_parameter(parameter, say!("没有 {id}", "there is no {id}"))
}

fn is_task(call: &Call, id: &TaskId) -> bool {
    call.catalog().task(id, &call.scope()).is_some()
}

fn is_requirement(call: &Call, id: &RequirementId) -> bool {
    call.catalog().requirement(id, &call.scope()).is_some()
}

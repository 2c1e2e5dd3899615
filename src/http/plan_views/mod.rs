//! What plans say, as it goes over the wire. Tasks, requirements and deadlines embed one another: their views
//! are one module.

pub mod deadline;
pub mod requirement;
pub mod task;

pub use self::{deadline::DeadlineView, requirement::RequirementView, task::TaskView};

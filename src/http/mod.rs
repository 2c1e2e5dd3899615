//! The wire: routes, who may call them, what comes in, what goes out. No SQL, no business rules.

mod amendments;
pub mod auth;
mod content;
mod cursor;
mod deadlines;
mod extract;
mod format;
mod health;
mod listing;
mod members;
pub mod observe;
pub mod openapi;
mod plans;
mod problem;
mod read;
mod reply;
mod requirements;
mod select;
mod tasks;
mod units;
mod unmatched;

use utoipa_actix_web::{scope, service_config::ServiceConfig};

pub use self::unmatched::Unmatched;

/// Every route, on one screen. What is not here does not exist.
pub fn routes(config: &mut ServiceConfig<'_>) {
    config
        .service(
            scope::scope("/api/v1")
                // plans
                .service(plans::list_plans)
                .service(plans::create_plan)
                .service(plans::get_plan)
                .service(plans::update_plan)
                .service(plans::delete_plan)
                .service(plans::publish_plan)
                .service(plans::close_plan)
                .service(amendments::list_amendments)
                // tasks
                .service(tasks::list_tasks)
                .service(tasks::create_task)
                .service(tasks::get_task)
                .service(tasks::update_task)
                .service(tasks::delete_task)
                // requirements
                .service(requirements::list_requirements)
                .service(requirements::create_requirement)
                .service(requirements::get_requirement)
                .service(requirements::update_requirement)
                .service(requirements::delete_requirement)
                // deadlines
                .service(deadlines::list_deadlines)
                .service(deadlines::create_deadline)
                .service(deadlines::get_deadline)
                .service(deadlines::update_deadline)
                .service(deadlines::delete_deadline)
                // units
                .service(units::list_units)
                .service(units::create_unit)
                .service(units::get_unit)
                .service(units::update_unit)
                .service(units::delete_unit)
                .service(members::list_members)
                .service(members::set_member)
                .service(members::remove_member),
        )
        // operations
        .service(health::healthz)
        .service(health::readyz)
        .service(health::metrics)
        .service(health::list_errors)
        .service(openapi::get_openapi);
}

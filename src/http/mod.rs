//! The wire: routes, who may call them, what comes in, what goes out. No SQL, no business rules.

mod audit_events;
mod bulk;
mod calendar;
pub mod caller;
pub mod csv_paths;
mod deadlines;
mod declared;
mod extensions;
mod feedback;
mod health;
mod history;
mod imports;
mod index;
mod input;
mod link;
mod list;
mod log;
mod me;
pub mod measures;
mod notices;
mod obligations;
pub mod observe;
pub mod openapi;
mod origin;
mod plans;
mod problem;
mod refused;
mod render;
mod reply;
mod reports;
mod request_id;
mod requirements;
mod second_reviews;
mod steps;
mod tasks;
mod units;
mod unmatched;
mod vocabulary;
mod wording;

use serde_json::{Value, json};
use utoipa_actix_web::{scope, service_config::ServiceConfig};

pub use self::{declared::Declared, unmatched::Unmatched};
use crate::domain::policy::Action;

/// What the document tells of a noun by example: replies by schema, and bodies by operation.
type Examples = fn() -> [Value; 2];

/// The collections, what they hold, and what reading them takes.
const COLLECTIONS: &[(&str, &str, Action)] = &[
    ("plans", "方案 (plans)", Action::ReadPublished),
    ("tasks", "工作任务 (tasks)", Action::ReadPublished),
    ("requirements", "具体要求 (requirements)", Action::ReadPublished),
    ("deadlines", "完成时限 (deadlines)", Action::ReadPublished),
    ("units", "责任单位 (units)", Action::ReadPublished),
    ("imports", "导入 (imports)", Action::ReadDrafts),
    ("obligations", "台账 (the ledger)", Action::ReadLedger),
    ("progress-reports", "进展报告 (progress reports)", Action::ReadPublished),
    ("extensions", "延期申请 (extensions)", Action::ReadLedger),
    ("notices", "督办单 (notices)", Action::ReadNotices),
    ("second-reviews", "复核 (second reviews)", Action::ReadLedger),
    ("feedback", "公众评价 (feedback)", Action::ReadPublished),
    ("me/todo", "待办 (what waits for the caller)", Action::ReadTodo),
    ("audit-events", "审计事件 (audit events)", Action::ReadAudit),
];

/// What the document calls each noun. Examples that come from the real plan are in `openapi::examples`.
const TAGS: &[(&str, &str, Examples)] = &[
    ("me", "调用者本人 (me)", me::example::examples),
    ("plans", "方案 (plans)", none),
    (
        "imports",
        "导入：由文件建立方案 (imports: plans from files)",
        imports::example::examples,
    ),
    ("tasks", "工作任务 (tasks)", none),
    ("requirements", "具体要求 (requirements)", none),
    ("deadlines", "完成时限 (deadlines)", none),
    ("obligations", "应办事项与台账 (obligations: the ledger)", none),
    ("extensions", "延期 (extensions)", none),
    (
        "notices",
        "督办单：催办、督办、通报 (notices)",
        notices::example::examples,
    ),
    ("second-reviews", "复核 (second reviews)", none),
    (
        "progress-reports",
        "进展报告 (progress reports)",
        reports::example::examples,
    ),
    ("feedback", "公众评价 (public feedback)", feedback::example::examples),
    ("calendar", "工作日历 (working-day calendar)", none),
    ("units", "责任单位与集合单位 (units and collectives)", none),
    ("audit-events", "审计日志 (the log, for auditors)", none),
    ("operations", "运行 (operations)", none),
];

/// No examples of its own.
fn none() -> [Value; 2] {
    [json!({}), json!({})]
}

/// Every route, on one screen. What is not here does not exist.
pub fn routes(config: &mut ServiceConfig<'_>) {
    config
        .service(
            scope::scope("/api/v1")
                .service(index::get_index)
                .service(vocabulary::get_vocabulary)
                .service(
                    scope::scope("/me")
                        .service(me::get_me)
                        .service(me::list_todo),
                )
                .service(
                    scope::scope("/plans")
                        .service(plans::list_plans)
                        .service(plans::create_plan)
                        .service(plans::get_plan)
                        .service(plans::update_plan)
                        .service(plans::delete_plan)
                        .service(plans::publish_plan)
                        .service(plans::close_plan)
                        .service(plans::reopen_plan)
                        .service(plans::list_amendments)
                        .service(plans::get_statistics)
                        .service(plans::get_statistics_series)
                        .service(plans::get_assessment)
                        .service(plans::freeze_assessment)
                        .service(plans::get_board)
                        .service(plans::get_trend),
                )
                .service(
                    scope::scope("/imports")
                        .service(imports::list_imports)
                        .service(imports::create_import)
                        .service(imports::get_import)
                        .service(imports::update_import)
                        .service(imports::delete_import)
                        .service(imports::commit_import),
                )
                .service(
                    scope::scope("/tasks")
                        .service(tasks::list_tasks)
                        .service(tasks::create_task)
                        .service(tasks::get_task)
                        .service(tasks::update_task)
                        .service(tasks::delete_task),
                )
                .service(
                    scope::scope("/requirements")
                        .service(requirements::list_requirements)
                        .service(requirements::create_requirement)
                        .service(requirements::get_requirement)
                        .service(requirements::update_requirement)
                        .service(requirements::delete_requirement),
                )
                .service(
                    scope::scope("/deadlines")
                        .service(deadlines::parse_deadline)
                        .service(deadlines::list_deadlines)
                        .service(deadlines::create_deadline)
                        .service(deadlines::get_deadline)
                        .service(deadlines::update_deadline)
                        .service(deadlines::delete_deadline)
                        .service(deadlines::list_occurrences)
                        .service(deadlines::register_occurrence)
                        .service(deadlines::update_occurrence)
                        .service(deadlines::withdraw_occurrence),
                )
                .service(
                    scope::scope("/obligations")
                        .service(obligations::list_obligations)
                        .service(obligations::exempt_obligations)
                        .service(obligations::get_obligation)
                        .service(obligations::exempt_obligation)
                        .service(obligations::restore_obligation)
                        .service(history::get_obligation_history),
                )
                .service(
                    scope::scope("/units")
                        .service(obligations::open_calendar_feed)
                        .service(obligations::get_calendar_feed)
                        .service(units::list_units)
                        .service(units::create_unit)
                        .service(units::get_unit)
                        .service(units::update_unit)
                        .service(units::delete_unit)
                        .service(units::list_members)
                        .service(units::set_member)
                        .service(units::remove_member),
                )
                .service(
                    scope::scope("/extensions")
                        .service(extensions::list_extensions)
                        .service(extensions::request_extension)
                        .service(extensions::get_extension)
                        .service(extensions::sign_extension)
                        .service(extensions::withdraw_extension)
                        .service(extensions::grant_extension)
                        .service(extensions::refuse_extension)
                        .service(history::get_extension_history),
                )
                .service(
                    scope::scope("/notices")
                        .service(notices::list_notices)
                        .service(notices::create_notice)
                        .service(notices::get_notice)
                        .service(notices::update_notice)
                        .service(notices::delete_notice)
                        .service(notices::submit_notice)
                        .service(notices::approve_notice)
                        .service(notices::return_notice)
                        .service(notices::issue_notice)
                        .service(notices::rescind_notice)
                        .service(notices::acknowledge_notice)
                        .service(notices::answer_notice),
                )
                .service(
                    scope::scope("/second-reviews")
                        .service(second_reviews::list_second_reviews)
                        .service(second_reviews::request_second_review)
                        .service(second_reviews::get_second_review)
                        .service(second_reviews::withdraw_second_review)
                        .service(second_reviews::uphold_second_review)
                        .service(second_reviews::overturn_second_review),
                )
                .service(
                    scope::scope("/progress-reports")
                        .service(reports::list_reports)
                        .service(reports::create_report)
                        .service(reports::review_reports)
                        .service(reports::judge_reports)
                        .service(reports::get_report)
                        .service(reports::update_report)
                        .service(reports::delete_report)
                        .service(reports::submit_report)
                        .service(reports::sign_report)
                        .service(reports::withdraw_report)
                        .service(reports::accept_report)
                        .service(reports::return_report)
                        .service(reports::clear_report)
                        .service(reports::withhold_report)
                        .service(reports::revise_report)
                        .service(reports::add_attachment)
                        .service(reports::get_attachment)
                        .service(reports::remove_attachment)
                        .service(history::get_report_history),
                )
                .service(
                    scope::scope("/feedback")
                        .service(feedback::list_feedback)
                        .service(feedback::give_feedback)
                        .service(feedback::summarise_feedback)
                        .service(feedback::get_feedback)
                        .service(feedback::publish_feedback)
                        .service(feedback::reject_feedback),
                )
                .service(
                    scope::scope("/calendar")
                        .service(calendar::list_days)
                        .service(calendar::count_working_days)
                        .service(calendar::get_calendar_year)
                        .service(calendar::put_calendar_year),
                )
                .service(
                    scope::scope("/audit-events")
                        .service(audit_events::list_audit_events)
                        .service(audit_events::get_audit_event),
                ),
        )
        // operations
        .service(health::healthz)
        .service(health::readyz)
        .service(measures::metrics)
        .service(health::list_errors)
        .service(openapi::get_openapi);
}

//! Who may do what: one table, with a line for each action.
//!
//! `tests/api/snapshots/policy.snap` shows it as a matrix; a change here is a readable diff there.

mod actor;
mod doubt;

pub use self::{
    actor::{Actor, Rights},
    doubt::{ClaimPaths, Doubt, DoubtKind, TokenReading},
};
use super::vocabulary::vocabulary;

vocabulary! {
    /// 角色；`anonymous` 人人皆有 (a role of a token; `anonymous` is everybody's, with or without one)
    pub enum Role {
        /// Every caller, with or without a token.
        Anonymous = "anonymous": "公众", "anybody";
        /// 填报人: writes for its unit.
        UnitReporter = "unit_reporter": "填报人", "reporter of a unit";
        /// 单位审核人: signs for its unit.
        UnitApprover = "unit_approver": "单位审核人", "approver of a unit";
        /// 保密审查员: clears or withholds.
        SecrecyReviewer = "secrecy_reviewer": "保密审查员", "secrecy reviewer";
        /// 统筹管理员: runs the plan.
        Coordinator = "coordinator": "统筹管理员", "coordinator";
        /// 督查员: reads everything, issues notices.
        Inspector = "inspector": "督查员", "inspector";
        /// 审计员: reads everything and the audit log, changes nothing.
        Auditor = "auditor": "审计员", "auditor";
        /// 管理员: maintains the calendar of working days; reads plans, the ledger and notices.
        Admin = "admin": "管理员", "administrator";
        /// 门户: a website that hands in what the public says, and nothing else.
        Portal = "portal": "门户", "portal";
    }
}

/// An action as a type, for signatures.
pub trait Demand: 'static {
    /// The action.
    const ACTION: Action;
}

macro_rules! actions {
    ($($(#[$doc:meta])* $variant:ident = $text:tt: $zh:literal, $en:literal;)*) => {
        vocabulary! {
            /// 权限 (a permission: what a route does)
            #[schema(as = Permission)]
            pub enum Action { $($(#[$doc])* $variant = $text: $zh, $en;)* }
        }

        /// Each [`Action`] as a type.
        pub mod may {
            use super::{Action, Demand};
            $(
                $(#[$doc])*
                pub struct $variant;
                impl Demand for $variant {
                    const ACTION: Action = Action::$variant;
                }
            )*
        }
    };
}

actions! {
    /// Read plans that are public, and units.
    ReadPublished = "read_published": "查阅已公开的内容", "read what is public";
    /// Read drafts too.
    ReadDrafts = "read_drafts": "查阅草案", "read drafts";
    /// Read who changed what in a plan, and why.
    ReadAmendments = "read_amendments": "查阅修订记录", "read amendments";
    /// Create, edit, publish and close plans and what they say.
    ManagePlans = "manage_plans": "管理方案", "manage plans";
    /// Create and edit units and collectives.
    ManageUnits = "manage_units": "管理单位", "manage units";
    /// Replace a year of the working-day calendar.
    ManageCalendar = "manage_calendar": "维护工作日历", "manage the calendar";
    /// Read the ledger of obligations.
    ReadLedger = "read_ledger": "查阅台账", "read the ledger";
    /// Register events, grant exemptions.
    ManageLedger = "manage_ledger": "登记事件、免办", "register events and exempt";
    /// Open the calendar feed of a unit: a new address ends the old.
    ManageFeed = "manage_feed": "生成日历订阅地址", "open calendar feeds";
    /// Ask for extensions, and withdraw the request.
    AskExtension = "ask_extension": "申请延期", "ask for extensions";
    /// Sign extensions for the unit.
    SignExtension = "sign_extension": "审签延期申请", "sign extensions";
    /// Grant or refuse extensions.
    DecideExtension = "decide_extension": "审批延期", "decide extensions";
    /// Read notices; units read what is addressed to them.
    ReadNotices = "read_notices": "查阅督办单", "read notices";
    /// Draft, issue and rescind notices.
    IssueNotice = "issue_notice": "起草、签发督办单", "draft and issue notices";
    /// Approve notices, or return them.
    ApproveNotice = "approve_notice": "审批督办单", "approve notices";
    /// Acknowledge and answer notices.
    AnswerNotice = "answer_notice": "签收、答复督办单", "acknowledge and answer notices";
    /// Ask for a second review, and withdraw the request.
    AskSecondReview = "ask_second_review": "申请复核", "ask for second reviews";
    /// Decide second reviews.
    DecideSecondReview = "decide_second_review": "决定复核", "decide second reviews";
    /// Read progress reports that are not public, once they were handed in.
    ReadReports = "read_reports": "查阅进展报告", "read progress reports";
    /// Read what happened to a progress report, wherever all of it is seen.
    ReadReportHistory = "read_report_history": "查阅进展报告的经过", "read the history of progress reports";
    /// Write, submit, withdraw and revise progress reports.
    WriteReports = "write_reports": "填报进展", "write progress reports";
    /// Sign progress reports for the unit.
    SignReports = "sign_reports": "审签进展报告", "sign progress reports";
    /// Accept or return progress reports.
    ReviewReports = "review_reports": "审核进展报告", "review progress reports";
    /// Clear or withhold accepted progress reports.
    JudgeReports = "judge_reports": "公开审查", "clear or withhold progress reports";
    /// Hand in feedback of the public.
    GiveFeedback = "give_feedback": "提交公众评价", "hand in feedback";
    /// Read feedback that is not public.
    ReadFeedback = "read_feedback": "查阅公众评价", "read feedback";
    /// Publish or reject feedback.
    ModerateFeedback = "moderate_feedback": "审核公众评价", "moderate feedback";
    /// Read how units are scored; units read their own score.
    ReadAssessment = "read_assessment": "查阅考评", "read assessments";
    /// Freeze an assessment.
    FreezeAssessment = "freeze_assessment": "确定考评", "freeze assessments";
    /// Read what waits for oneself.
    ReadTodo = "read_todo": "查看待办", "read what waits for oneself";
    /// Read the log of everything.
    ReadAudit = "read_audit": "查阅审计日志", "read the log";
}

vocabulary! {
    /// 令牌的范围 (a scope, which narrows a token)
    #[schema(as = TokenScope)]
    pub enum TokenScope {
        /// Reading.
        Read = "read": "查阅", "read";
        /// Writing plans and units.
        PlansWrite = "plans:write": "维护方案和单位", "write plans and units";
        /// Writing progress reports.
        ReportsWrite = "reports:write": "填报和审核", "write reports";
        /// Handing in and looking after feedback.
        FeedbackWrite = "feedback:write": "提交和审核公众评价", "hand in and moderate feedback";
        /// Reading the change feed.
        EventsRead = "events:read": "读取变更流", "read the change feed";
    }
}

vocabulary! {
    /// 权限所及 (how far a permission goes)
    pub enum Reach {
        /// Not at all.
        Never = "never": "无", "not at all";
        /// What belongs to the caller's own unit.
        Own = "own": "本单位", "what belongs to the own unit";
        /// Everything.
        All = "all": "全部", "everything";
    }
}

/// Who may do an action: these roles on what belongs to their own unit, these on everything, and a token
/// that is narrowed only with this scope. Roles that are not named may not.
type Right = (&'static [Role], &'static [Role], TokenScope);

/// The whole policy. A new action does not compile until it has its line.
#[rustfmt::skip]
fn right(action: Action) -> Right {
    use Role::{Admin, Auditor, Coordinator, Inspector, Portal, SecrecyReviewer, UnitApprover, UnitReporter};
    match action {
        //                            on its own unit                on everything                              with the scope
        Action::ReadPublished      => (&[],                           Role::ALL,                                 TokenScope::Read),
        Action::ReadDrafts         => (&[],                           &[Coordinator, Inspector, Auditor, Admin], TokenScope::Read),
        Action::ReadAmendments     => (&[],                           &[Coordinator, Inspector, Auditor, Admin], TokenScope::Read),
        Action::ManagePlans        => (&[],                           &[Coordinator],                            TokenScope::PlansWrite),
        Action::ManageUnits        => (&[],                           &[Coordinator],                            TokenScope::PlansWrite),
        Action::ManageCalendar     => (&[],                           &[Admin],                                  TokenScope::PlansWrite),
        Action::ReadLedger         => (&[UnitReporter, UnitApprover], &[Coordinator, Inspector, Auditor, Admin], TokenScope::Read),
        Action::ManageLedger       => (&[],                           &[Coordinator],                            TokenScope::PlansWrite),
        Action::ManageFeed         => (&[UnitReporter, UnitApprover], &[Coordinator],                            TokenScope::ReportsWrite),
        Action::AskExtension       => (&[UnitReporter, UnitApprover], &[],                                       TokenScope::ReportsWrite),
        Action::SignExtension      => (&[UnitApprover],               &[],                                       TokenScope::ReportsWrite),
        Action::DecideExtension    => (&[],                           &[Coordinator],                            TokenScope::PlansWrite),
        Action::ReadNotices        => (&[UnitReporter, UnitApprover], &[Coordinator, Inspector, Auditor, Admin], TokenScope::Read),
        Action::IssueNotice        => (&[],                           &[Coordinator, Inspector],                 TokenScope::PlansWrite),
        Action::ApproveNotice      => (&[],                           &[Coordinator],                            TokenScope::PlansWrite),
        Action::AnswerNotice       => (&[UnitReporter, UnitApprover], &[],                                       TokenScope::ReportsWrite),
        Action::AskSecondReview    => (&[UnitReporter, UnitApprover], &[],                                       TokenScope::ReportsWrite),
        Action::DecideSecondReview => (&[],                           &[Coordinator],                            TokenScope::PlansWrite),
        Action::ReadReports        => (&[UnitReporter, UnitApprover], &[Coordinator, Inspector, Auditor],        TokenScope::Read),
        Action::ReadReportHistory  => (&[UnitReporter, UnitApprover, SecrecyReviewer], &[Coordinator, Inspector, Auditor], TokenScope::Read),
        Action::WriteReports       => (&[UnitReporter, UnitApprover], &[],                                       TokenScope::ReportsWrite),
        Action::SignReports        => (&[UnitApprover],               &[],                                       TokenScope::ReportsWrite),
        Action::ReviewReports      => (&[],                           &[Coordinator],                            TokenScope::ReportsWrite),
        // A reviewer of no unit is the whole city's: `Actor::reach`.
        Action::JudgeReports       => (&[SecrecyReviewer],            &[],                                       TokenScope::ReportsWrite),
        Action::GiveFeedback       => (&[],                           &[Portal],                                 TokenScope::FeedbackWrite),
        Action::ReadFeedback       => (&[],                           &[Coordinator, Inspector, Auditor],        TokenScope::Read),
        Action::ModerateFeedback   => (&[],                           &[Coordinator],                            TokenScope::FeedbackWrite),
        Action::ReadAssessment     => (&[UnitReporter, UnitApprover], &[Coordinator, Inspector, Auditor, Admin], TokenScope::Read),
        Action::FreezeAssessment   => (&[],                           &[Coordinator],                            TokenScope::PlansWrite),
        Action::ReadTodo           => (&[UnitReporter, UnitApprover, SecrecyReviewer], &[Coordinator, Inspector, Auditor, Admin], TokenScope::Read),
        Action::ReadAudit          => (&[],                           &[Auditor],                                TokenScope::Read),
    }
}

/// How far `role` may go in `action`.
pub fn reach(role: Role, action: Action) -> Reach {
    let (own, all, _) = right(action);
    if all.contains(&role) {
        Reach::All
    } else if own.contains(&role) {
        Reach::Own
    } else {
        Reach::Never
    }
}

impl Action {
    /// The scope a narrowed token needs for it.
    pub fn scope(self) -> TokenScope {
        right(self).2
    }

    /// Whether it changes nothing.
    pub fn only_reads(self) -> bool {
        self.scope() == TokenScope::Read
    }
}

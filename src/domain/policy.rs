//! Who may do what: one table, with a line for each action.
//!
//! `tests/api/snapshots/policy.snap` shows it as a matrix; a change here is a readable diff there.

mod actor;

pub use self::actor::Actor;

macro_rules! named {
    ($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $text:literal,)* }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name { $($(#[$variant_doc])* $variant,)* }

        impl $name {
            /// All of them, in the order of the table.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// Its name on the wire and in the log.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text,)* }
            }

            /// By its name.
            pub fn parse(text: &str) -> Option<Self> {
                match text { $($text => Some(Self::$variant),)* _ => None }
            }
        }
    };
}

named! {
    /// A role of the `roles` claim. `Anonymous` is everybody's, with or without a token.
    Role {
        /// Anybody.
        Anonymous = "anonymous",
        /// 填报人: writes for its unit.
        UnitReporter = "unit_reporter",
        /// 单位审核人: signs for its unit.
        UnitApprover = "unit_approver",
        /// 保密审查员: clears or withholds.
        SecrecyReviewer = "secrecy_reviewer",
        /// 统筹管理员: runs the plan.
        Coordinator = "coordinator",
        /// 督查员: reads everything, issues notices.
        Inspector = "inspector",
        /// 审计员: reads everything and the audit log, changes nothing.
        Auditor = "auditor",
        /// 管理员: calendar, webhooks, configuration.
        Admin = "admin",
        /// 门户: a website that hands in what the public says, and nothing else.
        Portal = "portal",
    }
}

/// An action as a type, for signatures.
pub trait Demand: 'static {
    /// The action.
    const ACTION: Action;
}

macro_rules! actions {
    ($($(#[$doc:meta])* $variant:ident = $text:literal,)*) => {
        named! {
            /// What a route does, as far as permission is concerned.
            Action { $($(#[$doc])* $variant = $text,)* }
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
    ReadPublished = "read_published",
    /// Read drafts too.
    ReadDrafts = "read_drafts",
    /// Read who changed what in a plan, and why.
    ReadAmendments = "read_amendments",
    /// Create, edit, publish and close plans and what they say.
    ManagePlans = "manage_plans",
    /// Create and edit units and collectives.
    ManageUnits = "manage_units",
    /// Replace a year of the working-day calendar.
    ManageCalendar = "manage_calendar",
    /// Read the ledger of obligations.
    ReadLedger = "read_ledger",
    /// Register events, grant exemptions.
    ManageLedger = "manage_ledger",
    /// Open the calendar feed of a unit: a new address ends the old.
    ManageFeed = "manage_feed",
    /// Ask for extensions, and withdraw the request.
    AskExtension = "ask_extension",
    /// Sign extensions for the unit.
    SignExtension = "sign_extension",
    /// Grant or refuse extensions.
    DecideExtension = "decide_extension",
    /// Read notices; units read what is addressed to them.
    ReadNotices = "read_notices",
    /// Draft, issue and rescind notices.
    IssueNotice = "issue_notice",
    /// Approve notices, or return them.
    ApproveNotice = "approve_notice",
    /// Acknowledge and answer notices.
    AnswerNotice = "answer_notice",
    /// Ask for a second review, and withdraw the request.
    AskSecondReview = "ask_second_review",
    /// Decide second reviews.
    DecideSecondReview = "decide_second_review",
    /// Read progress reports that are not public, once they were handed in.
    ReadReports = "read_reports",
    /// Read what happened to a progress report, wherever all of it is seen.
    ReadReportHistory = "read_report_history",
    /// Write, submit, withdraw and revise progress reports.
    WriteReports = "write_reports",
    /// Sign progress reports for the unit.
    SignReports = "sign_reports",
    /// Accept or return progress reports.
    ReviewReports = "review_reports",
    /// Clear or withhold accepted progress reports.
    JudgeReports = "judge_reports",
    /// Hand in feedback of the public.
    GiveFeedback = "give_feedback",
    /// Read feedback that is not public.
    ReadFeedback = "read_feedback",
    /// Publish or reject feedback.
    ModerateFeedback = "moderate_feedback",
    /// Read how units are scored; units read their own score.
    ReadAssessment = "read_assessment",
    /// Freeze an assessment.
    FreezeAssessment = "freeze_assessment",
    /// Read the log of everything.
    ReadAudit = "read_audit",
}

named! {
    /// A value of the `scope` claim, which narrows a service token.
    Scope {
        /// Reading.
        Read = "read",
        /// Writing plans and units.
        PlansWrite = "plans:write",
        /// Writing progress reports.
        ReportsWrite = "reports:write",
        /// Handing in and looking after feedback.
        FeedbackWrite = "feedback:write",
        /// Reading the change feed.
        EventsRead = "events:read",
    }
}

/// How far a permission goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reach {
    /// Not at all.
    Never,
    /// What belongs to the caller's own unit.
    Own,
    /// Everything.
    All,
}

/// Who may do an action: these roles on what belongs to their own unit, these on everything, and a token
/// that is narrowed only with this scope. Roles that are not named may not.
type Right = (&'static [Role], &'static [Role], Scope);

/// The whole policy. A new action does not compile until it has its line.
#[rustfmt::skip]
fn right(action: Action) -> Right {
    use Role::{Admin, Auditor, Coordinator, Inspector, Portal, SecrecyReviewer, UnitApprover, UnitReporter};
    match action {
        //                            on its own unit                on everything                              with the scope
        Action::ReadPublished      => (&[],                           Role::ALL,                                 Scope::Read),
        Action::ReadDrafts         => (&[],                           &[Coordinator, Inspector, Auditor, Admin], Scope::Read),
        Action::ReadAmendments     => (&[],                           &[Coordinator, Inspector, Auditor, Admin], Scope::Read),
        Action::ManagePlans        => (&[],                           &[Coordinator],                            Scope::PlansWrite),
        Action::ManageUnits        => (&[],                           &[Coordinator],                            Scope::PlansWrite),
        Action::ManageCalendar     => (&[],                           &[Admin],                                  Scope::PlansWrite),
        Action::ReadLedger         => (&[UnitReporter, UnitApprover], &[Coordinator, Inspector, Auditor, Admin], Scope::Read),
        Action::ManageLedger       => (&[],                           &[Coordinator],                            Scope::PlansWrite),
        Action::ManageFeed         => (&[UnitReporter, UnitApprover], &[Coordinator],                            Scope::ReportsWrite),
        Action::AskExtension       => (&[UnitReporter, UnitApprover], &[],                                       Scope::ReportsWrite),
        Action::SignExtension      => (&[UnitApprover],               &[],                                       Scope::ReportsWrite),
        Action::DecideExtension    => (&[],                           &[Coordinator],                            Scope::PlansWrite),
        Action::ReadNotices        => (&[UnitReporter, UnitApprover], &[Coordinator, Inspector, Auditor, Admin], Scope::Read),
        Action::IssueNotice        => (&[],                           &[Coordinator, Inspector],                 Scope::PlansWrite),
        Action::ApproveNotice      => (&[],                           &[Coordinator],                            Scope::PlansWrite),
        Action::AnswerNotice       => (&[UnitReporter, UnitApprover], &[],                                       Scope::ReportsWrite),
        Action::AskSecondReview    => (&[UnitReporter, UnitApprover], &[],                                       Scope::ReportsWrite),
        Action::DecideSecondReview => (&[],                           &[Coordinator],                            Scope::PlansWrite),
        Action::ReadReports        => (&[UnitReporter, UnitApprover], &[Coordinator, Inspector, Auditor],        Scope::Read),
        Action::ReadReportHistory  => (&[UnitReporter, UnitApprover, SecrecyReviewer], &[Coordinator, Inspector, Auditor], Scope::Read),
        Action::WriteReports       => (&[UnitReporter, UnitApprover], &[],                                       Scope::ReportsWrite),
        Action::SignReports        => (&[UnitApprover],               &[],                                       Scope::ReportsWrite),
        Action::ReviewReports      => (&[],                           &[Coordinator],                            Scope::ReportsWrite),
        // A reviewer of no unit is the whole city's: `Actor::reach`.
        Action::JudgeReports       => (&[SecrecyReviewer],            &[],                                       Scope::ReportsWrite),
        Action::GiveFeedback       => (&[],                           &[Portal],                                 Scope::FeedbackWrite),
        Action::ReadFeedback       => (&[],                           &[Coordinator, Inspector, Auditor],        Scope::Read),
        Action::ModerateFeedback   => (&[],                           &[Coordinator],                            Scope::FeedbackWrite),
        Action::ReadAssessment     => (&[UnitReporter, UnitApprover], &[Coordinator, Inspector, Auditor, Admin], Scope::Read),
        Action::FreezeAssessment   => (&[],                           &[Coordinator],                            Scope::PlansWrite),
        Action::ReadAudit          => (&[],                           &[Auditor],                                Scope::Read),
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
    pub fn scope(self) -> Scope {
        right(self).2
    }
}

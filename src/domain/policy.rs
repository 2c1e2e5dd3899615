//! Who may do what: one exhaustive table, `reach(role, action)`.
//!
//! `tests/api/golden/policy.txt` shows it as a matrix; a change here is a readable diff there.

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

named! {
    /// What a route does, as far as permission is concerned.
    Action {
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
        /// Ask for a second review.
        AskSecondReview = "ask_second_review",
        /// Decide second reviews.
        DecideSecondReview = "decide_second_review",
        /// Read progress reports that are not public, once they were handed in.
        ReadReports = "read_reports",
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

/// The whole policy: a new role or action does not compile until it has its answers.
pub fn reach(role: Role, action: Action) -> Reach {
    use Action as A;
    use Role as R;
    match (action, role) {
        (A::ReadPublished, _) => Reach::All,
        (A::GiveFeedback, R::Portal) => Reach::All,
        (
            A::ReadDrafts
            | A::ReadAmendments
            | A::ManagePlans
            | A::ManageUnits
            | A::ManageCalendar
            | A::ReadLedger
            | A::ManageLedger
            | A::AskExtension
            | A::SignExtension
            | A::DecideExtension
            | A::ReadReports
            | A::WriteReports
            | A::SignReports
            | A::ReviewReports
            | A::JudgeReports
            | A::ReadFeedback
            | A::ModerateFeedback
            | A::ReadNotices
            | A::IssueNotice
            | A::ApproveNotice
            | A::AnswerNotice
            | A::AskSecondReview
            | A::DecideSecondReview
            | A::ReadAssessment
            | A::FreezeAssessment
            | A::ReadAudit,
            R::Portal,
        ) => Reach::Never,
        (
            A::GiveFeedback,
            R::Anonymous
            | R::UnitReporter
            | R::UnitApprover
            | R::SecrecyReviewer
            | R::Coordinator
            | R::Inspector
            | R::Auditor
            | R::Admin,
        ) => Reach::Never,
        (A::ReadFeedback, R::Coordinator | R::Inspector | R::Auditor) => Reach::All,
        (A::ReadFeedback, R::Anonymous | R::UnitReporter | R::UnitApprover | R::SecrecyReviewer | R::Admin) => {
            Reach::Never
        }
        (A::ModerateFeedback, R::Coordinator) => Reach::All,
        (
            A::ModerateFeedback,
            R::Anonymous
            | R::UnitReporter
            | R::UnitApprover
            | R::SecrecyReviewer
            | R::Inspector
            | R::Auditor
            | R::Admin,
        ) => Reach::Never,
        (A::ReadDrafts | A::ReadAmendments, R::Coordinator | R::Inspector | R::Auditor | R::Admin) => Reach::All,
        (A::ReadDrafts | A::ReadAmendments, R::Anonymous | R::UnitReporter | R::UnitApprover | R::SecrecyReviewer) => {
            Reach::Never
        }
        (A::ManageCalendar, R::Admin) => Reach::All,
        (
            A::ManageCalendar,
            R::Anonymous
            | R::UnitReporter
            | R::UnitApprover
            | R::SecrecyReviewer
            | R::Coordinator
            | R::Inspector
            | R::Auditor,
        ) => Reach::Never,
        (A::ReadLedger, R::Coordinator | R::Inspector | R::Auditor | R::Admin) => Reach::All,
        (A::ReadLedger, R::UnitReporter | R::UnitApprover) => Reach::Own,
        (A::ReadLedger, R::Anonymous | R::SecrecyReviewer) => Reach::Never,
        (A::ReadNotices | A::ReadAssessment, R::Coordinator | R::Inspector | R::Auditor | R::Admin) => Reach::All,
        (A::ReadNotices | A::ReadAssessment, R::UnitReporter | R::UnitApprover) => Reach::Own,
        (A::ReadNotices | A::ReadAssessment, R::Anonymous | R::SecrecyReviewer) => Reach::Never,
        (A::IssueNotice, R::Coordinator | R::Inspector) => Reach::All,
        (
            A::IssueNotice,
            R::Anonymous | R::UnitReporter | R::UnitApprover | R::SecrecyReviewer | R::Auditor | R::Admin,
        ) => Reach::Never,
        (A::ApproveNotice | A::DecideSecondReview | A::FreezeAssessment, R::Coordinator) => Reach::All,
        (
            A::ApproveNotice | A::DecideSecondReview | A::FreezeAssessment,
            R::Anonymous
            | R::UnitReporter
            | R::UnitApprover
            | R::SecrecyReviewer
            | R::Inspector
            | R::Auditor
            | R::Admin,
        ) => Reach::Never,
        (A::AnswerNotice | A::AskSecondReview, R::UnitReporter | R::UnitApprover) => Reach::Own,
        (
            A::AnswerNotice | A::AskSecondReview,
            R::Anonymous | R::SecrecyReviewer | R::Coordinator | R::Inspector | R::Auditor | R::Admin,
        ) => Reach::Never,
        (A::AskExtension, R::UnitReporter | R::UnitApprover) => Reach::Own,
        (A::SignExtension, R::UnitApprover) => Reach::Own,
        (A::DecideExtension, R::Coordinator) => Reach::All,
        (
            A::AskExtension,
            R::Anonymous | R::SecrecyReviewer | R::Coordinator | R::Inspector | R::Auditor | R::Admin,
        ) => Reach::Never,
        (
            A::SignExtension,
            R::Anonymous | R::UnitReporter | R::SecrecyReviewer | R::Coordinator | R::Inspector | R::Auditor | R::Admin,
        ) => Reach::Never,
        (
            A::DecideExtension,
            R::Anonymous
            | R::UnitReporter
            | R::UnitApprover
            | R::SecrecyReviewer
            | R::Inspector
            | R::Auditor
            | R::Admin,
        ) => Reach::Never,
        (A::ReadReports, R::Coordinator | R::Inspector | R::Auditor) => Reach::All,
        (A::ReadReports | A::WriteReports, R::UnitReporter | R::UnitApprover) => Reach::Own,
        (A::SignReports, R::UnitApprover) => Reach::Own,
        (A::ReviewReports, R::Coordinator) => Reach::All,
        // All of them for a reviewer of no unit: see `Actor::reach`.
        (A::JudgeReports, R::SecrecyReviewer) => Reach::Own,
        (A::ReadReports, R::Anonymous | R::SecrecyReviewer | R::Admin) => Reach::Never,
        (
            A::WriteReports,
            R::Anonymous | R::SecrecyReviewer | R::Coordinator | R::Inspector | R::Auditor | R::Admin,
        ) => Reach::Never,
        (
            A::SignReports,
            R::Anonymous | R::UnitReporter | R::SecrecyReviewer | R::Coordinator | R::Inspector | R::Auditor | R::Admin,
        ) => Reach::Never,
        (
            A::ReviewReports,
            R::Anonymous
            | R::UnitReporter
            | R::UnitApprover
            | R::SecrecyReviewer
            | R::Inspector
            | R::Auditor
            | R::Admin,
        ) => Reach::Never,
        (
            A::JudgeReports,
            R::Anonymous | R::UnitReporter | R::UnitApprover | R::Coordinator | R::Inspector | R::Auditor | R::Admin,
        ) => Reach::Never,
        (A::ReadAudit, R::Auditor) => Reach::All,
        (
            A::ReadAudit,
            R::Anonymous
            | R::UnitReporter
            | R::UnitApprover
            | R::SecrecyReviewer
            | R::Coordinator
            | R::Inspector
            | R::Admin,
        ) => Reach::Never,
        (A::ManagePlans | A::ManageUnits | A::ManageLedger, R::Coordinator) => Reach::All,
        (
            A::ManagePlans | A::ManageUnits | A::ManageLedger,
            R::Anonymous
            | R::UnitReporter
            | R::UnitApprover
            | R::SecrecyReviewer
            | R::Inspector
            | R::Auditor
            | R::Admin,
        ) => Reach::Never,
    }
}

impl Action {
    /// The scope a narrowed token needs for it.
    pub fn scope(self) -> Scope {
        match self {
            Self::ReadPublished
            | Self::ReadDrafts
            | Self::ReadAmendments
            | Self::ReadLedger
            | Self::ReadNotices
            | Self::ReadReports
            | Self::ReadAssessment
            | Self::ReadAudit => Scope::Read,
            Self::ReadFeedback => Scope::Read,
            Self::GiveFeedback | Self::ModerateFeedback => Scope::FeedbackWrite,
            Self::ManagePlans | Self::ManageUnits | Self::ManageCalendar | Self::ManageLedger => Scope::PlansWrite,
            Self::AskExtension
            | Self::SignExtension
            | Self::WriteReports
            | Self::SignReports
            | Self::ReviewReports
            | Self::JudgeReports => Scope::ReportsWrite,
            Self::DecideExtension => Scope::PlansWrite,
            Self::AnswerNotice | Self::AskSecondReview => Scope::ReportsWrite,
            Self::IssueNotice | Self::ApproveNotice | Self::DecideSecondReview | Self::FreezeAssessment => {
                Scope::PlansWrite
            }
        }
    }
}

//! Who may do what: one exhaustive table, `reach(role, action)`.
//!
//! `tests/api/golden/policy.txt` shows it as a matrix; a change here is a readable diff there.

use std::collections::BTreeSet;

use super::id::UnitCode;

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
        /// 协调员: runs the plan.
        Coordinator = "coordinator",
        /// 督查员: reads everything, issues notices.
        Inspector = "inspector",
        /// 审计员: reads everything and the audit log, changes nothing.
        Auditor = "auditor",
        /// 管理员: calendar, webhooks, configuration.
        Admin = "admin",
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

/// Who is calling, as the token says (or nobody in particular).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Actor {
    /// `sub`; `None` without a token.
    pub subject: Option<String>,
    /// The known roles of the token.
    pub roles: BTreeSet<Role>,
    /// The unit the caller belongs to.
    pub unit: Option<UnitCode>,
    /// The scopes that narrow the token; `None`: not narrowed.
    pub scopes: Option<BTreeSet<Scope>>,
}

impl Actor {
    /// A caller without a token.
    pub fn anonymous() -> Self {
        Self {
            subject: None,
            roles: BTreeSet::new(),
            unit: None,
            scopes: None,
        }
    }

    /// The service itself, at start-up and in the background.
    pub fn system() -> Self {
        Self {
            subject: Some("system".into()),
            roles: [Role::Coordinator].into(),
            unit: None,
            scopes: None,
        }
    }

    /// How far this caller's permission for `action` goes: the widest of its roles, if its scopes
    /// allow the action at all. What anybody may do stays allowed.
    pub fn reach(&self, action: Action) -> Reach {
        let anybody = reach(Role::Anonymous, action);
        let in_scope = self
            .scopes
            .as_ref()
            .is_none_or(|scopes| scopes.contains(&action.scope()));
        if !in_scope {
            return anybody;
        }
        let widest = self
            .roles
            .iter()
            .map(|role| reach(*role, action))
            .max()
            .unwrap_or(Reach::Never);
        // Without a unit there is nothing that is the caller's own; but a secrecy reviewer of no unit is
        // the whole city's.
        let widest = match (widest, &self.unit) {
            (Reach::Own, None) if action == Action::JudgeReports => Reach::All,
            (Reach::Own, None) => Reach::Never,
            (widest, _) => widest,
        };
        widest.max(anybody)
    }

    /// Whether `action` is allowed on what belongs to `unit`.
    pub fn may_on(&self, action: Action, unit: &UnitCode) -> bool {
        match self.reach(action) {
            Reach::All => true,
            Reach::Own => self.unit.as_ref() == Some(unit),
            Reach::Never => false,
        }
    }

    /// Whether `action` is allowed on anything at all.
    pub fn may(&self, action: Action) -> bool {
        self.reach(action) != Reach::Never
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scope_narrows_and_never_widens() {
        let mut actor = Actor::system();
        assert!(actor.may(Action::ManagePlans));
        actor.scopes = Some([Scope::Read].into());
        assert!(actor.may(Action::ReadDrafts) && !actor.may(Action::ManagePlans));
        actor.scopes = Some([Scope::EventsRead].into());
        assert!(actor.may(Action::ReadPublished) && !actor.may(Action::ReadDrafts));
        let reporter = Actor {
            roles: [Role::UnitReporter].into(),
            scopes: Some([Scope::PlansWrite].into()),
            ..Actor::anonymous()
        };
        assert!(!reporter.may(Action::ManagePlans));
    }

    #[test]
    fn only_a_coordinator_changes_plans_and_units() {
        for role in Role::ALL {
            for action in [Action::ManagePlans, Action::ManageUnits, Action::ManageLedger] {
                assert_eq!(reach(*role, action) == Reach::All, *role == Role::Coordinator);
            }
        }
    }
}

//! Which kinds of what waits are found together, and what finds them.

use std::future::ready;

use futures_util::future::{FutureExt as _, LocalBoxFuture};

use super::TodoQuery;
use crate::{
    domain::{
        ledger::BriefFilter,
        order::Window,
        policy::Action,
        report::ReportStatus,
        todo::{Todo, TodoKind},
    },
    error::Result,
    store::{
        Tx,
        reports::{ReportFilter, Waiting},
    },
};

/// Kinds that are found together, and what finds them.
pub(super) type Source = (&'static [TodoKind], Find);
type Find = for<'a> fn(&'a TodoQuery<'_>, &'a mut Tx, &'a Window) -> LocalBoxFuture<'a, Result<Vec<Todo>>>;

/// Where what waits is found.
pub(super) const SOURCES: &[Source] = &[
    (&[TodoKind::ObligationToReport], |ask, tx, window| {
        ask.obligations(tx, window).boxed_local()
    }),
    (
        &[TodoKind::ReportToMend, TodoKind::ReportToFinish, TodoKind::ReportToSign],
        |ask, tx, window| ask.own_reports(tx, window).boxed_local(),
    ),
    (&[TodoKind::ReportToReview], |ask, tx, window| {
        let by = (TodoKind::ReportToReview, Action::ReviewReports);
        let brief = BriefFilter {
            statuses: vec![ReportStatus::Submitted],
            ..BriefFilter::default()
        };
        let filter = ReportFilter {
            brief,
            ..ReportFilter::default()
        };
        ask.reports(tx, by, filter, window).boxed_local()
    }),
    (&[TodoKind::ReportToJudge], |ask, tx, window| {
        let by = (TodoKind::ReportToJudge, Action::JudgeReports);
        let filter = ReportFilter {
            waiting: Some(Waiting::Unjudged),
            ..ReportFilter::default()
        };
        ask.reports(tx, by, filter, window).boxed_local()
    }),
    (&[TodoKind::ExtensionToSign], |ask, tx, window| {
        let by = (TodoKind::ExtensionToSign, Action::SignExtension);
        ask.extensions(tx, by, window).boxed_local()
    }),
    (&[TodoKind::ExtensionToDecide], |ask, tx, window| {
        let by = (TodoKind::ExtensionToDecide, Action::DecideExtension);
        ask.extensions(tx, by, window).boxed_local()
    }),
    (
        &[TodoKind::NoticeToAcknowledge, TodoKind::NoticeToAnswer],
        |ask, tx, window| ask.notices_sent(tx, window).boxed_local(),
    ),
    (
        &[TodoKind::NoticeToApprove, TodoKind::NoticeToIssue],
        |ask, tx, window| ask.notices_to_send(tx, window).boxed_local(),
    ),
    (&[TodoKind::SecondReviewToDecide], |ask, tx, window| {
        ask.second_reviews(tx, window).boxed_local()
    }),
    (&[TodoKind::FeedbackToModerate], |ask, tx, window| {
        ask.feedback(tx, window).boxed_local()
    }),
    (
        &[
            TodoKind::DeadlineToSettle,
            TodoKind::CollectiveToSettle,
            TodoKind::DeadlineToSet,
            TodoKind::UnitToName,
        ],
        |ask, _, window| ready(Ok(ask.open_questions(window))).boxed_local(),
    ),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_is_found_in_one_place() {
        for kind in TodoKind::ALL {
            let places = SOURCES.iter().filter(|(kinds, _)| kinds.contains(kind));
            assert_eq!(places.count(), 1, "{kind:?}");
        }
    }
}

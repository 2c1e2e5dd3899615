//! Which kinds of what waits are found together, and what finds them.

use std::future::ready;

use futures_util::future::{FutureExt as _, LocalBoxFuture};

use super::Ask;
use crate::{
    domain::{
        order::Place,
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
type Find = for<'a> fn(&'a Ask<'_>, &'a mut Tx, &'a Place) -> LocalBoxFuture<'a, Result<Vec<Todo>>>;

/// Where what waits is found.
pub(super) const SOURCES: &[Source] = &[
    (&[TodoKind::ObligationToReport], |ask, tx, place| {
        ask.obligations(tx, place).boxed_local()
    }),
    (
        &[TodoKind::ReportToMend, TodoKind::ReportToFinish, TodoKind::ReportToSign],
        |ask, tx, place| ask.own_reports(tx, place).boxed_local(),
    ),
    (&[TodoKind::ReportToReview], |ask, tx, place| {
        let by = (TodoKind::ReportToReview, Action::ReviewReports);
        let filter = ReportFilter {
            statuses: vec![ReportStatus::Submitted],
            ..ReportFilter::default()
        };
        ask.reports(tx, by, filter, place).boxed_local()
    }),
    (&[TodoKind::ReportToJudge], |ask, tx, place| {
        let by = (TodoKind::ReportToJudge, Action::JudgeReports);
        let filter = ReportFilter {
            waiting: Some(Waiting::Unjudged),
            ..ReportFilter::default()
        };
        ask.reports(tx, by, filter, place).boxed_local()
    }),
    (&[TodoKind::ExtensionToSign], |ask, tx, place| {
        let by = (TodoKind::ExtensionToSign, Action::SignExtension);
        ask.extensions(tx, by, place).boxed_local()
    }),
    (&[TodoKind::ExtensionToDecide], |ask, tx, place| {
        let by = (TodoKind::ExtensionToDecide, Action::DecideExtension);
        ask.extensions(tx, by, place).boxed_local()
    }),
    (
        &[TodoKind::NoticeToAcknowledge, TodoKind::NoticeToAnswer],
        |ask, tx, place| ask.notices_sent(tx, place).boxed_local(),
    ),
    (
        &[TodoKind::NoticeToApprove, TodoKind::NoticeToIssue],
        |ask, tx, place| ask.notices_to_send(tx, place).boxed_local(),
    ),
    (&[TodoKind::SecondReviewToDecide], |ask, tx, place| {
        ask.second_reviews(tx, place).boxed_local()
    }),
    (&[TodoKind::FeedbackToModerate], |ask, tx, place| {
        ask.feedback(tx, place).boxed_local()
    }),
    (
        &[
            TodoKind::DeadlineToSettle,
            TodoKind::CollectiveToSettle,
            TodoKind::DeadlineToSet,
            TodoKind::UnitToName,
        ],
        |ask, _, place| ready(Ok(ask.open_questions(place))).boxed_local(),
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

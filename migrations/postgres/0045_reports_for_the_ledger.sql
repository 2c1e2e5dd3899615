-- All that the ledger in memory is told of reports, so that it is loaded without looking into each.
drop index progress_report_obligation;
create index progress_report_obligation on progress_report (obligation_id, id, status, is_public, reported_on);

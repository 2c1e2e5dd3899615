-- The ledger of an earlier day names the report on each row as it was then.
create index progress_report_past_obligation on progress_report_past (obligation_id, id);

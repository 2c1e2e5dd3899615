-- The reports on many obligations, as far as their rows show them, are read in the index alone.
drop index progress_report_obligation;
create index progress_report_obligation on progress_report (obligation_id, id, status, is_public);

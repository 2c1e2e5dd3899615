-- What became public on some days.
create index progress_report_cleared on progress_report (judged_at, id) where is_public;

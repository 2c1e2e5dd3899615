-- What waits for people: their unit's unfinished reports and unanswered notices, and reports that nobody has cleared or
-- withheld. It is asked for again and again, and little beside what has been dealt with.
create index progress_report_unit_unfinished on progress_report (unit, id) where status <> 'accepted';
create index progress_report_unjudged on progress_report (id) where status = 'accepted' and publication = 'pending';
create index notice_unit_unanswered on notice_unit (unit, notice_id) where answered_at is null and lifted_at is null;

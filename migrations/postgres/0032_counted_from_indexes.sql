-- How many rows a unit's list has is counted in the index alone, for the filters that lists are asked with most.
drop index progress_report_unit;
create index progress_report_unit on progress_report (unit, id, status, is_public, reported_on, plan_id);
drop index obligation_by_unit;
create index obligation_by_unit on obligation (unit, sort_on, id, due_on, plan_id) where withdrawn_at is null;

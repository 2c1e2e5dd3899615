-- The due day that was in force when an obligation was reported: by that day it was in time or not.

alter table obligation add column reported_due_on date
    check (reported_due_on glob '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]');
alter table obligation_past add column reported_due_on date
    check (reported_due_on glob '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]');

update obligation set reported_due_on = due_on where reported_on is not null;
update obligation_past set reported_due_on = due_on where reported_on is not null;

-- Statistics read nothing but this.
drop index obligation_statistics;
create index obligation_statistics on obligation
    (plan_id, unit, due_on, original_due_on, opens_on, task_number, period, unit_kind, report_phase, reported_on,
     reported_due_on, fulfilled_on, exempted_at) where withdrawn_at is null;

-- The highest number of a part that was removed: it is not given again. The log has those of before.

alter table plan add column last_removed_task bigint not null default 0;
update plan set last_removed_task = coalesce((
    select max(cast(substr(subject, length(plan.id) + 2) as bigint)) from log_entry
    where event = 'task.deleted' and log_entry.plan_id = plan.id), 0);

alter table task add column last_removed_requirement bigint not null default 0;
update task set last_removed_requirement = coalesce((
    select max(cast(substr(subject, length(task.id) + 2) as bigint)) from log_entry
    where event = 'requirement.deleted' and log_entry.plan_id = task.plan_id
      and substr(subject, 1, length(task.id) + 1) = task.id || '.'), 0);

alter table requirement add column last_removed_deadline bigint not null default 0;
update requirement set last_removed_deadline = coalesce((
    select max(cast(substr(subject, length(requirement.id) + 3) as bigint)) from log_entry
    where event = 'deadline.deleted' and log_entry.plan_id = requirement.plan_id
      and substr(subject, 1, length(requirement.id) + 2) = requirement.id || '.d'), 0);

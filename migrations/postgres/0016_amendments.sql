-- A plan's amendments, which are few, among all that happens to it, which is not: they are counted and put in the
-- log's order without reading the rest.

create index log_entry_amendment on log_entry (plan_id, id)
    where reason is not null and thing in ('plan', 'task', 'requirement', 'deadline', 'occurrence');

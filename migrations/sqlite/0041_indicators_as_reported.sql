-- The number of an indicator is not given again either, and their order is no longer that of their numbers.
alter table indicator add column position bigint not null default 0;
update indicator set position = number;

-- They had the numbers of their places in a list that was replaced whole: the longest had the highest.
alter table requirement add column last_removed_indicator bigint not null default 0;
update requirement set last_removed_indicator = longest.number
from (
    select subject, max(json_array_length(before, '$.indicators')) as number from log_entry
    where event = 'requirement.updated' group by subject
) as longest
where longest.subject = requirement.id and longest.number > 0;

-- A report keeps the words and the target that its values were reported for. For those of before nobody knows more than what
-- the requirement says now, and this is what they were shown with until now.
update progress_report set content = json_set(content, '$.indicators', json((
    select json_group_array(json(iif(indicator.id is null, said.value, json_patch(said.value, json_object(
        'unit', definition ->> '$.unit', 'name', definition ->> '$.name', 'comparator', definition ->> '$.comparator',
        'target', json(coalesce((
            select own.value -> '$.target' from json_each(definition, '$.targets') as own
            where own.value ->> '$.unit' = progress_report.unit
        ), definition -> '$.target'))
    )))) order by said.key)
    from json_each(content, '$.indicators') as said left join indicator on indicator.id = said.value ->> '$.indicator_id'
)))
where json_array_length(content, '$.indicators') > 0;
update progress_report_past set content = json_set(content, '$.indicators', json((
    select json_group_array(json(iif(indicator.id is null, said.value, json_patch(said.value, json_object(
        'unit', definition ->> '$.unit', 'name', definition ->> '$.name', 'comparator', definition ->> '$.comparator',
        'target', json(coalesce((
            select own.value -> '$.target' from json_each(definition, '$.targets') as own
            where own.value ->> '$.unit' = progress_report_past.unit
        ), definition -> '$.target'))
    )))) order by said.key)
    from json_each(content, '$.indicators') as said left join indicator on indicator.id = said.value ->> '$.indicator_id'
)))
where json_array_length(content, '$.indicators') > 0;

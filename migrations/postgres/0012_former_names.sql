-- Names that a unit had before, each with the day on which it got another. The log has those of before.

alter table unit add column former_names jsonb not null default '[]';
update unit set former_names = coalesce((
    select jsonb_agg(jsonb_build_object('name', old.name, 'until', old.until) order by old.until, old.name) from (
        select had.name, max((had.at at time zone 'Asia/Shanghai')::date) as until from (
            select before ->> 'name' as name, at from log_entry
            where event = 'unit.updated' and subject = unit.code and before ->> 'name' is distinct from after ->> 'name'
            union all
            select before ->> 'official_name', at from log_entry
            where event = 'unit.updated' and subject = unit.code
              and before ->> 'official_name' is distinct from after ->> 'official_name') as had
        where had.name is not null and had.name not in (unit.name, coalesce(unit.official_name, ''))
        group by had.name) as old), '[]');

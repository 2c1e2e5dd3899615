-- What plans of other issuers have: headings above tasks, the number a task is printed with, units without a
-- lead, and a unit's part of the work.

alter table task add column label text;
alter table task add column headings text not null default '[]';

create table responsibility_of_now (
    requirement_id text not null references requirement (id) on delete cascade,
    plan_id        text not null references plan (id) on delete cascade,
    position       bigint not null,
    unit           text not null references unit (code),
    role           text not null check (role in ('lead', 'support', 'responsible')),
    -- Null unless this requirement means other members of the collective than its own: ["code", …].
    members        text,
    part           text,
    primary key (requirement_id, position),
    constraint responsibility_unit unique (requirement_id, unit)
);
insert into responsibility_of_now (requirement_id, plan_id, position, unit, role, members)
    select requirement_id, plan_id, position, unit, role, members from responsibility;
drop table responsibility;
alter table responsibility_of_now rename to responsibility;
create index responsibility_plan on responsibility (plan_id);
create index responsibility_by_unit on responsibility (unit);

-- Columns of a document that the model has no word for, and the deadline of requirements that have none.

alter table plan add column extra_columns text not null default '[]';
alter table plan add column default_deadline text;
alter table task add column extra text not null default '[]';
alter table requirement add column extra text not null default '[]';

create table deadline_of_now (
    id             text primary key not null,
    requirement_id text not null references requirement (id) on delete cascade,
    plan_id        text not null references plan (id) on delete cascade,
    number         bigint not null,
    phrase         text not null,
    source         text not null check (source in ('column', 'text', 'default')),
    rule           text not null,
    version        bigint not null,
    constraint deadline_number unique (requirement_id, number)
);
insert into deadline_of_now (id, requirement_id, plan_id, number, phrase, source, rule, version)
    select id, requirement_id, plan_id, number, phrase, source, rule, version from deadline;
drop table deadline;
alter table deadline_of_now rename to deadline;
create index deadline_plan on deadline (plan_id);

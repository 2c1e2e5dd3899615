-- Plans, units and the log. The twin in ../postgres has the same tables and columns.
-- A date column takes any text in SQLite: the checks hold it to dates.

create table unit (
    code          text primary key not null,
    name          text not null,
    official_name text,
    kind          text not null
                  check (kind in ('department', 'subdistrict', 'town', 'park', 'institution', 'committee', 'collective')),
    aliases       text not null,
    region_code   text,
    valid_from date check (valid_from glob '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'),
    valid_to date check (valid_to glob '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'),
    successors    text not null,
    -- Null unless kind is 'collective': {"kind": "rule", …} or {"kind": "list"}, whose members are in `membership`.
    membership    text,
    note          text,
    version       bigint not null,
    constraint unit_days check (valid_to is null or valid_from is null or valid_from <= valid_to),
    constraint unit_collective check ((kind = 'collective') = (membership is not null))
);

create table membership (
    collective text not null references unit (code) on delete cascade,
    position   bigint not null,
    member     text not null references unit (code),
    valid_from date check (valid_from glob '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'),
    valid_to date check (valid_to glob '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'),
    primary key (collective, position)
);
create index membership_member on membership (member);

create table plan (
    id           text primary key not null,
    title        text not null,
    year         bigint not null,
    period_from date not null check (period_from glob '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'),
    period_to date not null check (period_to glob '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'),
    issuer       text references unit (code),
    status       text not null check (status in ('draft', 'published', 'closed')),
    version      bigint not null,
    published_at datetime,
    closed_at    datetime,
    constraint plan_period check (period_from <= period_to)
);
create index plan_issuer on plan (issuer);

create table task (
    id      text primary key not null,
    plan_id text not null references plan (id) on delete cascade,
    number  bigint not null,
    title   text not null,
    version bigint not null,
    constraint task_number unique (plan_id, number)
);

create table requirement (
    id           text primary key not null,
    plan_id      text not null references plan (id) on delete cascade,
    task_id      text not null references task (id) on delete cascade,
    number       bigint not null,
    text         text not null,
    units_phrase text not null,
    version      bigint not null,
    constraint requirement_number unique (task_id, number)
);
create index requirement_plan on requirement (plan_id);

create table responsibility (
    requirement_id text not null references requirement (id) on delete cascade,
    plan_id        text not null references plan (id) on delete cascade,
    position       bigint not null,
    unit           text not null references unit (code),
    role           text not null check (role in ('lead', 'support')),
    -- Null unless this requirement means other members of the collective than its own: ["code", …].
    members        text,
    primary key (requirement_id, position),
    constraint responsibility_unit unique (requirement_id, unit)
);
create index responsibility_plan on responsibility (plan_id);
create index responsibility_by_unit on responsibility (unit);

create table deadline (
    id             text primary key not null,
    requirement_id text not null references requirement (id) on delete cascade,
    plan_id        text not null references plan (id) on delete cascade,
    number         bigint not null,
    phrase         text not null,
    source         text not null check (source in ('column', 'text')),
    rule           text not null,
    version        bigint not null,
    constraint deadline_number unique (requirement_id, number)
);
create index deadline_plan on deadline (plan_id);

create table indicator (
    id             text primary key not null,
    requirement_id text not null references requirement (id) on delete cascade,
    plan_id        text not null references plan (id) on delete cascade,
    number         bigint not null,
    definition     text not null,
    constraint indicator_number unique (requirement_id, number)
);
create index indicator_plan on indicator (plan_id);

-- Grows with every change of what a scope ('units', 'plan:dg-2017') says: readers compare it to
-- know whether what they hold in memory is current.
create table revision (
    scope  text primary key not null,
    number bigint not null
);

-- Append-only: no statement of the service updates or deletes here.
create table log_entry (
    id         blob primary key not null,
    at         datetime not null,
    actor      text not null,
    actor_unit text,
    event      text not null,
    subject    text not null,
    plan_id    text,
    reason     text,
    before     text,
    after      text,
    request_id text
);
create index log_entry_plan on log_entry (plan_id, id);

-- What a POST with an Idempotency-Key answered, to answer it again.
create table idempotency (
    caller      text not null,
    key         text not null,
    fingerprint text not null,
    reply       text not null,
    created_at  datetime not null,
    primary key (caller, key)
);
create index idempotency_age on idempotency (created_at);

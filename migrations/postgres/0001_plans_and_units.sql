-- Plans, units and the log. The twin in ../sqlite has the same tables and columns.
-- Every text that is compared or ordered is collate "C", which is how SQLite orders.

create table unit (
    code          text collate "C" primary key,
    name          text not null,
    official_name text,
    kind          text collate "C" not null
                  check (kind in ('department', 'subdistrict', 'town', 'park', 'institution', 'committee', 'collective')),
    aliases       jsonb not null,
    region_code   text collate "C",
    valid_from    date,
    valid_to      date,
    successors    jsonb not null,
    -- Null unless kind is 'collective': {"kind": "rule", …} or {"kind": "list"}, whose members are in `membership`.
    membership    jsonb,
    note          text,
    version       bigint not null,
    constraint unit_days check (valid_to is null or valid_from is null or valid_from <= valid_to),
    constraint unit_collective check ((kind = 'collective') = (membership is not null))
);

create table membership (
    collective text collate "C" not null references unit (code) on delete cascade,
    position   bigint not null,
    member     text collate "C" not null references unit (code),
    valid_from date,
    valid_to   date,
    primary key (collective, position)
);
create index membership_member on membership (member);

create table plan (
    id           text collate "C" primary key,
    title        text not null,
    year         bigint not null,
    period_from  date not null,
    period_to    date not null,
    issuer       text collate "C" references unit (code),
    status       text collate "C" not null check (status in ('draft', 'published', 'closed')),
    version      bigint not null,
    published_at timestamptz,
    closed_at    timestamptz,
    constraint plan_period check (period_from <= period_to)
);
create index plan_issuer on plan (issuer);

create table task (
    id      text collate "C" primary key,
    plan_id text collate "C" not null references plan (id) on delete cascade,
    number  bigint not null,
    title   text not null,
    version bigint not null,
    constraint task_number unique (plan_id, number)
);

create table requirement (
    id           text collate "C" primary key,
    plan_id      text collate "C" not null references plan (id) on delete cascade,
    task_id      text collate "C" not null references task (id) on delete cascade,
    number       bigint not null,
    text         text not null,
    units_phrase text not null,
    version      bigint not null,
    constraint requirement_number unique (task_id, number)
);
create index requirement_plan on requirement (plan_id);

create table responsibility (
    requirement_id text collate "C" not null references requirement (id) on delete cascade,
    plan_id        text collate "C" not null references plan (id) on delete cascade,
    position       bigint not null,
    unit           text collate "C" not null references unit (code),
    role           text collate "C" not null check (role in ('lead', 'support')),
    -- Null unless this requirement means other members of the collective than its own: ["code", …].
    members        jsonb,
    primary key (requirement_id, position),
    constraint responsibility_unit unique (requirement_id, unit)
);
create index responsibility_plan on responsibility (plan_id);
create index responsibility_by_unit on responsibility (unit);

create table deadline (
    id             text collate "C" primary key,
    requirement_id text collate "C" not null references requirement (id) on delete cascade,
    plan_id        text collate "C" not null references plan (id) on delete cascade,
    number         bigint not null,
    phrase         text not null,
    source         text collate "C" not null check (source in ('column', 'text')),
    rule           jsonb not null,
    version        bigint not null,
    constraint deadline_number unique (requirement_id, number)
);
create index deadline_plan on deadline (plan_id);

create table indicator (
    id             text collate "C" primary key,
    requirement_id text collate "C" not null references requirement (id) on delete cascade,
    plan_id        text collate "C" not null references plan (id) on delete cascade,
    number         bigint not null,
    definition     jsonb not null,
    constraint indicator_number unique (requirement_id, number)
);
create index indicator_plan on indicator (plan_id);

-- Grows with every change of what a scope ('units', 'plan:dg-2017') says: readers compare it to
-- know whether what they hold in memory is current.
create table revision (
    scope  text collate "C" primary key,
    number bigint not null
);

-- Append-only: no statement of the service updates or deletes here.
create table log_entry (
    id         uuid primary key,
    at         timestamptz not null,
    actor      text collate "C" not null,
    actor_unit text collate "C",
    event      text collate "C" not null,
    subject    text collate "C" not null,
    plan_id    text collate "C",
    reason     text,
    before     jsonb,
    after      jsonb,
    request_id text collate "C"
);
create index log_entry_plan on log_entry (plan_id, id);

-- What a POST with an Idempotency-Key answered, to answer it again.
create table idempotency (
    caller      text collate "C" not null,
    key         text collate "C" not null,
    fingerprint text collate "C" not null,
    reply       jsonb not null,
    created_at  timestamptz not null,
    primary key (caller, key)
);
create index idempotency_age on idempotency (created_at);

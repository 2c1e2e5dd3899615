-- The working-day calendar, the obligation ledger, and the events and extensions that move it.

alter table plan add column settings jsonb not null
    default '{"reporting_cadence":"quarter","rollover":"none","due_soon_working_days":3,"unit_signoff":false}';

create table calendar_year (
    year    bigint primary key,
    content jsonb not null,
    version bigint not null
);

-- A registered event of an on_event deadline. Withdrawn ones stay, visibly.
create table occurrence (
    id           uuid primary key,
    deadline_id  text collate "C" not null,
    plan_id      text collate "C" not null references plan (id) on delete cascade,
    number       bigint not null,
    happened_on  date not null,
    due_on       date not null,
    document     text,
    note         text,
    withdrawn_at timestamptz,
    withdrawal   text,
    version      bigint not null,
    constraint occurrence_number unique (deadline_id, number)
);
create index occurrence_plan on occurrence (plan_id);

-- One row per requirement × unit × occurrence. It outlives the deadline it came from: what was owed
-- stays on the record, so there are no foreign keys to what an amendment may remove.
create table obligation (
    id              text collate "C" primary key,
    plan_id         text collate "C" not null references plan (id) on delete cascade,
    task_number     bigint not null,
    requirement_id  text collate "C" not null,
    deadline_id     text collate "C" not null,
    unit            text collate "C" not null,
    unit_kind       text collate "C" not null,
    period          text collate "C" not null,
    rule_kind       text collate "C" not null,
    opens_on        date,
    -- The day before any extension.
    original_due_on date,
    due_on          date,
    -- due_on, or the end of time: what lists are ordered by.
    sort_on         date not null,
    exempted_at     timestamptz,
    exempted_reason text,
    withdrawn_at    timestamptz,
    created_on      date not null,
    -- The due day for which it was noted as near, and as overdue: once each.
    noted_near      date,
    noted_overdue   date,
    version         bigint not null
);
-- The ledger of a unit, of a plan, and of a requirement, each in the order it is read.
create index obligation_by_unit on obligation (unit, sort_on, id) where withdrawn_at is null;
create index obligation_by_plan on obligation (plan_id, sort_on, id) where withdrawn_at is null;
create index obligation_by_requirement on obligation (requirement_id, sort_on, id) where withdrawn_at is null;
create index obligation_by_day on obligation (sort_on, id) where withdrawn_at is null;
-- Statistics read nothing but this.
create index obligation_statistics on obligation
    (plan_id, unit, due_on, opens_on, task_number, period, unit_kind) where withdrawn_at is null and exempted_at is null;

-- 延期: a request to move an obligation's due day, and its decision.
create table extension (
    id               uuid primary key,
    obligation_id    text collate "C" not null,
    plan_id          text collate "C" not null references plan (id) on delete cascade,
    unit             text collate "C" not null,
    status           text collate "C" not null check (status in ('requested', 'signed', 'granted', 'refused', 'withdrawn')),
    due_on           date not null,
    requested_due_on date not null,
    granted_due_on   date,
    reason           text not null,
    progress         text not null,
    requested_by     text collate "C" not null,
    requested_at     timestamptz not null,
    signed_by        text collate "C",
    signed_at        timestamptz,
    decided_by       text collate "C",
    decided_at       timestamptz,
    decision         text,
    version          bigint not null
);
create unique index extension_pending on extension (obligation_id) where status in ('requested', 'signed');
create index extension_by_unit on extension (unit, id);

-- The secret part of a unit's calendar address, as a hash.
create table calendar_feed (
    unit       text collate "C" primary key references unit (code) on delete cascade,
    token_hash text collate "C" not null,
    created_at timestamptz not null
);

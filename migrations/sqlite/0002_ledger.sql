-- The working-day calendar, the obligation ledger, and the events and extensions that move it.

alter table plan add column settings text not null
    default '{"reporting_cadence":"quarter","rollover":"none","due_soon_working_days":3,"unit_signoff":false}';

create table calendar_year (
    year    integer primary key not null,
    content text not null,
    version bigint not null
);

-- A registered event of an on_event deadline. Withdrawn ones stay, visibly.
create table occurrence (
    id           blob primary key not null,
    deadline_id  text not null,
    plan_id      text not null references plan (id) on delete cascade,
    number       bigint not null,
    happened_on  date not null check (happened_on glob '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'),
    due_on       date not null check (due_on glob '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'),
    document     text,
    note         text,
    withdrawn_at datetime,
    withdrawal   text,
    version      bigint not null,
    constraint occurrence_number unique (deadline_id, number)
);
create index occurrence_plan on occurrence (plan_id);

-- One row per requirement × unit × occurrence. It outlives the deadline it came from: what was owed
-- stays on the record, so there are no foreign keys to what an amendment may remove.
create table obligation (
    id              text primary key not null,
    plan_id         text not null references plan (id) on delete cascade,
    task_number     bigint not null,
    requirement_id  text not null,
    deadline_id     text not null,
    unit            text not null,
    unit_kind       text not null,
    period          text not null,
    rule_kind       text not null,
    opens_on        date check (opens_on glob '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'),
    -- The day before any extension.
    original_due_on date check (original_due_on glob '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'),
    due_on          date check (due_on glob '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'),
    -- due_on, or the end of time: what lists are ordered by.
    sort_on         date not null check (sort_on glob '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'),
    exempted_at     datetime,
    exempted_reason text,
    withdrawn_at    datetime,
    created_on      date not null check (created_on glob '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'),
    -- The due day for which it was noted as near, and as overdue: once each.
    noted_near      date check (noted_near glob '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'),
    noted_overdue   date check (noted_overdue glob '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'),
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
    id               blob primary key not null,
    obligation_id    text not null,
    plan_id          text not null references plan (id) on delete cascade,
    unit             text not null,
    status           text not null check (status in ('requested', 'signed', 'granted', 'refused', 'withdrawn')),
    due_on           date not null check (due_on glob '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'),
    requested_due_on date not null check (requested_due_on glob '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'),
    granted_due_on   date check (granted_due_on glob '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'),
    reason           text not null,
    progress         text not null,
    requested_by     text not null,
    requested_at     datetime not null,
    signed_by        text,
    signed_at        datetime,
    decided_by       text,
    decided_at       datetime,
    decision         text,
    version          bigint not null
);
create unique index extension_pending on extension (obligation_id) where status in ('requested', 'signed');
create index extension_by_unit on extension (unit, id);

-- The secret part of a unit's calendar address, as a hash.
create table calendar_feed (
    unit       text primary key not null references unit (code) on delete cascade,
    token_hash text not null,
    created_at datetime not null
);

-- 督办单: reminders, supervision notices, commendations and criticisms, with what each unit answers; second reviews.

create table notice (
    id             blob primary key not null,
    plan_id        text not null references plan (id) on delete cascade,
    year           bigint not null,
    kind           text not null check (kind in ('reminder', 'supervision', 'commendation', 'criticism')),
    level          text check (level in ('blue', 'yellow', 'red')),
    -- Counted per plan and kind, without gaps, from when it is issued.
    number         bigint,
    status         text not null check (status in ('draft', 'submitted', 'approved', 'issued', 'rescinded')),
    subject        text not null,
    text           text not null,
    basis          text,
    reply_by       date check (reply_by glob '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'),
    -- The earlier notice that it escalates.
    follows        blob,
    urgent_reason  text,
    -- Whom its author named, collectives included, and everybody who wrote on it.
    addressed      text not null,
    prepared_by    text not null,
    created_by     text not null,
    created_at     datetime not null,
    approved_by    text,
    approved_at    datetime,
    returned       text,
    issued_by      text,
    issued_at      datetime,
    rescinded_by   text,
    rescinded_at   datetime,
    rescission     text,
    version        bigint not null
);
create unique index notice_number on notice (plan_id, kind, number);
create index notice_by_plan on notice (plan_id, id);
create index notice_by_kind on notice (kind, level, id);
create index notice_by_level on notice (level, id);
create index notice_by_status on notice (status, id);
create index notice_open on notice (reply_by, id) where status = 'issued';
create index notice_by_follows on notice (follows);

-- A concrete unit that a notice is addressed to. It outlives the unit.
create table notice_unit (
    notice_id       blob not null references notice (id) on delete cascade,
    unit            text not null,
    acknowledged_by text,
    acknowledged_at datetime,
    answer          text,
    answered_by     text,
    answered_at     datetime,
    -- That the notice does not hold for this unit any more, after a second review.
    lifted_by       text,
    lifted_at       datetime,
    version         bigint not null,
    primary key (notice_id, unit)
);
create index notice_unit_by_unit on notice_unit (unit, notice_id);
create index notice_unit_open on notice_unit (notice_id, unit) where answered_at is null and lifted_at is null;

create table notice_obligation (
    notice_id     blob not null references notice (id) on delete cascade,
    obligation_id text not null,
    unit          text not null,
    primary key (notice_id, obligation_id)
);
create index notice_obligation_by_obligation on notice_obligation (obligation_id, notice_id);

-- 复核: once per unit and thing. The thing is no foreign key: there are several kinds of it.
create table second_review (
    id           blob primary key not null,
    subject_kind text not null,
    subject_id   blob not null,
    plan_id      text not null references plan (id) on delete cascade,
    unit         text not null,
    status       text not null check (status in ('requested', 'upheld', 'overturned')),
    reason       text not null,
    requested_by text not null,
    requested_at datetime not null,
    decide_by    date not null check (decide_by glob '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'),
    decided_by   text,
    decided_at   datetime,
    decision     text,
    version      bigint not null,
    constraint second_review_once unique (subject_kind, subject_id, unit)
);
create index second_review_by_unit on second_review (unit, id);
create index second_review_by_plan on second_review (plan_id, id);
create index second_review_by_status on second_review (status, id);

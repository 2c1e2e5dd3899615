-- Progress reports, what they make of obligations, and how obligations stood before.

alter table obligation add column report_phase text;
alter table obligation add column reported_on date check (reported_on glob '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]');
alter table obligation add column fulfilled_on date check (fulfilled_on glob '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]');

-- Statistics read nothing but this.
drop index obligation_statistics;
create index obligation_statistics on obligation
    (plan_id, unit, due_on, original_due_on, opens_on, task_number, period, unit_kind, report_phase, reported_on,
     fulfilled_on, exempted_at) where withdrawn_at is null;

-- A row of the ledger as it was until an instant, for questions about an earlier day. The log has the
-- same; this is its index by obligation and time.
create table obligation_past (
    id              text not null,
    until_at        datetime not null,
    plan_id         text not null references plan (id) on delete cascade,
    task_number     bigint not null,
    requirement_id  text not null,
    deadline_id     text not null,
    unit            text not null,
    unit_kind       text not null,
    period          text not null,
    rule_kind       text not null,
    opens_on        date check (opens_on glob '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'),
    original_due_on date check (original_due_on glob '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'),
    due_on          date check (due_on glob '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'),
    sort_on         date not null check (sort_on glob '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'),
    exempted_at     datetime,
    exempted_reason text,
    withdrawn_at    datetime,
    report_phase    text,
    reported_on     date check (reported_on glob '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'),
    fulfilled_on    date check (fulfilled_on glob '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'),
    version         bigint not null,
    constraint obligation_past_version unique (id, version)
);
create index obligation_past_time on obligation_past (until_at, id);

create table progress_report (
    id            blob primary key not null,
    obligation_id text not null,
    plan_id       text not null references plan (id) on delete cascade,
    task_id       text not null,
    requirement_id text not null,
    unit          text not null,
    period        text not null,
    status        text not null
        check (status in ('draft', 'awaiting_signoff', 'submitted', 'returned', 'accepted', 'withdrawn')),
    publication   text not null check (publication in ('pending', 'cleared', 'withheld')),
    -- Accepted and cleared: what anybody may read.
    is_public     boolean not null check (is_public in (0, 1)),
    revision      bigint not null,
    content       text not null,
    claims_completion boolean not null check (claims_completion in (0, 1)),
    search_text   text not null,
    authors       text not null,
    created_by    text not null,
    created_at    datetime not null,
    submitted_by  text,
    submitted_at  datetime,
    signed_by     text,
    signed_at     datetime,
    reviewed_by   text,
    reviewed_at   datetime,
    review        text,
    judged_by     text,
    judged_at     datetime,
    judgement     text,
    reported_on   date check (reported_on glob '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'),
    version       bigint not null
);
-- One report at a time is being worked on.
create unique index progress_report_unfinished on progress_report (obligation_id) where status <> 'accepted';
create index progress_report_obligation on progress_report (obligation_id, id);
create index progress_report_unit on progress_report (unit, id);
create index progress_report_status on progress_report (status, id);
create index progress_report_requirement on progress_report (requirement_id, id);
create index progress_report_public on progress_report (id) where is_public;
create index progress_report_public_unit on progress_report (unit, id) where is_public;

-- A report as it was until an instant. Nothing of it is public: what was, and is no longer, may have been
-- taken back for good reason.
create table progress_report_past (
    id            blob not null,
    until_at      datetime not null,
    obligation_id text not null,
    plan_id       text not null references plan (id) on delete cascade,
    task_id       text not null,
    requirement_id text not null,
    unit          text not null,
    period        text not null,
    status        text not null
        check (status in ('draft', 'awaiting_signoff', 'submitted', 'returned', 'accepted', 'withdrawn')),
    publication   text not null check (publication in ('pending', 'cleared', 'withheld')),
    revision      bigint not null,
    content       text not null,
    claims_completion boolean not null check (claims_completion in (0, 1)),
    search_text   text not null,
    authors       text not null,
    created_by    text not null,
    created_at    datetime not null,
    submitted_by  text,
    submitted_at  datetime,
    signed_by     text,
    signed_at     datetime,
    reviewed_by   text,
    reviewed_at   datetime,
    review        text,
    judged_by     text,
    judged_at     datetime,
    judgement     text,
    reported_on   date check (reported_on glob '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'),
    version       bigint not null,
    constraint progress_report_past_version unique (id, version)
);
create index progress_report_past_time on progress_report_past (until_at, id);

-- Progress reports, what they make of obligations, and how obligations stood before.

alter table obligation add column report_phase text collate "C";
alter table obligation add column reported_on date;
alter table obligation add column fulfilled_on date;

-- Statistics read nothing but this.
drop index obligation_statistics;
create index obligation_statistics on obligation
    (plan_id, unit, due_on, original_due_on, opens_on, task_number, period, unit_kind, report_phase, reported_on,
     fulfilled_on, exempted_at) where withdrawn_at is null;

-- A row of the ledger as it was until an instant, for questions about an earlier day. The log has the
-- same; this is its index by obligation and time.
create table obligation_past (
    id              text collate "C" not null,
    until_at        timestamptz not null,
    plan_id         text collate "C" not null references plan (id) on delete cascade,
    task_number     bigint not null,
    requirement_id  text collate "C" not null,
    deadline_id     text collate "C" not null,
    unit            text collate "C" not null,
    unit_kind       text collate "C" not null,
    period          text collate "C" not null,
    rule_kind       text collate "C" not null,
    opens_on        date,
    original_due_on date,
    due_on          date,
    sort_on         date not null,
    exempted_at     timestamptz,
    exempted_reason text,
    withdrawn_at    timestamptz,
    report_phase    text collate "C",
    reported_on     date,
    fulfilled_on    date,
    version         bigint not null,
    constraint obligation_past_version unique (id, version)
);
create index obligation_past_time on obligation_past (until_at, id);

create table progress_report (
    id            uuid primary key,
    obligation_id text collate "C" not null,
    plan_id       text collate "C" not null references plan (id) on delete cascade,
    task_id       text collate "C" not null,
    requirement_id text collate "C" not null,
    unit          text collate "C" not null,
    period        text collate "C" not null,
    status        text collate "C" not null
        check (status in ('draft', 'awaiting_signoff', 'submitted', 'returned', 'accepted', 'withdrawn')),
    publication   text collate "C" not null check (publication in ('pending', 'cleared', 'withheld')),
    -- Accepted and cleared: what anybody may read.
    is_public     boolean not null,
    revision      bigint not null,
    content       jsonb not null,
    claims_completion boolean not null,
    search_text   text not null,
    authors       jsonb not null,
    created_by    text collate "C" not null,
    created_at    timestamptz not null,
    submitted_by  text collate "C",
    submitted_at  timestamptz,
    signed_by     text collate "C",
    signed_at     timestamptz,
    reviewed_by   text collate "C",
    reviewed_at   timestamptz,
    review        text,
    judged_by     text collate "C",
    judged_at     timestamptz,
    judgement     text,
    reported_on   date,
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
    id            uuid not null,
    until_at      timestamptz not null,
    obligation_id text collate "C" not null,
    plan_id       text collate "C" not null references plan (id) on delete cascade,
    task_id       text collate "C" not null,
    requirement_id text collate "C" not null,
    unit          text collate "C" not null,
    period        text collate "C" not null,
    status        text collate "C" not null
        check (status in ('draft', 'awaiting_signoff', 'submitted', 'returned', 'accepted', 'withdrawn')),
    publication   text collate "C" not null check (publication in ('pending', 'cleared', 'withheld')),
    revision      bigint not null,
    content       jsonb not null,
    claims_completion boolean not null,
    search_text   text not null,
    authors       jsonb not null,
    created_by    text collate "C" not null,
    created_at    timestamptz not null,
    submitted_by  text collate "C",
    submitted_at  timestamptz,
    signed_by     text collate "C",
    signed_at     timestamptz,
    reviewed_by   text collate "C",
    reviewed_at   timestamptz,
    review        text,
    judged_by     text collate "C",
    judged_at     timestamptz,
    judgement     text,
    reported_on   date,
    version       bigint not null,
    constraint progress_report_past_version unique (id, version)
);
create index progress_report_past_time on progress_report_past (until_at, id);

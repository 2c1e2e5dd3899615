-- 考评: frozen results; and second reviews of returned reports, each return being its own decision.

-- A result as it was computed, whatever the ledger says later.
create table assessment (
    plan_id   text collate "C" not null references plan (id) on delete cascade,
    as_of     date not null,
    result    jsonb not null,
    frozen_by text collate "C" not null,
    frozen_at timestamptz not null,
    primary key (plan_id, as_of)
);

-- Reports that were returned, for scores and lists.
create index progress_report_returned on progress_report (plan_id, unit, id) where status = 'returned';
create index progress_report_past_returned on progress_report_past (plan_id, unit, id) where status = 'returned';

-- When what is objected to was decided: a report can be returned again.
alter table second_review add column subject_at timestamptz;
update second_review
set subject_at = coalesce((select issued_at from notice where notice.id = second_review.subject_id), requested_at);
alter table second_review
    alter column subject_at set not null,
    drop constraint second_review_once,
    add constraint second_review_once unique (subject_kind, subject_id, subject_at, unit),
    drop constraint second_review_status_check,
    add constraint second_review_status_check check (status in ('requested', 'upheld', 'overturned', 'lapsed'));

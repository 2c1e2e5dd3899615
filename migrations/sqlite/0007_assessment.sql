-- 考评: frozen results; and second reviews of returned reports, each return being its own decision.

-- A result as it was computed, whatever the ledger says later.
create table assessment (
    plan_id   text not null references plan (id) on delete cascade,
    as_of     date not null check (as_of glob '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'),
    result    text not null,
    frozen_by text not null,
    frozen_at datetime not null,
    primary key (plan_id, as_of)
);

-- Reports that were returned, for scores and lists.
create index progress_report_returned on progress_report (plan_id, unit, id) where status = 'returned';
create index progress_report_past_returned on progress_report_past (plan_id, unit, id) where status = 'returned';

-- SQLite cannot change a constraint: the table is made anew.
create table second_review_new (
    id           blob primary key not null,
    subject_kind text not null,
    subject_id   blob not null,
    -- When what is objected to was decided: a report can be returned again.
    subject_at   datetime not null,
    plan_id      text not null references plan (id) on delete cascade,
    unit         text not null,
    status       text not null check (status in ('requested', 'upheld', 'overturned', 'lapsed')),
    reason       text not null,
    requested_by text not null,
    requested_at datetime not null,
    decide_by    date not null check (decide_by glob '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'),
    decided_by   text,
    decided_at   datetime,
    decision     text,
    version      bigint not null,
    constraint second_review_once unique (subject_kind, subject_id, subject_at, unit)
);
insert into second_review_new (id, subject_kind, subject_id, subject_at, plan_id, unit, status, reason, requested_by,
                               requested_at, decide_by, decided_by, decided_at, decision, version)
select id, subject_kind, subject_id,
       coalesce((select issued_at from notice where notice.id = second_review.subject_id), requested_at), plan_id, unit,
       status, reason, requested_by, requested_at, decide_by, decided_by, decided_at, decision, version
from second_review;
drop table second_review;
alter table second_review_new rename to second_review;
create index second_review_by_unit on second_review (unit, id);
create index second_review_by_plan on second_review (plan_id, id);
create index second_review_by_status on second_review (status, id);

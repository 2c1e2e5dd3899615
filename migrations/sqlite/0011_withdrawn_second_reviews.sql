-- A unit may withdraw its objection. SQLite cannot change a constraint: the table is made anew.

create table second_review_new (
    id           blob primary key not null,
    subject_kind text not null,
    subject_id   blob not null,
    subject_at   datetime not null,
    plan_id      text not null references plan (id) on delete cascade,
    unit         text not null,
    status       text not null check (status in ('requested', 'upheld', 'overturned', 'lapsed', 'withdrawn')),
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
select id, subject_kind, subject_id, subject_at, plan_id, unit, status, reason, requested_by, requested_at, decide_by,
       decided_by, decided_at, decision, version
from second_review;
drop table second_review;
alter table second_review_new rename to second_review;
create index second_review_by_unit on second_review (unit, id);
create index second_review_by_plan on second_review (plan_id, id);
create index second_review_by_status on second_review (status, id);

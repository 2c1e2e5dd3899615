-- The day from which a deadline, a responsibility or a member named for one requirement counts: work that came by an
-- amendment makes nobody late for what fell due before. Null: always.
alter table deadline add column effective_from date;
alter table responsibility add column effective_from date;
alter table responsibility add column members_from jsonb;

-- Who a registered event concerns, if not all that its requirement concerns: ["code", …].
alter table occurrence add column units jsonb;

-- The words of deadlines that amendments removed: what was owed for them stays in the ledger.
create table former_deadline (
    id         text collate "C" primary key,
    plan_id    text collate "C" not null references plan (id) on delete cascade,
    task_title text not null,
    text       text not null,
    phrase     text not null,
    rule_kind  text collate "C" not null
);
create index former_deadline_plan on former_deadline (plan_id);

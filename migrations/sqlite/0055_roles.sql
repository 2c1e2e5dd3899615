-- In what role a unit owes what it owes for a requirement, of all its rows in the ledger. The service puts it: for what is
-- owed already, when it starts.
create table obligation_role (
    requirement_id text not null,
    unit           text not null,
    plan_id        text not null references plan (id) on delete cascade,
    role           text not null check (role in ('lead', 'support', 'responsible')),
    primary key (requirement_id, unit)
) without rowid;
create index obligation_role_plan on obligation_role (plan_id);

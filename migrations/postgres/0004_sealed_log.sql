-- The log's final order: entries that wait for it, and the numbers and hashes they are given.
-- log_entry and log_seal are only ever added to.

-- The kind of the subject. Derived, so that it cannot disagree with the event.
alter table log_entry add column thing text collate "C" not null
    generated always as (split_part(event, '.', 1)) stored;

create index log_entry_subject on log_entry (subject, thing, id);
create index log_entry_thing on log_entry (thing, event, id);
create index log_entry_actor on log_entry (actor, id);
create index log_entry_at on log_entry (at, id);
create index log_entry_request on log_entry (request_id);

-- Committed, but without a number yet. The position is drawn while the writer holds the locks of
-- what it changes: of two changes to one thing, the earlier has the smaller one.
create table log_pending (
    position bigint primary key generated always as identity,
    entry_id uuid not null unique references log_entry (id)
);

-- seq has no gaps; hash is made from the one before, the number and the entry (src/domain/seal.rs).
create table log_seal (
    seq       bigint primary key check (seq > 0),
    entry_id  uuid not null unique references log_entry (id),
    algorithm text collate "C" not null check (algorithm in ('sha256', 'sm3')),
    hash      text collate "C" not null check (length(hash) = 64)
);

insert into log_pending (entry_id) select id from log_entry order by id;

-- Whoever adds an entry, be it a replica that does not know of sealing: it waits for its number.
create function log_entry_waits() returns trigger language plpgsql as $$
begin
    insert into log_pending (entry_id) values (new.id);
    return null;
end
$$;
create trigger log_entry_waits after insert on log_entry for each row execute function log_entry_waits();

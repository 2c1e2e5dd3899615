-- The log's final order: entries that wait for it, and the numbers and hashes they are given.
-- log_entry and log_seal are only ever added to.

-- The kind of the subject. Derived, so that it cannot disagree with the event.
alter table log_entry add column thing text not null
    generated always as (substr(event, 1, instr(event, '.') - 1)) virtual;

create index log_entry_subject on log_entry (subject, thing, id);
create index log_entry_thing on log_entry (thing, event, id);
create index log_entry_actor on log_entry (actor, id);
create index log_entry_at on log_entry (at, id);
create index log_entry_request on log_entry (request_id);

-- Committed, but without a number yet. The position is drawn while the writer holds the locks of
-- what it changes: of two changes to one thing, the earlier has the smaller one.
create table log_pending (
    position integer primary key autoincrement not null,
    entry_id blob not null unique references log_entry (id)
);

-- seq has no gaps; hash is made from the one before, the number and the entry (src/domain/seal.rs).
create table log_seal (
    seq       integer primary key not null check (seq > 0),
    entry_id  blob not null unique references log_entry (id),
    algorithm text not null check (algorithm in ('sha256', 'sm3')),
    hash      text not null check (length(hash) = 64)
);

insert into log_pending (entry_id) select id from log_entry order by id;

-- Whoever adds an entry, be it a replica that does not know of sealing: it waits for its number.
create trigger log_entry_waits after insert on log_entry for each row
begin
    insert into log_pending (entry_id) values (new.id);
end;

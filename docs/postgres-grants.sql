-- The role that the service runs as on PostgreSQL. It can add to the log and read it, but not change
-- or remove what is there: neither a fault of the service nor somebody who takes it over can.
--
-- The database belongs to another role, which migrates it and makes and restores backups. Before the first time, as a
-- superuser:
--
--     create role duban_owner login password '…';
--     create role duban_service login password '…';
--     create database duban owner duban_owner;
--
-- On PostgreSQL 14 also, connected to that database: alter schema public owner to duban_owner;
-- Then:
--
--     DATABASE_URL=postgres://duban_owner:…@…/duban duban migrate
--     psql postgres://duban_owner:…@…/duban -f docs/postgres-grants.sql
--     DATABASE_URL=postgres://duban_service:…@…/duban DUBAN_MIGRATE=false duban
--
-- After each `duban migrate` and each restore: run this file again, as the owner. It can be repeated.

revoke create on schema public from public;
grant usage on schema public to duban_service;
grant select, insert, update, delete on all tables in schema public to duban_service;
-- Tables need none of it; `pg_dump` as this role reads where they are.
grant select on all sequences in schema public to duban_service;

-- It makes no tables, also none that would stand in the place of ours until its session ends.
do $$ begin execute format('revoke temporary on database %I from public, duban_service', current_database()); end $$;

-- The log and its order: added to, and read.
revoke update, delete, truncate on log_entry, log_seal from duban_service;
-- What migrations were applied is the owner's to write; `/readyz` reads it.
revoke insert, update, delete, truncate on _sqlx_migrations from duban_service;

-- Whether a request has left its unit. Those that wait for a signature have not.
alter table extension add column is_handed_in boolean not null default true;
update extension set is_handed_in = false
where status = 'requested' and exists (select 1 from plan where plan.id = plan_id and settings ->> 'unit_signoff' = 'true');

-- Addresses of calendars were kept as they were told, with their secrets.
delete from idempotency where reply ->> 'body' like '%calendar.ics?token=%';

-- What counts as reported is the report that stands: from the day on which it was handed in last, unless it was accepted
-- since; and of what is to be done by a day, the one that claims completion.

alter table progress_report add column claimed_on date;
alter table progress_report_past add column claimed_on date;

-- The kind of rule by which an obligation is judged, where its deadline has had another since it was reported on.
alter table obligation add column judged_as text;

update progress_report set reported_on = ((coalesce(signed_at, submitted_at)) at time zone 'Asia/Shanghai')::date
where revision = 1 and status in ('submitted', 'returned', 'accepted')
  and reported_on <> ((coalesce(signed_at, submitted_at)) at time zone 'Asia/Shanghai')::date;
update progress_report set reported_on = null where revision = 1 and status = 'withdrawn' and reported_on is not null;

-- Of a revision: when the claim that was accepted was handed in.
update progress_report set claimed_on = coalesce(
    (select min(((coalesce(signed_at, submitted_at)) at time zone 'Asia/Shanghai')::date) from progress_report_past as was
     where was.id = progress_report.id and was.status = 'accepted' and was.claims_completion),
    case when status = 'accepted' then ((coalesce(signed_at, submitted_at)) at time zone 'Asia/Shanghai')::date end)
where revision > 1 and (status <> 'accepted' or claims_completion);

drop index progress_report_public_plan;
create index progress_report_public_plan on progress_report
    (plan_id, obligation_id, reported_on, claims_completion, judged_at, claimed_on) where is_public;

update obligation set reported_on = counted.day, reported_due_on = case when counted.day is not null then due_on end
from (
    select owed.id, min(case
        when owed.rule_kind not in ('date', 'on_event')
            then case when said.status in ('submitted', 'accepted') or said.revision > 1 then said.reported_on end
        when said.status not in ('submitted', 'accepted') then said.claimed_on
        when not said.claims_completion then null
        when said.claimed_on is null and said.revision > 1 then ((coalesce(said.signed_at, said.submitted_at)) at time zone 'Asia/Shanghai')::date
        else coalesce(said.claimed_on, said.reported_on) end) as day
    from obligation as owed join progress_report as said on said.obligation_id = owed.id
    where owed.reported_on is not null
    group by owed.id
) as counted
where counted.id = obligation.id and counted.day is distinct from obligation.reported_on;

-- The same of rows as they were: by what their reports said then.
update obligation_past set reported_on = counted.day, reported_due_on = case when counted.day is not null then due_on end
from (
    select id, version, min(case
        when rule_kind not in ('date', 'on_event')
            then case when revision > 1 then reported_on when status in ('submitted', 'accepted') then handed_in_on end
        when status not in ('submitted', 'accepted') then case when revision > 1 then claimed_on end
        when not claims_completion then null
        when revision > 1 then coalesce(claimed_on, handed_in_on)
        else handed_in_on end) as day
    from (
        select owed.id, owed.version, owed.rule_kind, said.claimed_on,
               coalesce(was.status, said.status) as status, coalesce(was.revision, said.revision) as revision,
               coalesce(was.claims_completion, said.claims_completion) as claims_completion,
               case when was.id is null then said.reported_on else was.reported_on end as reported_on,
               ((case when was.id is null then coalesce(said.signed_at, said.submitted_at) else coalesce(was.signed_at, was.submitted_at) end) at time zone 'Asia/Shanghai')::date
                   as handed_in_on
        from obligation_past as owed
        join progress_report as said on said.obligation_id = owed.id and said.created_at < owed.until_at
        left join progress_report_past as was on was.id = said.id and was.until_at >= owed.until_at
            and not exists (select 1 from progress_report_past as sooner
                            where sooner.id = was.id and sooner.version < was.version and sooner.until_at >= owed.until_at)
        where owed.reported_on is not null
    ) as told
    group by id, version
) as counted
where counted.id = obligation_past.id and counted.version = obligation_past.version
  and counted.day is distinct from obligation_past.reported_on;

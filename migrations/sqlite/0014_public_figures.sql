-- What units have reported as far as it is public, for figures of plans that count nothing else.

create index progress_report_public_plan on progress_report
    (plan_id, obligation_id, reported_on, claims_completion, judged_at) where is_public;

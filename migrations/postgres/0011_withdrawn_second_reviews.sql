-- A unit may withdraw its objection.

alter table second_review
    drop constraint second_review_status_check,
    add constraint second_review_status_check
        check (status in ('requested', 'upheld', 'overturned', 'lapsed', 'withdrawn'));

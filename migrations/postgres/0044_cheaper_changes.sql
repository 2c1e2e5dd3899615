-- What a change costs beside itself.

-- An entry of the log waits because a trigger has just seen it added: that it is there need not be looked up again, which
-- also wrote to it that it had been looked up.
alter table log_pending drop constraint log_pending_entry_id_fkey;

-- The words are worked out before they are put in. Within the statement they were a constant of it, and it was planned anew
-- with each report.
create or replace function keep_report_search() returns trigger
    language plpgsql
    as $$
        declare
            words bigint[];
        begin
            if tg_op = 'DELETE' then
                delete from report_search where id = old.id;
                return null;
            end if;
            words := report_grams(new.search_text);
            if tg_op = 'INSERT' then
                insert into report_search (id, grams) values (new.id, words);
            else
                update report_search set grams = words where id = new.id;
            end if;
            return null;
        end
    $$;

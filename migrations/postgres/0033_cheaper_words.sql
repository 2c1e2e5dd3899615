-- The words of a report in a table of their own, so that they are worked out when it says something else, and not with
-- each step that it takes. Triggers keep it, as in ../sqlite. Releases before this one search by the function alone.

drop index progress_report_words;

-- In a language whose statements are kept for the next call; one in SQL was parsed with each report.
create or replace function report_grams(said text) returns bigint[]
    language plpgsql immutable strict parallel safe cost 10000
    as $$
        declare
            letters text[] := string_to_array(said, null);
        begin
            return array(select ascii(one)::bigint from unnest(letters) as t (one) where one <> E'\n')
                || array(select ascii(one)::bigint << 21 | ascii(two)
                         from unnest(letters, letters[2:]) as t (one, two)
                         where one <> E'\n' and two <> E'\n');
        end
    $$;

create table report_search (
    id    uuid primary key,
    grams bigint[] not null
);

insert into report_search (id, grams) select id, report_grams(search_text) from progress_report;

create index report_search_grams on report_search using gin (grams);
-- Without statistics every search counts as a rare one: PostgreSQL uses the index, also for words that are everywhere.
alter table report_search alter column grams set statistics 0;

create function keep_report_search() returns trigger
    language plpgsql
    as $$
        begin
            if tg_op = 'INSERT' then
                insert into report_search (id, grams) values (new.id, report_grams(new.search_text));
            elsif tg_op = 'UPDATE' then
                update report_search set grams = report_grams(new.search_text) where id = new.id;
            else
                delete from report_search where id = old.id;
            end if;
            return null;
        end
    $$;

create trigger report_search_added after insert on progress_report
    for each row execute function keep_report_search();
create trigger report_search_changed after update of search_text on progress_report
    for each row when (old.search_text <> new.search_text) execute function keep_report_search();
create trigger report_search_removed after delete on progress_report
    for each row execute function keep_report_search();

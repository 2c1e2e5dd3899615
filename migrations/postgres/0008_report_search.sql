-- The words of reports, so that a search reads what it finds and nothing else. The twin in ../sqlite has tables for
-- the same.

-- Every character of a text, and every two in a row, as numbers: Chinese has words of one and two. Not across
-- lines. To compute it costs far more than to look it up, which is what `cost` says.
create function report_grams(said text) returns bigint[]
    language sql immutable strict parallel safe cost 10000
    as $$
        select array(select ascii(one)::bigint from unnest(string_to_array(said, null)) as t (one) where one <> E'\n')
            || array(select ascii(one)::bigint << 21 | ascii(two)
                     from unnest(string_to_array(said, null), (string_to_array(said, null))[2:]) as t (one, two)
                     where one <> E'\n' and two <> E'\n')
    $$;

create index progress_report_words on progress_report using gin (report_grams(search_text));
-- Without statistics every search counts as a rare one: PostgreSQL uses the index, also for words that are everywhere.
alter index progress_report_words alter column 1 set statistics 0;

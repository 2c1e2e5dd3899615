-- The words of reports, so that a search reads what it finds and nothing else. The twin in ../postgres has an
-- index for the same. Triggers keep it: whoever writes a report, it is found by what it says now.

-- Numbers for the index, which stay when the file is vacuumed.
create table report_search_row (
    n  integer primary key not null,
    id blob not null constraint report_search_row_id unique
);

-- SQLite indexes every three characters in a row and finds none of fewer. Chinese has words of one and two: the
-- text is spelt with a mark between all characters, at its ends too, so that a word of one has three.
create virtual table report_search using fts5 (
    seen, said, tokenize = 'trigram case_sensitive 1', content = '', contentless_delete = 1
);

-- In parts of 200 characters: taking one off a long text copies the rest.
create view report_spelt as
select n, progress_report.id as id, iif(is_public, 'pub', '') as seen, (
    with recursive part (said, rest) as (
        select substr(search_text, 1, 200), substr(search_text, 201)
        union all
        select substr(rest, 1, 200), substr(rest, 201) from part where rest <> ''
    )
    select char(31) || group_concat((
        with recursive letter (said, rest) as (
            select substr(part.said, 1, 1), substr(part.said, 2)
            union all
            select substr(rest, 1, 1), substr(rest, 2) from letter where rest <> ''
        )
        select group_concat(said, char(31)) from letter
    ), char(31)) || char(31)
    from part
) as said
from progress_report join report_search_row on report_search_row.id = progress_report.id;

insert into report_search_row (id) select id from progress_report order by id;
insert into report_search (rowid, seen, said) select n, seen, said from report_spelt;

create trigger report_search_added after insert on progress_report begin
    insert into report_search_row (id) values (new.id);
    insert into report_search (rowid, seen, said) select n, seen, said from report_spelt where id = new.id;
end;

create trigger report_search_changed after update of search_text, is_public on progress_report
when old.search_text <> new.search_text or old.is_public <> new.is_public begin
    delete from report_search where rowid = (select n from report_search_row where id = old.id);
    insert into report_search (rowid, seen, said) select n, seen, said from report_spelt where id = new.id;
end;

create trigger report_search_removed before delete on progress_report begin
    delete from report_search where rowid = (select n from report_search_row where id = old.id);
    delete from report_search_row where id = old.id;
end;

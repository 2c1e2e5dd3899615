-- A text is spelt 64 characters at a time: one by one took several times as long as all else that a report costs.

drop view report_spelt;

-- What stands behind the end of a text adds marks, which are taken off; texts have none of their own.
create view report_spelt as
select n, progress_report.id as id, iif(is_public, 'pub', '') as seen, (
    with recursive part (said, rest) as (
        select '', search_text
        union all
        select concat_ws(char(31),
            substr(rest, 1, 1), substr(rest, 2, 1), substr(rest, 3, 1), substr(rest, 4, 1), substr(rest, 5, 1), substr(rest, 6, 1), substr(rest, 7, 1), substr(rest, 8, 1),
            substr(rest, 9, 1), substr(rest, 10, 1), substr(rest, 11, 1), substr(rest, 12, 1), substr(rest, 13, 1), substr(rest, 14, 1), substr(rest, 15, 1), substr(rest, 16, 1),
            substr(rest, 17, 1), substr(rest, 18, 1), substr(rest, 19, 1), substr(rest, 20, 1), substr(rest, 21, 1), substr(rest, 22, 1), substr(rest, 23, 1), substr(rest, 24, 1),
            substr(rest, 25, 1), substr(rest, 26, 1), substr(rest, 27, 1), substr(rest, 28, 1), substr(rest, 29, 1), substr(rest, 30, 1), substr(rest, 31, 1), substr(rest, 32, 1),
            substr(rest, 33, 1), substr(rest, 34, 1), substr(rest, 35, 1), substr(rest, 36, 1), substr(rest, 37, 1), substr(rest, 38, 1), substr(rest, 39, 1), substr(rest, 40, 1),
            substr(rest, 41, 1), substr(rest, 42, 1), substr(rest, 43, 1), substr(rest, 44, 1), substr(rest, 45, 1), substr(rest, 46, 1), substr(rest, 47, 1), substr(rest, 48, 1),
            substr(rest, 49, 1), substr(rest, 50, 1), substr(rest, 51, 1), substr(rest, 52, 1), substr(rest, 53, 1), substr(rest, 54, 1), substr(rest, 55, 1), substr(rest, 56, 1),
            substr(rest, 57, 1), substr(rest, 58, 1), substr(rest, 59, 1), substr(rest, 60, 1), substr(rest, 61, 1), substr(rest, 62, 1), substr(rest, 63, 1), substr(rest, 64, 1)
        ), substr(rest, 65) from part where rest <> ''
    )
    select rtrim(group_concat(said, char(31)), char(31)) || char(31) from part
) as said
from progress_report join report_search_row on report_search_row.id = progress_report.id;

-- Characters that nobody sees are not searched any more: what is stored to be searched has none of them.

update progress_report
set search_text = (
    with recursive spelt (letter, rest) as (
        select substr(search_text, 1, 1), substr(search_text, 2)
        union all
        select substr(rest, 1, 1), substr(rest, 2) from spelt where rest <> ''
    )
    select coalesce(group_concat(letter, ''), '') from spelt
    where unicode(letter) <> 173 and unicode(letter) <> 847 and unicode(letter) <> 1564 and unicode(letter)
          not between 4447 and 4448 and unicode(letter) not between 6068 and 6069 and unicode(letter) not
          between 6155 and 6159 and unicode(letter) not between 8203 and 8207 and unicode(letter) not between
          8234 and 8238 and unicode(letter) not between 8288 and 8303 and unicode(letter) <> 10240 and
          unicode(letter) <> 12644 and unicode(letter) not between 65024 and 65039 and unicode(letter) <>
          65279 and unicode(letter) <> 65440 and unicode(letter) not between 65520 and 65528 and
          unicode(letter) not between 113824 and 113827 and unicode(letter) not between 119155 and 119162 and
          unicode(letter) not between 917504 and 921599
)
where search_text glob
    '*[' || char(173, 847, 1564, 4447, 45, 4448, 6068, 45, 6069, 6155, 45, 6159, 8203, 45, 8207, 8234, 45,
    8238, 8288, 45, 8303, 10240, 12644, 65024, 45, 65039, 65279, 65440, 65520, 45, 65528, 113824, 45, 113827,
    119155, 45, 119162, 917504, 45, 921599) || ']*';

update progress_report_past
set search_text = (
    with recursive spelt (letter, rest) as (
        select substr(search_text, 1, 1), substr(search_text, 2)
        union all
        select substr(rest, 1, 1), substr(rest, 2) from spelt where rest <> ''
    )
    select coalesce(group_concat(letter, ''), '') from spelt
    where unicode(letter) <> 173 and unicode(letter) <> 847 and unicode(letter) <> 1564 and unicode(letter)
          not between 4447 and 4448 and unicode(letter) not between 6068 and 6069 and unicode(letter) not
          between 6155 and 6159 and unicode(letter) not between 8203 and 8207 and unicode(letter) not between
          8234 and 8238 and unicode(letter) not between 8288 and 8303 and unicode(letter) <> 10240 and
          unicode(letter) <> 12644 and unicode(letter) not between 65024 and 65039 and unicode(letter) <>
          65279 and unicode(letter) <> 65440 and unicode(letter) not between 65520 and 65528 and
          unicode(letter) not between 113824 and 113827 and unicode(letter) not between 119155 and 119162 and
          unicode(letter) not between 917504 and 921599
)
where search_text glob
    '*[' || char(173, 847, 1564, 4447, 45, 4448, 6068, 45, 6069, 6155, 45, 6159, 8203, 45, 8207, 8234, 45,
    8238, 8288, 45, 8303, 10240, 12644, 65024, 45, 65039, 65279, 65440, 65520, 45, 65528, 113824, 45, 113827,
    119155, 45, 119162, 917504, 45, 921599) || ']*';

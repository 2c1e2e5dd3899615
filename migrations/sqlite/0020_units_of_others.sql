-- no-transaction
-- Units as other issuers have them: more kinds, the unit that one is a part of, and what other systems call it.
-- A table that others refer to is made anew while nothing looks at references, which a transaction cannot switch off
-- (https://sqlite.org/lang_altertable.html, section 7). Done twice it does the same.

pragma foreign_keys = off;
begin immediate;
create table unit_of_now (
    code          text primary key not null,
    name          text not null,
    official_name text,
    kind          text not null
                  check (kind in ('department', 'subdistrict', 'town', 'park', 'institution', 'committee', 'county', 'city',
                                  'enterprise', 'vertical_agency', 'internal_office', 'village', 'other', 'collective')),
    aliases       text not null,
    region_code   text,
    valid_from date check (valid_from glob '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'),
    valid_to date check (valid_to glob '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'),
    successors    text not null,
    -- Null unless kind is 'collective': {"kind": "rule", …}, {"kind": "open"}, or {"kind": "list"}, whose members are in
    -- `membership`.
    membership    text,
    note          text,
    version       bigint not null,
    former_names  text not null default '[]',
    parent        text references unit (code),
    identifiers   text not null default '[]',
    constraint unit_days check (valid_to is null or valid_from is null or valid_from <= valid_to),
    constraint unit_collective check ((kind = 'collective') = (membership is not null))
);
insert into unit_of_now (code, name, official_name, kind, aliases, region_code, valid_from, valid_to, successors, membership,
                         note, version, former_names)
    select code, name, official_name, kind, aliases, region_code, valid_from, valid_to, successors, membership, note, version,
           former_names
    from unit;
drop table unit;
alter table unit_of_now rename to unit;
create index unit_parent on unit (parent);
commit;
pragma foreign_keys = on;

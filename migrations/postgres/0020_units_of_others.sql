-- Units as other issuers have them: more kinds, the unit that one is a part of, and what other systems call it.

alter table unit drop constraint unit_kind_check;
alter table unit add constraint unit_kind_check
    check (kind in ('department', 'subdistrict', 'town', 'park', 'institution', 'committee', 'county', 'city',
                    'enterprise', 'vertical_agency', 'internal_office', 'village', 'other', 'collective'));
alter table unit add column parent text collate "C" references unit (code);
alter table unit add column identifiers jsonb not null default '[]';
create index unit_parent on unit (parent);

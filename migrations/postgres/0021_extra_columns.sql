-- Columns of a document that the model has no word for, and the deadline of requirements that have none.

alter table plan add column extra_columns jsonb not null default '[]';
alter table plan add column default_deadline jsonb;
alter table task add column extra jsonb not null default '[]';
alter table requirement add column extra jsonb not null default '[]';
alter table deadline drop constraint deadline_source_check;
alter table deadline add constraint deadline_source_check check (source in ('column', 'text', 'default'));

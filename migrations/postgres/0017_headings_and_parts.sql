-- What plans of other issuers have: headings above tasks, the number a task is printed with, units without a
-- lead, and a unit's part of the work.

alter table task add column label text;
alter table task add column headings jsonb not null default '[]';

alter table responsibility add column part text;
alter table responsibility drop constraint responsibility_role_check;
alter table responsibility add constraint responsibility_role_check check (role in ('lead', 'support', 'responsible'));

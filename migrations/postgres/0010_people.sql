-- Who somebody is: the issuer of their token, and the name that people read. Columns that name a person hold
-- JSON with both (src/domain/person.rs); what is plain text there was written before, and is of the first issuer.

alter table log_entry add column actor_issuer text collate "C";
alter table log_entry add column actor_name text;

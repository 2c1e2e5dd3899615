-- Files of reports, and what the public says. The twin in ../sqlite has the same tables and columns.

create table attachment (
    id          uuid primary key,
    report_id   uuid not null references progress_report (id) on delete cascade,
    name        text not null,
    media_type  text collate "C" not null,
    size        bigint not null,
    sha256      text collate "C" not null,
    -- Null: the bytes are in attachment_content.
    object_key  text collate "C",
    added_by    text collate "C" not null,
    added_at    timestamptz not null
);
create index attachment_report on attachment (report_id, id);

-- Apart, so that no list reads past them.
create table attachment_content (
    attachment_id uuid primary key references attachment (id) on delete cascade,
    bytes         bytea not null
);

create table feedback (
    id             uuid primary key,
    plan_id        text collate "C" not null references plan (id) on delete cascade,
    requirement_id text collate "C" not null,
    -- Null: on the requirement itself.
    report_id      uuid references progress_report (id) on delete cascade,
    unit           text collate "C",
    rating         bigint not null check (rating between 1 and 5),
    text           text,
    status         text collate "C" not null check (status in ('pending', 'published', 'rejected')),
    -- Who handed it in: the subject of the token.
    portal         text collate "C" not null,
    -- A salted hash of what the portal calls the source, for as long as it is needed against abuse.
    source         text collate "C",
    received_at    timestamptz not null,
    moderated_by   text collate "C",
    moderated_at   timestamptz,
    reason         text,
    version        bigint not null
);
create index feedback_portal on feedback (portal, received_at);
create index feedback_source on feedback (source, received_at) where source is not null;
create index feedback_requirement on feedback (requirement_id, id);
create index feedback_report on feedback (report_id, id) where report_id is not null;
create index feedback_status on feedback (status, id);

-- One row: what sources are hashed with.
create table feedback_salt (
    id   bigint primary key check (id = 1),
    salt text collate "C" not null
);

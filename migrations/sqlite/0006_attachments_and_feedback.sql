-- Files of reports, and what the public says. The twin in ../postgres has the same tables and columns.

create table attachment (
    id          blob primary key not null,
    report_id   blob not null references progress_report (id) on delete cascade,
    name        text not null,
    media_type  text not null,
    size        bigint not null,
    sha256      text not null,
    -- Null: the bytes are in attachment_content.
    object_key  text,
    added_by    text not null,
    added_at    datetime not null
);
create index attachment_report on attachment (report_id, id);

-- Apart, so that no list reads past them.
create table attachment_content (
    attachment_id blob primary key not null references attachment (id) on delete cascade,
    bytes         blob not null
);

create table feedback (
    id             blob primary key not null,
    plan_id        text not null references plan (id) on delete cascade,
    requirement_id text not null,
    -- Null: on the requirement itself.
    report_id      blob references progress_report (id) on delete cascade,
    unit           text,
    rating         bigint not null check (rating between 1 and 5),
    text           text,
    status         text not null check (status in ('pending', 'published', 'rejected')),
    -- Who handed it in: the subject of the token.
    portal         text not null,
    -- A salted hash of what the portal calls the source, for as long as it is needed against abuse.
    source         text,
    received_at    datetime not null,
    moderated_by   text,
    moderated_at   datetime,
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
    id   bigint primary key not null check (id = 1),
    salt text not null
);

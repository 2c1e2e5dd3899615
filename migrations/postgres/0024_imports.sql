-- 导入: files that were read, kept for a day until somebody commits what they say to a plan.
create table import (
    id          uuid primary key,
    file_name   text collate "C" not null,
    format      text collate "C" not null check (format in ('docx', 'xlsx', 'csv', 'tsv', 'txt')),
    size        bigint not null,
    sha256      text collate "C" not null,
    status      text collate "C" not null check (status in ('open', 'committed')),
    plan_id     text collate "C",
    corrections jsonb not null,
    created_by  text collate "C" not null,
    created_at  timestamptz not null,
    expires_at  timestamptz not null,
    version     bigint not null
);
create index import_expires on import (expires_at);

-- What the reader found in the file.
create table import_document (
    import_id uuid primary key references import (id) on delete cascade,
    document  text not null
);

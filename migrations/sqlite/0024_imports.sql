-- 导入: files that were read, kept for a day until somebody commits what they say to a plan.
create table import (
    id          blob primary key not null,
    file_name   text not null,
    format      text not null check (format in ('docx', 'xlsx', 'csv', 'tsv', 'txt')),
    size        bigint not null,
    sha256      text not null,
    status      text not null check (status in ('open', 'committed')),
    plan_id     text,
    corrections text not null,
    created_by  text not null,
    created_at  datetime not null,
    expires_at  datetime not null,
    version     bigint not null
);
create index import_expires on import (expires_at);

-- What the reader found in the file.
create table import_document (
    import_id blob primary key not null references import (id) on delete cascade,
    document  text not null
);

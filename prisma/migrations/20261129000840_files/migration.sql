-- What was read of a file that people sent, once for each content, however many messages carry it. Steps hold nothing but
-- the digest, so that deleting the row erases the file.
create table countersign.files (
  tenant     text not null,
  digest     text not null, -- sha-256 of its bytes, and as what it was read
  kind       text not null check (kind in ('text', 'image', 'unread')),
  text       text not null, -- of an image its media type, of one that cannot be read the reason
  created_at timestamptz not null default now(),
  primary key (digest, tenant)
);
-- The bytes of an image, in pieces, so that reading or writing it never holds up the process for long.
create table countersign.file_parts (
  tenant text not null,
  digest text not null,
  number integer not null,
  bytes  bytea not null,
  primary key (digest, number, tenant),
  foreign key (digest, tenant) references countersign.files (digest, tenant) on delete cascade
);
alter table countersign.files enable row level security;
alter table countersign.file_parts enable row level security;
create policy of_tenant on countersign.files
  using (tenant = current_setting('countersign.tenant', true))
  with check (tenant = current_setting('countersign.tenant', true));
create policy of_tenant on countersign.file_parts
  using (tenant = current_setting('countersign.tenant', true))
  with check (tenant = current_setting('countersign.tenant', true));
grant select, insert, delete on countersign.files, countersign.file_parts to countersign_app;

alter table countersign.steps drop constraint steps_kind_check;
alter table countersign.steps add constraint steps_kind_check
  check (kind in ('input', 'background', 'files', 'model', 'tool', 'divider'));

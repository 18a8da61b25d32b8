-- One row: what this installation calls its own where it shares something with others, such as the keys of a Redis.
create table countersign.installation (
  id uuid primary key default gen_random_uuid(),
  is_only boolean not null default true unique check (is_only)
);
insert into countersign.installation default values;
grant select on countersign.installation to countersign_app;

-- The application's own records. Every key carries the tenant, and row-level security lets a session see the rows of the
-- tenant named in its setting `countersign.tenant`, and no others. The tenant stands last in each key: were it first,
-- a plan made while the tables are empty could take any index for any row, and read all of the tenant's.

create schema if not exists countersign;

-- The application and the built-in tool servers run under these roles, which own nothing.
-- Roles belong to the cluster: another database of it may have made them already.
do $$
declare r text;
begin
  foreach r in array array['countersign_app', 'countersign_tools'] loop
    begin
      execute format('create role %I nologin', r);
    exception when duplicate_object or unique_violation then null;
    end;
    if not (select rolsuper from pg_roles where rolname = current_user) then
      begin
        execute format('grant %I to %I', r, current_user);
      exception when internal_error then null; -- another database granted it at this very moment
      end;
    end if;
  end loop;
end $$;

create table countersign.tenants (
  id         text primary key,
  name       text not null,
  created_at timestamptz not null default now()
);

create table countersign.threads (
  tenant       text not null, -- no foreign key: every new thread would queue for a lock on its tenant's one row
  id           bigint generated always as identity,
  channel      text not null,
  address      text not null,
  desk         text not null,
  inbox        bigint not null default 0,
  done_inbox   bigint not null default 0,
  epoch        bigint not null default 0,
  leased_until timestamptz,
  due_at       timestamptz,
  rung_at      timestamptz not null default now(),
  revised      boolean not null default false,
  turns        integer not null default 0,
  parks        integer not null default 0,
  summary      text not null default '',
  summary_upto integer not null default 0,
  notes        text not null default '',
  created_at   timestamptz not null default now(),
  primary key (id, tenant),
  unique (address, channel, tenant)
) with (fillfactor = 70);
create index threads_pending on countersign.threads (rung_at) where done_inbox < inbox;

create table countersign.turns (
  tenant         text not null,
  id             bigint generated always as identity,
  thread_id      bigint not null,
  number         integer not null,
  state          text not null default 'running' check (state in ('running', 'done', 'superseded', 'failed')),
  principal_kind text not null check (principal_kind in ('staff', 'customer', 'service', 'anonymous')),
  principal      text not null,
  attempts       integer not null default 0,
  noticed        boolean not null default false,
  tokens         integer not null default 0,
  started_at     timestamptz not null default now(),
  ended_at       timestamptz,
  primary key (id, tenant),
  unique (thread_id, number, tenant),
  foreign key (tenant, thread_id) references countersign.threads (tenant, id)
) with (fillfactor = 80);
create unique index turns_one_running on countersign.turns (thread_id, tenant) where state = 'running';

create table countersign.entries (
  tenant         text not null,
  thread_id      bigint not null,
  seq            bigint not null,
  identity       text not null, -- sha256 of source and external id; stays when the content is erased
  source         text not null,
  kind           text not null default 'message' check (kind in ('message')),
  principal_kind text not null check (principal_kind in ('staff', 'customer', 'service', 'anonymous')),
  principal      text not null,
  content        jsonb,
  sent_at        numeric(20, 6) not null,
  turn_id        bigint,
  withdrawn_at   timestamptz,
  created_at     timestamptz not null default now(),
  primary key (thread_id, seq, tenant),
  unique (identity, tenant),
  foreign key (tenant, thread_id) references countersign.threads (tenant, id),
  foreign key (tenant, turn_id) references countersign.turns (tenant, id)
) with (fillfactor = 80);

create table countersign.steps (
  tenant     text not null,
  turn_id    bigint not null,
  n          integer not null,
  kind       text not null check (kind in ('input', 'background', 'model', 'tool')),
  content    jsonb not null,
  created_at timestamptz not null default now(),
  primary key (turn_id, n, tenant),
  foreign key (tenant, turn_id) references countersign.turns (tenant, id)
);

create table countersign.tool_calls (
  tenant          text not null,
  id              text not null,
  thread_id       bigint not null,
  turn_id         bigint not null,
  tool            text not null,
  arguments       jsonb not null,
  definition_hash text,
  effect          text not null check (effect in ('read', 'keyed', 'once')),
  rule            text not null check (rule in ('allow', 'confirm', 'approve', 'deny', 'none')),
  state           text not null check (state in ('dispatching', 'succeeded', 'failed', 'unknown', 'denied')),
  reason          text,
  created_at      timestamptz not null default now(),
  ended_at        timestamptz,
  primary key (id, tenant),
  foreign key (tenant, thread_id) references countersign.threads (tenant, id),
  foreign key (tenant, turn_id) references countersign.turns (tenant, id)
) with (fillfactor = 80);

create table countersign.outbox (
  tenant     text not null,
  id         bigint generated always as identity,
  thread_id  bigint not null,
  turn_id    bigint,
  kind       text not null check (kind in ('reply', 'notice')),
  place      jsonb not null,
  body       text not null default '',
  state      text not null check (state in ('opening', 'ready', 'dropping', 'sent', 'failed', 'dropped')),
  messages   jsonb not null default '[]', -- the channel's ids of what it has, part by part
  attempts   integer not null default 0,
  due_at     timestamptz not null default now(),
  last_error text,
  created_at timestamptz not null default now(),
  sent_at    timestamptz,
  primary key (id, tenant),
  foreign key (tenant, thread_id) references countersign.threads (tenant, id),
  foreign key (tenant, turn_id) references countersign.turns (tenant, id)
) with (fillfactor = 80);
create unique index outbox_one_reply on countersign.outbox (turn_id, tenant) where kind = 'reply';
create index outbox_unsent on countersign.outbox (thread_id, id, tenant) where state in ('opening', 'ready', 'dropping');

do $$
declare t text;
begin
  foreach t in array array['threads', 'turns', 'entries', 'steps', 'tool_calls', 'outbox'] loop
    execute format('alter table countersign.%I enable row level security', t);
    execute format(
      'create policy of_tenant on countersign.%I using (tenant = current_setting(''countersign.tenant'', true))'
      ' with check (tenant = current_setting(''countersign.tenant'', true))', t);
  end loop;
end $$;
alter table countersign.tenants enable row level security;
create policy of_tenant on countersign.tenants using (id = current_setting('countersign.tenant', true))
  with check (id = current_setting('countersign.tenant', true));

grant usage on schema countersign to countersign_app;
grant select, insert, update on all tables in schema countersign to countersign_app;
-- What a turn did is never changed afterwards.
revoke update on countersign.steps from countersign_app;

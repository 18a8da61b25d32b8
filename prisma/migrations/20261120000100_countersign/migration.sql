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
  divider      jsonb, -- the last one: nothing before it is part of the conversation any more
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
  principal_kind text not null
                   check (principal_kind in ('staff', 'guest', 'customer', 'service', 'anonymous')),
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
  kind           text not null default 'message' check (kind in ('message', 'outcome')),
  principal_kind text not null
                   check (principal_kind in ('staff', 'guest', 'customer', 'service', 'anonymous')),
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

-- What was said in a conversation before anyone called us, kept for ten minutes: deliveries overtake each other, and a
-- follow-up that comes before the mention it follows must not be lost.
create table countersign.overheard (
  tenant     text not null,
  identity   text not null,
  channel    text not null,
  address    text not null,
  sent_at    numeric(20, 6) not null,
  entry      jsonb not null,
  created_at timestamptz not null default now(),
  primary key (identity, tenant)
);
create index overheard_at on countersign.overheard (address, channel, tenant);

-- A divider is a step: a word of a desk ends what was said before. `after` counts the messages of its turn that lie before
-- it, `subject` is who the conversation is about from there on.
create table countersign.steps (
  tenant     text not null,
  turn_id    bigint not null,
  n          integer not null,
  kind       text not null check (kind in ('input', 'background', 'model', 'tool', 'divider')),
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
  state           text not null check (state in ('denied', 'dispatching', 'succeeded', 'failed', 'unknown', 'awaiting',
                    'approved', 'rejected', 'expired', 'void', 'settled')),
  reason          text,
  created_at      timestamptz not null default now(),
  ended_at        timestamptz,
  desk            text not null default '',
  principal_kind  text not null default 'staff',
  principal       text not null default '',
  approval        text,
  dispatched_at   timestamptz,
  primary key (id, tenant),
  foreign key (tenant, thread_id) references countersign.threads (tenant, id),
  foreign key (tenant, turn_id) references countersign.turns (tenant, id)
) with (fillfactor = 80);
create index tool_calls_dispatched on countersign.tool_calls (tool, dispatched_at, tenant) where dispatched_at is not null;

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

-- What the tools of other people's servers say of themselves, as it was accepted. A definition that differs waits until a
-- person accepts it. Definitions are JSON kept as text: jsonb takes no NUL, and a server may send one.
create table countersign.tool_definitions (
  tenant        text not null,
  tool          text not null,
  hash          text not null,
  definition    text not null,
  accepted_at   timestamptz not null default clock_timestamp(),
  accepted_by   text not null,
  waiting_hash  text,
  waiting       text,
  waiting_since timestamptz,
  announced_hash text, -- of the last waiting definition that people were told of
  tell_at       timestamptz not null default clock_timestamp(), -- not before
  primary key (tool, tenant)
);

-- How far the inbox has been read.
create table countersign.mail_cursors (
  tenant  text not null,
  mailbox text not null,
  cursor  text not null,
  primary key (tenant, mailbox)
);

-- How many mails came in the current hour from one sender or in one thread, by a hash of which.
create table countersign.mail_counts (
  tenant text not null,
  key    text not null,
  since  timestamptz not null default clock_timestamp(),
  count  integer not null default 1,
  primary key (tenant, key)
);

-- One row: what this installation calls its own where it shares something with others, such as the keys of a Redis.
create table countersign.installation (
  id uuid primary key default gen_random_uuid(),
  is_only boolean not null default true unique check (is_only)
);
insert into countersign.installation default values;

-- The schemas with the functions of the builds that use this database, and when one last did.
create table countersign.installed_transitions (
  name    text primary key,
  used_at timestamptz not null default clock_timestamp()
);

do $$
declare t text;
begin
  foreach t in array array['threads', 'turns', 'entries', 'overheard', 'steps', 'tool_calls',
                           'outbox', 'tool_definitions', 'mail_cursors', 'mail_counts'] loop
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
grant delete on countersign.overheard to countersign_app;
-- What a turn did is never changed afterwards.
revoke update on countersign.steps from countersign_app;
revoke insert, update on countersign.installation from countersign_app;
revoke insert, update on countersign.installed_transitions from countersign_app;
grant update (used_at) on countersign.installed_transitions to countersign_app;

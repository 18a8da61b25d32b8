-- The stand-in workspace of `npm start`: own schema, reached by a role of its own that sees nothing of the product's, and
-- every row under its team.
create schema if not exists playground;

-- Roles belong to the cluster: another database of it may have made this one already.
do $$
begin
  begin
    create role countersign_playground nologin;
  exception when duplicate_object or unique_violation then null;
  end;
  if not (select rolsuper from pg_roles where rolname = current_user) then
    begin
      execute format('grant countersign_playground to %I', current_user);
    exception when internal_error then null; -- another database granted it at this very moment
    end;
  end if;
end $$;

create table playground.workspaces (
  team text primary key,
  epoch integer not null default 0,
  bot_token text not null,
  app_token text not null,
  signing_secret text not null,
  last_micros bigint not null default 0,
  last_id bigint not null default 0,
  created_at timestamptz not null default now()
);

create table playground.people (
  team text not null,
  id text not null,
  number integer not null,
  home_team text not null,
  name text not null,
  real_name text not null,
  email text not null,
  about text not null,
  is_bot boolean not null,
  is_restricted boolean not null,
  deleted boolean not null,
  limited boolean not null,
  channels text[] not null,
  primary key (team, id)
);

create table playground.user_groups (
  team text not null,
  id text not null,
  users text[] not null,
  primary key (team, id)
);

create table playground.channels (
  team text not null,
  id text not null,
  number integer not null,
  name text not null,
  kind text not null check (kind in ('channel', 'group', 'im', 'mpim')),
  created integer not null,
  archived boolean not null,
  bot_is_member boolean not null,
  closed boolean not null,
  people text[] not null,
  shared_with text[] not null,
  primary key (team, id)
);

create table playground.messages (
  team text not null,
  channel text not null,
  ts text not null,
  content json not null,
  primary key (team, channel, ts)
);

create table playground.files (
  team text not null,
  id text not null,
  about json not null,
  bytes bytea not null,
  primary key (team, id)
);

create table playground.ephemerals (
  team text not null,
  ts text not null,
  content json not null,
  primary key (team, ts)
);

create table playground.views (
  team text not null,
  id text not null,
  kind text not null check (kind in ('form', 'home')),
  content json not null,
  primary key (team, id)
);

create table playground.prompts (
  team text not null,
  channel text not null,
  content json not null,
  primary key (team, channel)
);

create table playground.deliveries (
  team text not null,
  event_id text not null,
  body json not null,
  primary key (team, event_id)
);

do $$
declare t text;
begin
  for t in select tablename from pg_tables where schemaname = 'playground' loop
    execute format('alter table playground.%I enable row level security', t);
    execute format($f$
      create policy team_only on playground.%I
        using (team = current_setting('countersign.tenant', true))
        with check (team = current_setting('countersign.tenant', true))$f$, t);
  end loop;
end $$;

grant usage on schema playground to countersign_playground;
grant select, insert, update, delete on all tables in schema playground to countersign_playground;

-- The mock Gmail mailbox: own schema, reached by a role of its own, every row under its tenant. Threads are what messages
-- share an id of; a draft is a message with that label, as at Gmail.
create schema if not exists mail;

-- Roles belong to the cluster: another database of it may have made this one already.
do $$
begin
  begin
    create role countersign_mail nologin;
  exception when duplicate_object or unique_violation then null;
  end;
  if not (select rolsuper from pg_roles where rolname = current_user) then
    begin
      execute format('grant countersign_mail to %I', current_user);
    exception when internal_error then null; -- another database granted it at this very moment
    end;
  end if;
end $$;

-- A reset empties the mailbox table by table, and history ids go on from where they were, because a reader of the mailbox
-- remembers the last one.
create sequence mail.history_ids;

-- Its row is locked by whoever changes the mailbox, so that history ids are committed in their order.
create table mail.mailboxes (
  tenant     text primary key,
  history_id bigint not null default nextval('mail.history_ids')
);

create table mail.messages (
  tenant       text not null,
  id           text not null,
  thread_id    text not null,
  history_id   bigint not null,
  received_at  timestamptz not null default clock_timestamp(),
  labels       text[] not null,
  message_id   text,
  subject      text not null,
  from_address text not null,
  from_text    text not null,
  to_text      text not null,
  snippet      text not null,
  text         text not null,
  attachments  text[] not null,
  sent_key     text, -- of what we sent: its Message-ID, so that nothing stands there twice
  primary key (tenant, id),
  unique (tenant, sent_key)
);
create index messages_by_message_id on mail.messages (tenant, message_id);
create index messages_by_thread on mail.messages (tenant, thread_id, received_at);
create index messages_by_time on mail.messages (tenant, received_at);

create table mail.history (
  tenant     text not null,
  id         bigint not null,
  kind       text not null check (kind in ('added', 'labels')),
  message_id text not null,
  primary key (tenant, id),
  foreign key (tenant, message_id) references mail.messages (tenant, id) deferrable
);

-- A mail is kept in pieces, so that reading or writing a large one never holds up the process for long.
create table mail.parts (
  tenant     text not null,
  message_id text not null,
  number     integer not null,
  bytes      bytea not null,
  primary key (tenant, message_id, number),
  foreign key (tenant, message_id) references mail.messages (tenant, id) deferrable
);

do $$
declare t text;
begin
  for t in select tablename from pg_tables where schemaname = 'mail' loop
    execute format('alter table mail.%I enable row level security', t);
    execute format($f$
      create policy of_tenant on mail.%I
        using (tenant = current_setting('countersign.tenant', true))
        with check (tenant = current_setting('countersign.tenant', true))$f$, t);
  end loop;
end $$;

grant usage on schema mail to countersign_mail;
grant select, insert, update on all tables in schema mail to countersign_mail;
revoke update on mail.parts from countersign_mail;
grant usage on sequence mail.history_ids to countersign_mail;

-- The tools of the gmail server work on the mock mailbox.
grant usage on schema mail to countersign_tools;
grant usage on sequence mail.history_ids to countersign_tools;
grant select, insert on all tables in schema mail to countersign_tools;
grant update on mail.mailboxes, mail.messages to countersign_tools;

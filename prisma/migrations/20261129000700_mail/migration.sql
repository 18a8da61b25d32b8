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

-- Its row is locked by whoever changes the mailbox, so that history ids are committed in their order.
create table mail.mailboxes (
  tenant     text primary key,
  history_id bigint not null default 1
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
  raw          bytea not null,
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
  foreign key (tenant, message_id) references mail.messages (tenant, id)
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

-- How far the inbox has been read.
create table countersign.mail_cursors (
  tenant  text not null,
  mailbox text not null,
  cursor  text not null,
  primary key (tenant, mailbox)
);
alter table countersign.mail_cursors enable row level security;
create policy of_tenant on countersign.mail_cursors
  using (tenant = current_setting('countersign.tenant', true))
  with check (tenant = current_setting('countersign.tenant', true));
grant select, insert, update on countersign.mail_cursors to countersign_app;

-- The cursor moves in the transaction that saves what it passes; of two readers, one finds that it has moved.
create function countersign.take_mail(p_tenant text, p jsonb) returns jsonb language plpgsql as $$
begin
  perform set_config('countersign.tenant', p_tenant, true);
  insert into countersign.mail_cursors (tenant, mailbox, cursor)
  values (p_tenant, p->>'mailbox', p->>'from') on conflict do nothing;
  update countersign.mail_cursors set cursor = p->>'to'
   where tenant = p_tenant and mailbox = p->>'mailbox' and cursor = p->>'from';
  if not found then return jsonb_build_object('kind', 'moved'); end if;
  if jsonb_typeof(p->'entry') = 'null' then return jsonb_build_object('kind', 'passed'); end if;
  return countersign.save_entry(p_tenant, p->'entry');
end $$;

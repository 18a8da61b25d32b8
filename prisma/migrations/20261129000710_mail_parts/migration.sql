-- A large mail is kept in pieces, so that reading or writing it never holds up the process for long.
create table mail.parts (
  tenant     text not null,
  message_id text not null,
  number     integer not null,
  bytes      bytea not null,
  primary key (tenant, message_id, number),
  foreign key (tenant, message_id) references mail.messages (tenant, id)
);
alter table mail.parts enable row level security;
create policy of_tenant on mail.parts
  using (tenant = current_setting('countersign.tenant', true))
  with check (tenant = current_setting('countersign.tenant', true));
grant select, insert on mail.parts to countersign_mail;
insert into mail.parts (tenant, message_id, number, bytes) select tenant, id, 0, raw from mail.messages;
alter table mail.messages drop column raw;

-- How many mails came in the current hour from one sender or in one thread, by a hash of which.
create table countersign.mail_counts (
  tenant text not null,
  key    text not null,
  since  timestamptz not null default clock_timestamp(),
  count  integer not null default 1,
  primary key (tenant, key)
);
alter table countersign.mail_counts enable row level security;
create policy of_tenant on countersign.mail_counts
  using (tenant = current_setting('countersign.tenant', true))
  with check (tenant = current_setting('countersign.tenant', true));
grant select, insert, update on countersign.mail_counts to countersign_app;

create or replace function countersign.take_mail(p_tenant text, p jsonb) returns jsonb language plpgsql as $$
declare
  v_limit jsonb;
  v_count integer;
begin
  perform set_config('countersign.tenant', p_tenant, true);
  insert into countersign.mail_cursors (tenant, mailbox, cursor)
  values (p_tenant, p->>'mailbox', p->>'from') on conflict do nothing;
  update countersign.mail_cursors set cursor = p->>'to'
   where tenant = p_tenant and mailbox = p->>'mailbox' and cursor = p->>'from';
  if not found then return jsonb_build_object('kind', 'moved'); end if;
  if jsonb_typeof(p->'entry') = 'null' then return jsonb_build_object('kind', 'passed'); end if;
  for v_limit in select * from jsonb_array_elements(p->'limits') loop
    insert into countersign.mail_counts as counted (tenant, key) values (p_tenant, v_limit->>'key')
    on conflict (tenant, key) do update set
      count = case when counted.since < clock_timestamp() - interval '1 hour' then 1 else counted.count + 1 end,
      since = case when counted.since < clock_timestamp() - interval '1 hour' then clock_timestamp() else counted.since end
    returning count into v_count;
    if v_count > (v_limit->>'most')::integer then
      return jsonb_build_object('kind', 'too_many', 'limit', v_limit->>'name');
    end if;
  end loop;
  return countersign.save_entry(p_tenant, p->'entry');
end $$;

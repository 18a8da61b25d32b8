create function transitions.ensure_tenant(p_tenant text, p jsonb) returns jsonb language plpgsql as $$
begin
  perform set_config('countersign.tenant', p_tenant, true);
  insert into countersign.tenants (id, name) values (p_tenant, p->>'name') on conflict (id) do nothing;
  return jsonb_build_object('kind', 'ok');
end $$;

-- A door saves what happened. The thread is the one of the parent message where that is known, else the one at the
-- address; only an entry that is addressed to us may begin a thread.
create function transitions.save_entry(p_tenant text, p jsonb) returns jsonb language plpgsql as $$
declare
  v_thread bigint;
  v_content jsonb := p->'content';
  v_addressed boolean := (p->>'addressed')::boolean;
  h record;
begin
  perform set_config('countersign.tenant', p_tenant, true);
  perform 1 from countersign.entries where tenant = p_tenant and identity = p->>'identity';
  if found then return jsonb_build_object('kind', 'duplicate'); end if;

  if p->>'parent' is not null then
    select thread_id into v_thread from countersign.entries where tenant = p_tenant and identity = p->>'parent';
  end if;
  if v_thread is null then
    select id into v_thread from countersign.threads
     where tenant = p_tenant and channel = p->>'channel' and address = p->>'address';
  end if;
  if v_thread is null then
    -- Whoever begins the thread sees what was overheard before it, and whoever comes after sees the thread.
    perform pg_advisory_xact_lock(hashtext('countersign thread'),
                                  hashtext(p_tenant || ' ' || (p->>'channel') || ' ' || (p->>'address')));
    select id into v_thread from countersign.threads
     where tenant = p_tenant and channel = p->>'channel' and address = p->>'address';
  end if;
  if v_thread is null then
    if not v_addressed then return transitions.overhear(p_tenant, p); end if;
    insert into countersign.threads (tenant, channel, address, desk)
    values (p_tenant, p->>'channel', p->>'address', p->>'desk') returning id into v_thread;
  end if;

  perform 1 from countersign.threads where tenant = p_tenant and id = v_thread for no key update;
  -- Said before anyone called us, and late to arrive.
  if not v_addressed and not exists (select 1 from countersign.entries
       where tenant = p_tenant and thread_id = v_thread and sent_at < (p->>'sentAt')::numeric) then
    return transitions.overhear(p_tenant, p);
  end if;
  -- The first that stands amid a conversation of others brings what they said; a deleted one brought nothing.
  if (p->>'amid')::boolean and not exists (select 1 from countersign.entries
       where tenant = p_tenant and thread_id = v_thread and withdrawn_at is null) then
    v_content := v_content || '{"earlier": true}';
  end if;
  if not transitions.append_entry(p_tenant, v_thread, p, v_content) then
    return jsonb_build_object('kind', 'duplicate');
  end if;
  if v_addressed then
    for h in
      with followed as (
        delete from countersign.overheard
         where tenant = p_tenant and channel = p->>'channel' and address = p->>'address'
           and sent_at > (p->>'sentAt')::numeric
        returning entry, sent_at
      ) select entry from followed order by sent_at
    loop
      perform transitions.append_entry(p_tenant, v_thread, h.entry, h.entry->'content');
    end loop;
  end if;
  return jsonb_build_object('kind', 'saved', 'thread', v_thread);
end $$;

-- One entry more in a thread whose row this transaction has locked.
create function transitions.append_entry(p_tenant text, p_thread bigint, p jsonb, p_content jsonb) returns boolean
language plpgsql as $$
begin
  insert into countersign.entries
    (tenant, thread_id, seq, identity, source, principal_kind, principal, content, sent_at, withdrawn_at)
  select p_tenant, p_thread, t.inbox + 1, p->>'identity', p->>'source',
         p->'principal'->>'kind', p->'principal'->>'id', p_content, (p->>'sentAt')::numeric,
         case when (p->>'withdrawn')::boolean then clock_timestamp() end
    from countersign.threads t where t.tenant = p_tenant and t.id = p_thread
  on conflict (tenant, identity) do nothing;
  if not found then return false; end if;
  update countersign.threads set inbox = inbox + 1, rung_at = clock_timestamp()
   where tenant = p_tenant and id = p_thread;
  return true;
end $$;

create function transitions.overhear(p_tenant text, p jsonb) returns jsonb language plpgsql as $$
begin
  insert into countersign.overheard (tenant, identity, channel, address, sent_at, entry)
  values (p_tenant, p->>'identity', p->>'channel', p->>'address', (p->>'sentAt')::numeric, p)
  on conflict (tenant, identity) do nothing;
  return jsonb_build_object('kind', 'not_ours');
end $$;

-- Edits (`content` given) or withdraws (no `content`) an entry. While a turn has it in hand, the thread is marked revised:
-- the turn hears of it at its next write and starts over. An answered entry is not answered again, but the request that it
-- led to and that nobody has signed yet is void; `text` says so in the thread.
create function transitions.revise_entry(p_tenant text, p jsonb) returns jsonb language plpgsql as $$
declare
  v_thread bigint;
  v_voided jsonb;
  e countersign.entries;
begin
  perform set_config('countersign.tenant', p_tenant, true);
  select thread_id into v_thread from countersign.entries where tenant = p_tenant and identity = p->>'identity';
  if not found then
    perform transitions.revise_overheard(p_tenant, p);
    return jsonb_build_object('kind', 'unknown');
  end if;
  perform 1 from countersign.threads where tenant = p_tenant and id = v_thread for no key update;
  select * into e from countersign.entries where tenant = p_tenant and identity = p->>'identity';
  -- Slack tells of an edit for a link that unfurls, too. A text that secrets were taken out of is known by its digest.
  if p ? 'content' and (e.content->>'text' = p->'content'->>'text'
       or e.content->>'digest' = transitions.text_digest(p->>'identity', p->'content'->>'text')) then
    return jsonb_build_object('kind', 'unchanged');
  end if;
  if e.turn_id is not null
     and not exists (select 1 from countersign.turns where tenant = p_tenant and id = e.turn_id and state = 'running') then
    v_voided := transitions.void_of_turn(p_tenant, e.turn_id,
      case when p ? 'content' then 'request_edited' else 'request_deleted' end,
      case when p ? 'content' then p->>'text' end);
    if v_voided = '[]' then return jsonb_build_object('kind', 'answered'); end if;
    return jsonb_build_object('kind', 'voided', 'thread', v_thread, 'approvals', v_voided);
  end if;
  if e.withdrawn_at is not null or (p->'content'->>'edited')::numeric < (e.content->>'edited')::numeric then
    return jsonb_build_object('kind', 'unchanged');
  end if;
  update countersign.entries
     set content = case when p ? 'content' then (e.content || (p->'content')) - 'digest' else content end,
         withdrawn_at = case when not p ? 'content' then clock_timestamp() end
   where tenant = p_tenant and thread_id = v_thread and seq = e.seq;
  update countersign.threads
     set inbox = inbox + 1, rung_at = clock_timestamp(), revised = revised or e.turn_id is not null
   where tenant = p_tenant and id = v_thread;
  -- Nobody signs what it asked for meanwhile.
  perform transitions.void_of_turn(p_tenant, e.turn_id, 'request_changed', null);
  return jsonb_build_object('kind', 'revised', 'thread', v_thread);
end $$;

create function transitions.revise_overheard(p_tenant text, p jsonb) returns void language sql as $$
  update countersign.overheard set entry = jsonb_set(entry, '{content}', (entry->'content') || (p->'content'))
   where tenant = p_tenant and identity = p->>'identity' and p ? 'content';
  delete from countersign.overheard where tenant = p_tenant and identity = p->>'identity' and not p ? 'content';
$$;

-- What people wrote in a thread, oldest first, and who they were to us. The model has read a message that was withdrawn
-- meanwhile, too; of an erased one only its writer is left.
create function transitions.messages_of(p_tenant text, p jsonb) returns jsonb language plpgsql as $$
begin
  perform set_config('countersign.tenant', p_tenant, true);
  return jsonb_build_object('kind', 'messages', 'messages', (
    select coalesce(jsonb_agg(jsonb_build_object('by', jsonb_build_object('kind', principal_kind, 'id', principal),
                                                 'text', coalesce(content->>'text', ''), 'at', sent_at) order by seq), '[]')
      from countersign.entries
     where tenant = p_tenant and thread_id = (p->>'thread')::bigint and kind in ('message', 'colleague')));
end $$;

-- Counts one more under each limit. Returns the name of the first that is passed, or null.
create function transitions.passed_limit(p_tenant text, p jsonb) returns text language plpgsql as $$
declare
  v_window interval := make_interval(secs => (p->>'windowMs')::float / 1000);
  v_limit jsonb;
  v_count integer;
begin
  for v_limit in select * from jsonb_array_elements(p->'limits') loop
    insert into countersign.mail_counts as counted (tenant, key) values (p_tenant, v_limit->>'key')
    on conflict (tenant, key) do update set
      count = case when counted.since < clock_timestamp() - v_window then 1 else counted.count + 1 end,
      since = case when counted.since < clock_timestamp() - v_window then clock_timestamp() else counted.since end
    returning count into v_count;
    if v_count > (v_limit->>'most')::integer then return v_limit->>'name'; end if;
  end loop;
  return null;
end $$;

-- Moves the mailbox's cursor past a mail, counts it against limits of the current window, and saves its entry.
create function transitions.take_mail(p_tenant text, p jsonb) returns jsonb language plpgsql as $$
declare
  v_limit text;
begin
  perform set_config('countersign.tenant', p_tenant, true);
  insert into countersign.mail_cursors (tenant, mailbox, cursor)
  values (p_tenant, p->>'mailbox', p->>'from') on conflict do nothing;
  update countersign.mail_cursors set cursor = p->>'to'
   where tenant = p_tenant and mailbox = p->>'mailbox' and cursor = p->>'from';
  if not found then return jsonb_build_object('kind', 'moved'); end if;
  v_limit := transitions.passed_limit(p_tenant, p);
  if v_limit is not null then return jsonb_build_object('kind', 'too_many', 'limit', v_limit); end if;
  if jsonb_typeof(p->'entry') = 'null' then return jsonb_build_object('kind', 'passed'); end if;
  return transitions.save_entry(p_tenant, p->'entry');
end $$;

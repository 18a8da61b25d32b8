create function transitions.matter_json(m countersign.matters) returns jsonb language sql stable as $$
  select jsonb_build_object(
    'id', m.id, 'kind', m.kind, 'thread', m.thread_id, 'desk', m.desk, 'state', m.state, 'details', m.details,
    'draft', m.text, 'sent', (select o.body from countersign.outbox o
                               where o.tenant = m.tenant and o.id = m.reply and m.state = 'sent'),
    'openedAt', extract(epoch from m.opened_at), 'decidedBy', m.decided_by,
    'decidedAt', extract(epoch from m.decided_at),
    'cards', (select coalesce(jsonb_agg(jsonb_build_object('id', c.id, 'kind', c.kind, 'channel', c.channel,
                'place', c.place, 'message', c.message) order by c.id), '[]')
                from countersign.cards c where c.tenant = m.tenant and c.matter = m.id and c.kind <> 'mail'))
$$;

-- Locks the thread and then the matter; null where there is none.
create function transitions.lock_matter(p_tenant text, p_id text) returns countersign.matters language plpgsql as $$
declare
  m countersign.matters;
begin
  perform set_config('countersign.tenant', p_tenant, true);
  select * into m from countersign.matters where tenant = p_tenant and id = p_id;
  if not found then return null; end if;
  perform 1 from countersign.threads where tenant = p_tenant and id = m.thread_id for no key update;
  select * into m from countersign.matters where tenant = p_tenant and id = p_id for update;
  return m;
end $$;

create function transitions.get_matter(p_tenant text, p jsonb) returns jsonb language plpgsql as $$
declare
  m countersign.matters;
begin
  perform set_config('countersign.tenant', p_tenant, true);
  select * into m from countersign.matters where tenant = p_tenant and id = p->>'matter';
  if not found then return jsonb_build_object('kind', 'none'); end if;
  return jsonb_build_object('kind', 'found', 'matter', transitions.matter_json(m));
end $$;

create function transitions.open_matters(p_tenant text, p jsonb) returns jsonb language plpgsql as $$
begin
  perform set_config('countersign.tenant', p_tenant, true);
  return jsonb_build_object('kind', 'matters', 'matters', (
    select coalesce(jsonb_agg(transitions.matter_json(m)), '[]') from countersign.matters m
     where m.tenant = p_tenant and m.thread_id = (p->>'thread')::bigint and m.state = 'open'));
end $$;

-- What waits to be shown of a thread, for whoever has just changed it.
create function transitions.waiting_cards_of(p_tenant text, p_thread bigint) returns jsonb language sql stable as $$
  select coalesce(jsonb_agg(c.id order by c.id), '[]') from countersign.cards c
   where c.tenant = p_tenant and c.shown < c.wanted and c.failed is null
     and (c.approval in (select a.id from countersign.approvals a where a.tenant = p_tenant and a.thread_id = p_thread)
          or c.matter in (select m.id from countersign.matters m where m.tenant = p_tenant and m.thread_id = p_thread))
$$;

-- What a colleague's deed gives: the reply to send, if it made one, and the cards to show anew.
create function transitions.done_in(p_tenant text, p_thread bigint, p_reply bigint) returns jsonb language sql stable as $$
  select jsonb_build_object('kind', 'done', 'thread', p_thread, 'reply', p_reply,
                            'cards', transitions.waiting_cards_of(p_tenant, p_thread))
$$;

create function transitions.move_matter(p_tenant text, p_id text, p_state text, p_by text, p_audit text, p_content jsonb)
returns void language plpgsql as $$
declare
  m countersign.matters;
begin
  update countersign.matters set state = p_state, decided_by = p_by, decided_at = clock_timestamp()
   where tenant = p_tenant and id = p_id returning * into m;
  if p_state in ('discarded', 'withdrawn') then
    update countersign.outbox set state = 'dropped' where tenant = p_tenant and id = m.reply and state = 'draft';
  end if;
  update countersign.cards set wanted = wanted + 1, failed = null, failures = 0
   where tenant = p_tenant and matter = p_id and kind <> 'mail';
  perform transitions.audit(p_tenant, p_audit, m.thread_id, null, null,
                            p_content || jsonb_build_object('matter', p_id, 'by', p_by));
end $$;

create function transitions.withdraw_draft(p_tenant text, p_thread bigint, p_by text) returns void language plpgsql as $$
declare
  v_id text;
begin
  select id into v_id from countersign.matters
   where tenant = p_tenant and thread_id = p_thread and kind = 'draft' and state = 'open';
  if found then perform transitions.move_matter(p_tenant, v_id, 'withdrawn', p_by, 'draft.withdrawn', '{}'); end if;
end $$;

-- One more mail below the card of a conversation that was handed over.
create function transitions.add_mail_card(p_tenant text, p_matter text, p_content jsonb) returns void language sql as $$
  insert into countersign.cards (tenant, matter, kind, channel, place, content)
  select p_tenant, p_matter, 'mail', c.channel, c.place, p_content from countersign.cards c
   where c.tenant = p_tenant and c.matter = p_matter and c.kind = 'hand_over'
$$;

-- What a colleague said or did in a conversation, so that later turns know of it. False where it is on record already.
create function transitions.append_colleague(p_tenant text, p_thread bigint, p jsonb) returns boolean language plpgsql as $$
begin
  insert into countersign.entries
    (tenant, thread_id, seq, identity, source, kind, principal_kind, principal, content, sent_at)
  select p_tenant, p_thread, t.inbox + 1, p->>'identity', 'colleague', 'colleague', 'staff', p->>'account',
         jsonb_build_object('text', p->>'text', 'author', p->>'account', 'place', p->'place', 'colleague', p->>'did'),
         extract(epoch from clock_timestamp())
    from countersign.threads t where t.tenant = p_tenant and t.id = p_thread
  on conflict (tenant, identity) do nothing;
  if not found then return false; end if;
  update countersign.threads set inbox = inbox + 1, rung_at = clock_timestamp()
   where tenant = p_tenant and id = p_thread;
  return true;
end $$;

-- What a colleague writes may hold anybody's records, so that it goes to the customer alone.
create function transitions.last_place(p_tenant text, p_thread bigint) returns jsonb language sql stable as $$
  select (content->'place') - 'cc' from countersign.entries
   where tenant = p_tenant and thread_id = p_thread and kind = 'message' and content is not null
   order by seq desc limit 1
$$;

-- A colleague has answered the customer: the agent's draft is withdrawn, and the open requests of the thread say so.
create function transitions.colleague_answered(p_tenant text, p_thread bigint, p jsonb) returns boolean
language plpgsql as $$
declare
  v_id text;
begin
  if not transitions.append_colleague(p_tenant, p_thread, p || jsonb_build_object('did', 'answered',
           'place', transitions.last_place(p_tenant, p_thread))) then
    return false;
  end if;
  perform transitions.withdraw_draft(p_tenant, p_thread, p->>'account');
  for v_id in
    update countersign.approvals set details = details || jsonb_build_object('answeredBy', p->>'account')
     where tenant = p_tenant and thread_id = p_thread and state in ('open', 'unknown') returning id
  loop
    perform transitions.wake_cards(p_tenant, v_id);
  end loop;
  for v_id in select id from countersign.matters
               where tenant = p_tenant and thread_id = p_thread and kind = 'hand_over' and state = 'open' loop
    perform transitions.add_mail_card(p_tenant, v_id,
      jsonb_build_object('by', 'colleague', 'account', p->>'account', 'text', p->>'text'));
  end loop;
  return true;
end $$;

create function transitions.add_matter(p_tenant text, p_thread bigint, p_turn bigint, p_reply bigint, m jsonb)
returns void language plpgsql as $$
declare
  c jsonb;
begin
  insert into countersign.matters (tenant, id, kind, thread_id, turn_id, desk, reply, text, details)
  values (p_tenant, m->>'id', m->>'kind', p_thread, p_turn, m->>'desk', p_reply, m->>'draft', m->'details');
  for c in select * from jsonb_array_elements(m->'cards') loop
    insert into countersign.cards (tenant, matter, kind, channel, place)
    values (p_tenant, m->>'id', c->>'kind', c->>'channel', c->'place');
  end loop;
end $$;

-- Ends a turn of a mail conversation. `mail` says what becomes of its reply: it is sent, waits as a draft, goes with a
-- hand-over, or is none. `held` is the hand-over that the worker knew of: if that has changed, the turn begins anew.
create function transitions.end_mail_turn(p_tenant text, p jsonb) returns jsonb language plpgsql as $$
declare
  v_thread bigint := (p->>'thread')::bigint;
  v_turn bigint := (p->>'turn')::bigint;
  v_mail jsonb := p->'mail';
  v_held text;
  v_reply bigint;
  v_late boolean;
  c jsonb;
  r jsonb;
begin
  perform set_config('countersign.tenant', p_tenant, true);
  perform 1 from countersign.threads where tenant = p_tenant and id = v_thread for no key update;
  select id into v_held from countersign.matters
   where tenant = p_tenant and thread_id = v_thread and kind = 'hand_over' and state = 'open';
  if v_held is distinct from v_mail->>'held' then return jsonb_build_object('kind', 'revised'); end if;
  -- A colleague answered after what the turn is about. The outcome of a signed call is told all the same.
  select exists (select 1 from countersign.entries
                  where tenant = p_tenant and thread_id = v_thread and kind = 'colleague'
                    and content->>'colleague' = 'answered'
                    and seq > (select max(seq) from countersign.entries
                                where tenant = p_tenant and thread_id = v_thread and turn_id = v_turn and kind = 'message'))
         and not exists (select 1 from countersign.entries
                          where tenant = p_tenant and thread_id = v_thread and turn_id = v_turn and kind = 'outcome')
    into v_late;
  r := transitions.finish_turn(p_tenant, p);
  if r->>'kind' <> 'done' then return r; end if;
  v_reply := (r->>'reply')::bigint;
  if v_mail->>'kind' = 'none' or (v_late and v_mail->>'kind' in ('send', 'draft')) then
    update countersign.outbox set state = 'dropped' where tenant = p_tenant and id = v_reply;
  elsif v_mail->>'kind' = 'draft' then
    update countersign.outbox set state = 'draft' where tenant = p_tenant and id = v_reply;
    perform transitions.withdraw_draft(p_tenant, v_thread, null);
    perform transitions.add_matter(p_tenant, v_thread, v_turn, v_reply, v_mail->'matter');
    perform transitions.audit(p_tenant, 'draft.made', v_thread, null, null,
      jsonb_build_object('matter', v_mail->'matter'->>'id', 'reply', v_reply, 'turn', v_turn));
  elsif v_mail->>'kind' = 'hand_over' then
    if not (v_mail->>'tells')::boolean then
      update countersign.outbox set state = 'dropped' where tenant = p_tenant and id = v_reply;
    end if;
    perform transitions.withdraw_draft(p_tenant, v_thread, null);
    perform transitions.add_matter(p_tenant, v_thread, v_turn, null, v_mail->'matter');
    perform transitions.audit(p_tenant, 'thread.handed_over', v_thread, null, null,
      jsonb_build_object('matter', v_mail->'matter'->>'id', 'why', v_mail->'matter'->'details'->'why', 'turn', v_turn));
  end if;
  if v_held is not null then
    for c in select * from jsonb_array_elements(coalesce(v_mail->'came', '[]')) loop
      perform transitions.add_mail_card(p_tenant, v_held, c);
    end loop;
  end if;
  return r || jsonb_build_object(
    'hurry', (r->>'hurry')::boolean and (select state = 'ready' from countersign.outbox
                                          where tenant = p_tenant and id = v_reply),
    'cards', transitions.waiting_cards_of(p_tenant, v_thread));
end $$;

-- Parks a turn whose customer is told nothing meanwhile, because a colleague reads what goes to them.
create function transitions.park_quietly(p_tenant text, p jsonb) returns jsonb language plpgsql as $$
declare
  r jsonb := transitions.park_turn(p_tenant, p);
begin
  update countersign.outbox set state = 'dropped'
   where tenant = p_tenant and thread_id = (p->>'thread')::bigint and kind = 'notice' and state = 'ready'
     and created_at = now();
  return case when r->>'kind' = 'lost' then r else r || '{"notice": null}' end;
end $$;

create function transitions.matter_decision(m countersign.matters) returns jsonb language sql stable as $$
  select jsonb_build_object('kind', 'decided', 'matter', transitions.matter_json(m))
$$;

create function transitions.send_draft(p_tenant text, p jsonb) returns jsonb language plpgsql as $$
declare
  m countersign.matters := transitions.lock_matter(p_tenant, p->>'matter');
  v_edited boolean := p->>'text' <> m.text;
  v_place jsonb;
begin
  if m.id is null then return jsonb_build_object('kind', 'none'); end if;
  if m.kind <> 'draft' or m.state <> 'open' then return transitions.matter_decision(m); end if;
  update countersign.outbox
     set state = 'ready', due_at = clock_timestamp(), body = p->>'text',
         place = case when v_edited then place || '{"writer": "colleague"}' else place end
   where tenant = p_tenant and id = m.reply returning place into v_place;
  perform transitions.move_matter(p_tenant, m.id, 'sent', p->>'account', 'draft.sent',
    jsonb_build_object('person', p->>'person', 'reply', m.reply, 'edited', v_edited, 'text', p->>'text'));
  if v_edited then
    perform transitions.append_colleague(p_tenant, m.thread_id, jsonb_build_object(
      'identity', p->>'identity', 'account', p->>'account', 'text', p->>'text', 'place', v_place, 'did', 'edited'));
  end if;
  return transitions.done_in(p_tenant, m.thread_id, m.reply);
end $$;

create function transitions.discard_draft(p_tenant text, p jsonb) returns jsonb language plpgsql as $$
declare
  m countersign.matters := transitions.lock_matter(p_tenant, p->>'matter');
begin
  if m.id is null then return jsonb_build_object('kind', 'none'); end if;
  if m.kind <> 'draft' or m.state <> 'open' then return transitions.matter_decision(m); end if;
  perform transitions.move_matter(p_tenant, m.id, 'discarded', p->>'account', 'draft.discarded',
    jsonb_build_object('person', p->>'person'));
  perform transitions.append_colleague(p_tenant, m.thread_id, jsonb_build_object(
    'identity', p->>'identity', 'account', p->>'account', 'text', p->>'text', 'did', 'discarded',
    'place', transitions.last_place(p_tenant, m.thread_id)));
  return transitions.done_in(p_tenant, m.thread_id, null);
end $$;

create function transitions.give_back(p_tenant text, p jsonb) returns jsonb language plpgsql as $$
declare
  m countersign.matters := transitions.lock_matter(p_tenant, p->>'matter');
begin
  if m.id is null then return jsonb_build_object('kind', 'none'); end if;
  if m.kind <> 'hand_over' or m.state <> 'open' then return transitions.matter_decision(m); end if;
  perform transitions.move_matter(p_tenant, m.id, 'returned', p->>'account', 'thread.given_back',
    jsonb_build_object('person', p->>'person'));
  return transitions.done_in(p_tenant, m.thread_id, null);
end $$;

-- A colleague writes to the customer of a mail conversation; `identity` is the form that they filled in, which counts once.
create function transitions.write_to_customer(p_tenant text, p jsonb) returns jsonb language plpgsql as $$
declare
  v_thread bigint := (p->>'thread')::bigint;
  v_reply bigint;
begin
  perform set_config('countersign.tenant', p_tenant, true);
  perform 1 from countersign.threads where tenant = p_tenant and id = v_thread and channel = 'email' for no key update;
  if not found then return jsonb_build_object('kind', 'none'); end if;
  if not transitions.colleague_answered(p_tenant, v_thread, p) then
    return jsonb_build_object('kind', 'duplicate');
  end if;
  insert into countersign.outbox (tenant, thread_id, kind, place, body, state)
  values (p_tenant, v_thread, 'colleague', transitions.last_place(p_tenant, v_thread) || '{"writer": "colleague"}',
          p->>'text', 'ready') returning id into v_reply;
  perform transitions.audit(p_tenant, 'mail.written', v_thread, null, null, jsonb_build_object(
    'by', p->>'account', 'person', p->>'person', 'reply', v_reply, 'text', p->>'text'));
  return transitions.done_in(p_tenant, v_thread, v_reply);
end $$;

-- A colleague has answered from the mailbox itself. Of a conversation of the mailbox, several people may be part, each with
-- a thread of their own: it goes to those who are its recipients.
create function transitions.take_colleague_mail(p_tenant text, p jsonb) returns jsonb language plpgsql as $$
declare
  v_thread bigint;
  v_threads jsonb := '[]';
  v_cards jsonb := '[]';
begin
  perform set_config('countersign.tenant', p_tenant, true);
  update countersign.mail_cursors set cursor = p->>'to'
   where tenant = p_tenant and mailbox = p->>'mailbox' and cursor = p->>'from';
  if not found then return jsonb_build_object('kind', 'moved'); end if;
  for v_thread in
    select id from countersign.threads
     where tenant = p_tenant and channel = 'email' and split_part(address, ' ', 3) = p->>'conversation'
       and split_part(address, ' ', 2) in (select jsonb_array_elements_text(p->'recipients'))
     order by id for no key update
  loop
    if transitions.colleague_answered(p_tenant, v_thread,
         p || jsonb_build_object('identity', transitions.text_digest(p->>'identity', v_thread::text))) then
      perform transitions.audit(p_tenant, 'mail.noted', v_thread, null, null,
        jsonb_build_object('by', p->>'account', 'text', p->>'text'));
      v_threads := v_threads || to_jsonb(v_thread);
      v_cards := v_cards || transitions.waiting_cards_of(p_tenant, v_thread);
    end if;
  end loop;
  return jsonb_build_object('kind', 'noted', 'threads', v_threads, 'cards', v_cards);
end $$;

create function transitions.scrub_matters(p_tenant text, p_thread bigint, p_literals jsonb) returns void language plpgsql as $$
declare
  v_forms text[] := transitions.secret_forms(p_literals);
begin
  update countersign.matters
     set text = transitions.scrubbed_text(text, v_forms), details = transitions.scrubbed_values(details, v_forms)
   where tenant = p_tenant and thread_id = p_thread;
  update countersign.cards
     set wanted = wanted + 1, content = transitions.scrubbed_values(content, v_forms)
   where tenant = p_tenant
     and matter in (select id from countersign.matters where tenant = p_tenant and thread_id = p_thread);
end $$;

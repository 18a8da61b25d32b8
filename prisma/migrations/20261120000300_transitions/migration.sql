-- The transitions of a thread, one round trip each. They are functions rather than single statements with CTEs because
-- each statement inside sees what was committed while it waited for the thread's row; one big statement would go on
-- with the snapshot from before the wait and lose a wake-up. Every one names its tenant first, so that row-level
-- security holds inside. Arguments and results are JSON objects, tagged by `kind`.

create function countersign.ensure_tenant(p_tenant text, p jsonb) returns jsonb language plpgsql as $$
begin
  perform set_config('countersign.tenant', p_tenant, true);
  insert into countersign.tenants (id, name) values (p_tenant, p->>'name') on conflict (id) do nothing;
  return jsonb_build_object('kind', 'ok');
end $$;

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
alter table countersign.overheard enable row level security;
create policy of_tenant on countersign.overheard using (tenant = current_setting('countersign.tenant', true))
  with check (tenant = current_setting('countersign.tenant', true));
grant select, insert, update, delete on countersign.overheard to countersign_app;

-- One entry more in a thread whose row this transaction has locked.
create function countersign.append_entry(p_tenant text, p_thread bigint, p jsonb, p_content jsonb) returns boolean
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

create function countersign.overhear(p_tenant text, p jsonb) returns jsonb language plpgsql as $$
begin
  insert into countersign.overheard (tenant, identity, channel, address, sent_at, entry)
  values (p_tenant, p->>'identity', p->>'channel', p->>'address', (p->>'sentAt')::numeric, p)
  on conflict (tenant, identity) do nothing;
  return jsonb_build_object('kind', 'not_ours');
end $$;

-- A door saves what happened. The thread is the one of the parent message where that is known, else the one at the
-- address; only an entry that is addressed to us may begin a thread.
create function countersign.save_entry(p_tenant text, p jsonb) returns jsonb language plpgsql as $$
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
    if not v_addressed then return countersign.overhear(p_tenant, p); end if;
    insert into countersign.threads (tenant, channel, address, desk)
    values (p_tenant, p->>'channel', p->>'address', p->>'desk') returning id into v_thread;
  end if;

  perform 1 from countersign.threads where tenant = p_tenant and id = v_thread for no key update;
  -- Said before anyone called us, and late to arrive.
  if not v_addressed and not exists (select 1 from countersign.entries
       where tenant = p_tenant and thread_id = v_thread and sent_at < (p->>'sentAt')::numeric) then
    return countersign.overhear(p_tenant, p);
  end if;
  -- The first that stands amid a conversation of others brings what they said; a deleted one brought nothing.
  if (p->>'amid')::boolean and not exists (select 1 from countersign.entries
       where tenant = p_tenant and thread_id = v_thread and withdrawn_at is null) then
    v_content := v_content || '{"earlier": true}';
  end if;
  if not countersign.append_entry(p_tenant, v_thread, p, v_content) then
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
      perform countersign.append_entry(p_tenant, v_thread, h.entry, h.entry->'content');
    end loop;
  end if;
  return jsonb_build_object('kind', 'saved', 'thread', v_thread);
end $$;

-- Edits (`content` given) and deletes (no `content`) an entry that is not answered yet. Where a turn has it in hand,
-- the thread is marked revised: the turn is told at its next write and starts over.
create function countersign.revise_entry(p_tenant text, p jsonb) returns jsonb language plpgsql as $$
declare
  v_thread bigint;
  e countersign.entries;
begin
  perform set_config('countersign.tenant', p_tenant, true);
  select thread_id into v_thread from countersign.entries where tenant = p_tenant and identity = p->>'identity';
  if not found then
    if p ? 'content' then
      update countersign.overheard
         set entry = jsonb_set(entry, '{content}', (entry->'content') || (p->'content'))
       where tenant = p_tenant and identity = p->>'identity';
    else
      delete from countersign.overheard where tenant = p_tenant and identity = p->>'identity';
    end if;
    return jsonb_build_object('kind', 'unknown');
  end if;
  perform 1 from countersign.threads where tenant = p_tenant and id = v_thread for no key update;
  select * into e from countersign.entries where tenant = p_tenant and identity = p->>'identity';
  if e.turn_id is not null
     and not exists (select 1 from countersign.turns where tenant = p_tenant and id = e.turn_id and state = 'running') then
    return jsonb_build_object('kind', 'answered');
  end if;
  if e.withdrawn_at is not null
     or (p ? 'content' and e.content->>'text' = p->'content'->>'text')
     or (p->'content'->>'edited')::numeric < (e.content->>'edited')::numeric then
    return jsonb_build_object('kind', 'unchanged');
  end if;
  if p ? 'content' then
    update countersign.entries set content = e.content || (p->'content')
     where tenant = p_tenant and thread_id = v_thread and seq = e.seq;
  else
    update countersign.entries set withdrawn_at = clock_timestamp()
     where tenant = p_tenant and thread_id = v_thread and seq = e.seq;
  end if;
  update countersign.threads
     set inbox = inbox + 1, rung_at = clock_timestamp(), revised = revised or e.turn_id is not null
   where tenant = p_tenant and id = v_thread;
  return jsonb_build_object('kind', 'revised', 'thread', v_thread);
end $$;

create function countersign.steps_of(p_tenant text, p_turn bigint) returns jsonb language sql stable as $$
  select coalesce(jsonb_agg(jsonb_build_object('n', n, 'kind', kind, 'content', content) order by n), '[]')
    from countersign.steps where tenant = p_tenant and turn_id = p_turn
$$;

-- What was dispatched and will not be waited for any more: whether it took effect is not known.
create function countersign.leave_calls_unknown(p_tenant text, p_turn bigint) returns void language sql as $$
  update countersign.tool_calls
     set state = 'unknown', reason = 'the turn ended before an outcome was recorded', ended_at = clock_timestamp()
   where tenant = p_tenant and turn_id = p_turn and state = 'dispatching'
$$;

-- A turn whose entries were edited or deleted under its hands ends without a reply; what it did stays on record.
-- Entries that still stand wait again. A message that it had begun to stream is left for the next turn, or dropped.
create function countersign.end_superseded(p_tenant text, p_thread bigint, p_turn bigint) returns void
language plpgsql as $$
begin
  update countersign.turns set state = 'superseded', ended_at = clock_timestamp() where tenant = p_tenant and id = p_turn;
  perform countersign.leave_calls_unknown(p_tenant, p_turn);
  update countersign.entries set turn_id = null
   where tenant = p_tenant and thread_id = p_thread and turn_id = p_turn and withdrawn_at is null;
  if not found then
    update countersign.outbox set state = 'dropping', due_at = clock_timestamp()
     where tenant = p_tenant and thread_id = p_thread and state = 'opening';
  end if;
end $$;

-- A worker claims the thread, takes up the turn that was left or begins one with the leading run of waiting entries of
-- one principal, and gets all that the turn needs. `taken` is the inbox that will be answered when it is done; entries
-- that must wait for the next turn keep it short of `inbox`, so that the release goes round again.
create function countersign.claim_thread(p_tenant text, p jsonb) returns jsonb language plpgsql as $$
declare
  t countersign.threads;
  u countersign.turns;
  o countersign.outbox;
  v_context int := (p->>'context')::int;
  v_crashed boolean;
  v_resumed boolean := true;
  v_untouched boolean := false;
  v_input jsonb;
  v_steps jsonb;
  v_history jsonb := '[]';
  v_left boolean;
begin
  perform set_config('countersign.tenant', p_tenant, true);
  select * into t from countersign.threads where tenant = p_tenant and id = (p->>'thread')::bigint for no key update;
  if not found then return jsonb_build_object('kind', 'idle'); end if;
  if t.leased_until > clock_timestamp() or t.due_at > clock_timestamp() then
    return jsonb_build_object('kind', 'busy');
  end if;
  v_crashed := t.leased_until is not null;

  if t.turns > 0 then
    select * into u from countersign.turns
     where tenant = p_tenant and thread_id = t.id and number = t.turns and state = 'running';
  end if;
  -- Revised while it was in nobody's hands: nothing of it may be taken up.
  if u.id is not null and t.revised then
    perform countersign.end_superseded(p_tenant, t.id, u.id);
    u := null;
  end if;
  if u.id is not null then
    if v_crashed then
      update countersign.turns set attempts = attempts + 1 where tenant = p_tenant and id = u.id returning * into u;
    end if;
    v_steps := countersign.steps_of(p_tenant, u.id);
    -- A turn that only waited for the model has done nothing yet: what its principal said since belongs to it.
    -- One that died on the way may be its own entries' fault, and is left as it is.
    v_untouched := u.attempts = 0 and not v_steps @> '[{"kind": "model"}]'
      and not exists (select 1 from countersign.outbox
                       where tenant = p_tenant and thread_id = t.id and state = 'opening');
  end if;
  if u.id is null or v_untouched then
    with waiting as (
      select seq, principal_kind, principal, content, sent_at,
             row_number() over (order by sent_at, seq) as rn
        from countersign.entries
       where tenant = p_tenant and thread_id = t.id and seq > t.done_inbox and turn_id is null and withdrawn_at is null
    ), run as (
      select w.* from waiting w, waiting f
       where f.rn = 1 and w.rn < coalesce((select min(x.rn) from waiting x
              where (x.principal_kind, x.principal) <> (f.principal_kind, f.principal)), 9223372036854775807)
    )
    select jsonb_build_object(
             'seqs', jsonb_agg(seq order by rn), 'entries', jsonb_agg(content order by rn),
             'principal_kind', min(principal_kind), 'principal', min(principal),
             'left', (select count(*) from waiting) > count(*))
      into v_input from run;
  end if;
  if u.id is null then
    v_resumed := false;
    if v_input->>'principal' is null then
      update countersign.threads set leased_until = null, due_at = null, revised = false, done_inbox = inbox
       where tenant = p_tenant and id = t.id;
      return jsonb_build_object('kind', 'idle');
    end if;
    insert into countersign.turns (tenant, thread_id, number, principal_kind, principal)
    values (p_tenant, t.id, t.turns + 1, v_input->>'principal_kind', v_input->>'principal') returning * into u;
    update countersign.entries set turn_id = u.id
     where tenant = p_tenant and thread_id = t.id
       and seq in (select s::bigint from jsonb_array_elements_text(v_input->'seqs') s);
    v_steps := jsonb_build_array(jsonb_build_object('n', 0, 'kind', 'input',
      'content', jsonb_build_object('entries', v_input->'entries')));
    insert into countersign.steps (tenant, turn_id, n, kind, content)
    values (p_tenant, u.id, 0, 'input', v_steps->0->'content');
    v_left := (v_input->>'left')::boolean;
  elsif v_untouched and v_input->>'principal' = u.principal and v_input->>'principal_kind' = u.principal_kind then
    v_steps := v_steps || jsonb_build_object('n', jsonb_array_length(v_steps), 'kind', 'input',
      'content', jsonb_build_object('entries', v_input->'entries'));
    insert into countersign.steps (tenant, turn_id, n, kind, content)
    values (p_tenant, u.id, jsonb_array_length(v_steps) - 1, 'input', v_steps->-1->'content');
    update countersign.entries set turn_id = u.id
     where tenant = p_tenant and thread_id = t.id
       and seq in (select s::bigint from jsonb_array_elements_text(v_input->'seqs') s);
    v_left := (v_input->>'left')::boolean;
  else
    v_left := exists (select 1 from countersign.entries
                       where tenant = p_tenant and thread_id = t.id and seq > t.done_inbox and turn_id is null
                         and withdrawn_at is null);
  end if;

  update countersign.threads
     set epoch = epoch + 1, due_at = null, revised = false, turns = u.number,
         leased_until = clock_timestamp() + make_interval(secs => (p->>'leaseMs')::float / 1000)
   where tenant = p_tenant and id = t.id returning * into t;

  -- A streamed message that a former worker or a superseded turn left open is taken over.
  if v_resumed or t.turns > 1 then
    update countersign.outbox set turn_id = u.id
     where tenant = p_tenant and thread_id = t.id and state = 'opening' returning * into o;
  end if;
  if u.number > 1 then
    select coalesce(jsonb_agg(jsonb_build_object('number', h.number, 'state', h.state,
             'steps', countersign.steps_of(p_tenant, h.id)) order by h.number), '[]')
      into v_history
      from countersign.turns h
     where h.tenant = p_tenant and h.thread_id = t.id and h.number < u.number
       and h.number > least(t.summary_upto, u.number - 1 - v_context)
       and h.number > u.number - 1 - 3 * v_context;
  end if;
  return jsonb_build_object(
    'kind', 'turn', 'epoch', t.epoch, 'taken', case when v_left then t.inbox - 1 else t.inbox end, 'resumed', v_resumed,
    'thread', jsonb_build_object('id', t.id, 'channel', t.channel, 'address', t.address, 'desk', t.desk,
                                 'summary', t.summary, 'summaryUpto', t.summary_upto, 'notes', t.notes, 'parks', t.parks),
    'turn', jsonb_build_object('id', u.id, 'number', u.number, 'attempts', u.attempts, 'noticed', u.noticed,
                               'tokens', u.tokens,
                               'principal', jsonb_build_object('kind', u.principal_kind, 'id', u.principal)),
    'steps', v_steps, 'history', v_history,
    'open', case when o.id is null then null else jsonb_build_object('id', o.id, 'place', o.place,
              'messages', o.messages, 'since', extract(epoch from o.created_at)) end);
end $$;

-- A lease that was given up is not renewed: a renewal may arrive after the release that it was sent before.
create function countersign.renew_lease(p_tenant text, p jsonb) returns jsonb language plpgsql as $$
declare
  v_revised boolean;
begin
  perform set_config('countersign.tenant', p_tenant, true);
  update countersign.threads
     set leased_until = clock_timestamp() + make_interval(secs => (p->>'leaseMs')::float / 1000)
   where tenant = p_tenant and id = (p->>'thread')::bigint and epoch = (p->>'epoch')::bigint
     and leased_until is not null
  returning revised into v_revised;
  return jsonb_build_object('kind', case when not found then 'lost' when v_revised then 'revised' else 'ok' end);
end $$;

-- Steps, the calls they begin and the outcomes they bring. What did happen is recorded even if the entry was revised
-- meanwhile, and the turn is told so afterwards; calls are not begun any more.
create function countersign.record_steps(p_tenant text, p jsonb) returns jsonb language plpgsql as $$
declare
  t record;
  c jsonb;
  v_turn bigint := (p->>'turn')::bigint;
begin
  perform set_config('countersign.tenant', p_tenant, true);
  select epoch, leased_until, revised into t from countersign.threads
   where tenant = p_tenant and id = (p->>'thread')::bigint for no key update;
  if t.epoch is distinct from (p->>'epoch')::bigint or t.leased_until is null then
    return jsonb_build_object('kind', 'lost');
  end if;
  if t.revised and p ? 'calls' then return jsonb_build_object('kind', 'revised'); end if;
  insert into countersign.steps (tenant, turn_id, n, kind, content)
  select p_tenant, v_turn, (s->>'n')::int, s->>'kind', s->'content' from jsonb_array_elements(p->'steps') s;
  if p ? 'calls' then
    insert into countersign.tool_calls
      (tenant, id, thread_id, turn_id, tool, arguments, definition_hash, effect, rule, state, reason, ended_at)
    select p_tenant, k->>'id', (p->>'thread')::bigint, v_turn, k->>'tool', k->'arguments', k->>'definitionHash',
           k->>'effect', k->>'rule', k->>'state', k->>'reason',
           case when k->>'state' <> 'dispatching' then clock_timestamp() end
      from jsonb_array_elements(p->'calls') k;
  end if;
  if p ? 'outcomes' then
    -- One by one: a join with the array is planned as a read of all calls.
    for c in select * from jsonb_array_elements(p->'outcomes') loop
      update countersign.tool_calls set state = c->>'state', reason = c->>'reason', ended_at = clock_timestamp()
       where tenant = p_tenant and id = c->>'id' and state = 'dispatching';
    end loop;
  end if;
  return jsonb_build_object('kind', case when t.revised then 'revised' else 'ok' end);
end $$;

-- An earlier reply of the thread that is not sent yet goes first.
create function countersign.may_send(p_tenant text, p_thread bigint) returns boolean language plpgsql stable as $$
begin
  return not exists (select 1 from countersign.outbox
                      where tenant = p_tenant and thread_id = p_thread and state in ('ready', 'dropping'));
end $$;

-- The end of a turn: its last steps, its end, and the reply in the outbox, in one transaction. `hurry` tells whether the
-- worker may send it at once; it is left to that worker as long as it shows signs of life.
create function countersign.finish_turn(p_tenant text, p jsonb) returns jsonb language plpgsql as $$
declare
  t record;
  v_thread bigint := (p->>'thread')::bigint;
  v_turn bigint := (p->>'turn')::bigint;
  v_reply bigint;
  v_hurry boolean;
begin
  perform set_config('countersign.tenant', p_tenant, true);
  select epoch, leased_until, revised into t from countersign.threads
   where tenant = p_tenant and id = v_thread for no key update;
  if t.epoch is distinct from (p->>'epoch')::bigint or t.leased_until is null then
    return jsonb_build_object('kind', 'lost');
  end if;
  if t.revised then return jsonb_build_object('kind', 'revised'); end if;
  insert into countersign.steps (tenant, turn_id, n, kind, content)
  select p_tenant, v_turn, (s->>'n')::int, s->>'kind', s->'content' from jsonb_array_elements(p->'steps') s;
  update countersign.turns
     set state = p->>'state', tokens = (p->>'tokens')::int, ended_at = clock_timestamp()
   where tenant = p_tenant and id = v_turn;
  if p->>'state' = 'failed' then perform countersign.leave_calls_unknown(p_tenant, v_turn); end if;
  v_hurry := countersign.may_send(p_tenant, v_thread);
  insert into countersign.outbox (tenant, thread_id, turn_id, kind, place, body, state, due_at)
  values (p_tenant, v_thread, v_turn, 'reply', p->'reply'->'place', p->'reply'->>'body', 'ready',
          clock_timestamp() + make_interval(secs => case when v_hurry then (p->>'sendMs')::float / 1000 else 0 end))
  on conflict (tenant, turn_id) where kind = 'reply'
  do update set body = excluded.body, state = 'ready', due_at = excluded.due_at
  returning id into v_reply;
  if p->>'notes' is not null or (p->>'parks')::int > 0 then
    update countersign.threads set notes = coalesce(p->>'notes', notes), parks = 0
     where tenant = p_tenant and id = v_thread;
  end if;
  return jsonb_build_object('kind', 'done', 'reply', v_reply, 'hurry', v_hurry);
end $$;

create function countersign.supersede_turn(p_tenant text, p jsonb) returns jsonb language plpgsql as $$
declare
  v_thread bigint := (p->>'thread')::bigint;
begin
  perform set_config('countersign.tenant', p_tenant, true);
  perform 1 from countersign.threads
   where tenant = p_tenant and id = v_thread and epoch = (p->>'epoch')::bigint and leased_until is not null
     for no key update;
  if not found then return jsonb_build_object('kind', 'lost'); end if;
  perform countersign.end_superseded(p_tenant, v_thread, (p->>'turn')::bigint);
  update countersign.threads set revised = false, leased_until = null, rung_at = clock_timestamp()
   where tenant = p_tenant and id = v_thread;
  return jsonb_build_object('kind', 'ok');
end $$;

-- The model is away: the turn keeps its steps and waits for `due_at`. The person is told once.
create function countersign.park_turn(p_tenant text, p jsonb) returns jsonb language plpgsql as $$
declare
  v_thread bigint := (p->>'thread')::bigint;
  v_turn bigint := (p->>'turn')::bigint;
  v_notice bigint;
  v_hurry boolean;
begin
  perform set_config('countersign.tenant', p_tenant, true);
  update countersign.threads
     set parks = parks + 1, leased_until = null,
         due_at = clock_timestamp() + make_interval(secs => greatest((p->>'waitMs')::float / 1000,
                    least((p->>'maxWaitMs')::float / 1000, power(2, least(parks, 20)))))
   where tenant = p_tenant and id = v_thread and epoch = (p->>'epoch')::bigint and leased_until is not null;
  if not found then return jsonb_build_object('kind', 'lost'); end if;
  update countersign.turns set noticed = true where tenant = p_tenant and id = v_turn and not noticed;
  if found then
    v_hurry := countersign.may_send(p_tenant, v_thread);
    insert into countersign.outbox (tenant, thread_id, kind, place, body, state, due_at)
    values (p_tenant, v_thread, 'notice', p->'notice'->'place', p->'notice'->>'body', 'ready',
            clock_timestamp() + make_interval(secs => case when v_hurry then (p->>'sendMs')::float / 1000 else 0 end))
    returning id into v_notice;
  end if;
  return jsonb_build_object('kind', 'parked', 'notice', case when v_hurry then v_notice end);
end $$;

-- A worker that stops gives the thread back with its turn as it stands.
create function countersign.hand_back(p_tenant text, p jsonb) returns jsonb language plpgsql as $$
begin
  perform set_config('countersign.tenant', p_tenant, true);
  update countersign.threads set leased_until = null, rung_at = clock_timestamp()
   where tenant = p_tenant and id = (p->>'thread')::bigint and epoch = (p->>'epoch')::bigint
     and leased_until is not null;
  return jsonb_build_object('kind', case when found then 'ok' else 'lost' end);
end $$;

-- Marks the reply sent, unless a deliver job has it by now and finds out for itself, and lets the thread go if nothing came in since it was taken.
create function countersign.release_thread(p_tenant text, p jsonb) returns jsonb language plpgsql as $$
declare
  v_thread bigint := (p->>'thread')::bigint;
begin
  perform set_config('countersign.tenant', p_tenant, true);
  if p->'sent' is not null and jsonb_typeof(p->'sent') = 'object' then
    update countersign.outbox set state = 'sent', sent_at = clock_timestamp(), messages = p->'sent'->'messages', last_error = null
     where tenant = p_tenant and thread_id = v_thread and id = (p->'sent'->>'reply')::bigint
       and state = 'ready' and attempts = 0;
  end if;
  update countersign.threads set leased_until = null, done_inbox = inbox
   where tenant = p_tenant and id = v_thread and epoch = (p->>'epoch')::bigint and inbox = (p->>'taken')::bigint;
  if found then return jsonb_build_object('kind', 'released'); end if;
  update countersign.threads set leased_until = null
   where tenant = p_tenant and id = v_thread and epoch = (p->>'epoch')::bigint;
  return jsonb_build_object('kind', case when found then 'more' else 'lost' end);
end $$;

create function countersign.save_summary(p_tenant text, p jsonb) returns jsonb language plpgsql as $$
begin
  perform set_config('countersign.tenant', p_tenant, true);
  update countersign.threads set summary = p->>'summary', summary_upto = (p->>'upto')::int
   where tenant = p_tenant and id = (p->>'thread')::bigint and summary_upto = (p->>'from')::int;
  return jsonb_build_object('kind', case when found then 'saved' else 'overtaken' end);
end $$;

-- The exchanges that the summary does not cover yet and that are older than the ones given whole.
create function countersign.unsummarized(p_tenant text, p jsonb) returns jsonb language plpgsql as $$
declare
  t countersign.threads;
  v_upto int;
begin
  perform set_config('countersign.tenant', p_tenant, true);
  select * into t from countersign.threads where tenant = p_tenant and id = (p->>'thread')::bigint;
  v_upto := least(t.turns - (p->>'context')::int, t.summary_upto + (p->>'most')::int);
  if t.id is null or v_upto <= t.summary_upto then return jsonb_build_object('kind', 'none'); end if;
  return jsonb_build_object('kind', 'some', 'from', t.summary_upto, 'upto', v_upto, 'summary', t.summary, 'turns', (
    select coalesce(jsonb_agg(jsonb_build_object('number', h.number, 'state', h.state,
             'steps', countersign.steps_of(p_tenant, h.id)) order by h.number), '[]')
      from countersign.turns h
     where h.tenant = p_tenant and h.thread_id = t.id and h.number > t.summary_upto and h.number <= v_upto));
end $$;

-- A slow reply: its row is there before its message is begun, and learns the message's id afterwards.
create function countersign.open_reply(p_tenant text, p jsonb) returns jsonb language plpgsql as $$
declare
  v_thread bigint := (p->>'thread')::bigint;
  v_reply bigint;
begin
  perform set_config('countersign.tenant', p_tenant, true);
  perform 1 from countersign.threads
   where tenant = p_tenant and id = v_thread and epoch = (p->>'epoch')::bigint and leased_until is not null
     for no key update;
  if not found then return jsonb_build_object('kind', 'lost'); end if;
  if not countersign.may_send(p_tenant, v_thread) then return jsonb_build_object('kind', 'waits'); end if;
  insert into countersign.outbox (tenant, thread_id, turn_id, kind, place, state)
  values (p_tenant, v_thread, (p->>'turn')::bigint, 'reply', p->'place', 'opening') returning id into v_reply;
  return jsonb_build_object('kind', 'opened', 'reply', v_reply);
end $$;

create function countersign.note_messages(p_tenant text, p jsonb) returns jsonb language plpgsql as $$
begin
  perform set_config('countersign.tenant', p_tenant, true);
  perform 1 from countersign.threads
   where tenant = p_tenant and id = (p->>'thread')::bigint and epoch = (p->>'epoch')::bigint and leased_until is not null
     for no key update;
  if not found then return jsonb_build_object('kind', 'lost'); end if;
  update countersign.outbox set messages = p->'messages'
   where tenant = p_tenant and id = (p->>'reply')::bigint and state = 'opening';
  return jsonb_build_object('kind', 'ok');
end $$;

-- A deliver job claims a due row of the outbox; an earlier one of the same thread goes first. `attempts` is the row's
-- epoch: who has counted one attempt less has lost it.
create function countersign.claim_reply(p_tenant text, p jsonb) returns jsonb language plpgsql as $$
declare
  o countersign.outbox;
begin
  perform set_config('countersign.tenant', p_tenant, true);
  update countersign.outbox r
     set attempts = attempts + 1, due_at = clock_timestamp() + make_interval(secs => (p->>'sendMs')::float / 1000)
   where tenant = p_tenant and id = (p->>'reply')::bigint and state in ('ready', 'dropping')
     and due_at <= clock_timestamp()
     and not exists (select 1 from countersign.outbox e where e.tenant = p_tenant and e.thread_id = r.thread_id
                       and e.id < r.id and e.state in ('ready', 'dropping'))
  returning * into o;
  if not found then return jsonb_build_object('kind', 'busy'); end if;
  return jsonb_build_object('kind', o.state, 'reply', jsonb_build_object('id', o.id, 'place', o.place, 'body', o.body,
    'messages', o.messages, 'attempts', o.attempts, 'since', extract(epoch from o.created_at),
    'channel', (select channel from countersign.threads where tenant = p_tenant and id = o.thread_id)));
end $$;

create function countersign.renew_reply(p_tenant text, p jsonb) returns jsonb language plpgsql as $$
begin
  perform set_config('countersign.tenant', p_tenant, true);
  update countersign.outbox set due_at = clock_timestamp() + make_interval(secs => (p->>'sendMs')::float / 1000)
   where tenant = p_tenant and id = (p->>'reply')::bigint and attempts = (p->>'attempts')::int
     and state in ('ready', 'dropping');
  return jsonb_build_object('kind', case when found then 'ok' else 'lost' end);
end $$;

create function countersign.settle_reply(p_tenant text, p jsonb) returns jsonb language plpgsql as $$
begin
  perform set_config('countersign.tenant', p_tenant, true);
  update countersign.outbox
     set state = coalesce(p->>'state', state), messages = coalesce(p->'messages', messages),
         sent_at = case when p->>'state' = 'sent' then clock_timestamp() end, last_error = p->>'error',
         due_at = clock_timestamp() + make_interval(secs => coalesce((p->>'waitMs')::float, 0) / 1000)
   where tenant = p_tenant and id = (p->>'reply')::bigint and attempts = (p->>'attempts')::int
     and state in ('ready', 'dropping');
  return jsonb_build_object('kind', case when found then 'ok' else 'lost' end);
end $$;

-- What waits, over all tenants, ids only: the sweeper rings for it. Runs as the owner, whom row-level security lets pass.
create function countersign.due_work(p jsonb) returns jsonb language plpgsql security definer
  set search_path = countersign, pg_temp as $$
declare
  v_threads jsonb;
  v_replies jsonb;
begin
  delete from countersign.overheard where created_at < clock_timestamp() - interval '10 minutes';
  with due as (
    select tenant, id from countersign.threads
     where done_inbox < inbox
       and (leased_until is null or leased_until < clock_timestamp())
       and (due_at is null or due_at <= clock_timestamp())
       and (rung_at < clock_timestamp() - make_interval(secs => (p->>'ringAgainMs')::float / 1000)
            or rung_at < leased_until or rung_at < due_at)
     order by rung_at limit (p->>'limit')::int for update skip locked
  ), rung as (
    update countersign.threads t set rung_at = clock_timestamp() from due
     where t.tenant = due.tenant and t.id = due.id returning t.tenant, t.id
  )
  select coalesce(jsonb_agg(jsonb_build_object('tenant', tenant, 'thread', id)), '[]') into v_threads from rung;
  select coalesce(jsonb_agg(jsonb_build_object('tenant', tenant, 'reply', id)), '[]') into v_replies from (
    select tenant, id from countersign.outbox
     where state in ('ready', 'dropping') and due_at <= clock_timestamp()
     order by due_at limit (p->>'limit')::int) r;
  return jsonb_build_object('threads', v_threads, 'replies', v_replies);
end $$;
revoke execute on function countersign.due_work(jsonb) from public;
grant execute on function countersign.due_work(jsonb) to countersign_app;

-- Several transitions in one transaction, each as if alone: one that fails takes nothing of the others with it. They come
-- in the order of their threads, so that two such calls never wait for each other.
create function countersign.run_together(p jsonb) returns jsonb language plpgsql as $$
declare
  i jsonb;
  r jsonb;
  v_tenant text;
  v_all jsonb[] := '{}';
begin
  for i in select * from jsonb_array_elements(p) loop
    begin
      v_tenant := i->>'tenant';
      case i->>'name'
        when 'claim_thread' then r := countersign.claim_thread(v_tenant, i->'payload');
        when 'record_steps' then r := countersign.record_steps(v_tenant, i->'payload');
        when 'finish_turn' then r := countersign.finish_turn(v_tenant, i->'payload');
        when 'release_thread' then r := countersign.release_thread(v_tenant, i->'payload');
      end case;
      v_all := v_all || jsonb_build_object('kind', 'done', 'answer', r);
    exception when others then
      v_all := v_all || jsonb_build_object('kind', 'failed', 'error', sqlerrm, 'code', sqlstate);
    end;
  end loop;
  return to_jsonb(v_all);
end $$;

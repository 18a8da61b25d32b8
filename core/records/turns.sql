create function transitions.record_steps(p_tenant text, p jsonb) returns jsonb language plpgsql as $$
declare
  t record;
  c jsonb;
  v_thread bigint := (p->>'thread')::bigint;
  v_turn bigint := (p->>'turn')::bigint;
begin
  perform set_config('countersign.tenant', p_tenant, true);
  select epoch, leased_until, revised into t from countersign.threads
   where tenant = p_tenant and id = v_thread for no key update;
  if t.epoch is distinct from (p->>'epoch')::bigint or t.leased_until is null then
    return jsonb_build_object('kind', 'lost');
  end if;
  if t.revised and p ? 'calls' then return jsonb_build_object('kind', 'revised'); end if;
  if p ? 'scrub' then perform transitions.scrub_thread(p_tenant, v_thread, p->'scrub'); end if;
  insert into countersign.steps (tenant, turn_id, n, kind, content)
  select p_tenant, v_turn, (s->>'n')::int, s->>'kind', s->'content' from jsonb_array_elements(p->'steps') s;
  for c in select s from jsonb_array_elements(p->'steps') s where s->>'kind' = 'divider' loop
    perform transitions.divide_thread(p_tenant, v_thread, v_turn, c->'content');
  end loop;
  if p ? 'calls' then
    -- All limits of all calls are locked in one order, so that no two turns wait for each other.
    perform transitions.lock_limits(p_tenant, (
      select jsonb_agg(l) from jsonb_array_elements(p->'calls') k,
             jsonb_array_elements(case when jsonb_typeof(k->'limits') = 'array' then k->'limits' else '[]' end) l
       where k->>'state' = 'dispatching'));
    for c in select * from jsonb_array_elements(p->'calls') loop
      perform transitions.insert_call(p_tenant, v_thread, v_turn, c);
    end loop;
  end if;
  if p ? 'outcomes' then
    -- One by one: a join with the array is planned as a read of all calls.
    for c in select * from jsonb_array_elements(p->'outcomes') loop
      update countersign.tool_calls set state = c->>'state', reason = c->>'reason', ended_at = clock_timestamp()
       where tenant = p_tenant and id = c->>'id' and state = 'dispatching' and approval is null;
      -- What was only read has no effect to be traced; that it went out is written down already.
      if found and not (c->>'state' = 'succeeded' and (c->>'read')::boolean) then
        perform transitions.audit(p_tenant, 'call.' || (c->>'state'), v_thread, c->>'id', null,
                                  jsonb_build_object('reason', c->>'reason'));
      end if;
    end loop;
  end if;
  return jsonb_build_object('kind', case when t.revised then 'revised' else 'ok' end);
end $$;

-- A summary that is being made meanwhile is overtaken, for it covers turns from before.
create function transitions.divide_thread(p_tenant text, p_thread bigint, p_turn bigint, p_divider jsonb) returns void
language plpgsql as $$
declare
  v_number int;
  v_principal text;
begin
  select number, principal into v_number, v_principal from countersign.turns where tenant = p_tenant and id = p_turn;
  update countersign.threads
     set divider = p_divider || jsonb_build_object('turn', v_number, 'turnId', p_turn),
         summary = '', summary_upto = v_number - 1, notes = ''
   where tenant = p_tenant and id = p_thread;
  perform transitions.audit(p_tenant, 'thread.divided', p_thread, null, null,
    jsonb_build_object('by', v_principal, 'turn', v_number, 'about', p_divider->'subject'));
end $$;

-- The end of a turn: its last steps, its end, and the reply in the outbox, in one transaction. `hurry` tells whether the
-- worker may send it at once; it is left to that worker as long as it shows signs of life.
create function transitions.finish_turn(p_tenant text, p jsonb) returns jsonb language plpgsql as $$
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
  if p->>'state' = 'failed' then perform transitions.leave_calls_unknown(p_tenant, v_turn); end if;
  v_hurry := transitions.may_send(p_tenant, v_thread);
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

create function transitions.supersede_turn(p_tenant text, p jsonb) returns jsonb language plpgsql as $$
declare
  v_thread bigint := (p->>'thread')::bigint;
begin
  perform set_config('countersign.tenant', p_tenant, true);
  perform 1 from countersign.threads
   where tenant = p_tenant and id = v_thread and epoch = (p->>'epoch')::bigint and leased_until is not null
     for no key update;
  if not found then return jsonb_build_object('kind', 'lost'); end if;
  perform transitions.end_superseded(p_tenant, v_thread, (p->>'turn')::bigint);
  update countersign.threads set revised = false, leased_until = null, rung_at = clock_timestamp()
   where tenant = p_tenant and id = v_thread;
  return jsonb_build_object('kind', 'ok');
end $$;

-- A turn whose entries were edited or deleted under its hands ends without a reply; what it did stays on record.
-- Entries that still stand wait again. A message that it had begun to stream is left for the next turn, or dropped.
create function transitions.end_superseded(p_tenant text, p_thread bigint, p_turn bigint) returns void
language plpgsql as $$
begin
  update countersign.turns set state = 'superseded', ended_at = clock_timestamp() where tenant = p_tenant and id = p_turn;
  perform transitions.leave_calls_unknown(p_tenant, p_turn);
  update countersign.entries set turn_id = null
   where tenant = p_tenant and thread_id = p_thread and turn_id = p_turn and withdrawn_at is null;
  if not found then
    update countersign.outbox set state = 'dropping', due_at = clock_timestamp()
     where tenant = p_tenant and thread_id = p_thread and state = 'opening';
  end if;
  perform transitions.void_of_turn(p_tenant, p_turn, 'request_changed', null);
end $$;

-- A signed call is not the turn's: its dispatch records what comes of it.
create function transitions.leave_calls_unknown(p_tenant text, p_turn bigint) returns void language sql as $$
  with left_open as (
    update countersign.tool_calls
       set state = 'unknown', reason = 'turn_ended', ended_at = clock_timestamp()
     where tenant = p_tenant and turn_id = p_turn and state = 'dispatching' and approval is null
    returning id, thread_id, reason
  )
  select transitions.audit(p_tenant, 'call.unknown', thread_id, id, null, jsonb_build_object('reason', reason))
    from left_open
$$;

-- The model is away: the turn keeps its steps and waits for `due_at`. The person is told once.
create function transitions.park_turn(p_tenant text, p jsonb) returns jsonb language plpgsql as $$
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
    v_hurry := transitions.may_send(p_tenant, v_thread);
    insert into countersign.outbox (tenant, thread_id, kind, place, body, state, due_at)
    values (p_tenant, v_thread, 'notice', p->'notice'->'place', p->'notice'->>'body', 'ready',
            clock_timestamp() + make_interval(secs => case when v_hurry then (p->>'sendMs')::float / 1000 else 0 end))
    returning id into v_notice;
  end if;
  return jsonb_build_object('kind', 'parked', 'notice', case when v_hurry then v_notice end);
end $$;

-- An earlier reply of the thread that is not sent yet goes first.
create function transitions.may_send(p_tenant text, p_thread bigint) returns boolean language plpgsql stable as $$
begin
  return not exists (select 1 from countersign.outbox
                      where tenant = p_tenant and thread_id = p_thread and state in ('ready', 'dropping'));
end $$;

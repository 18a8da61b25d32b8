-- A word of a desk ends what was said before: a divider is a step, and the thread knows its last one. `after` counts the
-- messages of its turn that lie before it, `subject` is who the conversation is about from there on.
alter table countersign.steps drop constraint steps_kind_check;
alter table countersign.steps add constraint steps_kind_check
  check (kind in ('input', 'background', 'model', 'tool', 'divider'));
alter table countersign.threads add column divider jsonb;

-- A summary that is being made meanwhile is overtaken, for it covers turns from before.
create function countersign.divide_thread(p_tenant text, p_thread bigint, p_turn bigint, p_divider jsonb) returns void
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
  perform countersign.audit(p_tenant, 'thread.divided', p_thread, null, null,
    jsonb_build_object('by', v_principal, 'turn', v_number, 'about', p_divider->'subject'));
end $$;

create or replace function countersign.record_steps(p_tenant text, p jsonb) returns jsonb language plpgsql as $$
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
  if p ? 'scrub' then perform countersign.scrub_thread(p_tenant, v_thread, p->'scrub'); end if;
  insert into countersign.steps (tenant, turn_id, n, kind, content)
  select p_tenant, v_turn, (s->>'n')::int, s->>'kind', s->'content' from jsonb_array_elements(p->'steps') s;
  for c in select s from jsonb_array_elements(p->'steps') s where s->>'kind' = 'divider' loop
    perform countersign.divide_thread(p_tenant, v_thread, v_turn, c->'content');
  end loop;
  if p ? 'calls' then
    -- All limits of all calls are locked in one order, so that no two turns wait for each other.
    perform pg_advisory_xact_lock(hashtext('countersign limit'), x.key) from (
      select distinct hashtext(p_tenant || ' ' || (l->>'id')) as key from jsonb_array_elements(p->'calls') k,
             jsonb_array_elements(case when jsonb_typeof(k->'limits') = 'array' then k->'limits' else '[]' end) l
       where k->>'state' = 'dispatching' order by 1) x;
    for c in select * from jsonb_array_elements(p->'calls') loop
      perform countersign.insert_call(p_tenant, v_thread, v_turn, c);
    end loop;
  end if;
  if p ? 'outcomes' then
    -- One by one: a join with the array is planned as a read of all calls.
    for c in select * from jsonb_array_elements(p->'outcomes') loop
      update countersign.tool_calls set state = c->>'state', reason = c->>'reason', ended_at = clock_timestamp()
       where tenant = p_tenant and id = c->>'id' and state = 'dispatching' and approval is null;
      -- What was only read has no effect to be traced; that it went out is written down already.
      if found and not (c->>'state' = 'succeeded' and (c->>'read')::boolean) then
        perform countersign.audit(p_tenant, 'call.' || (c->>'state'), v_thread, c->>'id', null,
                                  jsonb_build_object('reason', c->>'reason'));
      end if;
    end loop;
  end if;
  return jsonb_build_object('kind', case when t.revised then 'revised' else 'ok' end);
end $$;

-- The turn of the divider is given whole: what lies before it there is left out by who reads it.
create or replace function countersign.take_thread(p_tenant text, p jsonb) returns jsonb language plpgsql as $$
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
  v_from int;
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
  v_from := coalesce((t.divider->>'turn')::int, 0);
  if u.number > 1 then
    select coalesce(jsonb_agg(jsonb_build_object('number', h.number, 'state', h.state,
             'steps', countersign.steps_of(p_tenant, h.id)) order by h.number), '[]')
      into v_history
      from countersign.turns h
     where h.tenant = p_tenant and h.thread_id = t.id and h.number < u.number
       and h.number > least(t.summary_upto, u.number - 1 - v_context)
       and h.number > u.number - 1 - 3 * v_context and h.number >= v_from;
  end if;
  return jsonb_build_object(
    'kind', 'turn', 'epoch', t.epoch, 'taken', case when v_left then t.inbox - 1 else t.inbox end, 'resumed', v_resumed,
    'thread', jsonb_build_object('id', t.id, 'channel', t.channel, 'address', t.address, 'desk', t.desk,
                                 'summary', t.summary, 'summaryUpto', t.summary_upto, 'notes', t.notes, 'parks', t.parks,
                                 'divider', t.divider),
    'turn', jsonb_build_object('id', u.id, 'number', u.number, 'attempts', u.attempts, 'noticed', u.noticed,
                               'tokens', u.tokens,
                               'principal', jsonb_build_object('kind', u.principal_kind, 'id', u.principal)),
    'steps', v_steps, 'history', v_history,
    'open', case when o.id is null then null else jsonb_build_object('id', o.id, 'place', o.place,
              'messages', o.messages, 'since', extract(epoch from o.created_at)) end);
end $$;

-- What waits from before the divider can be signed on its card, but is no part of the conversation any more.
create or replace function countersign.claim_thread(p_tenant text, p jsonb) returns jsonb language plpgsql as $$
declare
  r jsonb := countersign.take_thread(p_tenant, p);
begin
  if r->>'kind' <> 'turn' then return r; end if;
  return r || jsonb_build_object('approvals', (
    select coalesce(jsonb_agg(countersign.approval_json(a) order by a.opened_at), '[]') from countersign.approvals a
     where a.tenant = p_tenant and a.thread_id = (p->>'thread')::bigint
       and a.state in ('open', 'approved', 'dispatching', 'unknown')
       and a.turn_id >= coalesce((r->'thread'->'divider'->>'turnId')::bigint, 0)));
end $$;

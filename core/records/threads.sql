-- Gives a turn with all that it needs. The turn of the divider is given whole: the reader leaves out what lies before it there.
-- A request from before the divider can be signed on its card, but is no part of the conversation any more.
create function transitions.claim_thread(p_tenant text, p jsonb) returns jsonb language plpgsql as $$
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
    perform transitions.end_superseded(p_tenant, t.id, u.id);
    u := null;
  end if;
  if u.id is not null then
    if v_crashed then
      update countersign.turns set attempts = attempts + 1 where tenant = p_tenant and id = u.id returning * into u;
    end if;
    v_steps := transitions.steps_of(p_tenant, u.id);
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
             'steps', transitions.steps_of(p_tenant, h.id)) order by h.number), '[]')
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
              'messages', o.messages, 'since', extract(epoch from o.created_at)) end,
    'approvals', (
      select coalesce(jsonb_agg(transitions.approval_json(a) order by a.opened_at), '[]') from countersign.approvals a
       where a.tenant = p_tenant and a.thread_id = t.id and a.state in ('open', 'approved', 'dispatching', 'unknown')
         and a.turn_id >= coalesce((t.divider->>'turnId')::bigint, 0)));
end $$;

create function transitions.steps_of(p_tenant text, p_turn bigint) returns jsonb language sql stable as $$
  select coalesce(jsonb_agg(jsonb_build_object('n', n, 'kind', kind, 'content', content) order by n), '[]')
    from countersign.steps where tenant = p_tenant and turn_id = p_turn
$$;

-- A lease that was given up is not renewed: a renewal may arrive after the release that it was sent before.
create function transitions.renew_lease(p_tenant text, p jsonb) returns jsonb language plpgsql as $$
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

-- A worker that stops gives the thread back with its turn as it stands.
create function transitions.hand_back(p_tenant text, p jsonb) returns jsonb language plpgsql as $$
begin
  perform set_config('countersign.tenant', p_tenant, true);
  update countersign.threads set leased_until = null, rung_at = clock_timestamp()
   where tenant = p_tenant and id = (p->>'thread')::bigint and epoch = (p->>'epoch')::bigint
     and leased_until is not null;
  return jsonb_build_object('kind', case when found then 'ok' else 'lost' end);
end $$;

-- Marks the reply sent, unless a deliver job has it by now and finds out for itself, and lets the thread go if nothing came in since it was taken.
create function transitions.release_thread(p_tenant text, p jsonb) returns jsonb language plpgsql as $$
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

-- What waits, over all tenants, ids only: the sweeper rings for it. Of a thread's replies only the first can be claimed:
-- the others would take the places of those that can. Runs as the owner, whom row-level security lets pass.
create function transitions.due_work(p jsonb) returns jsonb language plpgsql security definer
  set search_path = countersign, pg_temp as $$
declare
  v_threads jsonb;
  v_replies jsonb;
begin
  delete from countersign.overheard where created_at < clock_timestamp() - make_interval(secs => (p->>'overheardMs')::float / 1000);
  -- A count whose window is over would begin anew.
  delete from countersign.mail_counts where since < clock_timestamp() - make_interval(secs => (p->>'mailCountsMs')::float / 1000);
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
    select tenant, id from countersign.outbox o
     where state in ('ready', 'dropping') and due_at <= clock_timestamp()
       and not exists (select 1 from countersign.outbox e where e.tenant = o.tenant and e.thread_id = o.thread_id
                         and e.id < o.id and e.state in ('ready', 'dropping'))
     order by due_at limit (p->>'limit')::int) r;
  return jsonb_build_object('threads', v_threads, 'replies', v_replies);
end $$;

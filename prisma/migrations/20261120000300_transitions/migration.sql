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

-- A door saves what happened. The thread is the one of the parent message where that is known, else the one at the
-- address; only an entry that is addressed to us may begin a thread.
create function countersign.save_entry(p_tenant text, p jsonb) returns jsonb language plpgsql as $$
declare
  v_thread bigint;
  v_inbox bigint;
  v_content jsonb := p->'content';
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
    if not (p->>'addressed')::boolean then return jsonb_build_object('kind', 'not_ours'); end if;
    insert into countersign.threads (tenant, channel, address, desk)
    values (p_tenant, p->>'channel', p->>'address', p->>'desk')
    on conflict (tenant, channel, address) do nothing returning id into v_thread;
    if v_thread is null then
      select id into v_thread from countersign.threads
       where tenant = p_tenant and channel = p->>'channel' and address = p->>'address';
    elsif (p->>'amid')::boolean then
      v_content := v_content || '{"earlier": true}';
    end if;
  end if;

  select inbox into v_inbox from countersign.threads where tenant = p_tenant and id = v_thread for no key update;
  insert into countersign.entries
    (tenant, thread_id, seq, identity, source, principal_kind, principal, content, sent_at)
  values (p_tenant, v_thread, v_inbox + 1, p->>'identity', p->>'source',
          p->'principal'->>'kind', p->'principal'->>'id', v_content, (p->>'sentAt')::numeric)
  on conflict (tenant, identity) do nothing;
  if not found then return jsonb_build_object('kind', 'duplicate'); end if;
  update countersign.threads set inbox = v_inbox + 1, rung_at = clock_timestamp()
   where tenant = p_tenant and id = v_thread;
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
  if not found then return jsonb_build_object('kind', 'unknown'); end if;
  perform 1 from countersign.threads where tenant = p_tenant and id = v_thread for no key update;
  select * into e from countersign.entries where tenant = p_tenant and identity = p->>'identity';
  if e.turn_id is not null
     and not exists (select 1 from countersign.turns where tenant = p_tenant and id = e.turn_id and state = 'running') then
    return jsonb_build_object('kind', 'answered');
  end if;
  if e.withdrawn_at is not null or (p ? 'content' and e.content->>'text' = p->'content'->>'text') then
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
  if u.id is null then
    v_resumed := false;
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
  else
    if v_crashed then
      update countersign.turns set attempts = attempts + 1 where tenant = p_tenant and id = u.id returning * into u;
    end if;
    v_steps := countersign.steps_of(p_tenant, u.id);
    v_left := exists (select 1 from countersign.entries
                       where tenant = p_tenant and thread_id = t.id and seq > t.done_inbox and turn_id is null
                         and withdrawn_at is null);
  end if;

  update countersign.threads
     set epoch = epoch + 1, due_at = null, turns = u.number,
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

create function countersign.renew_lease(p_tenant text, p jsonb) returns jsonb language plpgsql as $$
begin
  perform set_config('countersign.tenant', p_tenant, true);
  update countersign.threads
     set leased_until = clock_timestamp() + make_interval(secs => (p->>'leaseMs')::float / 1000)
   where tenant = p_tenant and id = (p->>'thread')::bigint and epoch = (p->>'epoch')::bigint;
  return jsonb_build_object('kind', case when found then 'ok' else 'lost' end);
end $$;

-- Steps, the calls they begin and the outcomes they bring. What did happen is recorded even if the entry was revised
-- meanwhile; the turn is told so afterwards.
create function countersign.record_steps(p_tenant text, p jsonb) returns jsonb language plpgsql as $$
declare
  t record;
  v_turn bigint := (p->>'turn')::bigint;
begin
  perform set_config('countersign.tenant', p_tenant, true);
  select epoch, revised into t from countersign.threads
   where tenant = p_tenant and id = (p->>'thread')::bigint for no key update;
  if t.epoch is distinct from (p->>'epoch')::bigint then return jsonb_build_object('kind', 'lost'); end if;
  insert into countersign.steps (tenant, turn_id, n, kind, content)
  select p_tenant, v_turn, (s->>'n')::int, s->>'kind', s->'content' from jsonb_array_elements(p->'steps') s;
  if p ? 'calls' then
    insert into countersign.tool_calls
      (tenant, id, thread_id, turn_id, tool, arguments, definition_hash, effect, rule, state, reason, ended_at)
    select p_tenant, c->>'id', (p->>'thread')::bigint, v_turn, c->>'tool', c->'arguments', c->>'definitionHash',
           c->>'effect', c->>'rule', c->>'state', c->>'reason',
           case when c->>'state' <> 'dispatching' then clock_timestamp() end
      from jsonb_array_elements(p->'calls') c;
  end if;
  if p ? 'outcomes' then
    update countersign.tool_calls k set state = c->>'state', reason = c->>'reason', ended_at = clock_timestamp()
      from jsonb_array_elements(p->'outcomes') c
     where k.tenant = p_tenant and k.id = c->>'id' and k.state = 'dispatching';
  end if;
  return jsonb_build_object('kind', case when t.revised then 'revised' else 'ok' end);
end $$;

-- The end of a turn: its last steps, its end, and the reply in the outbox, in one transaction. `hurry` tells whether the
-- worker may send it at once: an earlier reply of the thread that is not sent yet goes first.
create function countersign.finish_turn(p_tenant text, p jsonb) returns jsonb language plpgsql as $$
declare
  t record;
  v_thread bigint := (p->>'thread')::bigint;
  v_turn bigint := (p->>'turn')::bigint;
  v_reply bigint;
begin
  perform set_config('countersign.tenant', p_tenant, true);
  select epoch, revised into t from countersign.threads where tenant = p_tenant and id = v_thread for no key update;
  if t.epoch is distinct from (p->>'epoch')::bigint then return jsonb_build_object('kind', 'lost'); end if;
  if t.revised then return jsonb_build_object('kind', 'revised'); end if;
  insert into countersign.steps (tenant, turn_id, n, kind, content)
  select p_tenant, v_turn, (s->>'n')::int, s->>'kind', s->'content' from jsonb_array_elements(p->'steps') s;
  update countersign.turns
     set state = p->>'state', tokens = (p->>'tokens')::int, ended_at = clock_timestamp()
   where tenant = p_tenant and id = v_turn;
  insert into countersign.outbox (tenant, thread_id, turn_id, kind, place, body, state, due_at)
  values (p_tenant, v_thread, v_turn, 'reply', p->'reply'->'place', p->'reply'->>'body', 'ready',
          clock_timestamp() + make_interval(secs => (p->>'sendMs')::float / 1000))
  on conflict (tenant, turn_id) where kind = 'reply'
  do update set body = excluded.body, state = 'ready', due_at = excluded.due_at
  returning id into v_reply;
  if p->>'notes' is not null or (p->>'parks')::int > 0 then
    update countersign.threads set notes = coalesce(p->>'notes', notes), parks = 0
     where tenant = p_tenant and id = v_thread;
  end if;
  return jsonb_build_object('kind', 'done', 'reply', v_reply, 'hurry', not exists (
    select 1 from countersign.outbox
     where tenant = p_tenant and thread_id = v_thread and id < v_reply and state in ('ready', 'dropping')));
end $$;

-- A turn whose entries were edited or deleted under its hands ends without a reply; what it did stays on record.
-- Entries that still stand wait again. A message that it had begun to stream is left for the next turn, or dropped.
create function countersign.supersede_turn(p_tenant text, p jsonb) returns jsonb language plpgsql as $$
declare
  v_thread bigint := (p->>'thread')::bigint;
  v_turn bigint := (p->>'turn')::bigint;
begin
  perform set_config('countersign.tenant', p_tenant, true);
  perform 1 from countersign.threads
   where tenant = p_tenant and id = v_thread and epoch = (p->>'epoch')::bigint for no key update;
  if not found then return jsonb_build_object('kind', 'lost'); end if;
  update countersign.turns set state = 'superseded', ended_at = clock_timestamp() where tenant = p_tenant and id = v_turn;
  update countersign.entries set turn_id = null
   where tenant = p_tenant and thread_id = v_thread and turn_id = v_turn and withdrawn_at is null;
  if not found then
    update countersign.outbox set state = 'dropping', due_at = clock_timestamp()
     where tenant = p_tenant and thread_id = v_thread and state = 'opening';
  end if;
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
  v_parks int;
begin
  perform set_config('countersign.tenant', p_tenant, true);
  update countersign.threads
     set parks = parks + 1, leased_until = null,
         due_at = clock_timestamp() + make_interval(secs => greatest((p->>'waitMs')::float / 1000,
                    least((p->>'maxWaitMs')::float / 1000, power(2, least(parks, 20)))))
   where tenant = p_tenant and id = v_thread and epoch = (p->>'epoch')::bigint returning parks into v_parks;
  if not found then return jsonb_build_object('kind', 'lost'); end if;
  update countersign.turns set noticed = true where tenant = p_tenant and id = v_turn and not noticed;
  if found then
    insert into countersign.outbox (tenant, thread_id, kind, place, body, state, due_at)
    values (p_tenant, v_thread, 'notice', p->'notice'->'place', p->'notice'->>'body', 'ready',
            clock_timestamp() + make_interval(secs => (p->>'sendMs')::float / 1000))
    returning id into v_notice;
  end if;
  return jsonb_build_object('kind', 'parked', 'notice', v_notice);
end $$;

-- A worker that stops gives the thread back with its turn as it stands.
create function countersign.hand_back(p_tenant text, p jsonb) returns jsonb language plpgsql as $$
begin
  perform set_config('countersign.tenant', p_tenant, true);
  update countersign.threads set leased_until = null, rung_at = clock_timestamp()
   where tenant = p_tenant and id = (p->>'thread')::bigint and epoch = (p->>'epoch')::bigint;
  return jsonb_build_object('kind', case when found then 'ok' else 'lost' end);
end $$;

-- Marks the reply sent, and lets the thread go if nothing came in since it was taken.
create function countersign.release_thread(p_tenant text, p jsonb) returns jsonb language plpgsql as $$
declare
  v_thread bigint := (p->>'thread')::bigint;
begin
  perform set_config('countersign.tenant', p_tenant, true);
  if p->'sent' is not null and jsonb_typeof(p->'sent') = 'object' then
    update countersign.outbox set state = 'sent', sent_at = clock_timestamp(), messages = p->'sent'->'messages', last_error = null
     where tenant = p_tenant and id = (p->'sent'->>'reply')::bigint;
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
   where tenant = p_tenant and id = v_thread and epoch = (p->>'epoch')::bigint for no key update;
  if not found then return jsonb_build_object('kind', 'lost'); end if;
  insert into countersign.outbox (tenant, thread_id, turn_id, kind, place, state)
  values (p_tenant, v_thread, (p->>'turn')::bigint, 'reply', p->'place', 'opening') returning id into v_reply;
  return jsonb_build_object('kind', 'opened', 'reply', v_reply);
end $$;

create function countersign.note_messages(p_tenant text, p jsonb) returns jsonb language plpgsql as $$
begin
  perform set_config('countersign.tenant', p_tenant, true);
  update countersign.outbox set messages = p->'messages' where tenant = p_tenant and id = (p->>'reply')::bigint;
  return jsonb_build_object('kind', 'ok');
end $$;

-- A deliver job claims a due row of the outbox; an earlier one of the same thread goes first.
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

create function countersign.settle_reply(p_tenant text, p jsonb) returns jsonb language plpgsql as $$
begin
  perform set_config('countersign.tenant', p_tenant, true);
  update countersign.outbox
     set state = coalesce(p->>'state', state), messages = coalesce(p->'messages', messages),
         sent_at = case when p->>'state' = 'sent' then clock_timestamp() end, last_error = p->>'error',
         due_at = clock_timestamp() + make_interval(secs => coalesce((p->>'waitMs')::float, 0) / 1000)
   where tenant = p_tenant and id = (p->>'reply')::bigint and state in ('ready', 'dropping');
  return jsonb_build_object('kind', 'ok');
end $$;

-- What waits, over all tenants, ids only: the sweeper rings for it. Runs as the owner, whom row-level security lets pass.
create function countersign.due_work(p jsonb) returns jsonb language plpgsql security definer
  set search_path = countersign, pg_temp as $$
declare
  v_threads jsonb;
  v_replies jsonb;
begin
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

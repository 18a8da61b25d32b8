-- A slow reply: its row is there before its message is begun, and learns the message's id afterwards.
create function transitions.open_reply(p_tenant text, p jsonb) returns jsonb language plpgsql as $$
declare
  v_thread bigint := (p->>'thread')::bigint;
  v_reply bigint;
begin
  perform set_config('countersign.tenant', p_tenant, true);
  perform 1 from countersign.threads
   where tenant = p_tenant and id = v_thread and epoch = (p->>'epoch')::bigint and leased_until is not null
     for no key update;
  if not found then return jsonb_build_object('kind', 'lost'); end if;
  if not transitions.may_send(p_tenant, v_thread) then return jsonb_build_object('kind', 'waits'); end if;
  insert into countersign.outbox (tenant, thread_id, turn_id, kind, place, state)
  values (p_tenant, v_thread, (p->>'turn')::bigint, 'reply', p->'place', 'opening') returning id into v_reply;
  return jsonb_build_object('kind', 'opened', 'reply', v_reply);
end $$;

create function transitions.note_messages(p_tenant text, p jsonb) returns jsonb language plpgsql as $$
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
-- epoch: who has counted one attempt less has lost it. One that no worker could even give up, because each died of it or
-- could not read it, is failed here: it must not stand before its thread for ever.
create function transitions.claim_reply(p_tenant text, p jsonb) returns jsonb language plpgsql as $$
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
  if o.attempts > (p->>'mostClaims')::int then
    return transitions.settle_reply(p_tenant, jsonb_build_object('reply', o.id, 'attempts', o.attempts,
             'state', 'failed', 'error', p->>'lostError'))
           || '{"kind": "failed"}';
  end if;
  return jsonb_build_object('kind', o.state, 'reply', jsonb_build_object('id', o.id, 'place', o.place, 'body', o.body,
    'messages', o.messages, 'attempts', o.attempts, 'since', extract(epoch from o.created_at),
    'channel', (select channel from countersign.threads where tenant = p_tenant and id = o.thread_id)));
end $$;

create function transitions.renew_reply(p_tenant text, p jsonb) returns jsonb language plpgsql as $$
begin
  perform set_config('countersign.tenant', p_tenant, true);
  update countersign.outbox set due_at = clock_timestamp() + make_interval(secs => (p->>'sendMs')::float / 1000)
   where tenant = p_tenant and id = (p->>'reply')::bigint and attempts = (p->>'attempts')::int
     and state in ('ready', 'dropping');
  return jsonb_build_object('kind', case when found then 'ok' else 'lost' end);
end $$;

-- `next` is the reply of the thread that waited for this one and may go now.
create function transitions.settle_reply(p_tenant text, p jsonb) returns jsonb language plpgsql as $$
declare
  v_thread bigint;
  v_next bigint;
begin
  perform set_config('countersign.tenant', p_tenant, true);
  update countersign.outbox
     set state = coalesce(p->>'state', state), messages = coalesce(p->'messages', messages),
         sent_at = case when p->>'state' = 'sent' then clock_timestamp() end, last_error = p->>'error',
         due_at = clock_timestamp() + make_interval(secs => coalesce((p->>'waitMs')::float, 0) / 1000)
   where tenant = p_tenant and id = (p->>'reply')::bigint and attempts = (p->>'attempts')::int
     and state in ('ready', 'dropping')
  returning thread_id into v_thread;
  if not found then return jsonb_build_object('kind', 'lost'); end if;
  if p->>'state' is not null then
    select id into v_next from countersign.outbox
     where tenant = p_tenant and thread_id = v_thread and state in ('ready', 'dropping') and due_at <= clock_timestamp()
     order by id limit 1;
  end if;
  return jsonb_build_object('kind', 'ok', 'next', v_next);
end $$;

-- A mail server reports that a mail of ours did not arrive. A reply, which we took for sent, has failed.
create function transitions.note_bounced(p_tenant text, p jsonb) returns jsonb language plpgsql as $$
declare
  v_desk text;
  v_thread bigint;
  v_limit text;
begin
  perform set_config('countersign.tenant', p_tenant, true);
  case p->'mail'->>'kind'
    when 'reply' then
      update countersign.outbox set state = 'failed', last_error = p->>'error'
       where tenant = p_tenant and id = (p->'mail'->>'reply')::bigint and state = 'sent' returning thread_id into v_thread;
      select desk into v_desk from countersign.threads where tenant = p_tenant and id = v_thread;
    when 'question' then
      select desk into v_desk from countersign.approvals where tenant = p_tenant and id = p->'mail'->>'approval';
    when 'tool' then
      v_desk := p->>'desk';
  end case;
  if v_desk is null then return jsonb_build_object('kind', 'nothing'); end if;
  v_limit := transitions.passed_limit(p_tenant, p);
  if v_limit is not null then return jsonb_build_object('kind', 'too_many', 'limit', v_limit); end if;
  return jsonb_build_object('kind', 'tell', 'desk', v_desk);
end $$;

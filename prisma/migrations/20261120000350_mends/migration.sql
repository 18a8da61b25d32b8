-- A deliver job claims a due row of the outbox; an earlier one of the same thread goes first. `attempts` is the row's
-- epoch: who has counted one attempt less has lost it. One that no worker could even give up, because each died of it or
-- could not read it, is failed here: it must not stand before its thread for ever.
create or replace function countersign.claim_reply(p_tenant text, p jsonb) returns jsonb language plpgsql as $$
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
  -- Its last attempt but one was the sixtieth, at which a worker gives it up that can.
  if o.attempts > 61 then
    return countersign.settle_reply(p_tenant, jsonb_build_object('reply', o.id, 'attempts', o.attempts,
             'state', 'failed', 'error', 'no worker could do anything with it'))
           || '{"kind": "failed"}';
  end if;
  return jsonb_build_object('kind', o.state, 'reply', jsonb_build_object('id', o.id, 'place', o.place, 'body', o.body,
    'messages', o.messages, 'attempts', o.attempts, 'since', extract(epoch from o.created_at),
    'channel', (select channel from countersign.threads where tenant = p_tenant and id = o.thread_id)));
end $$;

-- `next` is the reply of the thread that waited for this one and may go now.
create or replace function countersign.settle_reply(p_tenant text, p jsonb) returns jsonb language plpgsql as $$
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

-- What waits, over all tenants, ids only: the sweeper rings for it. Of a thread's replies only the first can be claimed:
-- the others would take the places of those that can. Runs as the owner, whom row-level security lets pass.
create or replace function countersign.due_work(p jsonb) returns jsonb language plpgsql security definer
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
    select tenant, id from countersign.outbox o
     where state in ('ready', 'dropping') and due_at <= clock_timestamp()
       and not exists (select 1 from countersign.outbox e where e.tenant = o.tenant and e.thread_id = o.thread_id
                         and e.id < o.id and e.state in ('ready', 'dropping'))
     order by due_at limit (p->>'limit')::int) r;
  return jsonb_build_object('threads', v_threads, 'replies', v_replies);
end $$;

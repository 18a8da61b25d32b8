-- The worker that takes a signed call learns whether it was sent before: where it was, a try that fails does not mean
-- that nothing was done.
create function transitions.claim_dispatch(p_tenant text, p jsonb) returns jsonb language plpgsql as $$
declare
  a countersign.approvals := transitions.lock_approval(p_tenant, p->>'approval');
  v_sent_before boolean;
begin
  if a.id is null or a.state not in ('approved', 'dispatching') then return jsonb_build_object('kind', 'idle'); end if;
  if a.attempts > 0 and a.due_at > clock_timestamp() then return jsonb_build_object('kind', 'busy'); end if;
  update countersign.approvals
     set attempts = attempts + 1, due_at = clock_timestamp() + make_interval(secs => (p->>'holdMs')::float / 1000)
   where tenant = p_tenant and id = a.id returning * into a;
  select dispatched_at is not null into v_sent_before from countersign.tool_calls
   where tenant = p_tenant and id = a.call_id;
  return jsonb_build_object('kind', a.state, 'approval',
    transitions.approval_json(a) || jsonb_build_object('sentBefore', v_sent_before));
end $$;

create function transitions.hold_dispatch(p_tenant text, p jsonb) returns jsonb language plpgsql as $$
begin
  perform set_config('countersign.tenant', p_tenant, true);
  update countersign.approvals set due_at = clock_timestamp() + make_interval(secs => (p->>'holdMs')::float / 1000)
   where tenant = p_tenant and id = p->>'approval' and attempts = (p->>'attempts')::int
     and state in ('approved', 'dispatching');
  return jsonb_build_object('kind', case when found then 'ok' else 'lost' end);
end $$;

-- The compare-and-set before the call goes out. A limit that the signatures do not cover asks for more of them.
create function transitions.begin_dispatch(p_tenant text, p jsonb) returns jsonb language plpgsql as $$
declare
  a countersign.approvals := transitions.lock_approval(p_tenant, p->>'approval');
  v_over jsonb;
begin
  if a.id is null or a.state <> 'approved' or a.attempts <> (p->>'attempts')::int then
    return jsonb_build_object('kind', 'lost');
  end if;
  v_over := transitions.limit_exceeded(p_tenant, coalesce(p->'limits', '[]'), p->'amounts', a.quorum, true, a.call_id);
  if v_over is not null then
    -- Nobody but the asker may sign a confirmation, one call waits once, and one that went out before may have
    -- happened: more signatures cannot be asked for.
    if v_over->>'quorum' is null or a.rule = 'confirm'
       or exists (select 1 from countersign.tool_calls
                   where tenant = p_tenant and id = a.call_id and dispatched_at is not null)
       or exists (select 1 from countersign.approvals
         where tenant = p_tenant and thread_id = a.thread_id and call_hash = a.call_hash and state = 'open') then
      return jsonb_build_object('kind', 'over', 'limit', v_over->>'id');
    end if;
    update countersign.approvals
       set quorum = (v_over->>'quorum')::int, decided_by = null, decided_at = null, attempts = attempts + 1,
           remind_at = clock_timestamp() + (expires_at - opened_at) / 2,
           escalate_at = clock_timestamp() + (expires_at - opened_at) * 0.75,
           expires_at = clock_timestamp() + (expires_at - opened_at),
           due_at = clock_timestamp() + (expires_at - opened_at) / 2,
           details = details || jsonb_build_object('limit', v_over)
     where tenant = p_tenant and id = a.id;
    perform transitions.move_approval(p_tenant, a.id, 'open', 'approval.reopened', jsonb_build_object('limit', v_over));
    return jsonb_build_object('kind', 'reopened', 'thread', a.thread_id);
  end if;
  perform transitions.move_approval(p_tenant, a.id, 'dispatching', 'call.dispatching',
    jsonb_build_object('call', a.call_hash, 'principal', a.principal_kind || ':' || a.principal));
  update countersign.tool_calls set dispatched_at = clock_timestamp() where tenant = p_tenant and id = a.call_id;
  return jsonb_build_object('kind', 'ok');
end $$;

create function transitions.end_dispatch(p_tenant text, p jsonb) returns jsonb language plpgsql as $$
declare
  a countersign.approvals := transitions.lock_approval(p_tenant, p->>'approval');
begin
  if a.id is null or a.state <> 'dispatching' or a.attempts <> (p->>'attempts')::int then
    return jsonb_build_object('kind', 'lost');
  end if;
  update countersign.approvals
     set outcome = p->>'outcome', details = details || jsonb_strip_nulls(jsonb_build_object('probe', p->>'probe'))
   where tenant = p_tenant and id = a.id;
  perform transitions.move_approval(p_tenant, a.id, p->>'state', 'call.' || (p->>'state'),
    jsonb_build_object('outcome', p->>'outcome', 'call', a.call_hash));
  if p->>'state' = 'unknown' then perform transitions.ask_what_happened(p_tenant, a); end if;
  perform transitions.tell_outcome(p_tenant, a, p->>'state', p->>'text');
  return jsonb_build_object('kind', 'ok', 'thread', a.thread_id);
end $$;

-- A person says what became of a call whose outcome is not known; or lets it go out once more.
create function transitions.settle_unknown(p_tenant text, p jsonb) returns jsonb language plpgsql as $$
declare
  a countersign.approvals := transitions.lock_approval(p_tenant, p->>'approval');
begin
  if a.id is null then return jsonb_build_object('kind', 'none'); end if;
  if a.state <> 'unknown' then return transitions.decision_of(a); end if;
  if p->>'verdict' = 'again' then
    update countersign.approvals
       set decided_by = p->>'account', decided_at = clock_timestamp(), attempts = attempts + 1,
           due_at = clock_timestamp() where tenant = p_tenant and id = a.id;
    perform transitions.move_approval(p_tenant, a.id, 'approved', 'approval.again',
      jsonb_build_object('by', p->>'account', 'person', p->>'person', 'call', a.call_hash));
    return jsonb_build_object('kind', 'approved', 'thread', a.thread_id);
  end if;
  update countersign.approvals set outcome = p->>'verdict', decided_by = p->>'account', decided_at = clock_timestamp()
   where tenant = p_tenant and id = a.id;
  perform transitions.move_approval(p_tenant, a.id, 'settled', 'approval.settled',
    jsonb_build_object('by', p->>'account', 'person', p->>'person', 'verdict', p->>'verdict', 'call', a.call_hash));
  update countersign.tool_calls set reason = p->>'verdict' where tenant = p_tenant and id = a.call_id;
  perform transitions.tell_outcome(p_tenant, a, 'settled', p->>'text');
  return jsonb_build_object('kind', 'settled', 'thread', a.thread_id);
end $$;

-- Reminders, escalations and expiries that are due in any tenant, and dispatches that nobody holds: the sweeper asks
-- every few seconds. Runs as the owner, whom row-level security lets pass.
create function transitions.due_approvals(p jsonb) returns jsonb language plpgsql security definer
  set search_path = countersign, pg_temp as $$
declare
  d record;
  a countersign.approvals;
  v_dispatches jsonb := '[]';
  v_threads jsonb := '[]';
  v_cards jsonb;
  v_edits jsonb;
begin
  delete from countersign.sealed s
   where s.created_at < clock_timestamp() - make_interval(secs => (p->>'sealedMs')::float / 1000)
     and not exists (select 1 from countersign.approvals o
                      where o.tenant = s.tenant and o.state in ('open', 'approved', 'dispatching', 'unknown')
                        and o.details->'sealed' ? s.id)
     and not exists (select 1 from countersign.tool_calls c where c.tenant = s.tenant and c.state = 'dispatching'
                        and c.arguments::text like '%' || s.id || '%');
  -- Threads, and then the heads of the audit, are locked by all in one order: by tenant and thread.
  for d in select x.tenant, x.id from (select tenant, id, thread_id from countersign.approvals
              where due_at <= clock_timestamp() order by due_at limit (p->>'limit')::int) x
            order by x.tenant collate "C", x.thread_id loop
    a := transitions.lock_approval(d.tenant, d.id);
    continue when a.due_at is null or a.due_at > clock_timestamp();
    if a.state in ('approved', 'dispatching') then
      v_dispatches := v_dispatches || jsonb_build_object('tenant', d.tenant, 'approval', d.id);
      -- A hold that has ended stays due, so that the next worker finds it free.
      update countersign.approvals set due_at = clock_timestamp() + make_interval(secs => (p->>'lookAgainMs')::float / 1000)
       where tenant = d.tenant and id = d.id and attempts = 0;
    elsif a.state = 'open' then
      if a.expires_at <= clock_timestamp() then
        perform transitions.expire_approval(d.tenant, a);
        v_threads := v_threads || jsonb_build_object('tenant', d.tenant, 'thread', a.thread_id);
      else
        if a.escalate_at <= clock_timestamp() then
          update countersign.approvals set escalate_at = null, remind_at = null where tenant = d.tenant and id = d.id
          returning * into a;
          if jsonb_typeof(a.details->'escalateTo') = 'object' then
            perform transitions.add_card(d.tenant, a.id, a.details->'escalateTo');
            perform transitions.audit(d.tenant, 'approval.escalated', a.thread_id, a.call_id, a.id, '{}');
          end if;
        elsif a.remind_at <= clock_timestamp() then
          update countersign.approvals set remind_at = null where tenant = d.tenant and id = d.id returning * into a;
          if jsonb_typeof(a.details->'remindAt') = 'object' then
            perform transitions.add_card(d.tenant, a.id, a.details->'remindAt');
          end if;
          perform transitions.audit(d.tenant, 'approval.reminded', a.thread_id, a.call_id, a.id, '{}');
        end if;
        update countersign.approvals set due_at = transitions.next_due(a) where tenant = d.tenant and id = d.id;
      end if;
    else
      update countersign.approvals set due_at = null where tenant = d.tenant and id = d.id;
    end if;
  end loop;
  select coalesce(jsonb_agg(jsonb_build_object('tenant', tenant, 'approval', id)), '[]') into v_edits
    from countersign.approvals where edit is not null and state = 'open';
  select coalesce(jsonb_agg(jsonb_build_object('tenant', tenant, 'card', id)), '[]') into v_cards from (
    select tenant, id from countersign.cards
     where shown < wanted and failed is null and due_at <= clock_timestamp() order by due_at limit (p->>'limit')::int) c;
  return jsonb_build_object('dispatches', v_dispatches, 'threads', v_threads, 'cards', v_cards,
                            'edits', v_edits);
end $$;

create function transitions.open_approval(p_tenant text, p_thread bigint, p_turn bigint, p_call text, k jsonb, a jsonb)
returns void language plpgsql as $$
declare
  v_now timestamptz := clock_timestamp();
  c jsonb;
begin
  insert into countersign.approvals
    (tenant, id, version, thread_id, turn_id, origin_turn, call_id, desk, tool, effect, rule, canonical, call_hash, definition_hash,
     principal_kind, principal, quorum, details, opened_at, remind_at, escalate_at, expires_at, due_at, editor,
     replaces)
  select p_tenant, a->>'id', (a->>'version')::int, p_thread, p_turn,
         coalesce((select o.origin_turn from countersign.approvals o
                    where o.tenant = p_tenant and o.id = coalesce(a->>'origin', a->>'replaces')), p_turn), p_call, k->>'desk', k->>'tool', k->>'effect',
         a->>'rule', a->>'canonical', a->>'callHash', k->>'definitionHash', u.principal_kind, u.principal,
         (a->>'quorum')::int, a->'details', v_now,
         v_now + make_interval(secs => (a->>'remindMs')::float / 1000),
         v_now + make_interval(secs => (a->>'escalateMs')::float / 1000),
         v_now + make_interval(secs => (a->>'expiresMs')::float / 1000),
         v_now + make_interval(secs => least((a->>'remindMs')::float, (a->>'escalateMs')::float,
                                             (a->>'expiresMs')::float) / 1000),
         a->>'editor', a->>'replaces'
    from countersign.turns u where u.tenant = p_tenant and u.id = p_turn;
  for c in select * from jsonb_array_elements(a->'cards') loop
    perform transitions.add_card(p_tenant, a->>'id', c);
  end loop;
end $$;

-- Locks the thread and then the approval; null where there is none.
create function transitions.lock_approval(p_tenant text, p_id text) returns countersign.approvals language plpgsql as $$
declare
  a countersign.approvals;
begin
  perform set_config('countersign.tenant', p_tenant, true);
  select * into a from countersign.approvals where tenant = p_tenant and id = p_id;
  if not found then return null; end if;
  perform 1 from countersign.threads where tenant = p_tenant and id = a.thread_id for no key update;
  select * into a from countersign.approvals where tenant = p_tenant and id = p_id for update;
  return a;
end $$;

create function transitions.get_approval(p_tenant text, p jsonb) returns jsonb language plpgsql as $$
declare
  a countersign.approvals;
begin
  perform set_config('countersign.tenant', p_tenant, true);
  select * into a from countersign.approvals where tenant = p_tenant and id = p->>'approval';
  if not found then return jsonb_build_object('kind', 'none'); end if;
  return jsonb_build_object('kind', 'found', 'approval', transitions.approval_json(a));
end $$;

create function transitions.list_approvals(p_tenant text, p jsonb) returns jsonb language plpgsql as $$
begin
  perform set_config('countersign.tenant', p_tenant, true);
  return jsonb_build_object('kind', 'list', 'approvals', (
    select coalesce(jsonb_agg(transitions.approval_json(x) order by (x.state = 'open') desc, x.opened_at desc), '[]')
      from (select * from countersign.approvals a
             where a.tenant = p_tenant
               and (p->>'thread' is null or a.thread_id = (p->>'thread')::bigint)
               and (p->'accounts' is null or p->'accounts' ? transitions.counted_account(a.principal_kind, a.principal))
               and (not coalesce((p->>'open')::boolean, false) or a.state in ('open', 'unknown'))
             order by (a.state = 'open') desc, a.opened_at desc limit (p->>'limit')::int) x));
end $$;

-- `p.seen` are the accounts that had signed when the policy looked, `p.signatures` how many persons count with this one.
create function transitions.sign(p_tenant text, p jsonb) returns jsonb language plpgsql as $$
declare
  a countersign.approvals := transitions.lock_approval(p_tenant, p->>'approval');
  v_seen jsonb;
  v_by jsonb;
  t record;
begin
  if a.id is null then return jsonb_build_object('kind', 'none'); end if;
  if a.state = 'open' and a.expires_at <= clock_timestamp() then
    perform transitions.expire_approval(p_tenant, a);
    return jsonb_build_object('kind', 'expired', 'thread', a.thread_id);
  end if;
  if a.state <> 'open' then return transitions.decision_of(a); end if;
  if a.version <> (p->>'version')::int or a.edit is not null then
    return jsonb_build_object('kind', 'outdated', 'thread', a.thread_id);
  end if;
  -- A yes in the thread counts only while the turn that reads it may write.
  if p->>'epoch' is not null then
    select epoch, leased_until, revised into t from countersign.threads where tenant = p_tenant and id = a.thread_id;
    if t.epoch is distinct from (p->>'epoch')::bigint or t.leased_until is null then
      return jsonb_build_object('kind', 'lost');
    end if;
    if t.revised then return jsonb_build_object('kind', 'revised'); end if;
  end if;
  v_by := jsonb_build_object('by', p->>'account', 'person', p->>'person', 'call', a.call_hash);
  if p->>'verdict' = 'reject' then
    -- Who has signed may still veto while others are waited for.
    insert into countersign.signatures (tenant, approval, account, verdict, reason)
    values (p_tenant, a.id, p->>'account', 'reject', p->>'reason') on conflict do nothing;
    update countersign.approvals set decided_by = p->>'account', decided_at = clock_timestamp(), reason = p->>'reason'
     where tenant = p_tenant and id = a.id returning * into a;
    perform transitions.move_approval(p_tenant, a.id, 'rejected', 'approval.rejected',
      v_by || jsonb_build_object('reason', p->>'reason'));
    if not coalesce((p->>'inTurn')::boolean, false) then
      perform transitions.tell_outcome(p_tenant, a, 'rejected', p->>'text');
    end if;
    return jsonb_build_object('kind', 'rejected', 'thread', a.thread_id);
  end if;
  if exists (select 1 from countersign.signatures
              where tenant = p_tenant and approval = a.id and account = p->>'account') then
    return jsonb_build_object('kind', 'signed_already', 'thread', a.thread_id);
  end if;
  select coalesce(jsonb_agg(account), '[]') into v_seen from countersign.signatures
   where tenant = p_tenant and approval = a.id;
  if not (v_seen @> (p->'seen') and v_seen <@ (p->'seen')) or a.quorum <> (p->>'quorum')::int then
    return jsonb_build_object('kind', 'changed');
  end if;
  insert into countersign.signatures (tenant, approval, account, verdict)
  values (p_tenant, a.id, p->>'account', 'approve');
  v_by := v_by || jsonb_build_object('signatures', (p->>'signatures')::int);
  if (p->>'signatures')::int < a.quorum then
    perform transitions.wake_cards(p_tenant, a.id);
    perform transitions.audit(p_tenant, 'approval.signed', a.thread_id, a.call_id, a.id, v_by);
    return jsonb_build_object('kind', 'signed', 'thread', a.thread_id, 'signatures', (p->>'signatures')::int,
                              'quorum', a.quorum);
  end if;
  update countersign.approvals
     set decided_by = p->>'account', decided_at = clock_timestamp(),
         due_at = clock_timestamp() + case when attempts = 0 then make_interval(secs => (p->>'dispatchMs')::float / 1000) else '0' end
   where tenant = p_tenant and id = a.id;
  perform transitions.move_approval(p_tenant, a.id, 'approved', 'approval.approved', v_by);
  return jsonb_build_object('kind', 'approved', 'thread', a.thread_id);
end $$;

-- A person changes the arguments: a worker that knows the tool makes a new frozen call of it. Nobody signs meanwhile.
create function transitions.request_edit(p_tenant text, p jsonb) returns jsonb language plpgsql as $$
declare
  a countersign.approvals := transitions.lock_approval(p_tenant, p->>'approval');
begin
  if a.id is null then return jsonb_build_object('kind', 'none'); end if;
  if a.state = 'open' and a.expires_at <= clock_timestamp() then
    perform transitions.expire_approval(p_tenant, a);
    return jsonb_build_object('kind', 'expired', 'thread', a.thread_id);
  end if;
  if a.state <> 'open' then return transitions.decision_of(a); end if;
  if a.version <> (p->>'version')::int or a.edit is not null then return jsonb_build_object('kind', 'outdated', 'thread', a.thread_id); end if;
  update countersign.approvals
     set edit = jsonb_build_object('arguments', p->'arguments', 'account', p->>'account')
   where tenant = p_tenant and id = a.id;
  perform transitions.wake_cards(p_tenant, a.id);
  -- Only the names: what a person typed is not known to hold no secret until the gate has seen it.
  perform transitions.audit(p_tenant, 'approval.edit_asked', a.thread_id, a.call_id, a.id,
    jsonb_build_object('by', p->>'account', 'person', p->>'person', 'call', a.call_hash, 'changed', (
      select coalesce(jsonb_agg(key order by key), '[]')
        from jsonb_each(a.canonical::jsonb) b full join jsonb_each(p->'arguments') n using (key)
       where b.value is distinct from n.value)));
  return jsonb_build_object('kind', 'requested', 'thread', a.thread_id);
end $$;

-- The edit cannot be made: the card says why, and stands as it was.
create function transitions.refuse_edit(p_tenant text, p jsonb) returns jsonb language plpgsql as $$
declare
  a countersign.approvals := transitions.lock_approval(p_tenant, p->>'approval');
begin
  if a.id is null or a.edit is null or a.state <> 'open' then return jsonb_build_object('kind', 'none'); end if;
  update countersign.approvals
     set edit = null, details = details || jsonb_build_object('refusedEdit', p->>'text') where tenant = p_tenant and id = a.id;
  perform transitions.wake_cards(p_tenant, a.id);
  perform transitions.audit(p_tenant, 'approval.edit_refused', a.thread_id, a.call_id, a.id,
    jsonb_build_object('text', p->>'text', 'by', a.edit->>'account'));
  return jsonb_build_object('kind', 'ok');
end $$;

create function transitions.expire_approval(p_tenant text, a countersign.approvals) returns void language plpgsql as $$
begin
  update countersign.approvals set decided_at = clock_timestamp() where tenant = p_tenant and id = a.id;
  perform transitions.move_approval(p_tenant, a.id, 'expired', 'approval.expired', jsonb_build_object('call', a.call_hash));
  perform transitions.tell_outcome(p_tenant, a, 'expired', a.details->>'expiredText');
end $$;

-- Void: the request's message was edited or deleted, the tool or the rule changed, the world did. Where the call is
-- asked for anew in another form, `next` is that one: {call, approval} as they come with a turn's output.
create function transitions.void_approval(p_tenant text, p jsonb) returns jsonb language plpgsql as $$
declare
  a countersign.approvals := transitions.lock_approval(p_tenant, p->>'approval');
  v_next jsonb := p->'next';
begin
  if a.id is null then return jsonb_build_object('kind', 'none'); end if;
  if a.state = 'open' and a.expires_at <= clock_timestamp() then
    perform transitions.expire_approval(p_tenant, a);
    return jsonb_build_object('kind', 'expired', 'thread', a.thread_id);
  end if;
  if not (case when p->>'attempts' is null then a.state = 'open'
               else a.state = 'approved' and a.attempts = (p->>'attempts')::int end) then
    return transitions.decision_of(a);
  end if;
  -- It went out before, and a person let it go out once more: what became of it then is still not known.
  if a.state = 'approved' and exists (select 1 from countersign.tool_calls
       where tenant = p_tenant and id = a.call_id and dispatched_at is not null) then
    perform transitions.move_approval(p_tenant, a.id, 'unknown', 'call.unknown',
      jsonb_build_object('outcome', p->>'reason', 'call', a.call_hash));
    perform transitions.ask_what_happened(p_tenant, a);
    perform transitions.tell_outcome(p_tenant, a, 'unknown', p->>'sentBeforeText');
    return jsonb_build_object('kind', 'void', 'thread', a.thread_id);
  end if;
  if jsonb_typeof(v_next) = 'object' and exists (select 1 from countersign.approvals
       where tenant = p_tenant and thread_id = a.thread_id and call_hash = v_next->'approval'->>'callHash'
         and state = 'open' and id <> a.id) then
    return jsonb_build_object('kind', 'waits_already', 'thread', a.thread_id);
  end if;
  update countersign.approvals
     set reason = p->>'reason', decided_at = clock_timestamp(), decided_by = coalesce(p->>'by', decided_by),
         replaced_by = v_next->'approval'->>'id'
   where tenant = p_tenant and id = a.id returning * into a;
  perform transitions.move_approval(p_tenant, a.id, 'void', 'approval.void',
    jsonb_build_object('reason', p->>'reason', 'by', p->>'by', 'next', v_next->'approval'->>'id', 'call', a.call_hash));
  if jsonb_typeof(v_next) = 'object' then
    insert into countersign.tool_calls
      (tenant, id, thread_id, turn_id, tool, arguments, definition_hash, effect, rule, state, desk, principal_kind,
       principal, approval)
    values (p_tenant, v_next->'call'->>'id', a.thread_id, a.turn_id, v_next->'call'->>'tool',
            v_next->'call'->'arguments', v_next->'call'->>'definitionHash', v_next->'call'->>'effect',
            v_next->'call'->>'rule', 'awaiting', a.desk, a.principal_kind, a.principal, v_next->'approval'->>'id');
    perform transitions.open_approval(p_tenant, a.thread_id, a.turn_id, v_next->'call'->>'id',
      v_next->'call' || jsonb_build_object('desk', a.desk), v_next->'approval');
    perform transitions.audit(p_tenant, 'call.awaiting', a.thread_id, v_next->'call'->>'id', v_next->'approval'->>'id',
      jsonb_build_object('replaces', a.id, 'by', p->>'by', 'arguments', v_next->'call'->'arguments',
                         'call', v_next->'approval'->>'callHash'));
  elsif p->>'text' is not null then
    perform transitions.tell_outcome(p_tenant, a, 'void', p->>'text');
  end if;
  perform transitions.drop_seals(p_tenant, a.details->'sealed');
  return jsonb_build_object('kind', 'void', 'thread', a.thread_id);
end $$;

-- An answered message that is edited or deleted voids what it asked for and nobody has signed yet.
create function transitions.void_of_turn(p_tenant text, p_turn bigint, p_reason text, p_text text) returns jsonb
language plpgsql as $$
declare
  v_id text;
  v_all jsonb := '[]';
begin
  for v_id in select id from countersign.approvals where tenant = p_tenant and origin_turn = p_turn and state = 'open' loop
    perform transitions.void_approval(p_tenant,
      jsonb_build_object('approval', v_id, 'reason', p_reason, 'text', p_text));
    v_all := v_all || to_jsonb(v_id);
  end loop;
  return v_all;
end $$;

-- The state of an approval and of its call are one.
create function transitions.move_approval(p_tenant text, p_id text, p_state text, p_audit text, p_content jsonb)
returns void language plpgsql as $$
declare
  a countersign.approvals;
begin
  update countersign.approvals
     set state = p_state, ended_at = case when p_state in ('approved', 'dispatching', 'open') then null else clock_timestamp() end,
         due_at = case when p_state in ('open', 'approved', 'dispatching') then due_at end
   where tenant = p_tenant and id = p_id returning * into a;
  update countersign.tool_calls
     set state = case p_state when 'open' then 'awaiting' else p_state end,
         ended_at = case when p_state in ('approved', 'dispatching', 'open') then null else clock_timestamp() end
   where tenant = p_tenant and id = a.call_id;
  perform transitions.wake_cards(p_tenant, p_id);
  perform transitions.audit(p_tenant, p_audit, a.thread_id, a.call_id, p_id, p_content);
  -- A void one hands its seals on, and drops them when the next is there.
  if p_state in ('rejected', 'expired', 'succeeded', 'failed', 'settled')
     and jsonb_array_length(coalesce(a.details->'sealed', '[]')) > 0 then
    perform transitions.drop_seals(p_tenant, a.details->'sealed');
  end if;
end $$;

-- What became of a signed call is an entry of its thread, in the name of who asked: a turn tells it.
create function transitions.tell_outcome(p_tenant text, a countersign.approvals, p_state text, p_text text) returns void
language plpgsql as $$
begin
  insert into countersign.entries
    (tenant, thread_id, seq, identity, source, kind, principal_kind, principal, content, sent_at)
  select p_tenant, a.thread_id, t.inbox + 1,
         encode(sha256(convert_to('approval' || E'\n' || a.id || ' ' || p_state || ' ' || a.attempts, 'UTF8')), 'hex'),
         'approval', 'outcome', a.principal_kind, a.principal,
         jsonb_build_object('text', p_text, 'author', 'countersign', 'place', a.details->'place',
                            'outcome', jsonb_build_object('approval', a.id, 'tool', a.tool, 'state', p_state,
                                                             'asked', a.details->'asked')),
         extract(epoch from clock_timestamp())
    from countersign.threads t where t.tenant = p_tenant and t.id = a.thread_id
  on conflict (tenant, identity) do nothing;
  if not found then return; end if;
  update countersign.threads set inbox = inbox + 1, rung_at = clock_timestamp()
   where tenant = p_tenant and id = a.thread_id;
end $$;

create function transitions.decision_of(a countersign.approvals) returns jsonb language sql immutable as $$
  select jsonb_build_object('kind', 'decided', 'state', a.state, 'by', a.decided_by, 'reason', a.reason,
                            'at', extract(epoch from a.decided_at), 'thread', a.thread_id, 'replacedBy', a.replaced_by)
$$;

create function transitions.approval_json(a countersign.approvals) returns jsonb language sql stable as $$
  select jsonb_build_object(
    'id', a.id, 'version', a.version,
    'number', (select count(*) from countersign.approvals b where b.tenant = a.tenant and b.thread_id = a.thread_id
                 and b.rule = a.rule and b.opened_at <= a.opened_at),
    'thread', a.thread_id, 'turn', a.turn_id, 'call', a.call_id, 'desk', a.desk,
    'tool', a.tool, 'effect', a.effect, 'rule', a.rule, 'canonical', a.canonical, 'callHash', a.call_hash,
    'definitionHash', a.definition_hash, 'principal', jsonb_build_object('kind', a.principal_kind, 'id', a.principal),
    'quorum', a.quorum, 'details', a.details, 'state', a.state, 'attempts', a.attempts,
    'openedAt', extract(epoch from a.opened_at), 'expiresAt', extract(epoch from a.expires_at),
    'decidedAt', extract(epoch from a.decided_at), 'endedAt', extract(epoch from a.ended_at),
    'decidedBy', a.decided_by, 'reason', a.reason, 'editor', a.editor, 'replaces', a.replaces,
    'replacedBy', a.replaced_by, 'outcome', a.outcome, 'edit', a.edit,
    'reminded', a.remind_at is null, 'escalated', a.escalate_at is null,
    'cards', (select coalesce(jsonb_agg(jsonb_build_object('kind', c.kind, 'channel', c.channel, 'place', c.place,
                'message', c.message) order by c.id), '[]')
                from countersign.cards c where c.tenant = a.tenant and c.approval = a.id),
    'signatures', (select coalesce(jsonb_agg(jsonb_build_object('account', s.account,
                     'verdict', s.verdict, 'reason', s.reason, 'at', extract(epoch from s.signed_at)) order by s.signed_at), '[]')
                     from countersign.signatures s where s.tenant = a.tenant and s.approval = a.id))
$$;

create function transitions.next_due(a countersign.approvals) returns timestamptz language sql immutable as $$
  select least(a.remind_at, a.escalate_at, a.expires_at)
$$;

-- Records a call of a model's output, and what the gate decided about it. Limits count every account of the requester, as
-- people.yaml has them now: `accounts`, in the form of `counted_account`.
create function transitions.insert_call(p_tenant text, p_thread bigint, p_turn bigint, k jsonb) returns void
language plpgsql as $$
declare
  v_state text := k->>'state';
  v_reason text := k->>'reason';
  v_over jsonb;
  u countersign.turns;
  a jsonb := k->'approval';
  x countersign.approvals;
  v_rejected text;
begin
  select * into u from countersign.turns where tenant = p_tenant and id = p_turn;
  if v_state = 'dispatching' and jsonb_array_length(coalesce(k->'limits', '[]')) > 0 then
    v_over := transitions.limit_exceeded(p_tenant, k->'limits', k->'amounts', 0, true);
    if v_over is not null then
      v_state := 'denied';
      v_reason := 'limit';
    end if;
  end if;
  if v_state = 'awaiting' then
    -- Rejected stays rejected until a person asks anew, and the same call that still waits is the same approval.
    -- What an edited call was edited to is looked at as well.
    with recursive line as (
      select r.id, r.state, r.decided_at, r.replaced_by from countersign.approvals r
       where r.tenant = p_tenant and r.thread_id = p_thread and r.call_hash = a->>'callHash'
      union
      select r.id, r.state, r.decided_at, r.replaced_by from countersign.approvals r
        join line on r.tenant = p_tenant and r.id = line.replaced_by
    )
    select r.id into v_rejected from line r
     where r.state = 'rejected'
       and not exists (select 1 from countersign.entries e
                        where e.tenant = p_tenant and e.thread_id = p_thread and e.kind = 'message'
                          and e.principal_kind in ('staff', 'guest', 'customer') and e.created_at > r.decided_at)
     order by r.decided_at desc limit 1;
    if found then
      v_state := 'denied';
      v_reason := 'rejected';
      perform transitions.drop_seals(p_tenant, a->'details'->'sealed');
    else
      select * into x from countersign.approvals
       where tenant = p_tenant and thread_id = p_thread and call_hash = a->>'callHash'
         and state in ('open', 'approved', 'dispatching') limit 1;
      -- One of another build's form cannot be signed: this one takes its place.
      if x.state = 'open' and x.version <> (a->>'version')::int then
        perform transitions.void_approval(p_tenant, jsonb_build_object('approval', x.id, 'reason', 'unreadable'));
        x := null;
      end if;
      if x.id is null and (select count(*) from countersign.approvals o
                            where o.tenant = p_tenant and o.thread_id = p_thread and o.state = 'open'
                              and k->'accounts' ? transitions.counted_account(o.principal_kind, o.principal))
                           >= (k->>'mostOpen')::int then
        v_state := 'denied';
        v_reason := 'too many open';
        perform transitions.drop_seals(p_tenant, a->'details'->'sealed');
      end if;
    end if;
  end if;
  insert into countersign.tool_calls
    (tenant, id, thread_id, turn_id, tool, arguments, definition_hash, effect, rule, state, reason, ended_at,
     desk, principal_kind, principal, approval, dispatched_at)
  values (p_tenant, k->>'id', p_thread, p_turn, k->>'tool', k->'arguments', k->>'definitionHash', k->>'effect',
          k->>'rule', case when x.id is null then v_state else 'denied' end,
          case when x.id is null then v_reason else 'waits already' end,
          case when v_state not in ('dispatching', 'awaiting') or x.id is not null then clock_timestamp() end,
          coalesce(k->>'desk', ''), u.principal_kind, u.principal,
          coalesce(x.id, case when v_state = 'awaiting' then a->>'id' end),
          case when v_state = 'dispatching' then clock_timestamp() end);
  if v_state = 'awaiting' and x.id is null then
    perform transitions.open_approval(p_tenant, p_thread, p_turn, k->>'id', k, a);
  end if;
  perform transitions.audit(p_tenant, case when x.id is not null then 'call.repeated' else 'call.' || v_state end,
    p_thread, k->>'id', coalesce(x.id, v_rejected, a->>'id'), jsonb_build_object(
      'tool', k->>'tool', 'rule', k->>'rule', 'desk', k->>'desk', 'reason', v_reason,
      'principal', u.principal_kind || ':' || u.principal, 'arguments', k->'arguments',
      'definition', k->>'definitionHash', 'call', a->>'callHash', 'turn', p_turn));
end $$;

-- In one order for all who count, whichever limits they count.
create function transitions.lock_limits(p_tenant text, p_limits jsonb) returns void language sql as $$
  select pg_advisory_xact_lock(hashtext('countersign limit'), x.key) from (
    select distinct hashtext(p_tenant || ' ' || (l->>'id')) as key from jsonb_array_elements(p_limits) l order by 1) x
$$;

-- `p_limits` is a list of {id, tools, seconds, most, sum?, accounts?, desk?, quorum?}; gives the first that is exceeded.
create function transitions.limit_exceeded(p_tenant text, p_limits jsonb, p_amounts jsonb, p_signatures int, p_binding boolean,
                                          p_except text default null)
returns jsonb language plpgsql as $$
declare
  l jsonb;
  v_used numeric;
begin
  if p_binding then perform transitions.lock_limits(p_tenant, p_limits); end if;
  for l in select x from jsonb_array_elements(p_limits) x order by x->>'id' loop
    select coalesce(sum(case when l->>'sum' is null then 1
                             when jsonb_typeof(arguments->(l->>'sum')) = 'number' then abs((arguments->>(l->>'sum'))::numeric)
                             else (l->>'most')::numeric end), 0)
      into v_used
      from countersign.tool_calls
     where tenant = p_tenant and tool in (select jsonb_array_elements_text(l->'tools'))
       and dispatched_at > clock_timestamp() - make_interval(secs => (l->>'seconds')::float)
       -- Whatever went out and may have happened.
       and state <> 'failed' and not (state = 'settled' and reason = 'did not happen')
       and id is distinct from p_except
       and (l->>'desk' is null or desk = l->>'desk')
       and (l->'accounts' is null or l->'accounts' ? transitions.counted_account(principal_kind, principal));

    if v_used + coalesce((p_amounts->>(l->>'id'))::numeric, 1) > (l->>'most')::numeric
       and coalesce((l->>'quorum')::int, 2147483647) > p_signatures then
      return l || jsonb_build_object('used', v_used);
    end if;
  end loop;
  return null;
end $$;

-- Asked before anything is decided: the count that binds is made when the call goes out.
create function transitions.likely_limit(p_tenant text, p jsonb) returns jsonb language plpgsql as $$
begin
  perform set_config('countersign.tenant', p_tenant, true);
  return jsonb_build_object('kind', 'limit',
                            'exceeded', transitions.limit_exceeded(p_tenant, p->'limits', p->'amounts', 0, false));
end $$;

-- An account as people.yaml writes it. Of an anonymous sender nothing but the address is known, and anybody can write one.
create function transitions.counted_account(p_kind text, p_account text) returns text language sql immutable as $$
  select case when p_kind = 'anonymous' then 'anonymous:' || p_account
              when starts_with(p_account, 'email:') then lower(p_account)
              else regexp_replace(p_account, '^slack:T[A-Z0-9]+:', 'slack:') end
$$;

-- How the calls of an output stand that were not simply let through, so that the model can be told.
create function transitions.standing_of(p_tenant text, p jsonb) returns jsonb language plpgsql as $$
begin
  perform set_config('countersign.tenant', p_tenant, true);
  return jsonb_build_object('kind', 'standing', 'calls', (
    select coalesce(jsonb_agg(jsonb_build_object('id', c.id, 'state', c.state, 'reason', c.reason,
             'approval', c.approval, 'approvalState', a.state, 'rule', a.rule)), '[]')
      from jsonb_array_elements_text(p->'calls') i
      join countersign.tool_calls c on c.tenant = p_tenant and c.id = i
      left join countersign.approvals a on a.tenant = p_tenant and a.id = c.approval));
end $$;

-- The list of a person's requests, and the limit of open ones, count every account of that person, as people.yaml has
-- them when we look: `accounts`, in the form of `counted_account`.
create or replace function countersign.insert_call(p_tenant text, p_thread bigint, p_turn bigint, k jsonb) returns void
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
    v_over := countersign.limit_exceeded(p_tenant, k->'limits', k->'amounts', 0, true);
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
      perform countersign.drop_seals(p_tenant, a->'details'->'sealed');
    else
      select * into x from countersign.approvals
       where tenant = p_tenant and thread_id = p_thread and call_hash = a->>'callHash'
         and state in ('open', 'approved', 'dispatching') limit 1;
      -- One of another build's form cannot be signed: this one takes its place.
      if x.state = 'open' and x.version <> (a->>'version')::int then
        perform countersign.void_approval(p_tenant, jsonb_build_object('approval', x.id, 'reason', 'unreadable'));
        x := null;
      end if;
      if x.id is null and (select count(*) from countersign.approvals o
                            where o.tenant = p_tenant and o.thread_id = p_thread and o.state = 'open'
                              and case when k ? 'accounts'
                                    then k->'accounts' ? countersign.counted_account(o.principal_kind, o.principal)
                                    -- As builds before this one ask.
                                    else o.person = a->>'person' end) >= (k->>'mostOpen')::int then
        v_state := 'denied';
        v_reason := 'too many open';
        perform countersign.drop_seals(p_tenant, a->'details'->'sealed');
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
    perform countersign.open_approval(p_tenant, p_thread, p_turn, k->>'id', k, a);
  end if;
  perform countersign.audit(p_tenant, case when x.id is not null then 'call.repeated' else 'call.' || v_state end,
    p_thread, k->>'id', coalesce(x.id, v_rejected, a->>'id'), jsonb_build_object(
      'tool', k->>'tool', 'rule', k->>'rule', 'desk', k->>'desk', 'reason', v_reason,
      'principal', u.principal_kind || ':' || u.principal, 'arguments', k->'arguments',
      'definition', k->>'definitionHash', 'call', a->>'callHash', 'turn', p_turn));
end $$;

create or replace function countersign.list_approvals(p_tenant text, p jsonb) returns jsonb language plpgsql as $$
begin
  perform set_config('countersign.tenant', p_tenant, true);
  return jsonb_build_object('kind', 'list', 'approvals', (
    select coalesce(jsonb_agg(countersign.approval_json(x) order by (x.state = 'open') desc, x.opened_at desc), '[]')
      from (select * from countersign.approvals a
             where a.tenant = p_tenant
               and (p->>'thread' is null or a.thread_id = (p->>'thread')::bigint)
               and (p->'accounts' is null or p->'accounts' ? countersign.counted_account(a.principal_kind, a.principal))
               -- As builds before this one ask.
               and (p->>'person' is null or a.person = p->>'person')
               and (not coalesce((p->>'open')::boolean, false) or a.state in ('open', 'unknown'))
             order by (a.state = 'open') desc, a.opened_at desc limit (p->>'limit')::int) x));
end $$;

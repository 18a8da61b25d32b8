-- A limit for each who asks counts every account of that person, as people.yaml has them when the count is made.

-- An account as people.yaml writes it. Of an anonymous sender nothing but the address is known, and anybody can write one.
create function countersign.counted_account(p_kind text, p_account text) returns text language sql immutable as $$
  select case when p_kind = 'anonymous' then 'anonymous:' || p_account
              when starts_with(p_account, 'email:') then lower(p_account)
              else regexp_replace(p_account, '^slack:T[A-Z0-9]+:', 'slack:') end
$$;

-- `p_limits` is a list of {id, tools, seconds, most, sum?, accounts?, desk?, quorum?}; gives the first that is exceeded.
create or replace function countersign.limit_exceeded(p_tenant text, p_limits jsonb, p_amounts jsonb, p_signatures int, p_binding boolean,
                                          p_except text default null)
returns jsonb language plpgsql as $$
declare
  l jsonb;
  v_used numeric;
begin
  if p_binding then perform countersign.lock_limits(p_tenant, p_limits); end if;
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
       and (l->'accounts' is null or l->'accounts' ? countersign.counted_account(principal_kind, principal))
       -- As builds before this one ask.
       and (l->>'principal' is null or principal_kind || ':' || principal = l->>'principal');
    if v_used + coalesce((p_amounts->>(l->>'id'))::numeric, 1) > (l->>'most')::numeric
       and coalesce((l->>'quorum')::int, 2147483647) > p_signatures then
      return l || jsonb_build_object('used', v_used);
    end if;
  end loop;
  return null;
end $$;

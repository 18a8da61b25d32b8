-- A server listed these tools. The first definition of a tool is accepted; one that differs from it waits. Says of each
-- tool what is accepted, and whether the caller is the one to tell people of the change.
create function transitions.see_tools(p_tenant text, p jsonb) returns jsonb language plpgsql as $$
declare
  k jsonb;
  d countersign.tool_definitions;
  v_tell boolean;
  v_seen jsonb := '[]';
begin
  perform set_config('countersign.tenant', p_tenant, true);
  for k in select x from jsonb_array_elements(p->'tools') x order by x->>'tool' loop
    insert into countersign.tool_definitions (tenant, tool, hash, definition, accepted_by)
    values (p_tenant, k->>'tool', k->>'hash', k->>'definition', k->>'by') on conflict do nothing;
    if found then
      perform transitions.audit(p_tenant, 'definition.accepted', null, null, null,
        jsonb_build_object('tool', k->>'tool', 'by', k->>'by', 'definition', k->>'hash'));
    end if;
    select * into d from countersign.tool_definitions where tenant = p_tenant and tool = k->>'tool' for update;
    v_tell := d.hash <> k->>'hash' and d.announced_hash is distinct from k->>'hash' and d.tell_at <= clock_timestamp();
    if d.hash = k->>'hash' and d.waiting_hash is not null then
      update countersign.tool_definitions set waiting_hash = null, waiting = null, waiting_since = null
       where tenant = p_tenant and tool = d.tool;
    elsif d.hash <> k->>'hash' and (v_tell or d.waiting_hash is distinct from k->>'hash') then
      update countersign.tool_definitions
         set waiting_hash = k->>'hash', waiting = k->>'definition',
             waiting_since = case when waiting_hash = k->>'hash' then waiting_since else clock_timestamp() end,
             tell_at = case when v_tell then clock_timestamp() + make_interval(secs => (p->>'tellSeconds')::float)
                            else tell_at end
       where tenant = p_tenant and tool = d.tool;
    end if;
    v_seen := v_seen || jsonb_build_object('tool', d.tool, 'hash', d.hash, 'definition', d.definition, 'tell', v_tell);
  end loop;
  return jsonb_build_object('tools', v_seen);
end $$;

-- Notes that people were told of this waiting definition. They hear of the next change of the same tool after a pause.
create function transitions.note_announced(p_tenant text, p jsonb) returns jsonb language plpgsql as $$
begin
  perform set_config('countersign.tenant', p_tenant, true);
  update countersign.tool_definitions
     set announced_hash = p->>'hash', tell_at = clock_timestamp() + make_interval(secs => (p->>'pauseSeconds')::float)
   where tenant = p_tenant and tool = p->>'tool';
  return jsonb_build_object('kind', 'ok');
end $$;

-- Accepts the definition that was shown, unless another one waits by now.
create function transitions.accept_tool(p_tenant text, p jsonb) returns jsonb language plpgsql as $$
declare
  d countersign.tool_definitions;
begin
  perform set_config('countersign.tenant', p_tenant, true);
  select * into d from countersign.tool_definitions where tenant = p_tenant and tool = p->>'tool' for update;
  if d.waiting_hash is distinct from p->>'hash' then return jsonb_build_object('kind', 'changed'); end if;
  update countersign.tool_definitions
     set hash = waiting_hash, definition = waiting, accepted_at = clock_timestamp(), accepted_by = p->>'by',
         waiting_hash = null, waiting = null, waiting_since = null, tell_at = clock_timestamp()
   where tenant = p_tenant and tool = d.tool;
  perform transitions.audit(p_tenant, 'definition.accepted', null, null, null, jsonb_build_object(
    'tool', d.tool, 'by', p->>'by', 'definition', d.waiting_hash, 'before', d.hash));
  return jsonb_build_object('kind', 'accepted');
end $$;

-- Of all tenants, for the command. Runs as the owner, whom row-level security lets pass.
create function transitions.waiting_tools(p jsonb) returns jsonb language sql stable security definer
  set search_path = countersign, pg_temp as $$
  select jsonb_build_object('tools', coalesce(jsonb_agg(jsonb_build_object(
           'tenant', tenant, 'tool', tool, 'accepted', definition, 'acceptedBy', accepted_by,
           'hash', waiting_hash, 'waiting', waiting, 'since', waiting_since) order by tenant, tool), '[]'))
    from countersign.tool_definitions where waiting_hash is not null
$$;

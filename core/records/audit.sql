create function transitions.audit(p_tenant text, p_kind text, p_thread bigint, p_call text, p_approval text, p_content jsonb)
returns void language plpgsql as $$
declare
  v_id bigint;
begin
  insert into countersign.audit_contents (tenant, kind, thread_id, call_id, approval, content)
  values (p_tenant, p_kind, p_thread, p_call, p_approval, p_content) returning id into v_id;
  perform set_config('countersign.audited',
                     concat_ws(' ', nullif(current_setting('countersign.audited', true), ''), v_id), true);
end $$;

-- For what happens at no thread: a door's refusal, a command.
create function transitions.note_audit(p_tenant text, p jsonb) returns jsonb language plpgsql as $$
begin
  perform set_config('countersign.tenant', p_tenant, true);
  perform transitions.audit(p_tenant, p->>'event', (p->>'thread')::bigint, p->>'call', p->>'approval',
                            coalesce(p->'content', '{}'));
  return jsonb_build_object('kind', 'ok');
end $$;

create function transitions.erase_audit(p_tenant text, p jsonb) returns jsonb language plpgsql security definer
  set search_path = countersign, pg_temp as $$
declare
  v_erased jsonb;
begin
  perform set_config('countersign.tenant', p_tenant, true);
  with erased as (
    update countersign.audit_contents set content = null, salt = null
     -- A line that names what was erased has to be read for ever.
     where tenant = p_tenant and kind <> 'audit.erased' and content is not null
       and id in (select x::bigint from jsonb_array_elements_text(p->'contents') x)
    returning id
  )
  select coalesce(jsonb_agg(id order by id), '[]') into v_erased from erased;
  if v_erased <> '[]' then
    perform transitions.audit(p_tenant, 'audit.erased', null, null, null, jsonb_build_object('contents', v_erased));
  end if;
  return jsonb_build_object('kind', 'erased', 'count', jsonb_array_length(v_erased));
end $$;

-- The ends of all chains, to be signed outside. Runs as the owner, whom row-level security lets pass.
create function transitions.all_audit_heads(p jsonb) returns jsonb language sql stable security definer
  set search_path = countersign, pg_temp as $$
  select jsonb_build_object('heads', coalesce(jsonb_agg(
           jsonb_build_object('tenant', tenant, 'seq', seq, 'hash', encode(hash, 'hex')) order by tenant), '[]'))
    from countersign.audit_heads
$$;

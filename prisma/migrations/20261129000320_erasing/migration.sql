-- What was said in the audit is erased by this function alone, which puts on record what it erased: an erased content that
-- no `audit.erased` line names is a fault.
revoke update (content, salt) on countersign.audit_contents from countersign_app;

create function countersign.erase_audit(p_tenant text, p jsonb) returns jsonb language plpgsql security definer
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
    perform countersign.audit(p_tenant, 'audit.erased', null, null, null, jsonb_build_object('contents', v_erased));
  end if;
  return jsonb_build_object('kind', 'erased', 'count', jsonb_array_length(v_erased));
end $$;
revoke execute on function countersign.erase_audit(text, jsonb) from public;
grant execute on function countersign.erase_audit(text, jsonb) to countersign_app;

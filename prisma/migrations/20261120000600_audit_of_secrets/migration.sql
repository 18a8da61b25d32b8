-- A secret that an earlier call of the thread was given, in an argument that is not secret, is taken out of the audit, too:
-- the content is erased, for the chain holds its digest, and written anew without the secret. Only of calls that nobody
-- signed: what a person put their name to stays as they saw it, and nobody can make it be forgotten.
create index audit_contents_of_thread on countersign.audit_contents (thread_id, tenant)
  where thread_id is not null and approval is null;

create function countersign.scrubbed_audit(c jsonb, p_forms text[]) returns jsonb language sql immutable as $$
  select coalesce(jsonb_object_agg(key, case when key in ('arguments', 'reason')
                    then countersign.scrubbed_values(value, p_forms) else value end), '{}')
    from jsonb_each(c)
$$;

create function countersign.scrub_audit(p_tenant text, p_thread bigint, p_literals jsonb) returns void language plpgsql as $$
declare
  v_forms text[] := countersign.secret_forms(p_literals);
  -- Their digests are yet to be made.
  v_unchained bigint[] := coalesce(
    string_to_array(trim(current_setting('countersign.audited', true)), ' ')::bigint[], '{}');
  v_erased jsonb;
begin
  update countersign.audit_contents set content = countersign.scrubbed_audit(content, v_forms)
   where tenant = p_tenant and thread_id = p_thread and approval is null and id = any(v_unchained)
     and content <> countersign.scrubbed_audit(content, v_forms);
  with found as (
    select id, call_id, kind, countersign.scrubbed_audit(content, v_forms) as scrubbed from countersign.audit_contents
     where tenant = p_tenant and thread_id = p_thread and approval is null and not id = any(v_unchained)
       and content <> countersign.scrubbed_audit(content, v_forms)
       for update
  ), erased as (
    update countersign.audit_contents a set content = null, salt = null from found
     where a.tenant = p_tenant and a.id = found.id
    returning a.id, found.call_id, found.kind, found.scrubbed
  )
  select jsonb_build_object('contents', jsonb_agg(id order by id), 'instead', jsonb_agg(
           jsonb_build_object('call', call_id, 'kind', kind, 'content', scrubbed) order by id))
    into v_erased from erased having count(*) > 0;
  if v_erased is not null then
    perform countersign.audit(p_tenant, 'audit.erased', p_thread, null, null, v_erased);
  end if;
end $$;
revoke execute on function countersign.scrub_audit(text, bigint, jsonb) from public;

alter function countersign.scrub_thread(text, bigint, jsonb) rename to scrub_said;
revoke execute on function countersign.scrub_said(text, bigint, jsonb) from countersign_app;

-- Runs as the owner, as what it calls did.
create function countersign.scrub_thread(p_tenant text, p_thread bigint, p_literals jsonb) returns void language plpgsql
  security definer set search_path = countersign, pg_temp as $$
begin
  if p_tenant is distinct from current_setting('countersign.tenant', true) then return; end if;
  perform countersign.scrub_said(p_tenant, p_thread, p_literals);
  perform countersign.scrub_audit(p_tenant, p_thread, p_literals);
end $$;
revoke execute on function countersign.scrub_thread(text, bigint, jsonb) from public;
grant execute on function countersign.scrub_thread(text, bigint, jsonb) to countersign_app;

-- The message that led to an outcome is told with it.
create or replace function countersign.scrubbed_record(c jsonb, p_forms text[]) returns jsonb language plpgsql immutable as $$
begin
  return case jsonb_typeof(c)
    when 'array' then (select coalesce(jsonb_agg(countersign.scrubbed_record(x, p_forms) order by i), '[]')
                         from jsonb_array_elements(c) with ordinality e (x, i))
    when 'object' then (
      select coalesce(jsonb_object_agg(key, case
               when key = 'text' and jsonb_typeof(value) = 'string'
                 then to_jsonb(countersign.scrubbed_text(value #>> '{}', p_forms))
               when key = 'arguments' and jsonb_typeof(value) = 'string'
                 then to_jsonb(countersign.scrubbed_arguments(value #>> '{}', p_forms))
               when key in ('entries', 'calls', 'decision', 'asked', 'outcome') then countersign.scrubbed_record(value, p_forms)
               else value end), '{}')
        from jsonb_each(c))
    else c end;
end $$;

-- A secret that was meant for a sealed argument is taken out of all that was said in its thread. Steps are append-only
-- to the application, so this runs as the owner, and within the tenant and the thread that it is given.
create function transitions.scrub_thread(p_tenant text, p_thread bigint, p_literals jsonb) returns void language plpgsql
  security definer set search_path = countersign, pg_temp as $$
declare
  v_forms text[] := transitions.secret_forms(p_literals);
  v_turn bigint;
  v_id text;
begin
  if p_tenant is distinct from current_setting('countersign.tenant', true) then return; end if;
  update countersign.entries
     set content = transitions.scrubbed_record(content, v_forms) || jsonb_build_object('digest',
                     coalesce(content->>'digest', transitions.text_digest(identity, content->>'text')))
   where tenant = p_tenant and thread_id = p_thread and content <> transitions.scrubbed_record(content, v_forms);
  -- Turn by turn, and call by call: together they are planned as a read of all.
  for v_turn in select id from countersign.turns where tenant = p_tenant and thread_id = p_thread loop
    update countersign.steps set content = transitions.scrubbed_record(content, v_forms)
     where tenant = p_tenant and turn_id = v_turn and content <> transitions.scrubbed_record(content, v_forms);
    update countersign.outbox set body = transitions.scrubbed_text(body, v_forms)
     where tenant = p_tenant and turn_id = v_turn and kind = 'reply' and body <> transitions.scrubbed_text(body, v_forms);
    for v_id in select c->>'id' from countersign.steps, jsonb_array_elements(content->'calls') c
                 where tenant = p_tenant and turn_id = v_turn and kind = 'model' loop
      -- What runs, or may, is kept to the letter.
      update countersign.tool_calls
         set arguments = transitions.scrubbed_values(arguments, v_forms),
             reason = transitions.scrubbed_text(reason, v_forms)
       where tenant = p_tenant and id = v_id and approval is null
         and state in ('denied', 'succeeded', 'failed', 'unknown');
    end loop;
    for v_id in select f->'content'->>'digest' from countersign.steps, jsonb_array_elements(content->'files') f
                 where tenant = p_tenant and turn_id = v_turn and kind = 'files' loop
      update countersign.files set text = transitions.scrubbed_text(text, v_forms)
       where tenant = p_tenant and digest = v_id and kind = 'text' and text <> transitions.scrubbed_text(text, v_forms);
    end loop;
  end loop;
  update countersign.threads
     set summary = transitions.scrubbed_text(summary, v_forms), notes = transitions.scrubbed_text(notes, v_forms)
   where tenant = p_tenant and id = p_thread
     and (summary, notes) <> (transitions.scrubbed_text(summary, v_forms), transitions.scrubbed_text(notes, v_forms));
  for v_id in
    update countersign.approvals set details = transitions.scrubbed_record(details, v_forms)
     where tenant = p_tenant and thread_id = p_thread and details <> transitions.scrubbed_record(details, v_forms)
    returning id
  loop
    perform transitions.wake_cards(p_tenant, v_id);
  end loop;
  perform transitions.scrub_audit(p_tenant, p_thread, p_literals);
  perform transitions.scrub_matters(p_tenant, p_thread, p_literals);
end $$;

create function transitions.scrub_audit(p_tenant text, p_thread bigint, p_literals jsonb) returns void language plpgsql as $$
declare
  v_forms text[] := transitions.secret_forms(p_literals);
  -- Their digests are yet to be made.
  v_unchained bigint[] := coalesce(
    string_to_array(trim(current_setting('countersign.audited', true)), ' ')::bigint[], '{}');
  v_erased jsonb;
begin
  update countersign.audit_contents set content = transitions.scrubbed_audit(content, v_forms)
   where tenant = p_tenant and thread_id = p_thread and approval is null and id = any(v_unchained)
     and content <> transitions.scrubbed_audit(content, v_forms);
  with found as (
    select id, call_id, kind, transitions.scrubbed_audit(content, v_forms) as scrubbed from countersign.audit_contents
     where tenant = p_tenant and thread_id = p_thread and approval is null and not id = any(v_unchained)
       and content <> transitions.scrubbed_audit(content, v_forms)
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
    perform transitions.audit(p_tenant, 'audit.erased', p_thread, null, null, v_erased);
  end if;
end $$;

-- A secret text as it may have been written: as it is, inside JSON, and as Slack writes it. The longest first.
create function transitions.secret_forms(p_literals jsonb) returns text[] language sql immutable as $$
  select coalesce(array_agg(f order by length(f) desc, f), '{}') from (
    select distinct f from jsonb_array_elements_text(p_literals) l, lateral (values
      (l), (btrim(l, E' \t\r\n')), (substr(to_json(l)::text, 2, length(to_json(l)::text) - 2)),
      (replace(replace(replace(l, '&', '&amp;'), '<', '&lt;'), '>', '&gt;'))) v (f)
     where f <> '') x
$$;

-- A short one stands in other words too, and is taken out only where it stands alone.
create function transitions.scrubbed_text(p_text text, p_forms text[]) returns text language plpgsql immutable as $$
declare
  f text;
begin
  foreach f in array p_forms loop
    continue when position(f in p_text) = 0;
    p_text := case when length(f) >= 4 then replace(p_text, f, '••••••') else
      regexp_replace(p_text, '(?<![[:alnum:]])' || regexp_replace(f, '([][\\^$.*+?(){}|])', '\\\1', 'g')
                             || '(?![[:alnum:]])', '••••••', 'g') end;
  end loop;
  return p_text;
end $$;

create function transitions.scrubbed_values(v jsonb, p_forms text[]) returns jsonb language plpgsql immutable as $$
begin
  return case jsonb_typeof(v)
    when 'string' then to_jsonb(transitions.scrubbed_text(v #>> '{}', p_forms))
    when 'array' then (select coalesce(jsonb_agg(transitions.scrubbed_values(x, p_forms) order by i), '[]')
                         from jsonb_array_elements(v) with ordinality e (x, i))
    when 'object' then (select coalesce(jsonb_object_agg(key, transitions.scrubbed_values(value, p_forms)), '{}')
                          from jsonb_each(v))
    else v end;
end $$;

-- Arguments are kept as the model wrote them: they stay JSON with the same keys.
create function transitions.scrubbed_arguments(p_raw text, p_forms text[]) returns text language plpgsql immutable as $$
declare
  v_given jsonb;
  v_values jsonb;
begin
  begin
    v_given := p_raw::jsonb;
  exception when invalid_text_representation then
    return transitions.scrubbed_text(p_raw, p_forms); -- no JSON
  end;
  v_values := transitions.scrubbed_values(v_given, p_forms);
  return case when v_values = v_given then p_raw else v_values::text end;
exception when data_exception or program_limit_exceeded then
  return '{}'; -- JSON that Postgres does not take
end $$;

-- The message that led to an outcome is told with it.
create function transitions.scrubbed_record(c jsonb, p_forms text[]) returns jsonb language plpgsql immutable as $$
begin
  return case jsonb_typeof(c)
    when 'array' then (select coalesce(jsonb_agg(transitions.scrubbed_record(x, p_forms) order by i), '[]')
                         from jsonb_array_elements(c) with ordinality e (x, i))
    when 'object' then (
      select coalesce(jsonb_object_agg(key, case
               when key = 'text' and jsonb_typeof(value) = 'string'
                 then to_jsonb(transitions.scrubbed_text(value #>> '{}', p_forms))
               when key = 'arguments' and jsonb_typeof(value) = 'string'
                 then to_jsonb(transitions.scrubbed_arguments(value #>> '{}', p_forms))
               when key in ('entries', 'calls', 'decision', 'asked', 'outcome') then transitions.scrubbed_record(value, p_forms)
               else value end), '{}')
        from jsonb_each(c))
    else c end;
end $$;

create function transitions.scrubbed_audit(c jsonb, p_forms text[]) returns jsonb language sql immutable as $$
  select coalesce(jsonb_object_agg(key, case when key in ('arguments', 'reason')
                    then transitions.scrubbed_values(value, p_forms) else value end), '{}')
    from jsonb_each(c)
$$;

-- By this a scrubbed message is known again.
create function transitions.text_digest(p_identity text, p_text text) returns text language sql immutable as $$
  select encode(sha256(convert_to(p_identity || E'\n' || p_text, 'UTF8')), 'hex')
$$;

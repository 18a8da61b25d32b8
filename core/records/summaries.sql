-- The exchanges that the summary does not cover yet and that are older than the ones given whole.
create function transitions.unsummarized(p_tenant text, p jsonb) returns jsonb language plpgsql as $$
declare
  t countersign.threads;
  v_upto int;
begin
  perform set_config('countersign.tenant', p_tenant, true);
  select * into t from countersign.threads where tenant = p_tenant and id = (p->>'thread')::bigint;
  v_upto := least(t.turns - (p->>'context')::int, t.summary_upto + (p->>'most')::int);
  if t.id is null or v_upto <= t.summary_upto then return jsonb_build_object('kind', 'none'); end if;
  return jsonb_build_object('kind', 'some', 'from', t.summary_upto, 'upto', v_upto, 'summary', t.summary, 'turns', (
    select coalesce(jsonb_agg(jsonb_build_object('number', h.number, 'state', h.state,
             'steps', transitions.steps_of(p_tenant, h.id)) order by h.number), '[]')
      from countersign.turns h
     where h.tenant = p_tenant and h.thread_id = t.id and h.number > t.summary_upto and h.number <= v_upto));
end $$;

create function transitions.save_summary(p_tenant text, p jsonb) returns jsonb language plpgsql as $$
begin
  perform set_config('countersign.tenant', p_tenant, true);
  update countersign.threads set summary = p->>'summary', summary_upto = (p->>'upto')::int
   where tenant = p_tenant and id = (p->>'thread')::bigint and summary_upto = (p->>'from')::int;
  return jsonb_build_object('kind', case when found then 'saved' else 'overtaken' end);
end $$;

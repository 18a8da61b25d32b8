-- Several transitions in one transaction, each as if alone: one that fails takes nothing of the others with it. They come
-- in the order of their threads, so that two such calls never wait for each other.
create function transitions.run_together(p jsonb) returns jsonb language plpgsql as $$
declare
  i jsonb;
  r jsonb;
  v_tenant text;
  v_all jsonb[] := '{}';
begin
  for i in select * from jsonb_array_elements(p) loop
    begin
      v_tenant := i->>'tenant';
      case i->>'name'
        when 'claim_thread' then r := transitions.claim_thread(v_tenant, i->'payload');
        when 'record_steps' then r := transitions.record_steps(v_tenant, i->'payload');
        when 'finish_turn' then r := transitions.finish_turn(v_tenant, i->'payload');
        when 'release_thread' then r := transitions.release_thread(v_tenant, i->'payload');
      end case;
      v_all := v_all || jsonb_build_object('kind', 'done', 'answer', r);
    exception when others then
      v_all := v_all || jsonb_build_object('kind', 'failed', 'error', sqlerrm, 'code', sqlstate);
    end;
  end loop;
  return to_jsonb(v_all);
end $$;

-- The worker that takes a signed call learns whether it was sent before: where it was, a try that fails does not mean
-- that nothing was done.
create or replace function countersign.claim_dispatch(p_tenant text, p jsonb) returns jsonb language plpgsql as $$
declare
  a countersign.approvals := countersign.lock_approval(p_tenant, p->>'approval');
  v_sent_before boolean;
begin
  if a.id is null or a.state not in ('approved', 'dispatching') then return jsonb_build_object('kind', 'idle'); end if;
  if a.attempts > 0 and a.due_at > clock_timestamp() then return jsonb_build_object('kind', 'busy'); end if;
  update countersign.approvals
     set attempts = attempts + 1, due_at = clock_timestamp() + make_interval(secs => (p->>'holdMs')::float / 1000)
   where tenant = p_tenant and id = a.id returning * into a;
  select dispatched_at is not null into v_sent_before from countersign.tool_calls
   where tenant = p_tenant and id = a.call_id;
  return jsonb_build_object('kind', a.state, 'approval',
    countersign.approval_json(a) || jsonb_build_object('sentBefore', v_sent_before));
end $$;

-- A mail server reports that a mail of ours did not arrive: its reply, which we took for sent, has failed.
create function countersign.bounce_reply(p_tenant text, p jsonb) returns jsonb language plpgsql as $$
declare
  v_thread bigint;
begin
  perform set_config('countersign.tenant', p_tenant, true);
  update countersign.outbox set state = 'failed', last_error = p->>'error'
   where tenant = p_tenant and id = (p->>'reply')::bigint and state = 'sent' returning thread_id into v_thread;
  if v_thread is null then return jsonb_build_object('kind', 'not_sent'); end if;
  return jsonb_build_object('kind', 'failed', 'desk',
    (select desk from countersign.threads where tenant = p_tenant and id = v_thread));
end $$;

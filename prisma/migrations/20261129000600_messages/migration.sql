-- What people wrote in a thread, oldest first, by their accounts; what was withdrawn or erased is left out.
create function countersign.messages_of(p_tenant text, p jsonb) returns jsonb language plpgsql as $$
begin
  perform set_config('countersign.tenant', p_tenant, true);
  return jsonb_build_object('kind', 'messages', 'messages', (
    select coalesce(jsonb_agg(jsonb_build_object('account', principal, 'text', content->>'text', 'at', sent_at) order by seq), '[]')
      from countersign.entries
     where tenant = p_tenant and thread_id = (p->>'thread')::bigint and kind = 'message' and withdrawn_at is null
       and content->>'text' is not null));
end $$;

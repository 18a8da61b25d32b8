-- What people wrote in a thread, oldest first, and who they were to us. The model has read a message that was withdrawn
-- meanwhile, too; of an erased one only its writer is left.
create or replace function countersign.messages_of(p_tenant text, p jsonb) returns jsonb language plpgsql as $$
begin
  perform set_config('countersign.tenant', p_tenant, true);
  return jsonb_build_object('kind', 'messages', 'messages', (
    select coalesce(jsonb_agg(jsonb_build_object('by', jsonb_build_object('kind', principal_kind, 'id', principal),
                                                 'text', coalesce(content->>'text', ''), 'at', sent_at) order by seq), '[]')
      from countersign.entries
     where tenant = p_tenant and thread_id = (p->>'thread')::bigint and kind = 'message'));
end $$;

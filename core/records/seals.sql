-- A seal is kept while a call that is not over names it: an edited call has those of the one that it takes the place of.
create function transitions.drop_seals(p_tenant text, p_seals jsonb) returns void language sql as $$
  delete from countersign.sealed s
   where s.tenant = p_tenant and s.id in (select jsonb_array_elements_text(p_seals))
     and not exists (select 1 from countersign.approvals a
                      where a.tenant = p_tenant and a.state in ('open', 'approved', 'dispatching', 'unknown')
                        and a.details->'sealed' ? s.id)
$$;

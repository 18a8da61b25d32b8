-- Who may sign is decided in one place, core/approvals/policy.ts, by the people and roles of the day. The records keep
-- accounts and no longer compare persons: they only see to it that nothing changed since the policy looked.

-- One human's accounts may change hands in people.yaml while a request waits; an account stays one.
alter table countersign.signatures drop constraint signatures_pkey,
  drop constraint signatures_approval_account_tenant_key,
  add primary key (approval, account, tenant);

-- `p.seen` are the accounts that had signed when the policy looked, `p.signatures` how many persons count with this one.
create or replace function countersign.sign(p_tenant text, p jsonb) returns jsonb language plpgsql as $$
declare
  a countersign.approvals := countersign.lock_approval(p_tenant, p->>'approval');
  v_seen jsonb;
  v_by jsonb;
  t record;
begin
  if a.id is null then return jsonb_build_object('kind', 'none'); end if;
  if a.state = 'open' and a.expires_at <= clock_timestamp() then
    perform countersign.expire_approval(p_tenant, a);
    return jsonb_build_object('kind', 'expired', 'thread', a.thread_id);
  end if;
  if a.state <> 'open' then return countersign.decision_of(a); end if;
  if a.version <> (p->>'version')::int or a.edit is not null then
    return jsonb_build_object('kind', 'outdated', 'thread', a.thread_id);
  end if;
  -- A yes in the thread counts only while the turn that reads it may write.
  if p->>'epoch' is not null then
    select epoch, leased_until, revised into t from countersign.threads where tenant = p_tenant and id = a.thread_id;
    if t.epoch is distinct from (p->>'epoch')::bigint or t.leased_until is null then
      return jsonb_build_object('kind', 'lost');
    end if;
    if t.revised then return jsonb_build_object('kind', 'revised'); end if;
  end if;
  v_by := jsonb_build_object('by', p->>'account', 'person', p->>'person', 'call', a.call_hash);
  if p->>'verdict' = 'reject' then
    -- Who has signed may still veto while others are waited for.
    insert into countersign.signatures (tenant, approval, person, account, verdict, reason)
    values (p_tenant, a.id, p->>'person', p->>'account', 'reject', p->>'reason') on conflict do nothing;
    update countersign.approvals set decided_by = p->>'account', decided_at = clock_timestamp(), reason = p->>'reason'
     where tenant = p_tenant and id = a.id returning * into a;
    perform countersign.move_approval(p_tenant, a.id, 'rejected', 'approval.rejected',
      v_by || jsonb_build_object('reason', p->>'reason'));
    if not coalesce((p->>'inTurn')::boolean, false) then
      perform countersign.tell_outcome(p_tenant, a, 'rejected', p->>'text');
    end if;
    return jsonb_build_object('kind', 'rejected', 'thread', a.thread_id);
  end if;
  if exists (select 1 from countersign.signatures
              where tenant = p_tenant and approval = a.id and account = p->>'account') then
    return jsonb_build_object('kind', 'signed_already', 'thread', a.thread_id);
  end if;
  select coalesce(jsonb_agg(account), '[]') into v_seen from countersign.signatures
   where tenant = p_tenant and approval = a.id;
  if not (v_seen @> (p->'seen') and v_seen <@ (p->'seen')) or a.quorum <> (p->>'quorum')::int then
    return jsonb_build_object('kind', 'changed');
  end if;
  insert into countersign.signatures (tenant, approval, person, account, verdict)
  values (p_tenant, a.id, p->>'person', p->>'account', 'approve');
  v_by := v_by || jsonb_build_object('signatures', (p->>'signatures')::int);
  if (p->>'signatures')::int < a.quorum then
    perform countersign.wake_cards(p_tenant, a.id);
    perform countersign.audit(p_tenant, 'approval.signed', a.thread_id, a.call_id, a.id, v_by);
    return jsonb_build_object('kind', 'signed', 'thread', a.thread_id, 'signatures', (p->>'signatures')::int,
                              'quorum', a.quorum);
  end if;
  update countersign.approvals
     set decided_by = p->>'account', decided_at = clock_timestamp(),
         due_at = clock_timestamp() + case when attempts = 0 then interval '15 seconds' else '0' end
   where tenant = p_tenant and id = a.id;
  perform countersign.move_approval(p_tenant, a.id, 'approved', 'approval.approved', v_by);
  return jsonb_build_object('kind', 'approved', 'thread', a.thread_id);
end $$;

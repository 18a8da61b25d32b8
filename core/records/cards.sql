create function transitions.add_card(p_tenant text, p_approval text, c jsonb) returns void language sql as $$
  insert into countersign.cards (tenant, approval, kind, channel, place)
  values (p_tenant, p_approval, c->>'kind', c->>'channel', c->'place')
$$;

-- Nobody else has a card of what a customer confirmed by mail, and somebody must say what became of it.
create function transitions.ask_what_happened(p_tenant text, a countersign.approvals) returns void language sql as $$
  select transitions.add_card(p_tenant, a.id, a.details->'unknownTo')
   where jsonb_typeof(a.details->'unknownTo') = 'object'
     and not exists (select 1 from countersign.cards where tenant = p_tenant and approval = a.id and kind = 'signers')
$$;

-- Every copy of an approval's card is to show anew. One that a job has in hand is left to that job, which goes round.
create function transitions.wake_cards(p_tenant text, p_approval text) returns void language sql as $$
  update countersign.cards set wanted = wanted + 1, failed = null, failures = 0
   where tenant = p_tenant and approval = p_approval
$$;

-- The cards of an approval that wait to be shown, for whoever has just changed it.
create function transitions.waiting_cards(p_tenant text, p jsonb) returns jsonb language plpgsql as $$
begin
  perform set_config('countersign.tenant', p_tenant, true);
  return jsonb_build_object('kind', 'cards', 'cards', (select coalesce(jsonb_agg(id), '[]') from countersign.cards
    where tenant = p_tenant and approval in (select jsonb_array_elements_text(p->'approvals')) and shown < wanted));
end $$;

-- A card job takes a copy for as long as one try may last.
create function transitions.claim_card(p_tenant text, p jsonb) returns jsonb language plpgsql as $$
declare
  c countersign.cards;
  a countersign.approvals;
  m countersign.matters;
begin
  perform set_config('countersign.tenant', p_tenant, true);
  update countersign.cards
     set attempts = attempts + 1, due_at = clock_timestamp() + make_interval(secs => (p->>'holdMs')::float / 1000)
   where tenant = p_tenant and id = (p->>'card')::bigint and shown < wanted and failed is null
     and due_at <= clock_timestamp() returning * into c;
  if not found then return jsonb_build_object('kind', 'busy'); end if;
  if c.matter is null then
    select * into a from countersign.approvals where tenant = p_tenant and id = c.approval;
  else
    select * into m from countersign.matters where tenant = p_tenant and id = c.matter;
  end if;
  return jsonb_build_object('kind', 'card', 'card', jsonb_build_object('id', c.id, 'kind', c.kind, 'channel', c.channel,
    'place', c.place, 'message', c.message, 'wanted', c.wanted, 'shown', c.shown, 'attempts', c.attempts, 'failures', c.failures,
    'content', c.content),
    'approval', case when c.matter is null then transitions.approval_json(a) end,
    'matter', case when c.matter is not null then transitions.matter_json(m) end);
end $$;

-- `shown` is what was wanted when the job took it: what changed meanwhile is shown by the next.
create function transitions.settle_card(p_tenant text, p jsonb) returns jsonb language plpgsql as $$
declare
  c countersign.cards;
  v_new boolean;
begin
  perform set_config('countersign.tenant', p_tenant, true);
  select message is null and p->>'message' is not null into v_new
    from countersign.cards where tenant = p_tenant and id = (p->>'card')::bigint;
  update countersign.cards
     set message = coalesce(p->>'message', message), shown = coalesce((p->>'shown')::int, shown), failed = p->>'failed',
         failures = case when p->>'shown' is null then failures + 1 else 0 end,
         due_at = clock_timestamp() + make_interval(secs => coalesce((p->>'waitMs')::float, 0) / 1000)
   where tenant = p_tenant and id = (p->>'card')::bigint and attempts = (p->>'attempts')::int returning * into c;
  if not found then return jsonb_build_object('kind', 'lost'); end if;
  -- The pointers can link to it now.
  if v_new and c.kind = 'signers' then
    update countersign.cards set wanted = wanted + 1
     where tenant = p_tenant and approval = c.approval and kind = 'pointer' and failed is null;
  end if;
  return jsonb_build_object('kind', case when c.shown < c.wanted then 'more' else 'ok' end);
end $$;

-- Whether the card to sign could be posted where it belongs: the pointers in the thread say so.
create function transitions.note_posting(p_tenant text, p jsonb) returns jsonb language plpgsql as $$
declare
  a countersign.approvals := transitions.lock_approval(p_tenant, p->>'approval');
begin
  if a.id is null or a.details->>'unposted' is not distinct from p->>'reason' then
    return jsonb_build_object('kind', 'ok');
  end if;
  update countersign.approvals
     set details = case when p->>'reason' is null then details - 'unposted'
                        else details || jsonb_build_object('unposted', p->>'reason') end
   where tenant = p_tenant and id = a.id;
  update countersign.cards set wanted = wanted + 1
   where tenant = p_tenant and approval = a.id and kind = 'pointer' and failed is null;
  return jsonb_build_object('kind', 'ok');
end $$;

-- Signatures. A call that needs one is frozen in `approvals`: what was shown is what runs. Its life there is
--   open → approved | rejected | expired | void;  approved → dispatching → succeeded | failed | unknown → settled
-- and each step of it is one compare-and-set, made under the thread's row, which is always locked first.

alter table countersign.entries drop constraint entries_kind_check,
  add constraint entries_kind_check check (kind in ('message', 'outcome'));

alter table countersign.tool_calls drop constraint tool_calls_state_check,
  add constraint tool_calls_state_check check (state in ('denied', 'dispatching', 'succeeded', 'failed', 'unknown',
    'awaiting', 'approved', 'rejected', 'expired', 'void', 'settled')),
  add column desk text not null default '',
  add column principal_kind text not null default 'staff',
  add column principal text not null default '',
  add column approval text,
  add column dispatched_at timestamptz;
create index tool_calls_dispatched on countersign.tool_calls (tool, dispatched_at, tenant) where dispatched_at is not null;

create table countersign.approvals (
  tenant          text not null,
  id              text not null, -- opaque: it is what a button carries
  version         integer not null, -- of the record's form: what another build wrote is asked anew
  thread_id       bigint not null,
  turn_id         bigint not null,
  origin_turn     bigint not null, -- the turn of the message that asked: another, where an outcome led to this
  call_id         text not null,
  desk            text not null,
  tool            text not null,
  effect          text not null check (effect in ('read', 'keyed', 'once')),
  rule            text not null check (rule in ('confirm', 'approve')),
  canonical       text not null, -- the arguments, as they will be sent
  call_hash       text not null,
  definition_hash text not null,
  principal_kind  text not null,
  principal       text not null,
  person          text not null, -- the human behind the principal: persons are compared, not accounts
  quorum          integer not null check (quorum > 0),
  details         jsonb not null, -- what the card shows beside the arguments
  state           text not null default 'open' check (state in ('open', 'approved', 'rejected', 'expired', 'void',
                    'dispatching', 'succeeded', 'failed', 'unknown', 'settled')),
  opened_at       timestamptz not null default clock_timestamp(),
  remind_at       timestamptz,
  escalate_at     timestamptz,
  expires_at      timestamptz not null,
  due_at          timestamptz, -- the next of these three, or when a worker's hold on the dispatch ends
  attempts        integer not null default 0, -- of the dispatch; who has counted one less has lost it
  edit            jsonb, -- asked for and not made yet: {arguments, person, account}
  editor          text, -- the person who changed the arguments, and did not ask
  replaces        text,
  replaced_by     text,
  decided_by      text,
  decided_at      timestamptz,
  reason          text,
  outcome         text,
  ended_at        timestamptz,
  primary key (id, tenant),
  foreign key (tenant, thread_id) references countersign.threads (tenant, id),
  foreign key (tenant, turn_id) references countersign.turns (tenant, id)
) with (fillfactor = 80);
create unique index approvals_one_open on countersign.approvals (thread_id, call_hash, tenant) where state = 'open';
create index approvals_of_thread on countersign.approvals (thread_id, tenant);
create index approvals_live on countersign.approvals (thread_id, tenant)
  where state in ('open', 'approved', 'dispatching', 'unknown');
create index approvals_edited on countersign.approvals (id) where edit is not null and state = 'open';
create index approvals_due on countersign.approvals (due_at) where due_at is not null;

create table countersign.signatures (
  tenant    text not null,
  approval  text not null,
  person    text not null,
  account   text not null,
  verdict   text not null check (verdict in ('approve', 'reject')),
  reason    text,
  signed_at timestamptz not null default clock_timestamp(),
  primary key (approval, person, tenant),
  unique (approval, account, tenant), -- who is one human may change while a card waits; an account stays one
  foreign key (tenant, approval) references countersign.approvals (tenant, id)
);

-- Each copy of a card. What it shows follows the approval: a job brings `shown` up to `wanted`.
create table countersign.cards (
  tenant   text not null,
  id       bigint generated always as identity,
  approval text not null,
  kind     text not null check (kind in ('asker', 'signers', 'pointer', 'reminder', 'escalation')),
  channel  text not null,
  place    jsonb not null,
  message  text,
  wanted   integer not null default 1,
  shown    integer not null default 0,
  attempts integer not null default 0, -- who has counted one less has lost it
  failures integer not null default 0, -- since it was last shown
  due_at   timestamptz not null default clock_timestamp(),
  failed   text,
  primary key (id, tenant),
  foreign key (tenant, approval) references countersign.approvals (tenant, id)
) with (fillfactor = 80);
create index cards_of_approval on countersign.cards (approval, tenant);
create index cards_due on countersign.cards (due_at) where shown < wanted and failed is null;

-- Secret arguments: only their seal stands in the call, and they are deleted when it is over.
create table countersign.sealed (
  tenant     text not null,
  id         text not null,
  box        bytea not null,
  created_at timestamptz not null default clock_timestamp(),
  primary key (id, tenant)
);

-- The audit. What happened stands in `audit_contents` and can be erased; `audit` chains salted digests of it and cannot
-- be changed by the application. The chain's head is locked last: a deferred trigger appends when the change commits.
create table countersign.audit_contents (
  tenant   text not null,
  id       bigint generated always as identity,
  salt     bytea default (uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid())),
  kind     text not null,
  thread_id bigint,
  call_id  text,
  approval text,
  content  jsonb, -- null when erased, and the salt with it: what is easily guessed must not be provable
  primary key (id, tenant)
);
create index audit_contents_of_approval on countersign.audit_contents (approval, tenant) where approval is not null;

create table countersign.audit (
  tenant     text not null,
  seq        bigint not null,
  content_id bigint not null,
  at         timestamptz not null,
  kind       text not null,
  digest     bytea not null,
  hash       bytea not null,
  primary key (tenant, seq)
);

create table countersign.audit_heads (
  tenant text primary key,
  seq    bigint not null,
  hash   bytea not null
);

do $$
declare t text;
begin
  foreach t in array array['approvals', 'signatures', 'cards', 'sealed', 'audit_contents', 'audit', 'audit_heads'] loop
    execute format('alter table countersign.%I enable row level security', t);
    execute format(
      'create policy of_tenant on countersign.%I using (tenant = current_setting(''countersign.tenant'', true))'
      ' with check (tenant = current_setting(''countersign.tenant'', true))', t);
  end loop;
end $$;
grant select, insert, update on countersign.approvals, countersign.cards to countersign_app;
grant select, insert on countersign.signatures, countersign.audit_contents to countersign_app;
grant select on countersign.audit, countersign.audit_heads to countersign_app;
grant update (content, salt) on countersign.audit_contents to countersign_app; -- erasing
grant select, insert, delete on countersign.sealed to countersign_app;

-- What is hashed is written out in docs/approvals.md: npm run audit computes it again.
create function countersign.audit_digest(p_salt bytea, p_content jsonb) returns bytea language sql immutable as $$
  select sha256(p_salt || convert_to(p_content::text, 'UTF8'))
$$;
create function countersign.audit_hash(p_previous bytea, p_seq bigint, p_at timestamptz, c countersign.audit_contents,
                                       p_digest bytea) returns bytea language sql stable as $$
  select sha256(p_previous || convert_to(jsonb_build_array(c.tenant, p_seq, (extract(epoch from p_at) * 1000000)::bigint,
                  c.kind, c.id, c.thread_id, c.call_id, c.approval)::text, 'UTF8') || p_digest)
$$;

-- Runs as the owner: the application itself may write neither the chain nor its head.
-- The first to fire chains all that the transaction wrote: one lock and one head for many.
create function countersign.chain_audit() returns trigger language plpgsql security definer
  set search_path = countersign, pg_temp as $$
declare
  v_written bigint[] := string_to_array(trim(current_setting('countersign.audited', true)), ' ')::bigint[];
  c countersign.audit_contents;
  h countersign.audit_heads;
  v_digest bytea;
  v_at timestamptz;
begin
  -- Chained already, with an earlier one.
  if not new.id = any(v_written) then return null; end if;
  for c in select * from countersign.audit_contents where id = any(v_written) order by tenant collate "C", id loop
    if h.tenant is distinct from c.tenant then
      if h.tenant is not null then
        update countersign.audit_heads set seq = h.seq, hash = h.hash where tenant = h.tenant;
      end if;
      select * into h from countersign.audit_heads where tenant = c.tenant for update;
      if not found then
        insert into countersign.audit_heads (tenant, seq, hash) values (c.tenant, 0, '') on conflict (tenant) do nothing;
        select * into h from countersign.audit_heads where tenant = c.tenant for update;
      end if;
    end if;
    v_digest := countersign.audit_digest(c.salt, c.content);
    v_at := clock_timestamp();
    h.seq := h.seq + 1;
    h.hash := countersign.audit_hash(h.hash, h.seq, v_at, c, v_digest);
    insert into countersign.audit (tenant, seq, content_id, at, kind, digest, hash)
    values (c.tenant, h.seq, c.id, v_at, c.kind, v_digest, h.hash);
  end loop;
  update countersign.audit_heads set seq = h.seq, hash = h.hash where tenant = h.tenant;
  perform set_config('countersign.audited', '0', true);
  return null;
end $$;
create constraint trigger chained after insert on countersign.audit_contents
  deferrable initially deferred for each row execute function countersign.chain_audit();

create function countersign.audit(p_tenant text, p_kind text, p_thread bigint, p_call text, p_approval text, p_content jsonb)
returns void language plpgsql as $$
declare
  v_id bigint;
begin
  insert into countersign.audit_contents (tenant, kind, thread_id, call_id, approval, content)
  values (p_tenant, p_kind, p_thread, p_call, p_approval, p_content) returning id into v_id;
  perform set_config('countersign.audited',
                     concat_ws(' ', nullif(current_setting('countersign.audited', true), ''), v_id), true);
end $$;

-- For what happens at no thread: a door's refusal, a command.
create function countersign.note_audit(p_tenant text, p jsonb) returns jsonb language plpgsql as $$
begin
  perform set_config('countersign.tenant', p_tenant, true);
  perform countersign.audit(p_tenant, p->>'event', (p->>'thread')::bigint, p->>'call', p->>'approval',
                            coalesce(p->'content', '{}'));
  return jsonb_build_object('kind', 'ok');
end $$;

-- The ends of all chains, to be signed outside. Runs as the owner, whom row-level security lets pass.
create function countersign.all_audit_heads(p jsonb) returns jsonb language sql stable security definer
  set search_path = countersign, pg_temp as $$
  select jsonb_build_object('heads', coalesce(jsonb_agg(
           jsonb_build_object('tenant', tenant, 'seq', seq, 'hash', encode(hash, 'hex')) order by tenant), '[]'))
    from countersign.audit_heads
$$;
revoke execute on function countersign.all_audit_heads(jsonb) from public;
grant execute on function countersign.all_audit_heads(jsonb) to countersign_app;

-- In one order for all who count, whichever limits they count.
create function countersign.lock_limits(p_tenant text, p_limits jsonb) returns void language sql as $$
  select pg_advisory_xact_lock(hashtext('countersign limit'), x.key) from (
    select distinct hashtext(p_tenant || ' ' || (l->>'id')) as key from jsonb_array_elements(p_limits) l order by 1) x
$$;

-- Limits count over the calls that went out in the period before now; the lock makes count and dispatch one.
-- `p_limits` is a list of {id, tools, seconds, most, sum?, principal?, desk?, quorum?}; gives the first that is exceeded.
create function countersign.limit_exceeded(p_tenant text, p_limits jsonb, p_amounts jsonb, p_signatures int, p_binding boolean,
                                          p_except text default null)
returns jsonb language plpgsql as $$
declare
  l jsonb;
  v_used numeric;
begin
  if p_binding then perform countersign.lock_limits(p_tenant, p_limits); end if;
  for l in select x from jsonb_array_elements(p_limits) x order by x->>'id' loop
    select coalesce(sum(case when l->>'sum' is null then 1
                             when jsonb_typeof(arguments->(l->>'sum')) = 'number' then abs((arguments->>(l->>'sum'))::numeric)
                             else (l->>'most')::numeric end), 0)
      into v_used
      from countersign.tool_calls
     where tenant = p_tenant and tool in (select jsonb_array_elements_text(l->'tools'))
       and dispatched_at > clock_timestamp() - make_interval(secs => (l->>'seconds')::float)
       -- Whatever went out and may have happened.
       and state <> 'failed' and not (state = 'settled' and reason = 'did not happen')
       and id is distinct from p_except
       and (l->>'desk' is null or desk = l->>'desk')
       and (l->>'principal' is null or principal_kind || ':' || principal = l->>'principal');
    if v_used + coalesce((p_amounts->>(l->>'id'))::numeric, 1) > (l->>'most')::numeric
       and coalesce((l->>'quorum')::int, 2147483647) > p_signatures then
      return l || jsonb_build_object('used', v_used);
    end if;
  end loop;
  return null;
end $$;

-- Asked before anything is decided: the count that binds is made when the call goes out.
create function countersign.likely_limit(p_tenant text, p jsonb) returns jsonb language plpgsql as $$
begin
  perform set_config('countersign.tenant', p_tenant, true);
  return jsonb_build_object('kind', 'limit',
                            'exceeded', countersign.limit_exceeded(p_tenant, p->'limits', p->'amounts', 0, false));
end $$;

-- Every copy of an approval's card is to show anew. One that a job has in hand is left to that job, which goes round.
create function countersign.wake_cards(p_tenant text, p_approval text) returns void language sql as $$
  update countersign.cards set wanted = wanted + 1, failed = null, failures = 0
   where tenant = p_tenant and approval = p_approval
$$;

create function countersign.add_card(p_tenant text, p_approval text, c jsonb) returns void language sql as $$
  insert into countersign.cards (tenant, approval, kind, channel, place)
  values (p_tenant, p_approval, c->>'kind', c->>'channel', c->'place')
$$;

create function countersign.next_due(a countersign.approvals) returns timestamptz language sql immutable as $$
  select least(a.remind_at, a.escalate_at, a.expires_at)
$$;

-- A call as the gate decided it: one that may run, one that is refused, or one that is frozen until it is signed.
create function countersign.insert_call(p_tenant text, p_thread bigint, p_turn bigint, k jsonb) returns void
language plpgsql as $$
declare
  v_state text := k->>'state';
  v_reason text := k->>'reason';
  v_over jsonb;
  u countersign.turns;
  a jsonb := k->'approval';
  x countersign.approvals;
  v_rejected text;
begin
  select * into u from countersign.turns where tenant = p_tenant and id = p_turn;
  if v_state = 'dispatching' and jsonb_array_length(coalesce(k->'limits', '[]')) > 0 then
    v_over := countersign.limit_exceeded(p_tenant, k->'limits', k->'amounts', 0, true);
    if v_over is not null then
      v_state := 'denied';
      v_reason := 'limit';
    end if;
  end if;
  if v_state = 'awaiting' then
    -- Rejected stays rejected until a person asks anew, and the same call that still waits is the same approval.
    -- What an edited call was edited to is looked at as well.
    with recursive line as (
      select r.id, r.state, r.decided_at, r.replaced_by from countersign.approvals r
       where r.tenant = p_tenant and r.thread_id = p_thread and r.call_hash = a->>'callHash'
      union
      select r.id, r.state, r.decided_at, r.replaced_by from countersign.approvals r
        join line on r.tenant = p_tenant and r.id = line.replaced_by
    )
    select r.id into v_rejected from line r
     where r.state = 'rejected'
       and not exists (select 1 from countersign.entries e
                        where e.tenant = p_tenant and e.thread_id = p_thread and e.kind = 'message'
                          and e.principal_kind in ('staff', 'customer') and e.created_at > r.decided_at)
     order by r.decided_at desc limit 1;
    if found then
      v_state := 'denied';
      v_reason := 'rejected';
      perform countersign.drop_seals(p_tenant, a->'details'->'sealed');
    else
      select * into x from countersign.approvals
       where tenant = p_tenant and thread_id = p_thread and call_hash = a->>'callHash'
         and state in ('open', 'approved', 'dispatching') limit 1;
      -- One of another build's form cannot be signed: this one takes its place.
      if x.state = 'open' and x.version <> (a->>'version')::int then
        perform countersign.void_approval(p_tenant, jsonb_build_object('approval', x.id, 'reason', 'unreadable'));
        x := null;
      end if;
    end if;
  end if;
  insert into countersign.tool_calls
    (tenant, id, thread_id, turn_id, tool, arguments, definition_hash, effect, rule, state, reason, ended_at,
     desk, principal_kind, principal, approval, dispatched_at)
  values (p_tenant, k->>'id', p_thread, p_turn, k->>'tool', k->'arguments', k->>'definitionHash', k->>'effect',
          k->>'rule', case when x.id is null then v_state else 'denied' end,
          case when x.id is null then v_reason else 'waits already' end,
          case when v_state not in ('dispatching', 'awaiting') or x.id is not null then clock_timestamp() end,
          coalesce(k->>'desk', ''), u.principal_kind, u.principal,
          coalesce(x.id, case when v_state = 'awaiting' then a->>'id' end),
          case when v_state = 'dispatching' then clock_timestamp() end);
  if v_state = 'awaiting' and x.id is null then
    perform countersign.open_approval(p_tenant, p_thread, p_turn, k->>'id', k, a);
  end if;
  perform countersign.audit(p_tenant, case when x.id is not null then 'call.repeated' else 'call.' || v_state end,
    p_thread, k->>'id', coalesce(x.id, v_rejected, a->>'id'), jsonb_build_object(
      'tool', k->>'tool', 'rule', k->>'rule', 'desk', k->>'desk', 'reason', v_reason,
      'principal', u.principal_kind || ':' || u.principal, 'arguments', k->'arguments',
      'definition', k->>'definitionHash', 'call', a->>'callHash', 'turn', p_turn));
end $$;

create function countersign.open_approval(p_tenant text, p_thread bigint, p_turn bigint, p_call text, k jsonb, a jsonb)
returns void language plpgsql as $$
declare
  v_now timestamptz := clock_timestamp();
  c jsonb;
begin
  insert into countersign.approvals
    (tenant, id, version, thread_id, turn_id, origin_turn, call_id, desk, tool, effect, rule, canonical, call_hash, definition_hash,
     principal_kind, principal, person, quorum, details, opened_at, remind_at, escalate_at, expires_at, due_at, editor,
     replaces)
  select p_tenant, a->>'id', (a->>'version')::int, p_thread, p_turn,
         coalesce((select o.origin_turn from countersign.approvals o
                    where o.tenant = p_tenant and o.id = coalesce(a->>'origin', a->>'replaces')), p_turn), p_call, k->>'desk', k->>'tool', k->>'effect',
         a->>'rule', a->>'canonical', a->>'callHash', k->>'definitionHash', u.principal_kind, u.principal,
         a->>'person', (a->>'quorum')::int, a->'details', v_now,
         v_now + make_interval(secs => (a->>'remindMs')::float / 1000),
         v_now + make_interval(secs => (a->>'escalateMs')::float / 1000),
         v_now + make_interval(secs => (a->>'expiresMs')::float / 1000),
         v_now + make_interval(secs => least((a->>'remindMs')::float, (a->>'escalateMs')::float,
                                             (a->>'expiresMs')::float) / 1000),
         a->>'editor', a->>'replaces'
    from countersign.turns u where u.tenant = p_tenant and u.id = p_turn;
  for c in select * from jsonb_array_elements(a->'cards') loop
    perform countersign.add_card(p_tenant, a->>'id', c);
  end loop;
end $$;

-- A secret text as it may have been written: as it is, inside JSON, and as Slack writes it. The longest first.
create function countersign.secret_forms(p_literals jsonb) returns text[] language sql immutable as $$
  select coalesce(array_agg(f order by length(f) desc, f), '{}') from (
    select distinct f from jsonb_array_elements_text(p_literals) l, lateral (values
      (l), (btrim(l, E' \t\r\n')), (substr(to_json(l)::text, 2, length(to_json(l)::text) - 2)),
      (replace(replace(replace(l, '&', '&amp;'), '<', '&lt;'), '>', '&gt;'))) v (f)
     where f <> '') x
$$;

-- A short one stands in other words too, and is taken out only where it stands alone.
create function countersign.scrubbed_text(p_text text, p_forms text[]) returns text language plpgsql immutable as $$
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

create function countersign.scrubbed_values(v jsonb, p_forms text[]) returns jsonb language plpgsql immutable as $$
begin
  return case jsonb_typeof(v)
    when 'string' then to_jsonb(countersign.scrubbed_text(v #>> '{}', p_forms))
    when 'array' then (select coalesce(jsonb_agg(countersign.scrubbed_values(x, p_forms) order by i), '[]')
                         from jsonb_array_elements(v) with ordinality e (x, i))
    when 'object' then (select coalesce(jsonb_object_agg(key, countersign.scrubbed_values(value, p_forms)), '{}')
                          from jsonb_each(v))
    else v end;
end $$;

-- Arguments are kept as the model wrote them: they stay JSON with the same keys.
create function countersign.scrubbed_arguments(p_raw text, p_forms text[]) returns text language plpgsql immutable as $$
declare
  v_given jsonb;
  v_values jsonb;
begin
  begin
    v_given := p_raw::jsonb;
  exception when invalid_text_representation then
    return countersign.scrubbed_text(p_raw, p_forms); -- no JSON
  end;
  v_values := countersign.scrubbed_values(v_given, p_forms);
  return case when v_values = v_given then p_raw else v_values::text end;
exception when data_exception or program_limit_exceeded then
  return '{}'; -- JSON that Postgres does not take
end $$;

-- What is said in an entry, a step or a card's details, and nothing else of it.
create function countersign.scrubbed_record(c jsonb, p_forms text[]) returns jsonb language plpgsql immutable as $$
begin
  return case jsonb_typeof(c)
    when 'array' then (select coalesce(jsonb_agg(countersign.scrubbed_record(x, p_forms) order by i), '[]')
                         from jsonb_array_elements(c) with ordinality e (x, i))
    when 'object' then (
      select coalesce(jsonb_object_agg(key, case
               when key = 'text' and jsonb_typeof(value) = 'string'
                 then to_jsonb(countersign.scrubbed_text(value #>> '{}', p_forms))
               when key = 'arguments' and jsonb_typeof(value) = 'string'
                 then to_jsonb(countersign.scrubbed_arguments(value #>> '{}', p_forms))
               when key in ('entries', 'calls', 'decision', 'asked') then countersign.scrubbed_record(value, p_forms)
               else value end), '{}')
        from jsonb_each(c))
    else c end;
end $$;

-- By this a scrubbed message is known again.
create function countersign.text_digest(p_identity text, p_text text) returns text language sql immutable as $$
  select encode(sha256(convert_to(p_identity || E'\n' || p_text, 'UTF8')), 'hex')
$$;

-- A secret that was meant for a sealed argument is taken out of all that was said in its thread. Steps are append-only
-- to the application, so this runs as the owner, and within the tenant and the thread that it is given.
create function countersign.scrub_thread(p_tenant text, p_thread bigint, p_literals jsonb) returns void language plpgsql
  security definer set search_path = countersign, pg_temp as $$
declare
  v_forms text[] := countersign.secret_forms(p_literals);
  v_turn bigint;
  v_id text;
begin
  if p_tenant is distinct from current_setting('countersign.tenant', true) then return; end if;
  update countersign.entries
     set content = countersign.scrubbed_record(content, v_forms) || jsonb_build_object('digest',
                     coalesce(content->>'digest', countersign.text_digest(identity, content->>'text')))
   where tenant = p_tenant and thread_id = p_thread and content <> countersign.scrubbed_record(content, v_forms);
  -- Turn by turn, and call by call: together they are planned as a read of all.
  for v_turn in select id from countersign.turns where tenant = p_tenant and thread_id = p_thread loop
    update countersign.steps set content = countersign.scrubbed_record(content, v_forms)
     where tenant = p_tenant and turn_id = v_turn and content <> countersign.scrubbed_record(content, v_forms);
    update countersign.outbox set body = countersign.scrubbed_text(body, v_forms)
     where tenant = p_tenant and turn_id = v_turn and kind = 'reply' and body <> countersign.scrubbed_text(body, v_forms);
    for v_id in select c->>'id' from countersign.steps, jsonb_array_elements(content->'calls') c
                 where tenant = p_tenant and turn_id = v_turn and kind = 'model' loop
      -- What runs, or may, is kept to the letter.
      update countersign.tool_calls
         set arguments = countersign.scrubbed_values(arguments, v_forms),
             reason = countersign.scrubbed_text(reason, v_forms)
       where tenant = p_tenant and id = v_id and approval is null
         and state in ('denied', 'succeeded', 'failed', 'unknown');
    end loop;
  end loop;
  update countersign.threads
     set summary = countersign.scrubbed_text(summary, v_forms), notes = countersign.scrubbed_text(notes, v_forms)
   where tenant = p_tenant and id = p_thread
     and (summary, notes) <> (countersign.scrubbed_text(summary, v_forms), countersign.scrubbed_text(notes, v_forms));
  for v_id in
    update countersign.approvals set details = countersign.scrubbed_record(details, v_forms)
     where tenant = p_tenant and thread_id = p_thread and details <> countersign.scrubbed_record(details, v_forms)
    returning id
  loop
    perform countersign.wake_cards(p_tenant, v_id);
  end loop;
end $$;
revoke execute on function countersign.scrub_thread(text, bigint, jsonb) from public;
grant execute on function countersign.scrub_thread(text, bigint, jsonb) to countersign_app;

create or replace function countersign.record_steps(p_tenant text, p jsonb) returns jsonb language plpgsql as $$
declare
  t record;
  c jsonb;
  v_thread bigint := (p->>'thread')::bigint;
  v_turn bigint := (p->>'turn')::bigint;
begin
  perform set_config('countersign.tenant', p_tenant, true);
  select epoch, leased_until, revised into t from countersign.threads
   where tenant = p_tenant and id = v_thread for no key update;
  if t.epoch is distinct from (p->>'epoch')::bigint or t.leased_until is null then
    return jsonb_build_object('kind', 'lost');
  end if;
  if t.revised and p ? 'calls' then return jsonb_build_object('kind', 'revised'); end if;
  if p ? 'scrub' then perform countersign.scrub_thread(p_tenant, v_thread, p->'scrub'); end if;
  insert into countersign.steps (tenant, turn_id, n, kind, content)
  select p_tenant, v_turn, (s->>'n')::int, s->>'kind', s->'content' from jsonb_array_elements(p->'steps') s;
  if p ? 'calls' then
    -- All limits of all calls are locked in one order, so that no two turns wait for each other.
    perform pg_advisory_xact_lock(hashtext('countersign limit'), x.key) from (
      select distinct hashtext(p_tenant || ' ' || (l->>'id')) as key from jsonb_array_elements(p->'calls') k,
             jsonb_array_elements(case when jsonb_typeof(k->'limits') = 'array' then k->'limits' else '[]' end) l
       where k->>'state' = 'dispatching' order by 1) x;
    for c in select * from jsonb_array_elements(p->'calls') loop
      perform countersign.insert_call(p_tenant, v_thread, v_turn, c);
    end loop;
  end if;
  if p ? 'outcomes' then
    -- One by one: a join with the array is planned as a read of all calls.
    for c in select * from jsonb_array_elements(p->'outcomes') loop
      update countersign.tool_calls set state = c->>'state', reason = c->>'reason', ended_at = clock_timestamp()
       where tenant = p_tenant and id = c->>'id' and state = 'dispatching' and approval is null;
      -- What was only read has no effect to be traced; that it went out is written down already.
      if found and not (c->>'state' = 'succeeded' and (c->>'read')::boolean) then
        perform countersign.audit(p_tenant, 'call.' || (c->>'state'), v_thread, c->>'id', null,
                                  jsonb_build_object('reason', c->>'reason'));
      end if;
    end loop;
  end if;
  return jsonb_build_object('kind', case when t.revised then 'revised' else 'ok' end);
end $$;

-- How the calls of an output stand that were not simply let through, so that the model can be told.
create function countersign.standing_of(p_tenant text, p jsonb) returns jsonb language plpgsql as $$
begin
  perform set_config('countersign.tenant', p_tenant, true);
  return jsonb_build_object('kind', 'standing', 'calls', (
    select coalesce(jsonb_agg(jsonb_build_object('id', c.id, 'state', c.state, 'reason', c.reason,
             'approval', c.approval, 'approvalState', a.state, 'rule', a.rule)), '[]')
      from jsonb_array_elements_text(p->'calls') i
      join countersign.tool_calls c on c.tenant = p_tenant and c.id = i
      left join countersign.approvals a on a.tenant = p_tenant and a.id = c.approval));
end $$;

-- The state of an approval and of its call are one.
create function countersign.move_approval(p_tenant text, p_id text, p_state text, p_audit text, p_content jsonb)
returns void language plpgsql as $$
declare
  a countersign.approvals;
begin
  update countersign.approvals
     set state = p_state, ended_at = case when p_state in ('approved', 'dispatching', 'open') then null else clock_timestamp() end,
         due_at = case when p_state in ('open', 'approved', 'dispatching') then due_at end
   where tenant = p_tenant and id = p_id returning * into a;
  update countersign.tool_calls
     set state = case p_state when 'open' then 'awaiting' else p_state end,
         ended_at = case when p_state in ('approved', 'dispatching', 'open') then null else clock_timestamp() end
   where tenant = p_tenant and id = a.call_id;
  perform countersign.wake_cards(p_tenant, p_id);
  perform countersign.audit(p_tenant, p_audit, a.thread_id, a.call_id, p_id, p_content);
  -- A void one hands its seals on, and drops them when the next is there.
  if p_state in ('rejected', 'expired', 'succeeded', 'failed', 'settled')
     and jsonb_array_length(coalesce(a.details->'sealed', '[]')) > 0 then
    perform countersign.drop_seals(p_tenant, a.details->'sealed');
  end if;
end $$;

-- A seal is kept while a call that is not over names it: an edited call has those of the one that it takes the place of.
create function countersign.drop_seals(p_tenant text, p_seals jsonb) returns void language sql as $$
  delete from countersign.sealed s
   where s.tenant = p_tenant and s.id in (select jsonb_array_elements_text(p_seals))
     and not exists (select 1 from countersign.approvals a
                      where a.tenant = p_tenant and a.state in ('open', 'approved', 'dispatching', 'unknown')
                        and a.details->'sealed' ? s.id)
$$;

-- What became of a signed call is an entry of its thread, in the name of who asked: a turn tells it.
create function countersign.tell_outcome(p_tenant text, a countersign.approvals, p_state text, p_text text) returns void
language plpgsql as $$
begin
  insert into countersign.entries
    (tenant, thread_id, seq, identity, source, kind, principal_kind, principal, content, sent_at)
  select p_tenant, a.thread_id, t.inbox + 1,
         encode(sha256(convert_to('approval' || E'\n' || a.id || ' ' || p_state || ' ' || a.attempts, 'UTF8')), 'hex'),
         'approval', 'outcome', a.principal_kind, a.principal,
         jsonb_build_object('text', p_text, 'author', 'countersign', 'place', a.details->'place',
                            'outcome', jsonb_build_object('approval', a.id, 'tool', a.tool, 'state', p_state,
                                                             'asked', a.details->'asked')),
         extract(epoch from clock_timestamp())
    from countersign.threads t where t.tenant = p_tenant and t.id = a.thread_id
  on conflict (tenant, identity) do nothing;
  if not found then return; end if;
  update countersign.threads set inbox = inbox + 1, rung_at = clock_timestamp()
   where tenant = p_tenant and id = a.thread_id;
end $$;

-- Locks the thread and then the approval; null where there is none.
create function countersign.lock_approval(p_tenant text, p_id text) returns countersign.approvals language plpgsql as $$
declare
  a countersign.approvals;
begin
  perform set_config('countersign.tenant', p_tenant, true);
  select * into a from countersign.approvals where tenant = p_tenant and id = p_id;
  if not found then return null; end if;
  perform 1 from countersign.threads where tenant = p_tenant and id = a.thread_id for no key update;
  select * into a from countersign.approvals where tenant = p_tenant and id = p_id for update;
  return a;
end $$;

create function countersign.decision_of(a countersign.approvals) returns jsonb language sql immutable as $$
  select jsonb_build_object('kind', 'decided', 'state', a.state, 'by', a.decided_by, 'reason', a.reason,
                            'at', extract(epoch from a.decided_at), 'thread', a.thread_id, 'replacedBy', a.replaced_by)
$$;

-- One signature. The gate has checked at the click that the person is entitled; who may sign their own call, or the
-- one they edited, is what `own` and `edited` say. The loser of a race sees the winner.
create function countersign.sign(p_tenant text, p jsonb) returns jsonb language plpgsql as $$
declare
  a countersign.approvals := countersign.lock_approval(p_tenant, p->>'approval');
  v_count int;
  v_refused text;
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
  v_refused := case
    when a.rule = 'confirm' and a.person <> p->>'person' and a.principal <> p->>'account' then 'not_yours'
    when a.rule = 'confirm' or p->>'verdict' <> 'approve' then null
    when (a.person = p->>'person' or a.principal = p->>'account') and not (p->>'own')::boolean then 'own'
    when a.editor = p->>'person' and not (p->>'edited')::boolean then 'edited'
  end;
  if v_refused is not null then
    perform countersign.audit(p_tenant, 'approval.refused', a.thread_id, a.call_id, a.id,
      jsonb_build_object('by', p->>'account', 'person', p->>'person', 'why', v_refused, 'call', a.call_hash));
    return jsonb_build_object('kind', v_refused);
  end if;
  insert into countersign.signatures (tenant, approval, person, account, verdict, reason)
  values (p_tenant, a.id, p->>'person', p->>'account', p->>'verdict', p->>'reason')
  on conflict do nothing;
  if not found then
    -- Who has signed may still veto while others are waited for.
    if p->>'verdict' = 'approve' then return jsonb_build_object('kind', 'signed_already', 'thread', a.thread_id); end if;
  end if;
  if p->>'verdict' = 'reject' then
    update countersign.approvals set decided_by = p->>'account', decided_at = clock_timestamp(), reason = p->>'reason'
     where tenant = p_tenant and id = a.id returning * into a;
    perform countersign.move_approval(p_tenant, a.id, 'rejected', 'approval.rejected',
      jsonb_build_object('by', p->>'account', 'person', p->>'person', 'reason', p->>'reason', 'call', a.call_hash));
    if not coalesce((p->>'inTurn')::boolean, false) then
      perform countersign.tell_outcome(p_tenant, a, 'rejected', p->>'text');
    end if;
    return jsonb_build_object('kind', 'rejected', 'thread', a.thread_id);
  end if;
  select count(*) into v_count from countersign.signatures
   where tenant = p_tenant and approval = a.id and verdict = 'approve';
  if v_count < a.quorum then
    perform countersign.wake_cards(p_tenant, a.id);
    perform countersign.audit(p_tenant, 'approval.signed', a.thread_id, a.call_id, a.id,
      jsonb_build_object('by', p->>'account', 'person', p->>'person', 'call', a.call_hash, 'signatures', v_count));
    return jsonb_build_object('kind', 'signed', 'thread', a.thread_id, 'signatures', v_count, 'quorum', a.quorum);
  end if;
  update countersign.approvals
     set decided_by = p->>'account', decided_at = clock_timestamp(), due_at = clock_timestamp() + case when attempts = 0 then interval '15 seconds' else '0' end
   where tenant = p_tenant and id = a.id;
  perform countersign.move_approval(p_tenant, a.id, 'approved', 'approval.approved',
    jsonb_build_object('by', p->>'account', 'person', p->>'person', 'call', a.call_hash, 'signatures', v_count));
  return jsonb_build_object('kind', 'approved', 'thread', a.thread_id);
end $$;

-- A person changes the arguments: a worker that knows the tool makes a new frozen call of it. Nobody signs meanwhile.
create function countersign.request_edit(p_tenant text, p jsonb) returns jsonb language plpgsql as $$
declare
  a countersign.approvals := countersign.lock_approval(p_tenant, p->>'approval');
begin
  if a.id is null then return jsonb_build_object('kind', 'none'); end if;
  if a.state = 'open' and a.expires_at <= clock_timestamp() then
    perform countersign.expire_approval(p_tenant, a);
    return jsonb_build_object('kind', 'expired', 'thread', a.thread_id);
  end if;
  if a.state <> 'open' then return countersign.decision_of(a); end if;
  if a.version <> (p->>'version')::int or a.edit is not null then return jsonb_build_object('kind', 'outdated', 'thread', a.thread_id); end if;
  update countersign.approvals
     set edit = jsonb_build_object('arguments', p->'arguments', 'person', p->>'person', 'account', p->>'account')
   where tenant = p_tenant and id = a.id;
  perform countersign.wake_cards(p_tenant, a.id);
  -- Only the names: what a person typed is not known to hold no secret until the gate has seen it.
  perform countersign.audit(p_tenant, 'approval.edit_asked', a.thread_id, a.call_id, a.id,
    jsonb_build_object('by', p->>'account', 'person', p->>'person', 'call', a.call_hash, 'changed', (
      select coalesce(jsonb_agg(key order by key), '[]')
        from jsonb_each(a.canonical::jsonb) b full join jsonb_each(p->'arguments') n using (key)
       where b.value is distinct from n.value)));
  return jsonb_build_object('kind', 'requested', 'thread', a.thread_id);
end $$;

-- The edit cannot be made: the card says why, and stands as it was.
create function countersign.refuse_edit(p_tenant text, p jsonb) returns jsonb language plpgsql as $$
declare
  a countersign.approvals := countersign.lock_approval(p_tenant, p->>'approval');
begin
  if a.id is null or a.edit is null or a.state <> 'open' then return jsonb_build_object('kind', 'none'); end if;
  update countersign.approvals
     set edit = null, details = details || jsonb_build_object('refusedEdit', p->>'text') where tenant = p_tenant and id = a.id;
  perform countersign.wake_cards(p_tenant, a.id);
  perform countersign.audit(p_tenant, 'approval.edit_refused', a.thread_id, a.call_id, a.id,
    jsonb_build_object('text', p->>'text', 'by', a.edit->>'account'));
  return jsonb_build_object('kind', 'ok');
end $$;

create function countersign.expire_approval(p_tenant text, a countersign.approvals) returns void language plpgsql as $$
begin
  update countersign.approvals set decided_at = clock_timestamp() where tenant = p_tenant and id = a.id;
  perform countersign.move_approval(p_tenant, a.id, 'expired', 'approval.expired', jsonb_build_object('call', a.call_hash));
  perform countersign.tell_outcome(p_tenant, a, 'expired',
    format('The request for `%s` expired before anyone had decided. Nothing was done.', a.tool));
end $$;

-- Void: the request's message was edited or deleted, the tool or the rule changed, the world did. Where the call is
-- asked for anew in another form, `next` is that one: {call, approval} as they come with a turn's output.
create function countersign.void_approval(p_tenant text, p jsonb) returns jsonb language plpgsql as $$
declare
  a countersign.approvals := countersign.lock_approval(p_tenant, p->>'approval');
  v_next jsonb := p->'next';
begin
  if a.id is null then return jsonb_build_object('kind', 'none'); end if;
  if a.state = 'open' and a.expires_at <= clock_timestamp() then
    perform countersign.expire_approval(p_tenant, a);
    return jsonb_build_object('kind', 'expired', 'thread', a.thread_id);
  end if;
  if not (case when p->>'attempts' is null then a.state = 'open'
               else a.state = 'approved' and a.attempts = (p->>'attempts')::int end) then
    return countersign.decision_of(a);
  end if;
  -- It went out before, and a person let it go out once more: what became of it then is still not known.
  if a.state = 'approved' and exists (select 1 from countersign.tool_calls
       where tenant = p_tenant and id = a.call_id and dispatched_at is not null) then
    perform countersign.move_approval(p_tenant, a.id, 'unknown', 'call.unknown',
      jsonb_build_object('outcome', p->>'reason', 'call', a.call_hash));
    perform countersign.tell_outcome(p_tenant, a, 'unknown',
      format('`%s` was not sent again (%s). Whether it took effect the first time is still not known.', a.tool, p->>'reason'));
    return jsonb_build_object('kind', 'void', 'thread', a.thread_id);
  end if;
  if jsonb_typeof(v_next) = 'object' and exists (select 1 from countersign.approvals
       where tenant = p_tenant and thread_id = a.thread_id and call_hash = v_next->'approval'->>'callHash'
         and state = 'open' and id <> a.id) then
    return jsonb_build_object('kind', 'waits_already', 'thread', a.thread_id);
  end if;
  update countersign.approvals
     set reason = p->>'reason', decided_at = clock_timestamp(), decided_by = coalesce(p->>'by', decided_by),
         replaced_by = v_next->'approval'->>'id'
   where tenant = p_tenant and id = a.id returning * into a;
  perform countersign.move_approval(p_tenant, a.id, 'void', 'approval.void',
    jsonb_build_object('reason', p->>'reason', 'by', p->>'by', 'next', v_next->'approval'->>'id', 'call', a.call_hash));
  if jsonb_typeof(v_next) = 'object' then
    insert into countersign.tool_calls
      (tenant, id, thread_id, turn_id, tool, arguments, definition_hash, effect, rule, state, desk, principal_kind,
       principal, approval)
    values (p_tenant, v_next->'call'->>'id', a.thread_id, a.turn_id, v_next->'call'->>'tool',
            v_next->'call'->'arguments', v_next->'call'->>'definitionHash', v_next->'call'->>'effect',
            v_next->'call'->>'rule', 'awaiting', a.desk, a.principal_kind, a.principal, v_next->'approval'->>'id');
    perform countersign.open_approval(p_tenant, a.thread_id, a.turn_id, v_next->'call'->>'id',
      v_next->'call' || jsonb_build_object('desk', a.desk), v_next->'approval');
    perform countersign.audit(p_tenant, 'call.awaiting', a.thread_id, v_next->'call'->>'id', v_next->'approval'->>'id',
      jsonb_build_object('replaces', a.id, 'by', p->>'by', 'arguments', v_next->'call'->'arguments',
                         'call', v_next->'approval'->>'callHash'));
  elsif p->>'text' is not null then
    perform countersign.tell_outcome(p_tenant, a, 'void', p->>'text');
  end if;
  perform countersign.drop_seals(p_tenant, a.details->'sealed');
  return jsonb_build_object('kind', 'void', 'thread', a.thread_id);
end $$;

-- A dispatch job takes an approved call, or one that another worker left on its way.
create function countersign.claim_dispatch(p_tenant text, p jsonb) returns jsonb language plpgsql as $$
declare
  a countersign.approvals := countersign.lock_approval(p_tenant, p->>'approval');
begin
  if a.id is null or a.state not in ('approved', 'dispatching') then return jsonb_build_object('kind', 'idle'); end if;
  if a.attempts > 0 and a.due_at > clock_timestamp() then return jsonb_build_object('kind', 'busy'); end if;
  update countersign.approvals
     set attempts = attempts + 1, due_at = clock_timestamp() + make_interval(secs => (p->>'holdMs')::float / 1000)
   where tenant = p_tenant and id = a.id returning * into a;
  return jsonb_build_object('kind', a.state, 'approval', countersign.approval_json(a));
end $$;

create function countersign.approval_json(a countersign.approvals) returns jsonb language sql stable as $$
  select jsonb_build_object(
    'id', a.id, 'version', a.version, 'thread', a.thread_id, 'turn', a.turn_id, 'call', a.call_id, 'desk', a.desk,
    'tool', a.tool, 'effect', a.effect, 'rule', a.rule, 'canonical', a.canonical, 'callHash', a.call_hash,
    'definitionHash', a.definition_hash, 'principal', jsonb_build_object('kind', a.principal_kind, 'id', a.principal),
    'person', a.person, 'quorum', a.quorum, 'details', a.details, 'state', a.state, 'attempts', a.attempts,
    'openedAt', extract(epoch from a.opened_at), 'expiresAt', extract(epoch from a.expires_at),
    'decidedAt', extract(epoch from a.decided_at), 'endedAt', extract(epoch from a.ended_at),
    'decidedBy', a.decided_by, 'reason', a.reason, 'editor', a.editor, 'replaces', a.replaces,
    'replacedBy', a.replaced_by, 'outcome', a.outcome, 'edit', a.edit,
    'reminded', a.remind_at is null, 'escalated', a.escalate_at is null,
    'cards', (select coalesce(jsonb_agg(jsonb_build_object('kind', c.kind, 'channel', c.channel, 'place', c.place,
                'message', c.message) order by c.id), '[]')
                from countersign.cards c where c.tenant = a.tenant and c.approval = a.id),
    'signatures', (select coalesce(jsonb_agg(jsonb_build_object('account', s.account, 'person', s.person,
                     'verdict', s.verdict, 'reason', s.reason, 'at', extract(epoch from s.signed_at)) order by s.signed_at), '[]')
                     from countersign.signatures s where s.tenant = a.tenant and s.approval = a.id))
$$;

create function countersign.hold_dispatch(p_tenant text, p jsonb) returns jsonb language plpgsql as $$
begin
  perform set_config('countersign.tenant', p_tenant, true);
  update countersign.approvals set due_at = clock_timestamp() + make_interval(secs => (p->>'holdMs')::float / 1000)
   where tenant = p_tenant and id = p->>'approval' and attempts = (p->>'attempts')::int
     and state in ('approved', 'dispatching');
  return jsonb_build_object('kind', case when found then 'ok' else 'lost' end);
end $$;

-- The compare-and-set before the call goes out. A limit that the signatures do not cover asks for more of them.
create function countersign.begin_dispatch(p_tenant text, p jsonb) returns jsonb language plpgsql as $$
declare
  a countersign.approvals := countersign.lock_approval(p_tenant, p->>'approval');
  v_over jsonb;
begin
  if a.id is null or a.state <> 'approved' or a.attempts <> (p->>'attempts')::int then
    return jsonb_build_object('kind', 'lost');
  end if;
  v_over := countersign.limit_exceeded(p_tenant, coalesce(p->'limits', '[]'), p->'amounts', a.quorum, true, a.call_id);
  if v_over is not null then
    -- Nobody but the asker may sign a confirmation, one call waits once, and one that went out before may have
    -- happened: more signatures cannot be asked for.
    if v_over->>'quorum' is null or a.rule = 'confirm'
       or exists (select 1 from countersign.tool_calls
                   where tenant = p_tenant and id = a.call_id and dispatched_at is not null)
       or exists (select 1 from countersign.approvals
         where tenant = p_tenant and thread_id = a.thread_id and call_hash = a.call_hash and state = 'open') then
      return jsonb_build_object('kind', 'over', 'limit', v_over->>'id');
    end if;
    update countersign.approvals
       set quorum = (v_over->>'quorum')::int, decided_by = null, decided_at = null, attempts = attempts + 1,
           remind_at = clock_timestamp() + (expires_at - opened_at) / 2,
           escalate_at = clock_timestamp() + (expires_at - opened_at) * 0.75,
           expires_at = clock_timestamp() + (expires_at - opened_at),
           due_at = clock_timestamp() + (expires_at - opened_at) / 2,
           details = details || jsonb_build_object('limit', v_over)
     where tenant = p_tenant and id = a.id;
    perform countersign.move_approval(p_tenant, a.id, 'open', 'approval.reopened', jsonb_build_object('limit', v_over));
    return jsonb_build_object('kind', 'reopened', 'thread', a.thread_id);
  end if;
  perform countersign.move_approval(p_tenant, a.id, 'dispatching', 'call.dispatching',
    jsonb_build_object('call', a.call_hash, 'principal', a.principal_kind || ':' || a.principal));
  update countersign.tool_calls set dispatched_at = clock_timestamp() where tenant = p_tenant and id = a.call_id;
  return jsonb_build_object('kind', 'ok');
end $$;

create function countersign.end_dispatch(p_tenant text, p jsonb) returns jsonb language plpgsql as $$
declare
  a countersign.approvals := countersign.lock_approval(p_tenant, p->>'approval');
begin
  if a.id is null or a.state <> 'dispatching' or a.attempts <> (p->>'attempts')::int then
    return jsonb_build_object('kind', 'lost');
  end if;
  update countersign.approvals
     set outcome = p->>'outcome', details = details || jsonb_strip_nulls(jsonb_build_object('probe', p->>'probe'))
   where tenant = p_tenant and id = a.id;
  perform countersign.move_approval(p_tenant, a.id, p->>'state', 'call.' || (p->>'state'),
    jsonb_build_object('outcome', p->>'outcome', 'call', a.call_hash));
  perform countersign.tell_outcome(p_tenant, a, p->>'state', p->>'text');
  return jsonb_build_object('kind', 'ok', 'thread', a.thread_id);
end $$;

-- A person says what became of a call whose outcome is not known; or lets it go out once more.
create function countersign.settle_unknown(p_tenant text, p jsonb) returns jsonb language plpgsql as $$
declare
  a countersign.approvals := countersign.lock_approval(p_tenant, p->>'approval');
begin
  if a.id is null then return jsonb_build_object('kind', 'none'); end if;
  if a.state <> 'unknown' then return countersign.decision_of(a); end if;
  if p->>'verdict' = 'again' and a.quorum > 1 then return jsonb_build_object('kind', 'needs_more', 'quorum', a.quorum); end if;
  if p->>'verdict' = 'again' then
    update countersign.approvals
       set decided_by = p->>'account', decided_at = clock_timestamp(), attempts = attempts + 1,
           due_at = clock_timestamp() where tenant = p_tenant and id = a.id;
    perform countersign.move_approval(p_tenant, a.id, 'approved', 'approval.again',
      jsonb_build_object('by', p->>'account', 'person', p->>'person', 'call', a.call_hash));
    return jsonb_build_object('kind', 'approved', 'thread', a.thread_id);
  end if;
  update countersign.approvals set outcome = p->>'verdict', decided_by = p->>'account', decided_at = clock_timestamp()
   where tenant = p_tenant and id = a.id;
  perform countersign.move_approval(p_tenant, a.id, 'settled', 'approval.settled',
    jsonb_build_object('by', p->>'account', 'person', p->>'person', 'verdict', p->>'verdict', 'call', a.call_hash));
  update countersign.tool_calls set reason = p->>'verdict' where tenant = p_tenant and id = a.call_id;
  perform countersign.tell_outcome(p_tenant, a, 'settled', p->>'text');
  return jsonb_build_object('kind', 'settled', 'thread', a.thread_id);
end $$;

-- Reminders, escalations and expiries that are due in any tenant, and dispatches that nobody holds: the sweeper asks
-- every few seconds. Runs as the owner, whom row-level security lets pass.
create function countersign.due_approvals(p jsonb) returns jsonb language plpgsql security definer
  set search_path = countersign, pg_temp as $$
declare
  d record;
  a countersign.approvals;
  v_dispatches jsonb := '[]';
  v_threads jsonb := '[]';
  v_cards jsonb;
  v_edits jsonb;
begin
  -- What no call names any more: of turns that were cut off, or of a void call whose successor is over.
  delete from countersign.sealed s
   where s.created_at < clock_timestamp() - interval '1 hour'
     and not exists (select 1 from countersign.approvals o
                      where o.tenant = s.tenant and o.state in ('open', 'approved', 'dispatching', 'unknown')
                        and o.details->'sealed' ? s.id)
     and not exists (select 1 from countersign.tool_calls c where c.tenant = s.tenant and c.state = 'dispatching'
                        and c.arguments::text like '%' || s.id || '%');
  -- Threads, and then the heads of the audit, are locked by all in one order: by tenant and thread.
  for d in select x.tenant, x.id from (select tenant, id, thread_id from countersign.approvals
              where due_at <= clock_timestamp() order by due_at limit (p->>'limit')::int) x
            order by x.tenant collate "C", x.thread_id loop
    a := countersign.lock_approval(d.tenant, d.id);
    continue when a.due_at is null or a.due_at > clock_timestamp();
    if a.state in ('approved', 'dispatching') then
      v_dispatches := v_dispatches || jsonb_build_object('tenant', d.tenant, 'approval', d.id);
      -- A hold that has ended stays due, so that the next worker finds it free.
      update countersign.approvals set due_at = clock_timestamp() + interval '5 seconds'
       where tenant = d.tenant and id = d.id and attempts = 0;
    elsif a.state = 'open' then
      if a.expires_at <= clock_timestamp() then
        perform countersign.expire_approval(d.tenant, a);
        v_threads := v_threads || jsonb_build_object('tenant', d.tenant, 'thread', a.thread_id);
      else
        if a.escalate_at <= clock_timestamp() then
          update countersign.approvals set escalate_at = null, remind_at = null where tenant = d.tenant and id = d.id
          returning * into a;
          if jsonb_typeof(a.details->'escalateTo') = 'object' then
            perform countersign.add_card(d.tenant, a.id, a.details->'escalateTo');
            perform countersign.audit(d.tenant, 'approval.escalated', a.thread_id, a.call_id, a.id, '{}');
          end if;
        elsif a.remind_at <= clock_timestamp() then
          update countersign.approvals set remind_at = null where tenant = d.tenant and id = d.id returning * into a;
          if jsonb_typeof(a.details->'remindAt') = 'object' then
            perform countersign.add_card(d.tenant, a.id, a.details->'remindAt');
          end if;
          perform countersign.audit(d.tenant, 'approval.reminded', a.thread_id, a.call_id, a.id, '{}');
        end if;
        update countersign.approvals set due_at = countersign.next_due(a) where tenant = d.tenant and id = d.id;
      end if;
    else
      update countersign.approvals set due_at = null where tenant = d.tenant and id = d.id;
    end if;
  end loop;
  select coalesce(jsonb_agg(jsonb_build_object('tenant', tenant, 'approval', id)), '[]') into v_edits
    from countersign.approvals where edit is not null and state = 'open';
  select coalesce(jsonb_agg(jsonb_build_object('tenant', tenant, 'card', id)), '[]') into v_cards from (
    select tenant, id from countersign.cards
     where shown < wanted and failed is null and due_at <= clock_timestamp() order by due_at limit (p->>'limit')::int) c;
  return jsonb_build_object('dispatches', v_dispatches, 'threads', v_threads, 'cards', v_cards,
                            'edits', v_edits);
end $$;
revoke execute on function countersign.due_approvals(jsonb) from public;
grant execute on function countersign.due_approvals(jsonb) to countersign_app;

-- The cards of an approval that wait to be shown, for whoever has just changed it.
create function countersign.waiting_cards(p_tenant text, p jsonb) returns jsonb language plpgsql as $$
begin
  perform set_config('countersign.tenant', p_tenant, true);
  return jsonb_build_object('kind', 'cards', 'cards', (select coalesce(jsonb_agg(id), '[]') from countersign.cards
    where tenant = p_tenant and approval in (select jsonb_array_elements_text(p->'approvals')) and shown < wanted));
end $$;

-- A card job takes a copy for as long as one try may last.
create function countersign.claim_card(p_tenant text, p jsonb) returns jsonb language plpgsql as $$
declare
  c countersign.cards;
  a countersign.approvals;
begin
  perform set_config('countersign.tenant', p_tenant, true);
  update countersign.cards
     set attempts = attempts + 1, due_at = clock_timestamp() + make_interval(secs => (p->>'holdMs')::float / 1000)
   where tenant = p_tenant and id = (p->>'card')::bigint and shown < wanted and failed is null
     and due_at <= clock_timestamp() returning * into c;
  if not found then return jsonb_build_object('kind', 'busy'); end if;
  select * into a from countersign.approvals where tenant = p_tenant and id = c.approval;
  return jsonb_build_object('kind', 'card', 'card', jsonb_build_object('id', c.id, 'kind', c.kind, 'channel', c.channel,
    'place', c.place, 'message', c.message, 'wanted', c.wanted, 'shown', c.shown, 'attempts', c.attempts, 'failures', c.failures),
    'approval', countersign.approval_json(a));
end $$;

-- `shown` is what was wanted when the job took it: what changed meanwhile is shown by the next.
create function countersign.settle_card(p_tenant text, p jsonb) returns jsonb language plpgsql as $$
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
create function countersign.note_posting(p_tenant text, p jsonb) returns jsonb language plpgsql as $$
declare
  a countersign.approvals := countersign.lock_approval(p_tenant, p->>'approval');
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

create function countersign.get_approval(p_tenant text, p jsonb) returns jsonb language plpgsql as $$
declare
  a countersign.approvals;
begin
  perform set_config('countersign.tenant', p_tenant, true);
  select * into a from countersign.approvals where tenant = p_tenant and id = p->>'approval';
  if not found then return jsonb_build_object('kind', 'none'); end if;
  return jsonb_build_object('kind', 'found', 'approval', countersign.approval_json(a));
end $$;

-- Open ones first, newest first: of one thread, or of all. Who may sign which is for the gate to say.
create function countersign.list_approvals(p_tenant text, p jsonb) returns jsonb language plpgsql as $$
begin
  perform set_config('countersign.tenant', p_tenant, true);
  return jsonb_build_object('kind', 'list', 'approvals', (
    select coalesce(jsonb_agg(countersign.approval_json(x) order by (x.state = 'open') desc, x.opened_at desc), '[]')
      from (select * from countersign.approvals a
             where a.tenant = p_tenant
               and (p->>'thread' is null or a.thread_id = (p->>'thread')::bigint)
               and (p->>'person' is null or a.person = p->>'person')
               and (not coalesce((p->>'open')::boolean, false) or a.state in ('open', 'unknown'))
             order by (a.state = 'open') desc, a.opened_at desc limit (p->>'limit')::int) x));
end $$;

-- An answered message that is edited or deleted voids what it asked for and nobody has signed yet.
create function countersign.void_of_turn(p_tenant text, p_turn bigint, p_reason text, p_text text) returns jsonb
language plpgsql as $$
declare
  v_id text;
  v_all jsonb := '[]';
begin
  for v_id in select id from countersign.approvals where tenant = p_tenant and origin_turn = p_turn and state = 'open' loop
    perform countersign.void_approval(p_tenant,
      jsonb_build_object('approval', v_id, 'reason', p_reason, 'text', p_text));
    v_all := v_all || to_jsonb(v_id);
  end loop;
  return v_all;
end $$;

-- What a turn is given, with the calls of its thread that are not over.
alter function countersign.claim_thread(text, jsonb) rename to take_thread;
create function countersign.claim_thread(p_tenant text, p jsonb) returns jsonb language plpgsql as $$
declare
  r jsonb := countersign.take_thread(p_tenant, p);
begin
  if r->>'kind' <> 'turn' then return r; end if;
  return r || jsonb_build_object('approvals', (
    select coalesce(jsonb_agg(countersign.approval_json(a) order by a.opened_at), '[]') from countersign.approvals a
     where a.tenant = p_tenant and a.thread_id = (p->>'thread')::bigint
       and a.state in ('open', 'approved', 'dispatching', 'unknown')));
end $$;

-- An answered message that changes is not answered anew, but what it asked for and nobody has signed yet is void.
alter function countersign.revise_entry(text, jsonb) rename to change_entry;
create function countersign.revise_entry(p_tenant text, p jsonb) returns jsonb language plpgsql as $$
declare
  r jsonb;
  e countersign.entries;
  v_voided jsonb;
begin
  perform set_config('countersign.tenant', p_tenant, true);
  perform 1 from countersign.threads t where t.tenant = p_tenant and t.id = (
    select thread_id from countersign.entries where tenant = p_tenant and identity = p->>'identity') for no key update;
  select * into e from countersign.entries where tenant = p_tenant and identity = p->>'identity';
  -- A text that secrets were taken out of is told by its digest: it comes in once more for a link that unfurls.
  if e.content->>'digest' = countersign.text_digest(p->>'identity', p->'content'->>'text') then
    return jsonb_build_object('kind', 'unchanged');
  end if;
  r := countersign.change_entry(p_tenant, p);
  if r->>'kind' not in ('answered', 'revised') then return r; end if;
  if r->>'kind' = 'revised' then
    update countersign.entries set content = content - 'digest'
     where tenant = p_tenant and thread_id = e.thread_id and seq = e.seq and content ? 'digest' and p ? 'content';
    -- The turn that has it in hand hears of it at its next write; nobody signs what it asked for meanwhile.
    perform countersign.void_of_turn(p_tenant, e.turn_id, 'the request was edited or deleted', null);
    return r;
  end if;
  -- Slack tells of an edit for a link that unfurls, too.
  if p ? 'content' and e.content->>'text' = p->'content'->>'text' then return r; end if;
  v_voided := countersign.void_of_turn(p_tenant, e.turn_id,
    case when p ? 'content' then 'the request was edited' else 'the request was deleted' end,
    case when p ? 'content' then 'The message that asked for this was edited, so the request that waited for a signature is void. Nothing was done.' end);
  if v_voided = '[]' then return r; end if;
  return jsonb_build_object('kind', 'voided', 'thread', e.thread_id, 'approvals', v_voided);
end $$;

-- A signed call is not the turn's: its dispatch records what comes of it.
create or replace function countersign.leave_calls_unknown(p_tenant text, p_turn bigint) returns void language sql as $$
  with left_open as (
    update countersign.tool_calls
       set state = 'unknown', reason = 'the turn ended before an outcome was recorded', ended_at = clock_timestamp()
     where tenant = p_tenant and turn_id = p_turn and state = 'dispatching' and approval is null
    returning id, thread_id, reason
  )
  select countersign.audit(p_tenant, 'call.unknown', thread_id, id, null, jsonb_build_object('reason', reason))
    from left_open
$$;

alter function countersign.end_superseded(text, bigint, bigint) rename to leave_superseded;
create function countersign.end_superseded(p_tenant text, p_thread bigint, p_turn bigint) returns void
language plpgsql as $$
begin
  perform countersign.leave_superseded(p_tenant, p_thread, p_turn);
  perform countersign.void_of_turn(p_tenant, p_turn, 'the request was edited or deleted', null);
end $$;

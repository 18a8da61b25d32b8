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
create index audit_contents_of_thread on countersign.audit_contents (thread_id, tenant)
  where thread_id is not null and approval is null;

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
-- Whoever follows a thread asks for what happened and for its line of the chain, several times a second.
create unique index audit_of_content on countersign.audit (content_id, tenant);

create table countersign.audit_heads (
  tenant text primary key,
  seq    bigint not null,
  hash   bytea not null
);

do $$
declare t text;
begin
  foreach t in array array['audit_contents', 'audit', 'audit_heads'] loop
    execute format('alter table countersign.%I enable row level security', t);
    execute format(
      'create policy of_tenant on countersign.%I using (tenant = current_setting(''countersign.tenant'', true))'
      ' with check (tenant = current_setting(''countersign.tenant'', true))', t);
  end loop;
end $$;
grant select, insert on countersign.audit_contents to countersign_app;
grant select on countersign.audit, countersign.audit_heads to countersign_app;

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

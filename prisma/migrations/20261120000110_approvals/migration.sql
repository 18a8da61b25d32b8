-- Signatures. A call that needs one is frozen in `approvals`: what was shown is what runs. Its life there is
--   open → approved | rejected | expired | void;  approved → dispatching → succeeded | failed | unknown → settled
-- and each step of it is one compare-and-set, made under the thread's row, which is always locked first.
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
  edit            jsonb, -- asked for and not made yet: {arguments, account}
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
  account   text not null,
  verdict   text not null check (verdict in ('approve', 'reject')),
  reason    text,
  signed_at timestamptz not null default clock_timestamp(),
  primary key (approval, account, tenant), -- an account stays one person's; who that is may change in people.yaml
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

do $$
declare t text;
begin
  foreach t in array array['approvals', 'signatures', 'cards', 'sealed'] loop
    execute format('alter table countersign.%I enable row level security', t);
    execute format(
      'create policy of_tenant on countersign.%I using (tenant = current_setting(''countersign.tenant'', true))'
      ' with check (tenant = current_setting(''countersign.tenant'', true))', t);
  end loop;
end $$;
grant select, insert, update on countersign.approvals, countersign.cards to countersign_app;
grant select, insert on countersign.signatures to countersign_app;
grant select, insert, delete on countersign.sealed to countersign_app;

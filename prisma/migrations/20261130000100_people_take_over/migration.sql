-- What waits for colleagues: the draft of an answer to a customer, which one of them sends, and a conversation that the
-- agent has handed over, in which it says nothing until one of them gives it back. Each is a matter, with cards as a request
-- for signatures has them. What colleagues write to a customer is an entry: a turn takes it into the conversation and
-- answers nothing.
alter table countersign.entries drop constraint entries_kind_check,
  add constraint entries_kind_check check (kind in ('message', 'outcome', 'colleague'));
alter table countersign.outbox drop constraint outbox_kind_check,
  add constraint outbox_kind_check check (kind in ('reply', 'notice', 'colleague')),
  drop constraint outbox_state_check,
  add constraint outbox_state_check
    check (state in ('opening', 'draft', 'ready', 'dropping', 'sent', 'failed', 'dropped'));

create table countersign.matters (
  tenant     text not null,
  id         text not null, -- opaque: it is what a button carries
  kind       text not null check (kind in ('draft', 'hand_over')),
  thread_id  bigint not null,
  turn_id    bigint not null,
  desk       text not null,
  reply      bigint, -- of a draft: its row in the outbox
  text       text, -- of a draft: what the agent wrote
  details    jsonb not null, -- what the card shows beside it
  state      text not null default 'open' check (state in ('open', 'sent', 'discarded', 'withdrawn', 'returned')),
  opened_at  timestamptz not null default clock_timestamp(),
  decided_by text,
  decided_at timestamptz,
  primary key (id, tenant),
  foreign key (tenant, thread_id) references countersign.threads (tenant, id),
  foreign key (tenant, turn_id) references countersign.turns (tenant, id)
) with (fillfactor = 80);
create unique index matters_one_open on countersign.matters (thread_id, kind, tenant) where state = 'open';
create index matters_of_thread on countersign.matters (thread_id, tenant);
alter table countersign.matters enable row level security;
create policy of_tenant on countersign.matters using (tenant = current_setting('countersign.tenant', true))
  with check (tenant = current_setting('countersign.tenant', true));
grant select, insert, update on countersign.matters to countersign_app;

-- A card shows a request for signatures or a matter. A card of the kind `mail` shows one mail, below the card of its matter.
alter table countersign.cards alter column approval drop not null,
  add column matter text,
  add column content jsonb,
  add constraint cards_matter_fkey foreign key (tenant, matter) references countersign.matters (tenant, id),
  add constraint cards_of_one check ((approval is null) <> (matter is null)),
  drop constraint cards_kind_check,
  add constraint cards_kind_check
    check (kind in ('asker', 'signers', 'pointer', 'reminder', 'escalation', 'draft', 'hand_over', 'mail'));
create index cards_of_matter on countersign.cards (matter, tenant) where matter is not null;

-- The mailbox's own id of a conversation stands last in the address of a thread.
create index threads_of_mailbox on countersign.threads (split_part(address, ' ', 3), tenant) where channel = 'email';

-- Drafts are deleted once they are sent or discarded.
grant delete on mail.messages, mail.history, mail.parts to countersign_mail;

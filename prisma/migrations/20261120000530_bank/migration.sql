-- The bank's customers: own schema, every row under its tenant, reached by the tools' role only.
create schema if not exists bank;

create table bank.users (
  tenant text not null,
  id text not null check (id ~ '^user_[0-9]{3,6}$'),
  name text not null,
  -- Small letters, so that one address belongs to one user however it is written.
  email text not null check (email = lower(email)),
  phone text not null,
  street text not null,
  city text not null,
  state text not null,
  postal_code text not null,
  country text not null,
  created_at timestamptz not null,
  primary key (tenant, id),
  unique (tenant, email)
);

-- Apart from the users, so that whoever reads a user reads no hash. The version counts the changes.
create table bank.passwords (
  tenant text not null,
  user_id text not null,
  version integer not null default 1 check (version > 0),
  cost_n integer not null check (cost_n >= 16384),
  block_r integer not null check (block_r >= 8),
  parallel_p integer not null check (parallel_p > 0),
  salt bytea not null check (octet_length(salt) >= 16),
  hash bytea not null check (octet_length(hash) >= 32),
  changed_at timestamptz not null,
  primary key (tenant, user_id),
  foreign key (tenant, user_id) references bank.users (tenant, id) deferrable
);

-- Of numbers only the last four digits are kept: what is not there cannot be told.
create table bank.accounts (
  tenant text not null,
  user_id text not null,
  kind text not null check (kind in ('checking', 'savings')),
  last_four text not null check (last_four ~ '^[0-9]{4}$'),
  balance numeric(14, 2) not null,
  opened_at timestamptz not null,
  primary key (tenant, user_id, kind),
  foreign key (tenant, user_id) references bank.users (tenant, id) deferrable
);

create table bank.cards (
  tenant text not null,
  id text not null check (id ~ '^CARD-[0-9]{4,8}$'),
  user_id text not null,
  brand text not null check (brand in ('Visa', 'Mastercard')),
  kind text not null check (kind in ('debit', 'credit')),
  last_four text not null check (last_four ~ '^[0-9]{4}$'),
  expires date not null,
  status text not null default 'active' check (status in ('active', 'deactivated')),
  deactivated_at timestamptz,
  deactivation_reason text check (deactivation_reason in ('lost', 'stolen', 'fraud', 'damaged', 'other')),
  primary key (tenant, id),
  foreign key (tenant, user_id) references bank.users (tenant, id) deferrable,
  check ((status = 'deactivated') = (deactivated_at is not null)),
  check ((status = 'deactivated') = (deactivation_reason is not null))
);
create index on bank.cards (tenant, user_id, id);

-- Whoever found or stole a card must not profit from somebody's mistake: not even the owner of the table brings one back.
create function bank.keep_deactivated() returns trigger language plpgsql as $$
begin
  raise exception 'Card % was deactivated and stays so: issue a new one instead', old.id;
end
$$;
create trigger stays_deactivated before update on bank.cards
  for each row when (old.status = 'deactivated') execute function bank.keep_deactivated();

create table bank.transactions (
  tenant text not null,
  id text not null check (id ~ '^TXN-[0-9]{5,9}$'),
  user_id text not null,
  account text not null,
  posted_at timestamptz not null,
  kind text not null
    check (kind in ('deposit', 'purchase', 'bill', 'transfer', 'withdrawal', 'fee', 'interest', 'refund')),
  description text not null check (length(description) between 1 and 120),
  amount numeric(14, 2) not null check (amount <> 0),
  balance_after numeric(14, 2) not null,
  primary key (tenant, id),
  foreign key (tenant, user_id, account) references bank.accounts (tenant, user_id, kind) deferrable
);
create index on bank.transactions (tenant, user_id, posted_at desc, id desc);

create table bank.issues (
  tenant text not null,
  number integer not null check (number > 0),
  user_id text not null,
  subject text not null,
  description text not null,
  category text not null
    check (category in ('card', 'account', 'transaction', 'transfer', 'fees', 'login', 'app', 'other')),
  priority text not null check (priority in ('low', 'normal', 'high', 'urgent')),
  status text not null default 'open' check (status in ('open', 'in_progress', 'resolved')),
  created_at timestamptz not null default now(),
  primary key (tenant, number),
  foreign key (tenant, user_id) references bank.users (tenant, id) deferrable
);
create index on bank.issues (tenant, user_id, number desc);

do $$
declare
  name text;
begin
  for name in select tablename from pg_tables where schemaname = 'bank' loop
    execute format('alter table bank.%I enable row level security', name);
    execute format(
      'create policy tenant_only on bank.%I '
      'using (tenant = current_setting(''countersign.tenant'', true)) '
      'with check (tenant = current_setting(''countersign.tenant'', true))',
      name
    );
  end loop;
end
$$;

grant usage on schema bank to countersign_tools;
grant select, insert on all tables in schema bank to countersign_tools;
-- Column by column: no tool moves money, renames a customer or gives a card to somebody else.
grant update (street, city, state, postal_code, country) on bank.users to countersign_tools;
grant update (version, cost_n, block_r, parallel_p, salt, hash, changed_at) on bank.passwords to countersign_tools;
grant update (status, deactivated_at, deactivation_reason) on bank.cards to countersign_tools;

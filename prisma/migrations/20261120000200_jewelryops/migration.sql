-- The jeweller's shop: own schema, every row under its tenant, reached by the tools' role only.
-- Said, because a login named like one of our schemas would otherwise get them there.
create extension if not exists pg_trgm with schema public;
create extension if not exists fuzzystrmatch with schema public;

create schema if not exists jewelryops;

create table jewelryops.customers (
  tenant text not null,
  id text not null,
  name text not null,
  email text not null,
  phone text not null,
  tier text not null check (tier in ('standard', 'silver', 'gold', 'vip')),
  city text not null,
  created_at timestamptz not null,
  primary key (tenant, id),
  unique (tenant, email)
);

create table jewelryops.inventory_items (
  tenant text not null,
  sku text not null,
  name text not null,
  kind text not null check (kind in ('ring', 'necklace', 'earrings', 'bracelet', 'watch')),
  metal text not null,
  stone text,
  size text,
  price_cents integer not null check (price_cents > 0),
  quantity integer not null check (quantity >= 0),
  reorder_level integer not null check (reorder_level >= 0),
  location text not null,
  primary key (tenant, sku)
);

create table jewelryops.orders (
  tenant text not null,
  id text not null,
  customer_id text not null,
  status text not null check (status in ('pending', 'paid', 'processing', 'shipped', 'delivered', 'cancelled')),
  total_cents integer not null check (total_cents >= 0),
  paid_cents integer not null check (paid_cents between 0 and total_cents),
  refunded_cents integer not null default 0 check (refunded_cents between 0 and paid_cents),
  placed_at timestamptz not null,
  shipped_at timestamptz,
  delivered_at timestamptz,
  cancelled_at timestamptz,
  cancel_reason text,
  primary key (tenant, id),
  unique (tenant, id, customer_id),
  foreign key (tenant, customer_id) references jewelryops.customers (tenant, id)
);
create index on jewelryops.orders (tenant, customer_id, placed_at);

create table jewelryops.order_lines (
  tenant text not null,
  order_id text not null,
  line integer not null,
  sku text not null,
  quantity integer not null check (quantity > 0),
  unit_price_cents integer not null check (unit_price_cents >= 0),
  primary key (tenant, order_id, line),
  foreign key (tenant, order_id) references jewelryops.orders (tenant, id),
  foreign key (tenant, sku) references jewelryops.inventory_items (tenant, sku)
);

create table jewelryops.refunds (
  tenant text not null,
  order_id text not null,
  number integer not null,
  amount_cents integer not null check (amount_cents > 0),
  reason text not null,
  created_at timestamptz not null default now(),
  primary key (tenant, order_id, number),
  foreign key (tenant, order_id) references jewelryops.orders (tenant, id)
);

create table jewelryops.stock_changes (
  tenant text not null,
  sku text not null,
  number integer not null,
  before integer not null,
  after integer not null,
  reason text not null,
  created_at timestamptz not null default now(),
  primary key (tenant, sku, number),
  foreign key (tenant, sku) references jewelryops.inventory_items (tenant, sku)
);

-- The three-part key lets an order's note name no other customer than the order's own.
create table jewelryops.notes (
  tenant text not null,
  number integer not null,
  customer_id text not null,
  order_id text,
  kind text not null check (kind in ('general', 'preference', 'complaint', 'repair', 'follow_up')),
  author text not null,
  body text not null,
  created_at timestamptz not null default now(),
  primary key (tenant, number),
  foreign key (tenant, customer_id) references jewelryops.customers (tenant, id),
  foreign key (tenant, order_id, customer_id) references jewelryops.orders (tenant, id, customer_id)
);
create index on jewelryops.notes (tenant, customer_id, number);

create table jewelryops.effects (
  tenant text not null,
  key text not null,
  tool text not null,
  arguments_hash text not null,
  result jsonb not null,
  created_at timestamptz not null default now(),
  primary key (tenant, key)
);

do $$
declare
  name text;
begin
  for name in select tablename from pg_tables where schemaname = 'jewelryops' loop
    execute format('alter table jewelryops.%I enable row level security', name);
    execute format(
      'create policy tenant_only on jewelryops.%I '
      'using (tenant = current_setting(''countersign.tenant'', true)) '
      'with check (tenant = current_setting(''countersign.tenant'', true))',
      name
    );
  end loop;
end
$$;

grant usage on schema jewelryops to countersign_tools;
grant select, insert on all tables in schema jewelryops to countersign_tools;
-- Ledgers are only added to: nothing but an order and a shelf count may change, and nothing is deleted.
grant update on jewelryops.orders, jewelryops.inventory_items to countersign_tools;

-- The jeweller's issues, as a Notion database would hold them: own schema, every row under its tenant, reached by the
-- tools' role only. Customer, order and SKU are texts that refer to another system, so nothing here demands that they exist.
create schema if not exists notion;

create table notion.issues (
  tenant text not null,
  number integer not null check (number > 0),
  title text not null,
  description text not null,
  status text not null check (status in ('open', 'in_progress', 'done')),
  priority text not null check (priority in ('urgent', 'high', 'medium', 'low')),
  labels text[] not null check (labels <@ array['repair', 'quality', 'stock', 'delivery', 'payment', 'service', 'shop']),
  assignee text,
  customer_id text check (customer_id ~ '^CUST-\d{3,6}$'),
  order_id text check (order_id ~ '^ORD-\d{4,8}$'),
  sku text check (sku ~ '^[A-Z]{3}-[A-Z]{3}-\d{3}$'),
  created_at timestamptz not null default now(),
  closed_at timestamptz,
  primary key (tenant, number),
  check ((status = 'done') = (closed_at is not null))
);
create index on notion.issues (tenant, status, created_at);

alter table notion.issues enable row level security;
create policy tenant_only on notion.issues
  using (tenant = current_setting('countersign.tenant', true))
  with check (tenant = current_setting('countersign.tenant', true));

grant usage on schema notion to countersign_tools;
-- An issue is written once: no tool changes or removes one.
grant select, insert on notion.issues to countersign_tools;

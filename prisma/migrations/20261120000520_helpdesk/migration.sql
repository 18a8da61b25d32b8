-- The help desk: customers, the services that they use, what those depend on, incidents, tickets and messages.
create schema if not exists helpdesk;

create table helpdesk.customers (
  tenant text not null,
  id text not null,
  company text not null,
  contact text not null,
  email text not null,
  plan text not null check (plan in ('free', 'starter', 'business', 'enterprise')),
  status text not null check (status in ('trial', 'active', 'past_due', 'suspended', 'churned')),
  created_at timestamptz not null,
  primary key (tenant, id),
  unique (tenant, email)
);
create index on helpdesk.customers (tenant, status);

create table helpdesk.status_changes (
  tenant text not null,
  customer_id text not null,
  number integer not null,
  before text not null,
  after text not null check (after <> before),
  reason text not null,
  created_at timestamptz not null default now(),
  primary key (tenant, customer_id, number),
  foreign key (tenant, customer_id) references helpdesk.customers (tenant, id) deferrable
);

create table helpdesk.services (
  tenant text not null,
  id text not null check (id ~ '^[a-z][a-z0-9]*(-[a-z0-9]+)*$'),
  name text not null,
  team text not null,
  primary key (tenant, id),
  unique (tenant, name)
);

-- A service stops working as it should when one that it depends on does. Nothing keeps these edges from making a circle.
create table helpdesk.dependencies (
  tenant text not null,
  service_id text not null,
  depends_on text not null check (depends_on <> service_id),
  primary key (tenant, service_id, depends_on),
  foreign key (tenant, service_id) references helpdesk.services (tenant, id) deferrable,
  foreign key (tenant, depends_on) references helpdesk.services (tenant, id) deferrable
);
create index on helpdesk.dependencies (tenant, depends_on);

create table helpdesk.subscriptions (
  tenant text not null,
  customer_id text not null,
  service_id text not null,
  primary key (tenant, customer_id, service_id),
  foreign key (tenant, customer_id) references helpdesk.customers (tenant, id) deferrable,
  foreign key (tenant, service_id) references helpdesk.services (tenant, id) deferrable
);
create index on helpdesk.subscriptions (tenant, service_id);

create table helpdesk.incidents (
  tenant text not null,
  id text not null,
  title text not null,
  severity text not null check (severity in ('minor', 'major', 'critical')),
  status text not null check (status in ('open', 'monitoring', 'resolved')),
  started_at timestamptz not null,
  resolved_at timestamptz,
  primary key (tenant, id),
  check ((status = 'resolved') = (resolved_at is not null)),
  check (resolved_at >= started_at)
);
create index on helpdesk.incidents (tenant, started_at);

create table helpdesk.incident_services (
  tenant text not null,
  incident_id text not null,
  service_id text not null,
  primary key (tenant, incident_id, service_id),
  foreign key (tenant, incident_id) references helpdesk.incidents (tenant, id) deferrable,
  foreign key (tenant, service_id) references helpdesk.services (tenant, id) deferrable
);

-- The key is the caller's own: whoever repeats it, from wherever, finds the ticket that it opened.
create table helpdesk.tickets (
  tenant text not null,
  number integer not null check (number > 0),
  customer_id text not null,
  service_id text,
  subject text not null,
  description text not null,
  priority text not null check (priority in ('low', 'normal', 'high', 'urgent')),
  category text not null check (category in ('access', 'billing', 'bug', 'outage', 'performance', 'question')),
  status text not null default 'open' check (status in ('open', 'pending', 'solved')),
  idempotency_key text,
  created_at timestamptz not null default now(),
  primary key (tenant, number),
  unique (tenant, idempotency_key),
  unique (tenant, number, customer_id),
  foreign key (tenant, customer_id) references helpdesk.customers (tenant, id) deferrable,
  foreign key (tenant, service_id) references helpdesk.services (tenant, id) deferrable
);
create index on helpdesk.tickets (tenant, customer_id, number);

-- The three-part key lets a ticket's message name no other customer than the ticket's own.
create table helpdesk.messages (
  tenant text not null,
  number integer not null check (number > 0),
  channel text not null check (channel in ('support', 'incidents', 'escalations', 'oncall')),
  author text not null,
  body text not null,
  ticket integer,
  customer_id text,
  created_at timestamptz not null default now(),
  primary key (tenant, number),
  check (ticket is null or customer_id is not null),
  foreign key (tenant, customer_id) references helpdesk.customers (tenant, id) deferrable,
  foreign key (tenant, ticket, customer_id) references helpdesk.tickets (tenant, number, customer_id) deferrable
);
create index on helpdesk.messages (tenant, channel, number);

do $$
declare
  name text;
begin
  for name in select tablename from pg_tables where schemaname = 'helpdesk' loop
    execute format('alter table helpdesk.%I enable row level security', name);
    execute format(
      'create policy tenant_only on helpdesk.%I '
      'using (tenant = current_setting(''countersign.tenant'', true)) '
      'with check (tenant = current_setting(''countersign.tenant'', true))',
      name
    );
  end loop;
end
$$;

grant usage on schema helpdesk to countersign_tools;
grant select, insert on all tables in schema helpdesk to countersign_tools;
-- Everything else is only added to.
grant update (status) on helpdesk.customers to countersign_tools;

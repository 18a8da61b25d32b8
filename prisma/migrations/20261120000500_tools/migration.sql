-- What all tool servers share: the ledger of idempotency keys, one for all, written in the transaction of each effect.
create schema if not exists tools;

alter table jewelryops.effects set schema tools;
alter table tools.effects add column server text not null default 'jewelryops';
alter table tools.effects alter column server drop default;

grant usage on schema tools to countersign_tools;
-- The demonstration data of a server is loaded once and again after a reset, never because a table happens to be empty.
create table tools.loaded (
  tenant text not null,
  data text not null,
  loaded_at timestamptz not null default now(),
  primary key (tenant, data)
);
alter table tools.loaded enable row level security;
create policy tenant_only on tools.loaded
  using (tenant = current_setting('countersign.tenant', true))
  with check (tenant = current_setting('countersign.tenant', true));
grant select, insert on tools.loaded to countersign_tools;

insert into tools.loaded (tenant, data) select distinct tenant, 'jewelryops' from jewelryops.customers;

-- A reset empties a schema table by table; whatever refers to what is looked at when all of it is done.
do $$
declare
  link record;
begin
  for link in
    select conrelid::regclass as place, conname as name from pg_constraint
    where contype = 'f' and connamespace = 'jewelryops'::regnamespace
  loop
    execute format('alter table %s alter constraint %I deferrable', link.place, link.name);
  end loop;
end
$$;

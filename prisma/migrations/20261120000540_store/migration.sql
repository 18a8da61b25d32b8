-- The small store: items with stock, bills that take from it, and a ledger of every change of stock.
create schema if not exists store;

create table store.items (
  tenant text not null,
  number integer not null check (number > 0),
  name text not null,
  category text not null check (
    category in ('grocery', 'beverages', 'dairy', 'snacks', 'personal_care', 'household', 'stationery', 'other')
  ),
  unit text not null check (unit in ('kg', 'g', 'litre', 'ml', 'piece', 'pack', 'dozen', 'box')),
  unit_price numeric(14, 2) not null check (unit_price > 0),
  stock_qty numeric(14, 3) not null check (stock_qty >= 0),
  reorder_level numeric(14, 3) not null default 0 check (reorder_level >= 0),
  created_at timestamptz not null default now(),
  deleted_at timestamptz,
  primary key (tenant, number),
  -- What is counted comes whole; what is weighed or measured does not.
  check (unit in ('kg', 'g', 'litre', 'ml') or (stock_qty = trunc(stock_qty) and reorder_level = trunc(reorder_level)))
);
-- A name is free again once its item is deleted.
create unique index on store.items (tenant, lower(name)) where deleted_at is null;

create table store.bills (
  tenant text not null,
  number integer not null check (number > 0),
  customer_name text not null,
  total numeric(14, 2) not null check (total > 0),
  created_at timestamptz not null default now(),
  primary key (tenant, number)
);
create index on store.bills (tenant, created_at);
create index on store.bills (tenant, lower(customer_name));

-- Name, unit and price are those of the day: a bill stays as it was, whatever becomes of the item.
create table store.bill_lines (
  tenant text not null,
  bill integer not null,
  line integer not null check (line > 0),
  item integer not null,
  name text not null,
  unit text not null,
  quantity numeric(14, 3) not null check (quantity > 0),
  unit_price numeric(14, 2) not null check (unit_price > 0),
  line_total numeric(14, 2) not null check (line_total > 0 and line_total = round(quantity * unit_price, 2)),
  primary key (tenant, bill, line),
  foreign key (tenant, bill) references store.bills (tenant, number) deferrable,
  foreign key (tenant, item) references store.items (tenant, number) deferrable
);
create index on store.bill_lines (tenant, item);

create table store.stock_changes (
  tenant text not null,
  item integer not null,
  number integer not null check (number > 0),
  before numeric(14, 3) not null check (before >= 0),
  after numeric(14, 3) not null check (after >= 0),
  cause text not null check (cause in ('added', 'correction', 'bill', 'deleted')),
  bill integer,
  created_at timestamptz not null default now(),
  primary key (tenant, item, number),
  check ((cause = 'bill') = (bill is not null)),
  foreign key (tenant, item) references store.items (tenant, number) deferrable,
  foreign key (tenant, bill) references store.bills (tenant, number) deferrable
);

-- How well a name fits what was asked: 1 is the name, 0.98 whole words of it, 0.95 a part, less is a guess at a typing
-- error. Trigrams forgive a wrong letter in a long word; letters swapped in a short one are seen by the number of edits.
create function store.likeness(asked text, name text) returns float8 language sql immutable parallel safe as $$
select greatest(
  case when lower(asked) = lower(name) then 1 end,
  case when regexp_split_to_array(lower(asked), '\s+') <@ regexp_split_to_array(lower(name), '\s+') then 0.98 end,
  case when strpos(lower(name), lower(asked)) > 0 then 0.95 end,
  public.word_similarity(asked, name) * 0.9,
  (
    select avg(near) * 0.9 from (
      select max(case when edits <= 1 + length(word) / 5 then 1 - edits::float8 / greatest(length(word), length(own)) else 0 end) as near
      from regexp_split_to_table(lower(asked), '\s+') word
      cross join regexp_split_to_table(lower(name), '\s+') own
      cross join lateral (select public.levenshtein(word, own) as edits) distance
      where length(word) >= 3
      group by word
    ) as nearest_words
  )
)
$$;

do $$
declare
  name text;
begin
  for name in select tablename from pg_tables where schemaname = 'store' loop
    execute format('alter table store.%I enable row level security', name);
    execute format(
      'create policy tenant_only on store.%I '
      'using (tenant = current_setting(''countersign.tenant'', true)) '
      'with check (tenant = current_setting(''countersign.tenant'', true))',
      name
    );
  end loop;
end
$$;

grant usage on schema store to countersign_tools;
grant select, insert on all tables in schema store to countersign_tools;
-- Bills and the ledger are only added to, and a deleted item is only hidden. No item gets another id or unit.
grant update (name, category, unit_price, stock_qty, reorder_level, deleted_at) on store.items to countersign_tools;

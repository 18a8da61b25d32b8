-- Who is supported in IT, what they owe and what machines they have: read by three servers, every row under its tenant.
create schema if not exists it;

-- A company's name as it is searched: case, dots and dashes say nothing, nor do "the", "and" and a legal form at the end. "Corp"
-- and "Co" may be half of a name ("Tech Corp"), so they are left out from the third word on. A name of nothing else stays.
create function it.plain(name text) returns text
language sql immutable strict parallel safe
as $$
  select coalesce(nullif(regexp_replace(
    trim(regexp_replace(' ' || said || ' ', '( (the|and))+(?= )', '', 'g')),
    '( (inc|incorporated|ltd|limited|llc|llp|lp|plc|gmbh|ag|kg|se|sa|bv|nv|corporation|company)|(?<=[^ ] [^ ]+) (corp|co))+$', ''
  ), ''), said)
  from (select trim(regexp_replace(lower(name), '[[:space:][:punct:]]+', ' ', 'g')) as said) each
$$;

-- How near a word that was asked for is to one of a name: 1 is the word or its beginning.
create function it.nearness(asked text, word text) returns float8
language sql immutable parallel safe
as $$
  select case when length(asked) >= 2 and starts_with(word, asked) then 1
    else 1 - public.levenshtein(asked, word)::float8 / greatest(length(asked), length(word), 1) end
$$;

create table it.customers (
  tenant text not null,
  id text not null,
  company text not null check (length(company) between 1 and 120),
  company_key text not null generated always as (it.plain(company)) stored,
  industry text not null,
  city text not null,
  website text not null,
  tier text not null check (tier in ('basic', 'standard', 'premium')),
  since date not null,
  account_manager text not null,
  payment_terms_days integer not null check (payment_terms_days between 0 and 120),
  suspended_on date,
  suspended_reason text,
  primary key (tenant, id),
  check ((suspended_on is null) = (suspended_reason is null))
);
create index customers_company_key on it.customers using gin (company_key public.gin_trgm_ops);
create index customers_company_beginning on it.customers (tenant, replace(company_key, ' ', '') collate "C");

-- Emails are kept in lower case: under row level security an index on lower(email) would not be used.
create table it.contacts (
  tenant text not null,
  customer_id text not null,
  number integer not null check (number > 0),
  name text not null,
  role text not null,
  email text not null check (email = lower(email)),
  phone text not null,
  is_primary boolean not null,
  primary key (tenant, customer_id, number),
  unique (tenant, customer_id, email),
  foreign key (tenant, customer_id) references it.customers (tenant, id) deferrable
);
create index on it.contacts (tenant, email);
create unique index on it.contacts (tenant, customer_id) where is_primary;

-- The terms of a tier, or those that one customer has agreed on for itself.
create table it.sla_terms (
  tenant text not null,
  id text not null,
  tier text not null check (tier in ('basic', 'standard', 'premium')),
  customer_id text,
  support_hours text not null,
  uptime_percent numeric(5, 2) not null check (uptime_percent between 0 and 100),
  credit_percent integer not null check (credit_percent between 0 and 100),
  credit_cap_percent integer not null check (credit_cap_percent between credit_percent and 100),
  effective_on date not null,
  review_on date not null check (review_on > effective_on),
  primary key (tenant, id),
  unique (tenant, customer_id),
  foreign key (tenant, customer_id) references it.customers (tenant, id) deferrable
);
create unique index on it.sla_terms (tenant, tier) where customer_id is null;

create table it.sla_targets (
  tenant text not null,
  terms_id text not null,
  priority text not null check (priority in ('critical', 'high', 'medium', 'low')),
  response_minutes integer not null check (response_minutes > 0),
  resolution_minutes integer not null check (resolution_minutes >= response_minutes),
  primary key (tenant, terms_id, priority),
  foreign key (tenant, terms_id) references it.sla_terms (tenant, id) deferrable
);

-- Whether an invoice is pending or overdue follows from its payments and the day: it is never stored.
create table it.invoices (
  tenant text not null,
  id text not null,
  customer_id text not null,
  ticket_id text,
  issued_on date not null,
  due_on date not null check (due_on >= issued_on),
  total numeric(14, 2) not null check (total > 0),
  primary key (tenant, id),
  foreign key (tenant, customer_id) references it.customers (tenant, id) deferrable
);
create index on it.invoices (tenant, customer_id, issued_on);

create table it.invoice_lines (
  tenant text not null,
  invoice_id text not null,
  line integer not null check (line > 0),
  description text not null,
  quantity integer not null check (quantity > 0),
  unit_price numeric(14, 2) not null check (unit_price >= 0),
  primary key (tenant, invoice_id, line),
  foreign key (tenant, invoice_id) references it.invoices (tenant, id) deferrable
);

create table it.payments (
  tenant text not null,
  invoice_id text not null,
  number integer not null check (number > 0),
  paid_on date not null,
  amount numeric(14, 2) not null check (amount > 0),
  method text not null check (method in ('bank_transfer', 'card', 'check')),
  reference text not null,
  primary key (tenant, invoice_id, number),
  foreign key (tenant, invoice_id) references it.invoices (tenant, id) deferrable
);

create table it.assets (
  tenant text not null,
  id text not null,
  customer_id text not null,
  kind text not null check (kind in ('server', 'workstation', 'laptop')),
  purpose text not null,
  hostname text not null check (hostname = lower(hostname)),
  serial text not null check (serial = upper(serial)),
  maker text not null,
  model text not null,
  os text not null check (os in ('windows', 'linux', 'macos')),
  os_version text not null,
  cpu text not null,
  memory_gb integer not null check (memory_gb > 0),
  storage text not null,
  location text not null,
  assigned_to text not null,
  status text not null check (status in ('in_use', 'in_repair', 'spare', 'retired')),
  purchased_on date not null,
  warranty_provider text not null,
  warranty_coverage text not null,
  warranty_ends_on date not null check (warranty_ends_on >= purchased_on),
  primary key (tenant, id),
  unique (tenant, serial),
  unique (tenant, customer_id, hostname),
  unique (tenant, id, customer_id),
  foreign key (tenant, customer_id) references it.customers (tenant, id) deferrable
);
create index on it.assets (tenant, hostname);
create index on it.assets (tenant, warranty_ends_on);

-- No more of a key is kept than may be shown.
create table it.licenses (
  tenant text not null,
  id text not null,
  customer_id text not null,
  product text not null,
  vendor text not null,
  kind text not null check (kind in ('per_user', 'per_device', 'per_core', 'site')),
  seats integer not null check (seats > 0),
  used integer not null check (used >= 0),
  key_ends_with text not null check (length(key_ends_with) <= 5),
  expires_on date,
  primary key (tenant, id),
  unique (tenant, id, customer_id),
  foreign key (tenant, customer_id) references it.customers (tenant, id) deferrable
);
create index on it.licenses (tenant, customer_id);

-- The three-part keys let nobody's license lie on another customer's machine.
create table it.installs (
  tenant text not null,
  license_id text not null,
  asset_id text not null,
  customer_id text not null,
  primary key (tenant, license_id, asset_id),
  foreign key (tenant, license_id, customer_id) references it.licenses (tenant, id, customer_id) deferrable,
  foreign key (tenant, asset_id, customer_id) references it.assets (tenant, id, customer_id) deferrable
);
create index on it.installs (tenant, asset_id);

create table it.asset_events (
  tenant text not null,
  asset_id text not null,
  number integer not null check (number > 0),
  kind text not null check (kind in ('purchase', 'repair', 'upgrade', 'move', 'incident')),
  happened_on date not null,
  summary text not null,
  done_by text not null,
  cost numeric(14, 2) check (cost >= 0),
  ticket_id text,
  primary key (tenant, asset_id, number),
  foreign key (tenant, asset_id) references it.assets (tenant, id) deferrable
);
create index on it.asset_events (tenant, asset_id, happened_on);

do $$
declare
  name text;
begin
  for name in select tablename from pg_tables where schemaname = 'it' loop
    execute format('alter table it.%I enable row level security', name);
    execute format(
      'create policy tenant_only on it.%I '
      'using (tenant = current_setting(''countersign.tenant'', true)) '
      'with check (tenant = current_setting(''countersign.tenant'', true))',
      name
    );
  end loop;
end
$$;

-- Row level security keeps trigram operators away from their index, because they could leak; so the search runs as the
-- owner, keeps to the caller's tenant by itself and tells no more than ids and how well each fits. Trigrams forgive a wrong
-- letter in a long name; letters swapped in a short one share almost none, so the nearer half is also compared by edits.
-- Who asks for "Northern Health Trust" means no company without "northern": a word that fits none of a name holds its match
-- down at 0.7, however well the others fit.
-- Fifty names that begin as was asked are found in any case. Of the others, the nearest are looked for first and the far ones only
-- where there are none, because a trigram index costs as much as it finds: of a word that thousands have ("partners"), as
-- many are compared as are enough. "Is not distinct" is no index condition: all rows of one tenant may seem few.
create function it.companies_like(asked text) returns table (id text, match float8, more boolean)
language plpgsql stable strict security definer
set search_path = ''
set enable_seqscan = off
set pg_trgm.word_similarity_threshold = 0.8
as $$
declare
  mine constant text := current_setting('countersign.tenant', true);
  asked_words constant text := it.plain(asked);
  typed constant text := replace(asked_words, ' ', '');
  enough constant integer := 100;
  nearness numeric;
  alike text[] := '{}';
begin
  if typed = '' then return; end if;
  foreach nearness in array array[0.8, 0.6, 0.45, 0.3] loop
    perform set_config('pg_trgm.word_similarity_threshold', nearness::text, true);
    alike := alike || array(
      select c.id from it.customers c
      where asked_words operator(public.<%) c.company_key and c.tenant is not distinct from mine and c.id <> all (alike)
      limit enough + 1 - cardinality(alike)
    );
    exit when cardinality(alike) > enough or nearness <= 0.6 and cardinality(alike) > 0;
  end loop;
  return query
  with beginning as (
    select c.id from it.customers c
    where c.tenant = mine and replace(c.company_key, ' ', '') collate "C" >= typed
      and replace(c.company_key, ' ', '') collate "C" < typed || chr(1114111)
    order by replace(c.company_key, ' ', '') collate "C" limit 50
  ), candidates as materialized (
    select c.id, c.company_key as name, replace(c.company_key, ' ', '') as joined,
      public.word_similarity(asked_words, c.company_key) as near
    from (select unnest(alike[:enough]) as id union select beginning.id from beginning) each
    join it.customers c on c.tenant = mine and c.id = each.id
  ), compared as (
    select candidates.*, fitting.worst, greatest(
      near,
      1 - public.levenshtein(typed, left(joined, length(typed)))::float8 / greatest(length(typed), 1),
      fitting.average
    ) as best
    from candidates
    cross join lateral (
      select avg(nearest) as average, min(nearest) as worst from (
        select max(it.nearness(asked_word, own)) as nearest
        from unnest(string_to_array(asked_words, ' ')) asked_word, unnest(string_to_array(name, ' ')) own
        group by asked_word
      ) nearest_words
    ) fitting
    where near >= 0.5 * (select max(nearer.near) from candidates nearer)
  ), scored as materialized (
    select compared.id, round((case
      when joined = typed then 1
      when length(typed) >= 3 and starts_with(joined, typed) then 0.95
      when worst < 0.6 then least(0.7, 0.9 * best)
      else 0.9 * best
    end)::numeric, 2)::float8 as match
    from compared
  )
  select scored.id, scored.match, cardinality(alike) > enough from scored
  where scored.match >= 0.5 and scored.match >= 0.7 * (select max(other.match) from scored other);
end
$$;
revoke execute on function it.companies_like from public;

grant usage on schema it to countersign_tools;
grant select, insert on all tables in schema it to countersign_tools;
grant execute on function it.companies_like, it.plain, it.nearness to countersign_tools;

-- Tickets and the knowledge base of IT support, and the search over both. Every row under its tenant.
create table it.tickets (
  tenant text not null,
  id text not null,
  customer_id text not null,
  asset_id text,
  requester text not null,
  title text not null check (length(title) between 1 and 200),
  description text not null check (length(description) between 1 and 10000),
  status text not null check (status in ('open', 'in_progress', 'waiting', 'resolved', 'closed')),
  priority text not null check (priority in ('critical', 'high', 'medium', 'low')),
  category text not null
    check (category in ('hardware', 'system', 'storage', 'network', 'printing', 'email', 'security', 'account')),
  os text not null check (os in ('windows', 'linux', 'macos', 'other')),
  tags text[] not null default '{}' check (length(array_to_string(tags, ' ')) <= 500),
  assignee text,
  created_at timestamptz not null check (created_at >= '1970-01-01Z'),
  response_due_at timestamptz not null check (response_due_at > created_at),
  resolution_due_at timestamptz not null check (resolution_due_at >= response_due_at),
  first_response_at timestamptz check (first_response_at >= created_at),
  resolved_at timestamptz check (resolved_at >= created_at),
  resolution text check (length(resolution) between 1 and 10000),
  primary key (tenant, id),
  unique (tenant, id, customer_id),
  check ((status in ('resolved', 'closed')) = (resolved_at is not null)),
  check ((resolved_at is null) = (resolution is null)),
  foreign key (tenant, customer_id) references it.customers (tenant, id) deferrable,
  -- Nobody's ticket is about another customer's machine.
  foreign key (tenant, asset_id, customer_id) references it.assets (tenant, id, customer_id) deferrable
);
-- What is filtered stands in the index, so that a count of many tickets reads no ticket.
create index tickets_newest on it.tickets (tenant, created_at desc, id desc)
  include (status, priority, category, os, customer_id, asset_id);
create index on it.tickets (tenant, customer_id, created_at desc);
create index on it.tickets (tenant, asset_id, created_at desc);
create index on it.tickets (tenant, priority, status, created_at desc) include (category, os);

-- Nobody is billed for another customer's ticket. A machine may be repaired on a ticket about another one.
alter table it.invoices
  add foreign key (tenant, ticket_id, customer_id) references it.tickets (tenant, id, customer_id) deferrable;
alter table it.asset_events add foreign key (tenant, ticket_id) references it.tickets (tenant, id) deferrable;

create table it.ticket_comments (
  tenant text not null,
  ticket_id text not null,
  number integer not null check (number > 0),
  author text not null,
  side text not null check (side in ('customer', 'support')),
  body text not null,
  created_at timestamptz not null,
  primary key (tenant, ticket_id, number),
  foreign key (tenant, ticket_id) references it.tickets (tenant, id) deferrable
);

-- A step is {"do": …, "command": … or null}.
create table it.articles (
  tenant text not null,
  id text not null,
  title text not null check (length(title) between 1 and 200),
  product text not null check (length(product) between 1 and 100),
  category text not null
    check (category in ('hardware', 'system', 'storage', 'network', 'printing', 'email', 'security', 'account')),
  os text not null check (os in ('windows', 'linux', 'macos', 'other')),
  tags text[] not null default '{}' check (length(array_to_string(tags, ' ')) <= 500),
  problem text not null check (length(problem) between 1 and 10000),
  symptoms text[] not null,
  cause text not null,
  steps jsonb not null check (jsonb_typeof(steps) = 'array' and length(steps::text) <= 50000),
  author text not null,
  created_at timestamptz not null check (created_at >= '1970-01-01Z'),
  updated_at timestamptz not null check (updated_at >= created_at),
  primary key (tenant, id)
);

create table it.article_links (
  tenant text not null,
  article_id text not null,
  related_id text not null check (related_id <> article_id),
  primary key (tenant, article_id, related_id),
  foreign key (tenant, article_id) references it.articles (tenant, id) deferrable,
  foreign key (tenant, related_id) references it.articles (tenant, id) deferrable
);

-- Which articles were used on a ticket, and whether one of them is what resolved it.
create table it.ticket_articles (
  tenant text not null,
  ticket_id text not null,
  article_id text not null,
  resolved boolean not null,
  primary key (tenant, ticket_id, article_id),
  foreign key (tenant, ticket_id) references it.tickets (tenant, id) deferrable,
  foreign key (tenant, article_id) references it.articles (tenant, id) deferrable
);
create index on it.ticket_articles (tenant, article_id, resolved);

-- The search. A document is a ticket or an article as it is searched: its words, weighed by where they stand, and marks,
-- which begin with "=" as no word does: whose it is and of which week and day, its status, tags and so on. So one index finds the
-- documents of one tenant, of some days, with all that is filtered, however many other tenants have the same words.
create table it.documents (
  tenant text not null,
  kind text not null check (kind in ('ticket', 'article')),
  id text not null,
  written_at timestamptz not null,
  search tsvector not null,
  primary key (tenant, kind, id)
);
create index documents_search on it.documents using gin (search) with (fastupdate = off);
create index on it.documents (tenant, kind, written_at);

-- How many documents were ever written with a word (or a mark): it weighs words and knows spellings, it does not count matches.
-- In the order of their bytes, in which the words that begin with a letter stand together.
create table it.words (
  tenant text not null,
  kind text not null,
  word text collate "C" not null,
  documents integer not null check (documents > 0),
  primary key (tenant, kind, word)
);

-- Days since 1970, in UTC. A week is seven of them.
create function it.day_of(at timestamptz) returns integer
language sql immutable parallel safe
as $$ select floor(extract(epoch from at at time zone 'UTC') / 86400)::int $$;

create function it.marks(tenant text, kind text, written_at timestamptz, facets text[]) returns tsvector
language sql immutable parallel safe
as $$
  select array_to_tsvector(
    array[
      '=' || tenant || '/' || kind,
      '=' || tenant || '/' || kind || '/week/' || it.day_of(written_at) / 7,
      '=' || tenant || '/' || kind || '/day/' || it.day_of(written_at)
    ] || array(select '=' || lower(facet) from unnest(facets) facet)
  )
$$;

create function it.facets(prefix text, said text[]) returns text[]
language sql immutable parallel safe
as $$ select array(select distinct prefix || '/' || lower(one) from unnest(said) one where one <> '') $$;

create function it.weighed(said text, weight "char") returns tsvector
language sql immutable parallel safe
as $$ select setweight(to_tsvector('pg_catalog.english', coalesce(said, '')), weight) $$;

-- The words of a title stand among the marks once more: an index knows no weights, so it finds what has a word in its title by them.
create function it.titled(title text) returns text[]
language sql immutable parallel safe
as $$ select it.facets('title', tsvector_to_array(to_tsvector('pg_catalog.english', title))) $$;

create function it.write_tickets(of_tenant text, ids text[]) returns void
language sql security definer set search_path = ''
as $$
  insert into it.documents (tenant, kind, id, written_at, search)
  select t.tenant, 'ticket', t.id, t.created_at,
    it.weighed(t.title, 'A')
    || it.weighed(concat_ws(' ', t.category, t.os, array_to_string(t.tags, ' ')), 'B')
    || it.weighed(concat_ws(' ', t.description, t.resolution), 'C')
    || it.weighed(concat_ws(' ', c.company, t.requester, t.assignee, (
      select left(string_agg(body, ' ' order by number), 50000) from it.ticket_comments
      where tenant = t.tenant and ticket_id = t.id
    ), t.priority || ' priority', replace(t.status, '_', ' '),
      case when t.status in ('open', 'in_progress', 'waiting') then 'unresolved' end), 'D')
    || it.marks(t.tenant, 'ticket', t.created_at, it.facets('tag', t.tags) || it.titled(t.title) || array[
      'id/' || t.id, 'status/' || t.status, 'priority/' || t.priority, 'category/' || t.category, 'os/' || t.os,
      'customer/' || t.customer_id, 'asset/' || coalesce(t.asset_id, '')
    ])
  from it.tickets t left join it.customers c on c.tenant = t.tenant and c.id = t.customer_id
  where t.tenant = of_tenant and t.id = any (ids)
  on conflict (tenant, kind, id) do update set written_at = excluded.written_at, search = excluded.search
$$;

create function it.index_tickets() returns trigger
language plpgsql security definer set search_path = ''
as $$
begin
  perform it.write_tickets(tenant, array_agg(id)) from written group by tenant;
  return null;
end
$$;
create trigger index_new after insert on it.tickets
  referencing new table as written for each statement execute function it.index_tickets();
create trigger index_changed after update on it.tickets
  referencing new table as written for each statement execute function it.index_tickets();

create function it.index_comments() returns trigger
language plpgsql security definer set search_path = ''
as $$
begin
  perform it.write_tickets(tenant, array_agg(distinct ticket_id)) from written group by tenant;
  return null;
end
$$;
create trigger index_new after insert on it.ticket_comments
  referencing new table as written for each statement execute function it.index_comments();
create trigger index_changed after update on it.ticket_comments
  referencing new table as written for each statement execute function it.index_comments();

create function it.index_company() returns trigger
language plpgsql security definer set search_path = ''
as $$
begin
  perform it.write_tickets(t.tenant, array_agg(t.id)) from it.tickets t
  where t.tenant = new.tenant and t.customer_id = new.id group by t.tenant;
  return null;
end
$$;
create trigger index_company after update of company on it.customers
  for each row when (old.company <> new.company) execute function it.index_company();

-- How many tickets an article has resolved, in powers of two: few resolve so many that the next is reached, and only then is
-- the article written anew.
create function it.help_level(resolved bigint) returns integer
language sql immutable parallel safe
as $$ select floor(ln(1 + resolved) / ln(2) + 1e-9)::int $$;

create function it.write_articles(of_tenant text, ids text[]) returns void
language sql security definer set search_path = ''
as $$
  insert into it.documents (tenant, kind, id, written_at, search)
  select a.tenant, 'article', a.id, a.updated_at,
    it.weighed(a.title, 'A')
    || it.weighed(concat_ws(' ', a.product, a.category, a.os, array_to_string(a.tags, ' ')), 'B')
    || it.weighed(concat_ws(' ', a.problem, array_to_string(a.symptoms, ' ')), 'C')
    || setweight(jsonb_to_tsvector('pg_catalog.english', a.steps, '["string"]'), 'D') || it.weighed(a.cause, 'D')
    || it.marks(a.tenant, 'article', a.updated_at, it.facets('tag', a.tags) || it.titled(a.title)
      || it.facets('product', regexp_split_to_array(a.product, '[^[:alnum:]]+'))
      || array['id/' || a.id, 'category/' || a.category, 'os/' || a.os, 'helped/' || it.help_level((
        select count(*) from it.ticket_articles where tenant = a.tenant and article_id = a.id and resolved
      ))])
  from it.articles a where a.tenant = of_tenant and a.id = any (ids)
  on conflict (tenant, kind, id) do update set written_at = excluded.written_at, search = excluded.search
$$;

create function it.index_articles() returns trigger
language plpgsql security definer set search_path = ''
as $$
begin
  perform it.write_articles(tenant, array_agg(id)) from written group by tenant;
  return null;
end
$$;
create trigger index_new after insert on it.articles
  referencing new table as written for each statement execute function it.index_articles();
create trigger index_changed after update on it.articles
  referencing new table as written for each statement execute function it.index_articles();

create function it.index_help() returns trigger
language plpgsql security definer set search_path = ''
as $$
begin
  perform it.write_articles(tenant, array_agg(article_id)) from (
    select w.tenant, w.article_id, count(*) as added, (
      select count(*) from it.ticket_articles t where t.tenant = w.tenant and t.article_id = w.article_id and t.resolved
    ) as now
    from written w where w.resolved group by w.tenant, w.article_id
  ) helped where it.help_level(now) <> it.help_level(now - added) group by tenant;
  return null;
end
$$;
create trigger index_help after insert on it.ticket_articles
  referencing new table as written for each statement execute function it.index_help();

create function it.forget_document() returns trigger
language plpgsql security definer set search_path = ''
as $$
begin
  delete from it.documents d where d.tenant = old.tenant and d.kind = tg_argv[0] and d.id = old.id;
  return null;
end
$$;
create trigger forget after delete on it.tickets for each row execute function it.forget_document('ticket');
create trigger forget after delete on it.articles for each row execute function it.forget_document('article');

-- In one order for all, so that of two writers with the same words one waits for the other and not each for each.
-- Of the marks, those are learned that tell how many have them: not those of a few, or that words tell already. All that a
-- statement wrote is held at once, so a great load goes in parts.
create function it.learn(tenants text[], kinds text[], searches tsvector[]) returns void
language sql security definer set search_path = ''
as $$
  insert into it.words as known (tenant, kind, word, documents)
  select w.tenant, w.kind, each.lexeme, count(*)
  from unnest(tenants, kinds, searches) w (tenant, kind, search), unnest(w.search) each
  where each.lexeme !~ '^=(id|customer|asset|title)/' or starts_with(each.lexeme, '=' || w.tenant || '/' || w.kind)
  group by 1, 2, 3 order by 1, 2, 3
  on conflict (tenant, kind, word) do update set documents = known.documents + excluded.documents
$$;

create function it.learn_new() returns trigger
language plpgsql security definer set search_path = ''
as $$
begin
  perform it.learn(array_agg(tenant), array_agg(kind), array_agg(search)) from written;
  return null;
end
$$;
create trigger learn_new after insert on it.documents
  referencing new table as written for each statement execute function it.learn_new();

create function it.learn_changed() returns trigger
language plpgsql security definer set search_path = ''
as $$
begin
  perform it.learn(array_agg(w.tenant), array_agg(w.kind), array_agg(ts_delete(w.search, tsvector_to_array(f.search))))
  from written w join former f on f.tenant = w.tenant and f.kind = w.kind and f.id = w.id;
  return null;
end
$$;
create trigger learn_changed after update on it.documents
  referencing old table as former new table as written for each statement execute function it.learn_changed();

do $$
declare
  name text;
begin
  for name in select unnest(array[
    'tickets', 'ticket_comments', 'articles', 'article_links', 'ticket_articles', 'documents', 'words'
  ]) loop
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

revoke execute on function it.write_tickets, it.write_articles, it.index_tickets, it.index_comments, it.index_company,
  it.index_articles, it.index_help, it.forget_document, it.learn, it.learn_new, it.learn_changed from public;
-- Documents and words are written by the triggers and read by the search, nobody else's.
grant select, insert on it.tickets, it.ticket_comments, it.articles, it.article_links, it.ticket_articles
  to countersign_tools;

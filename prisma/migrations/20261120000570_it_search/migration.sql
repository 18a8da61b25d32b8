-- The search over tickets and articles: how a question's words are read, which documents are candidates, and how they are ranked.
create function it.term(word text) returns text
language sql immutable parallel safe
as $$ select '''' || replace(replace(word, '\', '\\'), '''', '''''') || '''' $$;

create function it.letters(word text) returns text
language sql immutable parallel safe
as $$ select string_agg(letter, '' order by letter) from regexp_split_to_table(word, '') letter $$;

-- Two letters swapped are one slip of the hand, though two edits.
create function it.edits(a text, b text) returns integer
language sql immutable parallel safe
as $$
  select case when public.levenshtein(a, b) = 2 and length(a) = length(b) and it.letters(a) = it.letters(b) then 1
    else public.levenshtein(a, b) end
$$;

-- Of a short word, another letter makes another word ("lock", "dock"): there only a swap or an omission is a slip. In no word
-- is more than one letter too many.
create function it.is_slip(said text, word text) returns boolean
language sql immutable parallel safe
as $$
  select case
    when length(said) < 3 then false
    when length(said) <= 5 then it.edits(said, word) = 1
      and (length(word) = length(said) and said <> word and it.letters(said) = it.letters(word)
        or length(word) = length(said) + 1 and length(said) > 3)
    else length(word) >= length(said) - 1
      and it.edits(said, word) <= case when length(said) <= 8 then 2 else 3 end
  end
$$;

create function it.stem(part text) returns text
language sql stable
as $$ select (ts_lexize('pg_catalog.english_stem', part))[1] $$;

-- How many documents the tenant has of a kind.
create function it.count_all(of_kind text) returns float8
language sql stable
as $$
  select coalesce(max(w.documents), 1) from it.words w
  where w.tenant = current_setting('countersign.tenant', true) and w.kind = of_kind
    and w.word = '=' || current_setting('countersign.tenant', true) || '/' || of_kind
$$;

-- The stems of what somebody typed. Words by which people only call a ticket a ticket say nothing of it, and of "won't" no part does.
create function it.stems(asked text) returns table (said text, lexeme text, at bigint)
language sql stable
as $$
  select min(raw), stem.lexeme, min(typed.at)
  from regexp_split_to_table(asked, '\s+') with ordinality typed (word, at)
  cross join lateral (select regexp_replace(word, '^[^[:alnum:]]+|[^[:alnum:]]+$', '', 'g') as raw) bare
  cross join lateral unnest(to_tsvector('pg_catalog.english', raw)) stem
  where raw !~* 'n[''’]t$' and stem.lexeme <> all (array['ticket', 'issu', 'problem', 'articl', 'pleas'])
  group by stem.lexeme
$$;

-- A question's words as the tenant's documents write them, beside how they were typed. One that no document has is read as the
-- two that it was glued from, or as the nearest with the same first letter, or with the first two swapped: slips are rare
-- there, and so few words are compared. A number is never read as another. A word that stays unknown weighs as one
-- that a single document has: what does not say it fits less well. Of a long text, the words that tell most are read.
create function it.read_words(of_kind text, asked text)
returns table (said text, word text, documents integer, weight float8)
language sql stable
as $$
  with mine as (
    select current_setting('countersign.tenant', true) as tenant
  ), looked_up as (
    select s.*, known.documents, row_number() over (partition by known.word is null order by known.documents, s.at) as place
    from it.stems(asked) s
    cross join mine
    left join it.words known on known.tenant = mine.tenant and known.kind = of_kind and known.word = s.lexeme
  ), spoken as (
    select * from looked_up where place <= case when documents is null then 8 else 24 end
  ), read as (
    select s.said, s.lexeme, case
      when s.documents > 0 then array[s.lexeme] when glued.words is not null then glued.words
      when near.word is not null then array[near.word] else array[s.lexeme]
    end as words, case
      when s.documents > 0 then array[s.documents] when glued.words is not null then glued.counts
      else array[coalesce(near.documents, 0)]
    end as counts
    from spoken s
    cross join mine
    left join lateral (
      select array[one.word, other.word] as words, array[one.documents, other.documents] as counts
      from generate_series(3, length(s.lexeme) - 3) cut
      -- One by one: joined freely, all words of a tenant could be read.
      cross join lateral (
        select w.word, w.documents from it.words w
        where w.tenant = mine.tenant and w.kind = of_kind and w.word = it.stem(left(s.lexeme, cut)) offset 0
      ) one
      cross join lateral (
        select w.word, w.documents from it.words w
        where w.tenant = mine.tenant and w.kind = of_kind and w.word = it.stem(substr(s.lexeme, cut + 1)) offset 0
      ) other
      where s.documents is null and length(s.lexeme) between 7 and 40 and s.lexeme ~ '^[[:alpha:]]+$'
      order by least(one.documents, other.documents) desc, cut limit 1
    ) glued on true
    left join lateral (
      select w.word, w.documents from unnest(array[left(s.lexeme, 1), substr(s.lexeme, 2, 1)]) first
      join it.words w on w.tenant = mine.tenant and w.kind = of_kind
        and w.word >= first and w.word < first || chr(1114111)
      where s.documents is null and glued.words is null and length(s.lexeme) between 3 and 60 and s.lexeme !~ '[0-9]'
        -- In this order: edits of very long words are an error.
        and case when length(w.word) between length(s.lexeme) - 1 and length(s.lexeme) + 3
          then public.levenshtein_less_equal(w.word, s.lexeme, 3) <= 3 and it.is_slip(s.lexeme, w.word) end
      -- Letters are left out more often than put in.
      order by it.edits(w.word, s.lexeme), length(w.word) desc, w.documents desc, w.word limit 1
    ) near on true
  )
  select r.said, each.word, each.documents, ln(1 + (select it.count_all(of_kind)) / greatest(each.documents, 1))
  from read r, unnest(r.words, r.counts) each (word, documents)
  -- A compound that nothing has is told by its parts, which are words of their own.
  where each.documents > 0 or each.word not like '%-%'
$$;

-- What is told of a question's words: which were read otherwise than they were typed, and which nothing has.
create function it.reading(said text[], words text[], counts integer[]) returns jsonb
language sql stable
as $$
  with read as materialized (
    select * from unnest(said, words, counts) each (said, word, documents)
  ), otherwise as (
    select r.said, string_agg(r.word, ' ') as words from read r where r.documents > 0 group by r.said
  )
  select jsonb_build_object(
    'read', coalesce((
      select jsonb_agg(jsonb_build_object('said', o.said, 'as', o.words) order by o.said) from otherwise o
      where not exists (
        select from unnest(to_tsvector('pg_catalog.english', o.said)) stem, regexp_split_to_table(o.words, ' ') word
        where stem.lexeme = word
      )
    ), '[]'),
    'unknown', coalesce((
      select jsonb_agg(distinct r.said) from read r
      where r.documents = 0 and not exists (select from otherwise o where o.said = r.said)
    ), '[]')
  )
$$;

-- The words of a product's name as articles are marked with them. They are few, so a beginning ("mac"), two that are written as
-- one ("mac os") and a slip are looked for among all.
create function it.read_product(asked text) returns jsonb
language sql stable security definer
set search_path = ''
as $$
  with known as materialized (
    select substr(w.word, 10) as word, w.documents from it.words w
    where w.tenant = current_setting('countersign.tenant', true) and w.kind = 'article'
      and w.word >= '=product/' and w.word < '=product0'
  ), typed as (
    select word as said, lead(word) over (order by at) as next, lag(word) over (order by at) as before, at
    from regexp_split_to_table(lower(asked), '[^[:alnum:]]+') with ordinality each (word, at) where word <> ''
  ), read as (
    select t.said, t.at, (
      select k.word from known k
      where k.word = t.said or k.word = t.said || t.next or k.word = t.before || t.said
        or t.said !~ '[0-9]' and length(t.said) >= 3 and (starts_with(k.word, t.said) or it.is_slip(t.said, k.word))
      order by k.word = t.said desc, (k.word = t.said || t.next or k.word = t.before || t.said) desc nulls last,
        starts_with(k.word, t.said) desc, it.edits(left(k.word, 100), left(t.said, 100)), k.documents desc, k.word limit 1
    ) as word
    from typed t
  )
  select jsonb_build_object(
    'words', coalesce((select jsonb_agg(distinct word) from read where word is not null), '[]'),
    'unknown', coalesce((select jsonb_agg(said order by at) from read where word is null), '[]')
  )
$$;

-- A part of a search: what an index looks up, what else must fit, about how many of all documents do, and how many the index
-- walks through to find them.
create type it.part as (wanted tsquery, besides tsquery, share float8, walked float8);

-- Documents with all of the words. The rarest are looked up, until those that are left are few; there the others are compared.
create function it.all_words(words text[], counts integer[], all_documents float8, prefix text default '') returns it.part
language sql immutable
as $$
  select (
    string_agg(it.term(prefix || word), ' & ' order by count, word) filter (where place <= 2 or left_by_rarer > 1000),
    string_agg(it.term(prefix || word), ' & ') filter (where not (place <= 2 or left_by_rarer > 1000)),
    exp(sum(ln(greatest(count, 1) / all_documents))), min(count)
  )::it.part
  from (
    select *, row_number() over rarer as place, all_documents * exp(sum(ln(greatest(count, 1) / all_documents)) over
      (rarer rows between unbounded preceding and 1 preceding)) as left_by_rarer
    from unnest(words, counts) each (word, count) window rarer as (order by count, word)
  ) ordered
  having bool_and(count > 0)
$$;

-- Documents with any of the words that say something: with a rare one, which a thousand have at most together with those
-- that are rarer, or with two of the others. The two that lead are the rarest, so that the index walks their lists only.
create function it.any_rare(words text[], counts integer[], all_documents float8) returns it.part
language sql immutable
as $$
  select (string_agg(it.term(word), ' | '), null, sum(count) / all_documents, sum(count))::it.part from (
    select word, count, sum(count) over (order by count, word rows unbounded preceding) as reached
    from unnest(words, counts) each (word, count) where count > 0
  ) ordered where reached <= 1000
$$;
create function it.two_common(words text[], counts integer[], all_documents float8) returns it.part
language sql immutable
as $$
  with ordered as (
    select word, count, sum(count) over (order by count, word rows unbounded preceding) as reached
    from unnest(words, counts) each (word, count) where count > 0
  ), common as (
    select array_agg(it.term(word) order by count, word) as terms, array_agg(count / all_documents order by count, word) as shares
    from (select * from ordered where reached > 1000 order by count, word limit 4) few
  )
  select case cardinality(terms)
    when 1 then case when (select count(*) from ordered) = 1 then (terms[1], null, shares[1], shares[1] * all_documents)::it.part end
    when 2 then (terms[1] || ' & ' || terms[2], null, shares[1] * shares[2], shares[1] * all_documents)::it.part
    else (
      terms[1] || ' & (' || array_to_string(terms[2:], ' | ') || ') | ' || terms[2] || ' & ' || terms[3],
      null, (select sum(each) from unnest(shares[2:]) each) * shares[1] + shares[2] * shares[3],
      (shares[1] + shares[2]) * all_documents
    )::it.part
  end from common
$$;

create function it.within(filter it.part, part it.part) returns it.part
language sql immutable
as $$
  select case when (filter).wanted is null then part when (part).wanted is not null then
    ((filter).wanted && (part).wanted, (part).besides, (filter).share * (part).share,
      least((filter).walked, (part).walked))::it.part end
$$;

-- The newest weeks, or days, in which so many documents were written; none where all are fewer.
create function it.reaching(
  of_kind text, unit text, oldest integer, newest integer, many float8, out first integer, out units bigint, out documents bigint
)
language sql stable
as $$
  with place as (
    select '=' || current_setting('countersign.tenant', true) || '/' || of_kind || '/' || unit as mark
  ), written as (
    select substr(w.word, length(place.mark) + 2)::integer as number, w.documents from place, it.words w
    where w.tenant = current_setting('countersign.tenant', true) and w.kind = of_kind
      and w.word > place.mark || '/' and w.word < place.mark || '0'
  ), counted as (
    select number, count(*) over back as units, sum(documents) over back as reached
    from written where number between oldest and newest window back as (order by number desc)
  )
  select number, units, reached from counted where reached >= many order by number desc limit 1
$$;

-- The newest documents that fit, one more than are enough where there are more. Where few fit, all of them are looked up. Else,
-- weeks back from the newest are, as many as should hold rather more than enough, or days where those would hold far too many;
-- and if they held too few, what was found tells how many fit. The marks name the tenant: "is not distinct" makes sure of it and
-- is no index condition, or else, with many tenants, all rows of one seem few enough to be looked up as well.
create function it.candidates(of_kind text, part it.part, since timestamptz, until timestamptz, enough integer)
returns setof it.documents
language plpgsql stable
as $$
declare
  mine constant text := current_setting('countersign.tenant', true);
  place constant text := '=' || mine || '/' || of_kind;
  all_documents constant float8 := it.count_all(of_kind);
  rate float8 := (part).share;
  missing integer := enough + 1;
  found integer;
  oldest integer;
  newest integer;
  few boolean;
  week integer;
  documents float8;
  first integer;
  in_time tsquery;
begin
  if (part).wanted is null then return; end if;
  select it.day_of(greatest(min(d.written_at), since)), it.day_of(least(max(d.written_at), until))
  into oldest, newest from it.documents d where d.tenant = mine and d.kind = of_kind;
  while newest >= oldest and missing > 0 loop
    few := rate * all_documents <= 8 * enough;
    if not few or (part).walked > 10 * enough then
      select each.first, each.documents into week, documents
      from it.reaching(of_kind, 'week', oldest / 7, newest / 7, (missing + enough / 2) / rate) each;
      few := few and (part).walked <= documents;
    end if;
    if few or week is null then
      first := oldest;
      in_time := it.term(place)::tsquery;
    elsif documents * rate <= 2 * enough then
      first := 7 * week;
      select string_agg(it.term(place || '/week/' || number), ' | ')::tsquery into in_time
      from generate_series(week, newest / 7) number;
    else
      select coalesce(each.first, 7 * week), each.documents into first, documents
      from it.reaching(of_kind, 'day', 7 * week, newest, (missing + enough / 2) / rate) each;
      select string_agg(it.term(place || '/day/' || number), ' | ')::tsquery into in_time
      from generate_series(first, newest) number;
    end if;
    return query
    select d.* from it.documents d
    where d.search @@ ((part).wanted && in_time) and ((part).besides is null or (d.search @@ (part).besides) is true)
      and it.day_of(d.written_at) <= newest
      and d.tenant is not distinct from mine and d.kind is not distinct from of_kind
      and (since is null or d.written_at >= since) and (until is null or d.written_at <= until)
    order by d.written_at desc, d.id desc limit missing;
    get diagnostics found = row_count;
    missing := missing - found;
    rate := coalesce(greatest(found, 0.5) / documents, rate);
    newest := first - 1;
  end loop;
end
$$;

-- Row-level security keeps a text search away from its index, because its operators could leak. So the search runs as the
-- owner, keeps to the caller's tenant by itself, and tells ids and how well each fits. All that reads a table
-- looks up in an index: plans made while a table is small must do when it is large. They are made once for each connection,
-- because making one takes longer than the search.
-- Of each list in `marks`, one must fit. Sorted by relevance, by newest, or by help: how many tickets an article has resolved.
create function it.search(
  of_kind text, asked text, marks jsonb, since timestamptz, until timestamptz, sorted text, how_many integer, skip integer
) returns jsonb
language sql stable security definer
set search_path = ''
set enable_seqscan = off
set plan_cache_mode = force_generic_plan
set jit = off
as $$
  with read as materialized (
    select r.*, it.term(r.word) as term from it.read_words(of_kind, asked) r
  ), said as materialized (
    select array_agg(word) as words, array_agg(documents) as counts, (select it.count_all(of_kind)) as all_documents from read
  ), filter as materialized (
    select (
      string_agg('(' || any_of.query || ')', ' & '), null, exp(sum(ln(any_of.share))), min(any_of.share * all_documents)
    )::it.part as part
    from said, jsonb_array_elements(marks) list, lateral (
      select string_agg(it.term('=' || lower(mark)), ' | ') as query,
        -- Marks that are not counted are those that few have.
        least(1, sum(coalesce(w.documents, 10)) / all_documents) as share
      from jsonb_array_elements_text(list) mark
      left join it.words w on w.tenant = current_setting('countersign.tenant', true) and w.kind = of_kind
        and w.word = '=' || lower(mark)
    ) any_of
  ), wanted as materialized (
    select
      case when asked is null then f.part else it.within(f.part, it.all_words(words, counts, all_documents)) end as strictly,
      it.within(f.part, it.all_words(words, array(select greatest(1, each / 8) from unnest(counts) each), all_documents, '=title/')) as titled,
      it.within(f.part, it.any_rare(words, counts, all_documents)) as rarely,
      it.within(f.part, it.two_common(words, counts, all_documents)) as commonly,
      -- Pages of the newest go on for as long as there are more.
      100 + case when sorted = 'newest' then skip else 0 end as enough
    from said, filter f
  ), terms as materialized (
    select word, max(weight) as weight, min(term)::tsquery as anywhere, (min(term) || ':A')::tsquery as titled,
      (min(term) || ':AB')::tsquery as headed
    from read group by word
  ), strict as materialized (
    select d.* from wanted w, it.candidates(of_kind, w.strictly, since, until, w.enough) d
  ), rare as materialized (
    select d.* from wanted w, it.candidates(of_kind,
      case when (select count(*) from strict) < 5 then w.rarely end, since, until, w.enough) d
  ), common as materialized (
    select d.* from wanted w, it.candidates(of_kind,
      case when (select count(*) from strict) < 5 and (select count(*) from rare) < 5 then w.commonly end,
      since, until, w.enough) d
  ), cut as materialized (
    select greatest(
      (select count(*) from strict), (select count(*) from rare), (select count(*) from common)) > enough as off
    from wanted
  ), best as materialized (
    -- Where not all are ranked, those are that must not be missed: with all words in the title, and of those with all words at
    -- all, which helped most.
    select d.* from wanted w, it.candidates(of_kind,
      case when (select off from cut) and sorted <> 'newest' then w.titled end, since, until, 50) d
    union all
    select d.* from wanted w, said, (
      select string_agg(it.term(word), ' | ') as query, sum(documents) as count from (
        select w.word, w.documents, least(4, substr(w.word, 9)::integer) as level from it.words w
        where w.tenant = current_setting('countersign.tenant', true) and w.kind = of_kind
          and w.word > '=helped/0' and w.word < '=helped0'
      ) levels group by level
    ) helped, it.candidates(of_kind,
      case when (select off from cut) and sorted = 'help'
        then it.within((helped.query, null, helped.count / all_documents, helped.count)::it.part, w.strictly) end, since, until, 50) d
  ), found as (
    select distinct on (id) * from (
      (select * from strict order by written_at desc, id desc limit (select enough from wanted))
      union all (select * from rare order by written_at desc, id desc limit (select enough from wanted))
      union all (select * from common order by written_at desc, id desc limit (select enough from wanted))
      union all select * from best
    ) each order by id
  ), scored as materialized (
    select f.id, f.written_at, s.words,
      case when asked is null then 1 else s.weight / (select sum(weight) from terms) end as relevance
    from found f, lateral (
      select array_agg(t.word) as words,
        sum(t.weight * case when f.search @@ t.titled then 1 when f.search @@ t.headed then 0.85 else 0.6 end) as weight
      from terms t where f.search @@ t.anywhere
    ) s
  ), fitting as materialized (
    select s.*, case when sorted = 'help' then (
      select count(*) from it.ticket_articles r
      where r.tenant = current_setting('countersign.tenant', true) and r.article_id = s.id and r.resolved
    ) end as resolved
    from scored s where relevance >= 0.5 * (select max(relevance) from scored)
  ), paged as (
    select id, round(relevance::numeric, 2) as relevance, coalesce(words, '{}') as words, coalesce(resolved, 0) as resolved,
      row_number() over (order by
        -- What fits counts first; of what fits about equally, what has helped more often.
        case sorted when 'newest' then 0 when 'help' then -relevance * (1 + ln(1 + resolved) / ln(2) / 4) else -relevance end,
        written_at desc, id desc) as at
    from fitting order by at limit how_many offset skip
  )
  select jsonb_build_object(
    'total', (select count(*) from fitting),
    'more', (select off from cut),
    'searched', asked is null or exists (select from read),
    'hits', coalesce((select jsonb_agg(jsonb_build_object(
      'id', id, 'relevance', relevance, 'words', words, 'resolved', resolved) order by at) from paged), '[]')
  ) || (select it.reading(array_agg(said), array_agg(word), array_agg(documents)) from read)
$$;

-- Documents of a kind that are like another document, or like a text: by their telling words, their tags and their category.
-- What people have linked is told in any case.
create function it.similar(
  of_kind text, probe_kind text, probe_id text, asked text, any_of text[], linked text[], how_many integer, skip integer
) returns jsonb
language sql stable security definer
set search_path = ''
set enable_seqscan = off
set plan_cache_mode = force_generic_plan
set jit = off
as $$
  with mine as (
    select current_setting('countersign.tenant', true) as tenant
  ), spoken as materialized (
    select * from it.read_words(of_kind, asked)
  ), probe as materialized (
    select each.lexeme as word,
      case when 'A' = any (each.weights) then 1 when 'B' = any (each.weights) then 0.8 else 0.5 end as field
    from mine, it.documents d, unnest(d.search) each
    where d.tenant = mine.tenant and d.kind = probe_kind and d.id = probe_id
      -- Tickets are not alike because the same people wrote to each other.
      and (probe_kind <> 'ticket' or each.weights is null or each.weights <> '{D}')
    union all select s.word, 1 from spoken s
    -- A text has no tags and no category, but may name some.
    union all select distinct facet || word, 1 from unnest(array['=tag/', '=category/']) facet,
      regexp_split_to_table(lower(asked), '[^[:alnum:]-]+') word where word <> ''
  ), known as materialized (
    select p.word, w.documents, left(p.word, 1) = '=' as is_mark,
      p.field * ln(1 + (select it.count_all(of_kind)) / w.documents) as weight
    from probe p, mine, lateral (
      -- Word by word: joined freely, all words of a tenant could be read for the few that are asked for.
      select w.documents from it.words w where w.tenant = mine.tenant and w.kind = of_kind and w.word = p.word offset 0
    ) w
    where (left(p.word, 1) <> '=' or p.word like '=tag/%' or p.word like '=category/%')
      and w.documents >= case when probe_kind = of_kind then 2 else 1 end
  ), telling as materialized (
    select word, documents, weight, it.term(word)::tsquery as anywhere
    from known where not is_mark order by weight desc, word limit 12
  ), tags as materialized (
    select word, documents, it.term(word)::tsquery as anywhere from known where word like '=tag/%'
  ), category as materialized (
    select it.term(word)::tsquery as anywhere from known where word like '=category/%' limit 1
  ), wanted as materialized (
    select it.within(only_of.part, it.any_rare(words, counts, all_documents)) as rarely,
      it.within(only_of.part, it.two_common(words, counts, all_documents)) as commonly
    from (
      select array_agg(word) as words, array_agg(documents) as counts, (select it.count_all(of_kind)) as all_documents
      from (select word, documents from telling union all select word, documents from tags) each
    ) all_of_them, (
      select (string_agg(it.term('=' || mark), ' | '), null, 0.5, null)::it.part as part from unnest(any_of) mark
    ) only_of
  ), rare as materialized (
    select d.* from wanted w, it.candidates(of_kind, w.rarely, null, null, 100) d
  ), common as materialized (
    select d.* from wanted w, it.candidates(of_kind,
      case when (select count(*) from rare) < 50 then w.commonly end, null, null, 100) d
  ), alike as materialized (
    select distinct on (id) * from (
      (select * from rare order by written_at desc limit 100) union all (select * from common order by written_at desc limit 100)
    ) each
    where probe_kind is distinct from of_kind or id <> probe_id order by id
  ), found as (
    select * from alike
    union all select d.* from it.documents d, mine where d.tenant = mine.tenant and d.kind = of_kind
      and d.id = any (linked) and not exists (select from alike a where a.id = d.id)
  ), scored as materialized (
    select f.id, f.written_at, f.id = any (linked) as is_linked, content.words, content.share as content,
      (select array_agg(substr(word, 6)) from tags t where f.search @@ t.anywhere) as tags,
      exists (select from category c where f.search @@ c.anywhere) as same_category
    from found f, lateral (
      select array_agg(t.word order by t.weight desc) as words,
        sum(t.weight) / (select sum(weight) from telling) as share
      from telling t where f.search @@ t.anywhere
    ) content
  ), weighed as materialized (
    select *, (
      0.6 * coalesce(content, 0) + 0.25 * coalesce(cardinality(tags), 0) / greatest((select count(*) from tags), 1)
      + case when same_category then 0.15 else 0 end
    ) / (0.6 + case when exists (select from tags) then 0.25 else 0 end
      + case when exists (select from category) then 0.15 else 0 end) as relevance
    from scored
  ), told as (
    -- Of a text, words that nothing has are not among those that tell, and yet are not met.
    select coalesce((select sum(weight) from telling)
      / ((select sum(weight) from telling) + (select sum(weight) from spoken where documents = 0)), 1) as share
  ), fitting as materialized (
    select * from weighed where is_linked or relevance >= greatest(0.2, 0.3 * (select max(relevance) from weighed))
  ), paged as (
    select *, row_number() over (order by coalesce(is_linked, false) desc, relevance desc, written_at desc, id) as at
    from fitting order by at limit how_many offset skip
  )
  select jsonb_build_object(
    'total', (select count(*) from fitting),
    'more', greatest((select count(*) from rare), (select count(*) from common)) > 100,
    'searched', asked is null or exists (select from spoken),
    'hits', coalesce((select jsonb_agg(jsonb_build_object(
      'id', id, 'relevance', round((relevance * (select share from told))::numeric, 2), 'words', coalesce(words, '{}'), 'tags', coalesce(tags, '{}'),
      'same_category', same_category, 'linked', coalesce(is_linked, false)
    ) order by at) from paged), '[]')
  ) || (select it.reading(array_agg(said), array_agg(word), array_agg(documents)) from spoken)
$$;

revoke execute on function it.search, it.similar, it.candidates, it.read_words, it.read_product from public;
grant execute on function it.search, it.similar, it.read_product to countersign_tools;

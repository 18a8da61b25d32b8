import pg from 'pg';

const BATCH = 5_000;
const DAYS = 900;
/** Of all documents, one in twenty is of the newest week, as after a failure that all customers notice. */
const BUSY = 0.05;

/** Always the same numbers from 0 to 1. */
export function dice(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const spoken = (
  'windows error server update fails network printer offline password account laptop screen driver crash slow start ' +
  'connection vpn mailbox outlook disk full storage backup kernel panic memory service restart firewall certificate ' +
  'dns wifi router switch cable monitor keyboard battery charger bluetooth spooler queue toner scanner license ' +
  'activation registry minidump bsod blue filevault bitlocker recovery encryption token login locked reset mfa phone ' +
  'replication database query index timeout latency packet proxy gateway tunnel mtu firmware bios boot loader grub ' +
  'initramfs module snapshot volume raid controller array sector inode journal rotate log alert monitoring agent'
).split(' ');
const syllables = 'ba ke li mo nu ra se ti vo xa ze do fi gu ha jo pe qua sy tra'.split(' ');
const tags = 'bsod vpn printer disk-full kernel-panic outlook wifi dns filevault update memory backup login slow'.split(
  ' ',
);
const categories = ['hardware', 'system', 'storage', 'network', 'printing', 'email', 'security', 'account'];
const systems = ['windows', 'windows', 'windows', 'linux', 'macos', 'other'];
const statuses = ['closed', 'closed', 'closed', 'resolved', 'resolved', 'open', 'in_progress', 'waiting'];
const priorities = ['low', 'low', 'medium', 'medium', 'medium', 'medium', 'high', 'high', 'high', 'critical'];

/** Few words stand in many texts and many words in few: the first of the list in a third of all, names in some. */
export function writerOf(roll: () => number) {
  const of = <T>(list: readonly T[]): T => list[Math.floor(roll() * list.length)]!;
  const name = () => {
    const number = Math.floor(roll() ** 2 * 20_000);
    return [number % 20, Math.floor(number / 20) % 20, Math.floor(number / 400) % 50]
      .map((at) => syllables[at % 20])
      .join('')
      .concat(number > 8000 ? 'n' : 's');
  };
  const word = () => (roll() < 0.15 ? name() : spoken[Math.floor(roll() ** 2 * spoken.length)]!);
  const common = () => of(spoken);
  return { of, name, common, text: (length: number) => Array.from({ length }, word).join(' ') };
}

export type Tenant = { name: string; documents: number };

/** So many customers, tickets and articles of each tenant, as after years of support, written past the tools. */
export async function fillSupport(url: string, tenants: Tenant[]): Promise<void> {
  const client = new pg.Client(url);
  await client.connect();
  for (const { name, documents } of tenants) {
    await fillCustomers(client, name, documents);
    await fillTickets(client, name, documents);
    await fillArticles(client, name, documents);
  }
  await client.query(
    'vacuum analyze it.customers, it.tickets, it.articles, it.ticket_articles, it.documents, it.words',
  );
  await client.end();
}

async function fillCustomers(client: pg.Client, tenant: string, count: number): Promise<void> {
  const { of, text } = writerOf(dice(1));
  const industries = ['Freight', 'Law', 'Retail', 'Robotics', 'Education'];
  for (let at = 0; at < count; at += BATCH) {
    const rows = Array.from({ length: Math.min(BATCH, count - at) }, (_, i) => {
      const company = `${text(2)} ${of(['Group', 'Partners', 'Industries', 'Labs'])} ${at + i}`;
      return {
        id: idOf('CUST', at + i),
        company,
        industry: of(industries),
        tier: of(['basic', 'standard', 'premium']),
      };
    });
    await client.query(
      `insert into it.customers (tenant, id, company, industry, city, website, tier, since, account_manager, payment_terms_days)
       select $1, id, company, industry, 'Austin', lower(id) || '.example.com', tier, '2024-01-01', 'Dana Whitmore', 30
         from jsonb_to_recordset($2) as r (id text, company text, industry text, tier text)`,
      [tenant, JSON.stringify(rows)],
    );
  }
}

async function fillTickets(client: pg.Client, tenant: string, count: number): Promise<void> {
  const roll = dice(2);
  const { of, text } = writerOf(roll);
  for (let at = 0; at < count; at += BATCH) {
    const rows = Array.from({ length: Math.min(BATCH, count - at) }, (_, i) => ({
      id: idOf('TKT', at + i),
      customer: idOf('CUST', Math.floor(roll() * count)),
      title: text(7),
      description: text(45),
      status: of(statuses),
      priority: of(priorities),
      category: of(categories),
      os: of(systems),
      tags: [...new Set([of(tags), of(tags)])],
      days: ageOf((at + i) / count),
      resolution: text(15),
    }));
    await client.query(
      `insert into it.tickets (tenant, id, customer_id, requester, title, description, status, priority, category, os, tags,
              created_at, response_due_at, resolution_due_at, first_response_at, resolved_at, resolution)
       select $1, id, customer, 'Somebody', title, description, status, priority, category, os, tags, at, at + interval '1 hour',
              at + interval '9 hours', at + interval '20 minutes', case when done then at + interval '7 hours' end,
              case when done then resolution end
         from jsonb_to_recordset($2) as r (id text, customer text, title text, description text, status text, priority text,
              category text, os text, tags text[], days float8, resolution text),
              lateral (select now() - days * interval '1 day' as at, status in ('resolved', 'closed') as done) more`,
      [tenant, JSON.stringify(rows)],
    );
  }
}

async function fillArticles(client: pg.Client, tenant: string, count: number): Promise<void> {
  const roll = dice(3);
  const { of, text } = writerOf(roll);
  for (let at = 0; at < count; at += BATCH) {
    const rows = Array.from({ length: Math.min(BATCH, count - at) }, (_, i) => ({
      id: idOf('KB', at + i),
      title: text(8),
      product: of(['Windows 11', 'Windows Server 2022', 'Linux server', 'macOS Sequoia', 'Outlook', 'Office printer']),
      category: of(categories),
      os: of(systems),
      tags: [...new Set([of(tags), of(tags)])],
      problem: text(20),
      steps: Array.from({ length: 4 }, () => ({ do: text(6), command: null })),
      days: ageOf((at + i) / count),
      ticket: idOf('TKT', Math.floor(roll() * count)),
    }));
    await client.query(
      `insert into it.articles (tenant, id, title, product, category, os, tags, problem, symptoms, cause, steps, author, created_at, updated_at)
       select $1, id, title, product, category, os, tags, problem, array[problem], title, steps, 'Somebody', at, at
         from jsonb_to_recordset($2) as r (id text, title text, product text, category text, os text, tags text[], problem text,
              steps jsonb, days float8), lateral (select now() - days * interval '1 day' as at) more`,
      [tenant, JSON.stringify(rows)],
    );
    await client.query(
      `insert into it.ticket_articles (tenant, ticket_id, article_id, resolved)
       select $1, ticket, id, true from jsonb_to_recordset($2) as r (id text, ticket text)`,
      [tenant, JSON.stringify(rows)],
    );
  }
}

function ageOf(place: number): number {
  return place < 1 - BUSY ? 7 + (DAYS - 7) * (1 - place / (1 - BUSY)) : (7 * (1 - place)) / BUSY;
}

export function idOf(kind: string, at: number): string {
  return `${kind}-${100_000 + at}`;
}

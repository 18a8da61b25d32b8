import { openToolDatabase, type ToolDatabase } from '../../mcp-servers/kit/database.ts';
import type { Prisma } from '../../prisma/client/client.ts';
import { dayFrom, loadOnce } from '../../prisma/seed/load.ts';
import type { Host, Said } from './kit.ts';

/** A tenant whose data was loaded so many days ago: what is overdue or expired follows from the database's own day. */
export async function loadedDaysAgo(host: Host, tenant: string, days: number): Promise<string> {
  const db = openToolDatabase(host.url(), tenant);
  try {
    await loadOnce(db, 'it', dayFrom(new Date(), -days));
  } finally {
    await db.close();
  }
  return tenant;
}

/** A day as the tools write it, so many days from now. */
export function dayFromNow(days: number): string {
  return dayFrom(new Date(), days).toISOString().slice(0, 10);
}

/** A list of an answer, row by row, of each only these fields. */
export function column(said: Said, list: string, ...fields: string[]): unknown[] {
  const rows = said.data?.[list];
  if (!Array.isArray(rows)) throw new Error(`No list ${list} in: ${said.text}`);
  return rows.map((row) => (fields.length === 1 ? row[fields[0] ?? ''] : fields.map((field) => row[field])));
}

const HOUR = 3_600_000;

/** A ticket of no importance, with what matters to a test. */
export function ticketRow(
  tenant: string,
  given: Partial<Prisma.ItTicketCreateManyInput>,
): Prisma.ItTicketCreateManyInput {
  const createdAt = new Date(given.createdAt ?? '2026-11-19T10:00:00Z');
  return {
    tenant,
    id: 'TKT-900',
    customerId: 'CUST-001',
    requester: 'Kevin Tran',
    title: 'Something is slow',
    description: 'Very slow.',
    status: 'open',
    priority: 'low',
    category: 'system',
    os: 'linux',
    createdAt,
    responseDueAt: new Date(createdAt.getTime() + HOUR),
    resolutionDueAt: new Date(createdAt.getTime() + 2 * HOUR),
    ...given,
  };
}

export async function addCustomer(
  { prisma, tenant }: ToolDatabase,
  id: string,
  company: string,
  more: object = {},
): Promise<void> {
  const given = {
    industry: 'Trade',
    city: 'Reno',
    website: 'x.example.com',
    tier: 'basic',
    accountManager: 'Luis Ortega',
  };
  await prisma.itCustomer.create({
    data: { tenant, id, company, ...given, since: new Date('2025-01-01'), paymentTermsDays: 30, ...more },
  });
}

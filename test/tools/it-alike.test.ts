import { expect, test } from 'vitest';
import { column } from './it.ts';
import { hostServer, type Opened } from './kit.ts';

// What makes one ticket like another, and how much of it.

const host = hostServer('tickets');

type Written = { title: string; description: string; category?: string; comment?: string };

/** TKT-901 and so on, each a day older than the one before. */
async function write({ db: { prisma, tenant } }: Opened, tickets: Written[]): Promise<void> {
  for (const [at, { title, description, category = 'system', comment }] of tickets.entries()) {
    const id = `TKT-${901 + at}`;
    const createdAt = new Date(Date.now() - at * 86_400_000);
    const texts = { title, description, category, requester: 'Kevin Tran', customerId: 'CUST-001' };
    const kind = { status: 'open', priority: 'low', os: 'windows', tags: [] };
    const due = new Date(createdAt.getTime() + 3_600_000);
    await prisma.itTicket.create({
      data: { tenant, id, ...texts, ...kind, createdAt, responseDueAt: due, resolutionDueAt: due },
    });
    if (comment) {
      const said = { author: 'Kevin Tran', side: 'customer', body: comment, number: 1, createdAt };
      await prisma.itTicketComment.create({ data: { tenant, ticketId: id, ...said } });
    }
  }
}

/** Of those that were written here, in order. */
async function likeFirst({ call }: Opened): Promise<unknown[]> {
  const said = await call('find_similar_tickets', { ticket_id: 'TKT-901' });
  return column(said, 'tickets', 'id').filter((id) => String(id).startsWith('TKT-9'));
}

test('what the same people wrote to each other makes no tickets alike', async () => {
  const opened = await host.open();
  await write(opened, [
    { title: 'Quasar hums', description: 'Loudly', comment: 'Zanzibar greetings' },
    { title: 'Nebula blinks', description: 'Often', comment: 'Zanzibar greetings' },
    { title: 'Quasar rattles', description: 'Seldom' },
  ]);
  const said = await opened.call('find_similar_tickets', { ticket_id: 'TKT-901' });
  const shared = column(said, 'tickets', 'shared_words').flat();
  expect(shared).toContain('quasar');
  expect(shared).not.toContain('zanzibar');
});

test('of two that share as many words, the one of the same category is more alike', async () => {
  const opened = await host.open();
  await write(opened, [
    { title: 'Quasar hums', description: 'Loudly', category: 'hardware' },
    { title: 'Quasar blinks', description: 'Hardware', category: 'network' },
    { title: 'Quasar rattles', description: 'Seldom', category: 'hardware' },
  ]);
  expect(await likeFirst(opened)).toEqual(['TKT-903', 'TKT-902']);
});

test('a word of the title tells more than one of the description', async () => {
  const opened = await host.open();
  await write(opened, [
    { title: 'Quasar', description: 'Nebula' },
    { title: 'Nebula', description: 'Blinks' },
    { title: 'Quasar', description: 'Rattles' },
  ]);
  expect(await likeFirst(opened)).toEqual(['TKT-903', 'TKT-902']);
});

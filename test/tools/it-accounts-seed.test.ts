import { expect, test } from 'vitest';
import { hostServer, today } from './kit.ts';

// The database's own keys hold every reference between rows; this is about what no key can say.

const host = hostServer('customers');

test('there is as much to support as promised, and each has contacts, terms and a story', async () => {
  const { db } = await host.open('read only');
  const customers = await db.prisma.itCustomer.findMany({ include: { contacts: true, assets: true } });
  expect(customers.map(({ id }) => id).sort()).toEqual([1, 2, 3, 4, 5, 6, 7, 8].map((number) => `CUST-00${number}`));
  for (const { contacts, assets } of customers) {
    expect([2, 3, 4]).toContain(contacts.length);
    expect(contacts.filter((contact) => contact.isPrimary)).toHaveLength(1);
    expect(assets.length).toBeGreaterThan(0);
  }
  const tiers = await db.prisma.itSlaTerms.findMany({ include: { targets: true } });
  expect(tiers.filter((terms) => terms.customerId === null).map((terms) => terms.tier)).toHaveLength(3);
  expect(tiers.every((terms) => terms.targets.length === 4)).toBe(true);
});

test("a customer's own terms are of its tier, and never worse than those", async () => {
  const { db } = await host.open('read only');
  const terms = await db.prisma.itSlaTerms.findMany({ include: { targets: true, customer: true } });
  for (const own of terms.filter(({ customer }) => customer)) {
    expect(own.tier).toBe(own.customer?.tier);
    const usual = terms.find((each) => each.customerId === null && each.tier === own.tier);
    for (const { priority, responseMinutes } of own.targets) {
      const target = usual?.targets.find((each) => each.priority === priority);
      expect(responseMinutes).toBeLessThanOrEqual(target?.responseMinutes ?? 0);
    }
  }
});

test('the lines of an invoice add up to its total, and nobody has paid more than that', async () => {
  const { db } = await host.open('read only');
  const invoices = await db.prisma.itInvoice.findMany({ include: { lines: true, payments: true, customer: true } });
  expect(invoices).toHaveLength(15);
  for (const { lines, payments, total, issuedOn, dueOn, customer } of invoices) {
    const billed = lines.reduce((sum, line) => sum + line.quantity * line.unitPrice.toNumber(), 0);
    expect(billed).toBeCloseTo(total.toNumber(), 5);
    expect(payments.reduce((sum, payment) => sum + payment.amount.toNumber(), 0)).toBeLessThanOrEqual(total.toNumber());
    expect(daysBetween(issuedOn, dueOn)).toBe(customer.paymentTermsDays);
    for (const { paidOn } of payments) expect(paidOn >= issuedOn && paidOn < today).toBe(true);
  }
});

test('invoices are paid, pending and overdue on the day of loading', async () => {
  const { db } = await host.open('read only');
  const invoices = await db.prisma.itInvoice.findMany({ include: { payments: true } });
  const states = invoices.map(({ total, payments, dueOn }) => {
    const paid = payments.reduce((sum, payment) => sum + payment.amount.toNumber(), 0);
    if (paid === total.toNumber()) return 'paid';
    return dueOn < today ? 'overdue' : 'pending';
  });
  const countOf = (state: string) => states.filter((each) => each === state).length;
  expect([countOf('paid'), countOf('pending'), countOf('overdue')]).toEqual([7, 3, 5]);
});

test('the history of a machine begins with its purchase and goes forward to the day of loading', async () => {
  const { db } = await host.open('read only');
  const assets = await db.prisma.itAsset.findMany({ include: { events: { orderBy: { number: 'asc' } } } });
  expect(assets).toHaveLength(12);
  for (const { events, purchasedOn } of assets) {
    expect(events.length).toBeGreaterThanOrEqual(3);
    expect(events.length).toBeLessThanOrEqual(6);
    expect(events[0]).toMatchObject({ kind: 'purchase', happenedOn: purchasedOn });
    const days = events.map((event) => event.happenedOn.getTime());
    expect(days).toEqual(days.toSorted((a, b) => a - b));
    expect(Math.max(...days)).toBeLessThan(today.getTime());
  }
});

test('no machine was bought by a customer that was none yet', async () => {
  const { db } = await host.open('read only');
  const assets = await db.prisma.itAsset.findMany({ include: { customer: true } });
  const early = assets.filter(({ purchasedOn, customer }) => purchasedOn < customer.since);
  expect(early.map(({ id }) => id)).toEqual([]);
});

test('an invoice bills a ticket of its own customer, after the ticket was opened', async () => {
  const { db } = await host.open('read only');
  const tickets = await db.prisma.itTicket.findMany();
  const billed = await db.prisma.itInvoice.findMany({ where: { ticketId: { not: null } } });
  expect(billed).toHaveLength(3);
  for (const { id, ticketId, customerId, issuedOn } of billed) {
    const ticket = tickets.find((each) => each.id === ticketId);
    expect({ id, customerId: ticket?.customerId }).toEqual({ id, customerId });
    expect(issuedOn.getTime()).toBeGreaterThan(ticket?.createdAt.getTime() ?? Number.POSITIVE_INFINITY);
  }
});

test("an incident tells of a ticket of its machine: its requester, its day; a ticket's repair comes after it", async () => {
  const { db } = await host.open('read only');
  const tickets = await db.prisma.itTicket.findMany({ where: { assetId: { not: null } } });
  const events = await db.prisma.itAssetEvent.findMany({ where: { ticketId: { not: null } } });
  for (const { kind, assetId, ticketId, doneBy, happenedOn } of events) {
    const ticket = tickets.find((each) => each.id === ticketId);
    expect({ ticketId, assetId: ticket?.assetId }).toEqual({ ticketId, assetId });
    const days = daysBetween(dayOf(ticket?.createdAt ?? today), happenedOn);
    if (kind === 'incident')
      expect({ ticketId, doneBy, days }).toEqual({ ticketId, doneBy: ticket?.requester, days: 0 });
    else expect(days).toBeGreaterThanOrEqual(0);
  }
  const told = events.filter(({ kind }) => kind === 'incident').map(({ ticketId }) => ticketId);
  expect(told.toSorted()).toEqual(tickets.map(({ id }) => id).toSorted());
});

test('parts under warranty cost nothing', async () => {
  const { db } = await host.open('read only');
  const repairs = await db.prisma.itAssetEvent.findMany({ where: { kind: 'repair' }, include: { asset: true } });
  const paid = repairs.filter(({ cost, happenedOn, asset }) => cost?.gt(0) && happenedOn <= asset.warrantyEndsOn);
  expect(paid.map(({ summary }) => summary)).toEqual([expect.stringContaining('which no warranty covers')]);
});

test('no license lies on a machine of another customer, because the database refuses it', async () => {
  const { db } = await host.open('read only');
  const { prisma, tenant } = db;
  const strange = { tenant, licenseId: 'LIC-001', assetId: 'AST-SRV-002' };
  for (const customerId of ['CUST-001', 'CUST-002']) {
    await expect(prisma.itInstall.create({ data: { ...strange, customerId } })).rejects.toThrow(/foreign key/i);
  }
});

test('nobody is billed for a ticket of another customer or of none, and no machine was repaired on one that is not there', async () => {
  const { db } = await host.open('read only');
  const { prisma, tenant } = db;
  const day = new Date('2026-01-01');
  const bill = { tenant, id: 'INV-900', customerId: 'CUST-001', issuedOn: day, dueOn: day, total: 1 };
  for (const ticketId of ['TKT-002', 'TKT-999']) {
    await expect(prisma.itInvoice.create({ data: { ...bill, ticketId } })).rejects.toThrow(/foreign key/i);
  }
  const repair = {
    tenant,
    assetId: 'AST-SRV-001',
    number: 90,
    kind: 'repair',
    happenedOn: day,
    summary: 'x',
    doneBy: 'x',
  };
  await expect(prisma.itAssetEvent.create({ data: { ...repair, ticketId: 'TKT-999' } })).rejects.toThrow(
    /foreign key/i,
  );
});

function dayOf(moment: Date): Date {
  return new Date(moment.toISOString().slice(0, 10));
}

function daysBetween(from: Date, to: Date): number {
  return (to.getTime() - from.getTime()) / 86_400_000;
}

import type { Prisma } from '../../client/client.ts';
import { dayFrom } from '../load.ts';
import { loadArticles } from './articles.ts';
import { tickets1to7 } from './tickets-1-to-7.ts';
import { tickets8to15 } from './tickets-8-to-15.ts';
import type { TicketSeed } from './types.ts';

const TICKETS = [...tickets1to7, ...tickets8to15];

/** What the servers tickets and kb read. Customers, their terms and their machines are there already. */
export async function loadTickets(tx: Prisma.TransactionClient, tenant: string, today: Date): Promise<void> {
  await loadArticles(tx, tenant, today);
  const minutesOf = await targetsOf(tx, tenant);
  await tx.itTicket.createMany({ data: TICKETS.map((row) => ticketRow(tenant, row, today, minutesOf(row))) });
  await tx.itTicketComment.createMany({ data: TICKETS.flatMap((row) => commentRows(tenant, row, today)) });
  await tx.itTicketArticle.createMany({ data: TICKETS.flatMap((row) => articleRows(tenant, row)) });
}

type Targets = { responseMinutes: number; resolutionMinutes: number };

/** What a customer's own terms promise, or else those of its tier. */
async function targetsOf(tx: Prisma.TransactionClient, tenant: string): Promise<(row: TicketSeed) => Targets> {
  const [terms, customers] = [
    await tx.itSlaTerms.findMany({ where: { tenant }, include: { targets: true } }),
    await tx.itCustomer.findMany({ where: { tenant }, select: { id: true, tier: true } }),
  ];
  return ({ customerId, priority }) => {
    const tier = customers.find(({ id }) => id === customerId)?.tier;
    const own = terms.find((each) => each.customerId === customerId);
    const found = own ?? terms.find((each) => each.customerId === null && each.tier === tier);
    const target = found?.targets.find((each) => each.priority === priority);
    if (!target) throw new Error(`The seed has no terms for ${priority} tickets of ${customerId}.`);
    return target;
  };
}

function ticketRow(tenant: string, row: TicketSeed, today: Date, { responseMinutes, resolutionMinutes }: Targets) {
  const { id, customerId, assetId = null, requester, title, description, status, priority, category, os, tags } = row;
  const createdAt = dayFrom(today, -row.ago, row.hour);
  const after = (minutes: number | undefined) =>
    minutes === undefined ? null : new Date(createdAt.getTime() + minutes * 60_000);
  const resolved = { resolvedAt: after(row.resolved?.[0]), resolution: row.resolved?.[1] ?? null };
  const due = {
    responseDueAt: after(responseMinutes) ?? createdAt,
    resolutionDueAt: after(resolutionMinutes) ?? createdAt,
  };
  const said = { requester, title, description, assignee: row.assignee ?? null };
  const kept = { status, priority, category, os, tags };
  return {
    tenant,
    id,
    customerId,
    assetId,
    ...said,
    ...kept,
    createdAt,
    ...due,
    firstResponseAt: after(row.answered),
    ...resolved,
  };
}

function commentRows(tenant: string, { id, ago, hour, requester, comments }: TicketSeed, today: Date) {
  return comments.map(([author, minutes, body], at) => {
    const createdAt = new Date(dayFrom(today, -ago, hour).getTime() + minutes * 60_000);
    const side = author === requester ? 'customer' : 'support';
    return { tenant, ticketId: id, number: at + 1, author, side, body, createdAt };
  });
}

function articleRows(tenant: string, { id, articles }: TicketSeed) {
  return Object.entries(articles).map(([articleId, outcome]) => {
    return { tenant, ticketId: id, articleId, resolved: outcome === 'resolved' };
  });
}

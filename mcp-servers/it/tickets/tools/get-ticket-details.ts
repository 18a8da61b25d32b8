import { z } from 'zod';
import { done } from '../../../kit/answers.ts';
import type { ToolDatabase } from '../../../kit/database.ts';
import { oneLine } from '../../../kit/fields.ts';
import { defineTool } from '../../../kit/tool.ts';
import { articleId, assetId, customerId, ticketId, tier } from '../../fields.ts';
import { noSuchTicket } from '../../records.ts';
import { showTicket, ticketHead } from '../tickets.ts';

const moment = z.string().describe('Time in UTC, for example 2026-11-20 14:05');
const promise = z.object({
  due: moment,
  done: moment.nullable(),
  state: z.enum(['kept', 'missed', 'due', 'overdue']).describe('kept or missed: it is done; due or overdue: it is not'),
});
const output = ticketHead.omit({ created_on: true }).extend({
  description: z.string(),
  requester: z.string(),
  assignee: z.string().nullable(),
  resolution: z.string().nullable(),
  created_at: moment,
  first_response: promise.describe('Promised by the SLA'),
  resolved: promise.describe('Promised by the SLA'),
  customer: z.object({ id: customerId, company: z.string(), tier }),
  asset: z.object({ id: assetId, hostname: z.string(), model: z.string() }).nullable(),
  comments: z.array(
    z.object({ author: z.string(), side: z.enum(['customer', 'support']), body: z.string(), written_at: moment }),
  ),
  articles: z
    .array(z.object({ id: articleId, title: z.string(), resolved: z.boolean() }))
    .describe('Articles used on it; resolved: this one is what resolved it'),
});
type Shown = z.infer<typeof output>;

export const getTicketDetails = defineTool({
  name: 'get_ticket_details',
  title: 'Get a ticket',
  description:
    'Everything about one ticket: description, comments, customer, machine, articles used, times and what the SLA ' +
    'promises, for example {"ticket_id": "TKT-001"}. Without an id, find it with search_tickets.',
  does: 'reads',
  input: z.strictObject({ ticket_id: ticketId }),
  output,
  async run(db, { ticket_id: id }) {
    const row = await find(db, id);
    if (!row) return noSuchTicket(id);
    const { created_on: _, ...head } = showTicket(row);
    const now = new Date();
    const shown: Shown = {
      ...head,
      description: row.description,
      requester: row.requester,
      assignee: row.assignee,
      resolution: row.resolution,
      created_at: asMoment(row.createdAt),
      first_response: promiseOf(row.responseDueAt, row.firstResponseAt, now),
      resolved: promiseOf(row.resolutionDueAt, row.resolvedAt, now),
      customer: { id: row.customerId, company: row.customer.company, tier: tier.parse(row.customer.tier) },
      asset: row.asset && {
        id: row.asset.id,
        hostname: row.asset.hostname,
        model: `${row.asset.maker} ${row.asset.model}`,
      },
      comments: row.comments.map(({ author, side, body, createdAt }) => {
        return { author, side: side === 'customer' ? 'customer' : 'support', body, written_at: asMoment(createdAt) };
      }),
      articles: row.articles.map(({ article, resolved }) => ({ ...article, resolved })),
    };
    return done(textOf(shown), shown);
  },
});

function find({ prisma, tenant }: ToolDatabase, id: string) {
  return prisma.itTicket.findUnique({
    where: { tenant_id: { tenant, id } },
    include: {
      customer: { select: { company: true, tier: true } },
      asset: { select: { id: true, hostname: true, maker: true, model: true } },
      comments: { orderBy: { number: 'asc' } },
      articles: {
        select: { resolved: true, article: { select: { id: true, title: true } } },
        orderBy: { articleId: 'asc' },
      },
    },
  });
}

function asMoment(at: Date): string {
  return at.toISOString().slice(0, 16).replace('T', ' ');
}

function promiseOf(due: Date, at: Date | null, now: Date): z.infer<typeof promise> {
  const late = (at ?? now) > due;
  const state = at ? (late ? 'missed' : 'kept') : late ? 'overdue' : 'due';
  return { due: asMoment(due), done: at && asMoment(at), state };
}

function textOf(shown: Shown): string {
  const { id, title, customer, asset, first_response, resolved } = shown;
  const machine = asset ? `, machine ${asset.hostname} (${asset.id})` : '';
  const comments = shown.comments
    .map(({ author, body, written_at }) => `${author} (${written_at}): ${body}`)
    .join(' | ');
  const articles = shown.articles
    .map((each) => `${each.id} "${each.title}"${each.resolved ? ' (resolved it)' : ''}`)
    .join(', ');
  const parts = [
    `${id} "${title}": ${shown.priority}, ${shown.status}, ${shown.category}, ${shown.os}, ${customer.company} (${customer.id}, ${customer.tier})${machine}.`,
    `Opened ${shown.created_at} by ${shown.requester}, assigned to ${shown.assignee ?? 'nobody'}.`,
    `First response due ${first_response.due} (${first_response.state}), resolution due ${resolved.due} (${resolved.state}).`,
    shown.description,
    shown.resolution && `Resolution: ${shown.resolution}`,
    comments && `Comments: ${comments}`,
    articles && `Articles: ${articles}.`,
  ];
  return oneLine(parts.filter(Boolean).join(' '));
}

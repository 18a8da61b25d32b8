import { z } from 'zod';
import { done } from '../../../kit/answers.ts';
import { asDay, asDollars, day, dayInput, money } from '../../../kit/fields.ts';
import { listing, page, pageOf, paging } from '../../../kit/pages.ts';
import { defineTool } from '../../../kit/tool.ts';
import { assetId, customerId, inOrder, ticketId } from '../../fields.ts';
import { noSuchAsset } from '../../records.ts';
import { eventKind } from '../fields.ts';

const event = z.object({
  on: day,
  kind: eventKind,
  summary: z.string(),
  done_by: z.string().describe('Who did it, or who reported it'),
  cost: money.nullable().describe('$0.00 under warranty; null where nothing was bought'),
  ticket_id: ticketId.nullable(),
});
export const getAssetHistory = defineTool({
  name: 'get_asset_history',
  title: 'Get the history of an asset',
  description:
    'What happened to a machine, newest first: purchase, repairs, upgrades, moves, incidents with their tickets. ' +
    'For example {"asset_id": "AST-SRV-001", "from": "2026-01-01"}.',
  does: 'reads',
  input: z
    .strictObject({
      asset_id: assetId,
      from: dayInput.optional().describe('First day, for example 2026-01-01; left out, from the purchase on'),
      to: dayInput.optional().describe('Last day, for example 2026-06-30; left out, to today'),
      ...paging,
    })
    .refine(...inOrder),
  output: z.object({
    asset_id: assetId,
    hostname: z.string(),
    customer_id: customerId,
    events: z.array(event).describe('Newest first'),
    ...page,
  }),
  async run({ prisma, tenant }, asked) {
    const { asset_id, from, to } = asked;
    const happenedOn = { gte: from && new Date(from), lte: to && new Date(to) };
    const asset = await prisma.itAsset.findUnique({
      where: { tenant_id: { tenant, id: asset_id } },
      select: {
        hostname: true,
        customerId: true,
        _count: { select: { events: { where: { happenedOn } } } },
        events: {
          where: { happenedOn },
          orderBy: [{ happenedOn: 'desc' }, { number: 'desc' }],
          take: asked.limit,
          skip: asked.offset,
        },
      },
    });
    if (!asset) return noSuchAsset(asset_id);
    const { hostname, customerId: customer_id } = asset;
    const total = asset._count.events;
    const events = asset.events.map((each) => ({
      on: asDay(each.happenedOn),
      kind: eventKind.parse(each.kind),
      summary: each.summary,
      done_by: each.doneBy,
      cost: each.cost && asDollars(each.cost.toFixed(2)),
      ticket_id: each.ticketId,
    }));
    const of = `events of ${asset_id} (${hostname}, ${customer_id})`;
    const text = listing(asked, total, events, { of, line: lineOf, none: `There are no ${of}: try other days.` });
    return done(text, { asset_id, hostname, customer_id, events, ...pageOf(asked, total) });
  },
});

function lineOf({ on, kind, summary, done_by, cost, ticket_id }: z.infer<typeof event>): string {
  return `${on} ${kind}: ${summary} (${[done_by, cost, ticket_id].filter(Boolean).join(', ')})`;
}

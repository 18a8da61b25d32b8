import type { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { z } from 'zod';
import { type Answer, answer } from '../../../answers.ts';
import type { ToolDatabase } from '../../../database.ts';
import { asDay, asDollars, day, dayInput, donePage, money, nextOffset, page, paging, reads } from '../../../fields.ts';
import { assetId, customerId, inOrder, ticketId } from '../../fields.ts';
import { beyondEnd } from '../../pages.ts';
import { noSuchAsset } from '../../records.ts';
import { eventKind } from '../fields.ts';

const inputSchema = z
  .strictObject({
    asset_id: assetId,
    from: dayInput.optional().describe('First day, for example 2026-01-01; left out, from the purchase on'),
    to: dayInput.optional().describe('Last day, for example 2026-06-30; left out, to today'),
    ...paging,
  })
  .refine(...inOrder);
type Asked = z.infer<typeof inputSchema>;

const event = z.object({
  on: day,
  kind: eventKind,
  summary: z.string(),
  done_by: z.string().describe('Who did it, or who reported it'),
  cost: money.nullable().describe('$0.00 under warranty; null where nothing was bought'),
  ticket_id: ticketId.nullable(),
});
const outputSchema = z.object({
  asset_id: assetId,
  hostname: z.string(),
  customer_id: customerId,
  events: z.array(event).describe('Newest first'),
  ...page,
});
type Shown = z.infer<typeof outputSchema>;

export function getAssetHistory(server: McpServer, db: ToolDatabase): void {
  server.registerTool(
    'get_asset_history',
    {
      title: 'Get the history of an asset',
      description:
        'What happened to a machine, newest first: purchase, repairs, upgrades, moves, incidents with their tickets. ' +
        'For example {"asset_id": "AST-SRV-001", "from": "2026-01-01"}.',
      inputSchema,
      outputSchema,
      annotations: reads,
    },
    (asked) => answer(read(db, asked)),
  );
}

async function read({ prisma, tenant }: ToolDatabase, asked: Asked): Promise<Answer<Shown>> {
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
  const shown = { asset_id, hostname, customer_id, events, total, next_offset: nextOffset(asked, total) };
  return donePage(tell(shown, asked.offset), shown);
}

function tell({ asset_id, hostname, customer_id, events, total }: Shown, offset: number): string {
  if (events.length === 0 && total > 0) return beyondEnd(total, offset);
  const told = events.map((each) => {
    const more = [each.done_by, each.cost, each.ticket_id].filter(Boolean).join(', ');
    return `${each.on} ${each.kind}: ${each.summary} (${more})`;
  });
  const subject = `${events.length} of ${total} events of ${asset_id} (${hostname}, ${customer_id})`;
  return `${subject}${told.length > 0 ? `: ${told.join('; ')}` : ', try other days'}.`;
}

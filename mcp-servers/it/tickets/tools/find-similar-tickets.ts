import type { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { z } from 'zod';
import { type Answer, answer, done, refused } from '../../../answers.ts';
import type { ToolDatabase } from '../../../database.ts';
import { donePage, nextOffset, paging, reads } from '../../../fields.ts';
import { exactlyOneOf, ticketId } from '../../fields.ts';
import { countedPage, findAlike, inOrder, type Likeness, nothingToSearch, why, whyOf } from '../../search.ts';
import { searchWords } from '../../support.ts';
import { nameTicket, showTicket, textsOf, ticketHead, unresolved, withCompany } from '../tickets.ts';

const inputSchema = z
  .strictObject({
    ticket_id: ticketId.optional().describe('Tickets like this one, for example TKT-003'),
    text: searchWords(3, 2000)
      .optional()
      .describe('Tickets like what somebody says, for example "laptop drops the VPN when it changes Wi-Fi"'),
    resolved_only: z.boolean().default(false).describe('True: only tickets that were resolved, with how'),
    ...paging,
  })
  .refine(...exactlyOneOf('ticket_id', 'text'));
type Asked = z.infer<typeof inputSchema>;

const similar = ticketHead.extend({ ...why, resolution: z.string().nullable() });
const outputSchema = z.object({ tickets: z.array(similar), ...countedPage });
type Shown = z.infer<typeof outputSchema>;

export function findSimilarTickets(server: McpServer, db: ToolDatabase): void {
  server.registerTool(
    'find_similar_tickets',
    {
      title: 'Find similar tickets',
      description:
        'Tickets like a ticket or a text, by what they say, their tags and their category, with why and with what resolved them. ' +
        'For example {"ticket_id": "TKT-003"} or {"text": "blue screen while drawing", "resolved_only": true}.',
      inputSchema,
      outputSchema,
      annotations: reads,
    },
    (asked) => answer(read(db, asked)),
  );
}

async function read(db: ToolDatabase, asked: Asked): Promise<Answer<Shown>> {
  const { ticket_id: id, text = '', limit, offset } = asked;
  const { prisma, tenant } = db;
  if (id && !(await prisma.itTicket.count({ where: { tenant, id } }))) {
    return refused(`There is no ticket ${id}. Find the right id with search_tickets, or give a text instead.`);
  }
  const anyOf = asked.resolved_only ? ['status/resolved', 'status/closed'] : [];
  const found = await findAlike(db, 'ticket', id ? { kind: 'ticket', id } : { text }, { anyOf, limit, offset });
  if (!found.searched) return refused(nothingToSearch(text));
  const tickets = await show(db, found.hits);
  const { total, more } = found;
  const data = { tickets, total, more, next_offset: nextOffset(asked, total) };
  if (total === 0)
    return done(`No ticket is like ${id ?? 'that text'}. Try search_tickets with one or two words.`, data);
  const named = tickets.map(tell).join('; ');
  return donePage(
    `${tickets.length} of ${total}${more ? ' or more' : ''} tickets like ${id ?? 'that text'}: ${named}.`,
    data,
  );
}

async function show({ prisma, tenant }: ToolDatabase, hits: Likeness[]): Promise<z.infer<typeof similar>[]> {
  const ids = hits.map(({ id }) => id);
  const rows = await prisma.itTicket.findMany({ where: { tenant, id: { in: ids } }, include: withCompany });
  return inOrder(hits, rows).map(({ hit, row }) => ({
    ...showTicket(row),
    ...whyOf(hit, textsOf(row)),
    resolution: row.resolution,
  }));
}

function tell(each: z.infer<typeof similar>): string {
  const shared = [...new Set([...each.shared_tags, ...each.shared_words])].slice(0, 5).join(', ');
  const how = each.resolution ?? (unresolved.includes(each.status) ? 'not resolved yet' : 'no resolution was written');
  return `${nameTicket(each)}, relevance ${each.relevance} (${shared}): ${how}`;
}

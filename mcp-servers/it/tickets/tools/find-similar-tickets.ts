import { z } from 'zod';
import { done, refused } from '../../../kit/answers.ts';
import type { ToolDatabase } from '../../../kit/database.ts';
import { oneLine } from '../../../kit/fields.ts';
import { listing, pageOf, paging } from '../../../kit/pages.ts';
import { defineTool } from '../../../kit/tool.ts';
import { exactlyOneOf, ticketId } from '../../fields.ts';
import { isTicket, noSuchTicket } from '../../records.ts';
import {
  type Alike,
  countedPage,
  findAlike,
  likeness,
  likenessOf,
  nothingToSearch,
  readAs,
  readingText,
  spell,
  stemsOf,
  withRows,
} from '../../search.ts';
import { stemsIn } from '../../stems.ts';
import { searchWords } from '../../support.ts';
import { showTicket, textsOf, ticketHead, ticketLine, unresolved, withTexts } from '../tickets.ts';

const similar = ticketHead.extend({ ...likeness, resolution: z.string().nullable() });
const output = z.object({ tickets: z.array(similar), read_as: readAs, ...countedPage });
type Shown = z.infer<typeof output>;

export const findSimilarTickets = defineTool({
  name: 'find_similar_tickets',
  title: 'Find similar tickets',
  description:
    'Tickets like a ticket or a text, by what they say, their tags and their category, with why and with what resolved them. ' +
    'For example {"ticket_id": "TKT-003"} or {"text": "blue screen while drawing", "resolved_only": true}.',
  does: 'reads',
  input: z
    .strictObject({
      ticket_id: ticketId.optional().describe('Tickets like this one, for example TKT-003'),
      text: searchWords(3, 2000)
        .optional()
        .describe('Tickets like what somebody says, for example "laptop drops the VPN when it changes Wi-Fi"'),
      resolved_only: z.boolean().default(false).describe('True: only tickets that were resolved, with how'),
      ...paging,
    })
    .refine(...exactlyOneOf('ticket_id', 'text')),
  output,
  async run(db, asked) {
    const { ticket_id: id, text = '', limit, offset } = asked;
    if (id && !(await isTicket(db, id))) return noSuchTicket(id);
    const [, only] = /^\W*(TKT-\d{3,6})\W*$/i.exec(text) ?? [];
    if (only) {
      return refused(`"${text}" is the id of a ticket and no text: give {"ticket_id": "${only.toUpperCase()}"}.`);
    }
    const anyOf = asked.resolved_only ? ['status/resolved', 'status/closed'] : [];
    const found = await findAlike(db, 'ticket', id ? { kind: 'ticket', id } : { text }, { anyOf, limit, offset });
    if (!found.searched) return nothingToSearch(text);
    const { tickets, read_as } = await show(db, found);
    const { total, more, unknown } = found;
    const probe = (id ?? 'that text') + readingText({ read: read_as, unknown });
    const none = `No ticket is like ${probe}. Try search_tickets with one or two words.`;
    const answer = oneLine(listing(asked, total, tickets, { of: `tickets like ${probe}`, line: lineOf, none, more }));
    return done(answer, { tickets, read_as, more, ...pageOf(asked, total) });
  },
});

async function show(db: ToolDatabase, { hits, read }: Alike): Promise<Pick<Shown, 'tickets' | 'read_as'>> {
  const { prisma, tenant } = db;
  const ids = hits.map(({ id }) => id);
  const rows = await prisma.itTicket.findMany({ where: { tenant, id: { in: ids } }, include: withTexts });
  const texts = rows.flatMap(textsOf);
  const stems = await stemsIn(db, stemsOf(hits, read), texts);
  const tickets = withRows(hits, rows).map(({ hit, row }) => ({
    ...showTicket(row),
    ...likenessOf(hit, textsOf(row), stems),
    resolution: row.resolution,
  }));
  return { tickets, read_as: spell(read, texts, stems) };
}

function lineOf(each: z.infer<typeof similar>): string {
  const shared = [...new Set([...each.shared_tags, ...each.shared_words])].slice(0, 5).join(', ');
  const how = each.resolution ?? (unresolved.includes(each.status) ? 'not resolved yet' : 'no resolution was written');
  return `${ticketLine(each)}, relevance ${each.relevance} (${shared}): ${how.trim().replace(/\.$/, '')}`;
}

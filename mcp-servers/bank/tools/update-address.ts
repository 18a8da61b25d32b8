import { isDeepStrictEqual } from 'node:util';
import type { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { z } from 'zod';
import type { Prisma } from '../../../prisma/client/client.ts';
import { type Answer, answer, done, refused } from '../../answers.ts';
import type { ToolDatabase } from '../../database.ts';
import { effect } from '../../effects.ts';
import { alters, replayed } from '../../fields.ts';
import { userId } from '../fields.ts';
import { type Address, address, inOneLine, noSuchUser, writtenAddress } from '../users.ts';

const inputSchema = z.strictObject({ user_id: userId, ...writtenAddress });
type Asked = z.infer<typeof inputSchema>;

const outputSchema = z.object({
  user_id: userId,
  name: z.string(),
  before: address,
  after: address,
  idempotent_replay: replayed,
});
type Shown = z.infer<typeof outputSchema>;
type Row = Address & { name: string };

export function updateAddress(server: McpServer, db: ToolDatabase): void {
  server.registerTool(
    'update_address',
    {
      title: 'Update an address',
      description:
        'Gives a customer another postal address; all of its parts are said. For example {"user_id": "user_001", ' +
        '"street": "12 Harbor Street", "city": "Portland", "state": "Oregon", "postal_code": "97209", "country": "United States"}.',
      inputSchema,
      outputSchema,
      annotations: alters,
    },
    (args, { _meta }) => {
      const asked = { server: 'bank', tool: 'update_address', args, meta: _meta, output: outputSchema };
      return answer(effect(db, asked, (tx) => move(tx, db.tenant, args)));
    },
  );
}

async function move(tx: Prisma.TransactionClient, tenant: string, asked: Asked): Promise<Answer<Shown>> {
  const { user_id, ...after } = asked;
  const [row] = await tx.$queryRaw<Row[]>`
    select name, street, city, state, postal_code, country from bank.users
    where tenant = ${tenant} and id = ${user_id} for update`;
  if (!row) return refused(`${noSuchUser(user_id)} Nothing was changed.`);
  const { name, ...before } = row;
  if (isDeepStrictEqual(before, after)) {
    return refused(`${user_id} (${name}) has this address already: ${inOneLine(before)}. Nothing was changed.`);
  }
  const { postal_code: postalCode, ...rest } = after;
  await tx.bankUser.updateMany({ where: { tenant, id: user_id }, data: { ...rest, postalCode } });
  const text = `${user_id} (${name}) now lives at ${inOneLine(after)}; before, it was ${inOneLine(before)}.`;
  return done(text, { user_id, name, before, after, idempotent_replay: false });
}

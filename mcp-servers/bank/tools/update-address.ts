import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { done, refused } from '../../kit/answers.ts';
import { defineTool } from '../../kit/tool.ts';
import { userId } from '../fields.ts';
import { type Address, address, inOneLine, noSuchUser, writtenAddress } from '../users.ts';

type Row = Address & { name: string };

export const updateAddress = defineTool({
  name: 'update_address',
  title: 'Update an address',
  description:
    'Gives a customer another postal address; give all of its parts. For example {"user_id": "user_001", ' +
    '"street": "12 Harbor Street", "city": "Portland", "state": "Oregon", "postal_code": "97209", "country": "United States"}.',
  does: 'alters',
  input: z.strictObject({ user_id: userId, ...writtenAddress }),
  output: z.object({
    user_id: userId,
    name: z.string(),
    before: address,
    after: address,
  }),
  async run({ prisma, tenant }, asked) {
    const { user_id, ...after } = asked;
    const [row] = await prisma.$queryRaw<Row[]>`
      select name, street, city, state, postal_code, country from bank.users
      where tenant = ${tenant} and id = ${user_id} for update`;
    if (!row) return noSuchUser(user_id);
    const { name, ...before } = row;
    if (isDeepStrictEqual(before, after)) {
      return refused(`${user_id} (${name}) has this address already: ${inOneLine(before)}.`);
    }
    const { postal_code: postalCode, ...rest } = after;
    await prisma.bankUser.updateMany({ where: { tenant, id: user_id }, data: { ...rest, postalCode } });
    const text = `${user_id} (${name}) now lives at ${inOneLine(after)}; before, it was ${inOneLine(before)}.`;
    return done(text, { user_id, name, before, after });
  },
});

import type { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { z } from 'zod';
import { type Answer, answer, done, refused } from '../../answers.ts';
import type { ToolDatabase } from '../../database.ts';
import { asDay, asDollars, money, reads } from '../../fields.ts';
import { account, listed, noSuchAccount, showAccount } from '../accounts.ts';
import { accountKind, userId } from '../fields.ts';
import { noSuchUser } from '../users.ts';

const inputSchema = z.strictObject({
  user_id: userId,
  account: accountKind.optional().describe('Only this account; without it all of them, and their sum'),
});
type Asked = z.infer<typeof inputSchema>;

const outputSchema = z.object({
  user_id: userId,
  name: z.string(),
  balance: money.describe('Of the accounts below together'),
  accounts: z.array(account),
});
type Shown = z.infer<typeof outputSchema>;

export function getAccountBalance(server: McpServer, db: ToolDatabase): void {
  server.registerTool(
    'get_account_balance',
    {
      title: 'Get the account balance',
      description:
        'What a customer has now, in all accounts and in each. For example {"user_id": "user_001"}, or ' +
        '{"user_id": "user_002", "account": "savings"}.',
      inputSchema,
      outputSchema,
      annotations: reads,
    },
    (asked) => answer(read(db, asked)),
  );
}

async function read({ prisma, tenant }: ToolDatabase, asked: Asked): Promise<Answer<Shown>> {
  const { user_id } = asked;
  const user = await prisma.bankUser.findUnique({
    where: { tenant_id: { tenant, id: user_id } },
    select: { name: true, accounts: { orderBy: { kind: 'asc' } } },
  });
  if (!user) return refused(`${noSuchUser(user_id)} Nothing was read.`);
  const rows = user.accounts.filter(({ kind }) => asked.account === undefined || kind === asked.account);
  if (rows.length === 0)
    return refused(
      noSuchAccount(
        asked,
        user.accounts.map(({ kind }) => kind),
      ),
    );
  const accounts = rows.map(({ kind, lastFour, balance, openedAt }) =>
    showAccount({
      kind: accountKind.parse(kind),
      last_four: lastFour,
      balance: balance.toFixed(2),
      opened_on: asDay(openedAt),
    }),
  );
  const [first, ...others] = rows.map((row) => row.balance);
  const balance = asDollars(others.reduce((sum, one) => sum.plus(one), first!).toFixed(2));
  const text = `${user_id} (${user.name}) has ${balance}${rows.length > 1 ? ' in all' : ''}: ${listed(accounts)}.`;
  return done(text, { user_id, name: user.name, balance, accounts });
}

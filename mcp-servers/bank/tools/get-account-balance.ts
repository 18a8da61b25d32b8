import { z } from 'zod';
import { done } from '../../kit/answers.ts';
import { asDay, asDollars, money } from '../../kit/fields.ts';
import { defineTool } from '../../kit/tool.ts';
import { account, listed, noSuchAccount, showAccount } from '../accounts.ts';
import { accountKind, userId } from '../fields.ts';
import { noSuchUser } from '../users.ts';

export const getAccountBalance = defineTool({
  name: 'get_account_balance',
  title: 'Get the account balance',
  description:
    'What a customer has now, in all accounts and in each. For example {"user_id": "user_001"}, or ' +
    '{"user_id": "user_002", "account": "savings"}.',
  does: 'reads',
  input: z.strictObject({
    user_id: userId,
    account: accountKind.optional().describe('Only this account; without it all of them, and their sum'),
  }),
  output: z.object({
    user_id: userId,
    name: z.string(),
    balance: money.describe('Of the accounts below together'),
    accounts: z.array(account),
  }),
  async run({ prisma, tenant }, asked) {
    const { user_id } = asked;
    const user = await prisma.bankUser.findUnique({
      where: { tenant_id: { tenant, id: user_id } },
      select: { name: true, accounts: { orderBy: { kind: 'asc' } } },
    });
    if (!user) return noSuchUser(user_id);
    const rows = user.accounts.filter(({ kind }) => asked.account === undefined || kind === asked.account);
    if (rows.length === 0) {
      const kinds = user.accounts.map(({ kind }) => kind);
      return noSuchAccount(asked, kinds);
    }
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
  },
});

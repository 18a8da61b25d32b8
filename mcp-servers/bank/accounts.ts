import { z } from 'zod';
import { type Refused, refused } from '../kit/answers.ts';
import { asDollars, day, money } from '../kit/fields.ts';
import { accountKind, masked } from './fields.ts';

/** How every tool shows an account. */
export const account = z.object({
  account: accountKind,
  number: z.string().describe('Only its last four digits, for example ••••4821'),
  balance: money,
  opened_on: day,
});
export type Account = z.infer<typeof account>;

/** A row of SQL; the balance is an exact decimal as text. */
export type AccountRow = { kind: Account['account']; last_four: string; balance: string; opened_on: string };

export function showAccount({ kind, last_four, balance, opened_on }: AccountRow): Account {
  return { account: kind, number: masked(last_four), balance: asDollars(balance), opened_on };
}

export function listed(accounts: Account[]): string {
  return accounts.map(({ account, number, balance }) => `${account} ${number} ${balance}`).join(', ');
}

type Input = { user_id: string; account?: Account['account'] | undefined };

export function noSuchAccount({ user_id, account }: Input, all: string[]): Refused {
  if (all.length === 0) return refused(`${user_id} has no account. Tell the customer so.`);
  return refused(
    `${user_id} has no ${account} account, only ${all.join(' and ')}. Ask for that, or leave account out.`,
  );
}

import { z } from 'zod';
import { Prisma } from '../../../prisma/client/client.ts';
import { type Answer, done, refused } from '../../kit/answers.ts';
import type { ToolDatabase } from '../../kit/database.ts';
import { asDollars, day, money, words } from '../../kit/fields.ts';
import { defineTool } from '../../kit/tool.ts';
import { type AccountRow, account, listed as listedAccounts, showAccount } from '../accounts.ts';
import { type CardRow, card, listed as listedCards, showCard } from '../cards.ts';
import { userId } from '../fields.ts';
import { type IssueRow, issue, showIssue } from '../issues.ts';
import { type Address, address, inOneLine, noSuchUser } from '../users.ts';

const output = z.object({
  user_id: userId,
  name: z.string(),
  email: z.string(),
  phone: z.string(),
  address,
  customer_since: day,
  password_changed_on: day.describe(
    'Day of the last change of the password; the password itself is not known to anyone',
  ),
  balance: money.describe('Of all accounts together'),
  accounts: z.array(account),
  cards: z.array(card),
  open_issues: z.int().describe('How many issues are not resolved yet'),
  latest_issues: z.array(issue).describe('The five latest, resolved ones included'),
});
type Shown = z.infer<typeof output>;
type Row = Omit<Shown, 'address' | 'accounts' | 'cards' | 'latest_issues'> &
  Address & { accounts: AccountRow[]; cards: CardRow[]; latest_issues: IssueRow[] };

export const getAccountDetails = defineTool({
  name: 'get_account_details',
  title: 'Get account details',
  description:
    'One customer, by user_id or by email, never both: contact, postal address, accounts with balances, cards with ' +
    'their ids and status, open issues, and the day of the last change of the password. ' +
    'For example {"user_id": "user_001"} or {"email": "alex.morgan@example.com"}.',
  does: 'reads',
  input: z.strictObject({
    user_id: userId.optional(),
    email: words(3, 254)
      .optional()
      .describe('Instead of user_id: the whole address, for example "alex.morgan@example.com"'),
  }),
  output,
  async run(db, { user_id, email }) {
    if ((user_id === undefined) === (email === undefined)) {
      return refused('Give either user_id or email, and not both: one of them says who is meant.');
    }
    const who = user_id === undefined ? Prisma.sql`u.email = lower(${email})` : Prisma.sql`u.id = ${user_id}`;
    const row = await find(db, who);
    if (row) return textOf(row);
    if (user_id !== undefined) return noSuchUser(user_id);
    return refused(`No user has the address ${email}. Check its spelling, or ask the customer for their user id.`);
  },
});

async function find({ prisma, tenant }: ToolDatabase, who: Prisma.Sql): Promise<Row | undefined> {
  const asDay = (column: string) => Prisma.raw(`to_char(${column} at time zone 'UTC', 'YYYY-MM-DD')`);
  const [row] = await prisma.$queryRaw<Row[]>`
    select u.id as user_id, u.name, u.email, u.phone, u.street, u.city, u.state, u.postal_code, u.country,
      ${asDay('u.created_at')} as customer_since, ${asDay('p.changed_at')} as password_changed_on,
      a.balance, a.accounts, c.cards, i.open_issues, i.latest_issues
    from bank.users u
    join bank.passwords p on p.tenant = u.tenant and p.user_id = u.id
    cross join lateral (
      select coalesce(sum(balance), 0)::text as balance, coalesce(jsonb_agg(jsonb_build_object(
        'kind', kind, 'last_four', last_four, 'balance', balance::text, 'opened_on', ${asDay('opened_at')}
      ) order by kind), '[]') as accounts
      from bank.accounts where tenant = u.tenant and user_id = u.id
    ) a
    cross join lateral (
      select coalesce(jsonb_agg(jsonb_build_object(
        'id', id, 'brand', brand, 'kind', kind, 'last_four', last_four, 'status', status,
        'expires', to_char(expires, 'MM/YYYY'), 'deactivated_on', ${asDay('deactivated_at')},
        'deactivation_reason', deactivation_reason
      ) order by id), '[]') as cards
      from bank.cards where tenant = u.tenant and user_id = u.id
    ) c
    cross join lateral (
      select count(*) filter (where status <> 'resolved')::int as open_issues, coalesce(jsonb_agg(jsonb_build_object(
        'number', number, 'subject', subject, 'category', category, 'priority', priority, 'status', status,
        'reported_on', ${asDay('created_at')}
      ) order by number desc) filter (where nth <= 5), '[]') as latest_issues
      from (
        select *, row_number() over (order by number desc) as nth
        from bank.issues where tenant = u.tenant and user_id = u.id
      ) numbered
    ) i
    where u.tenant = ${tenant} and ${who}`;
  return row;
}

function textOf({ street, city, state, postal_code, country, ...row }: Row): Answer<Shown> {
  const shown: Shown = {
    ...row,
    address: { street, city, state, postal_code, country },
    balance: asDollars(row.balance),
    accounts: row.accounts.map(showAccount),
    cards: row.cards.map(showCard),
    latest_issues: row.latest_issues.map(showIssue),
  };
  const issues = shown.latest_issues.map((each) => `${each.id} "${each.subject}" ${each.status}`).join(', ');
  const text =
    `${shown.user_id} is ${shown.name}, ${shown.email}, ${shown.phone}, ${inOneLine(shown.address)}; ` +
    `customer since ${shown.customer_since}, password changed on ${shown.password_changed_on}. ` +
    `Accounts: ${listedAccounts(shown.accounts) || 'none'}. Cards: ${listedCards(shown.cards) || 'none'}. ` +
    `${shown.open_issues} open issues${issues && `; latest: ${issues}`}.`;
  return done(text, shown);
}

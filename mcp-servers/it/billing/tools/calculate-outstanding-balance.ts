import { z } from 'zod';
import { Prisma } from '../../../../prisma/client/client.ts';
import { done, type Refused, refused } from '../../../kit/answers.ts';
import type { ToolDatabase } from '../../../kit/database.ts';
import { asDay, asDollars, day, money } from '../../../kit/fields.ts';
import { listing, page, pageOf, paging } from '../../../kit/pages.ts';
import { defineTool } from '../../../kit/tool.ts';
import { companiesLike } from '../../companies.ts';
import { companyName, customerId, exactlyOneOf } from '../../fields.ts';
import { invoicesWhere } from '../../invoices.ts';
import { noSuchCustomer } from '../../records.ts';
import { countOf, today } from '../../today.ts';
import { type InvoiceHead, type InvoiceRow, invoiceHead, showInvoice } from '../fields.ts';

const input = z
  .strictObject({ customer_id: customerId.optional(), company_name: companyName.optional(), ...paging })
  .refine(...exactlyOneOf('customer_id', 'company_name'));
type Input = z.infer<typeof input>;

const ageing = z.object({ days_1_to_30: money, days_31_to_60: money, days_61_to_90: money, over_90_days: money });
const output = z.object({
  customer_id: customerId,
  company: z.string(),
  match: z.number().describe('How well the name fits the company: 1 is exact'),
  as_of: day,
  outstanding: money.describe('All that is not paid: pending and overdue'),
  pending: money.describe('Not paid, not overdue'),
  overdue: money.describe('Not paid although the due day is over'),
  ageing: ageing.describe('The overdue amount by days since the due day'),
  invoices: z.array(invoiceHead).describe('The unpaid ones, first due first'),
  ...page,
});
type Shown = z.infer<typeof output>;

export const calculateOutstandingBalance = defineTool({
  name: 'calculate_outstanding_balance',
  title: 'Calculate the outstanding balance',
  description:
    'What a customer owes today: pending, overdue, the overdue amount by age, and the unpaid invoices. By id or by ' +
    'company name, for example {"company_name": "TechCorp Industries"}; where none fits well, or several do, it asks which one.',
  does: 'reads',
  input,
  output,
  async run(db, asked) {
    const whose = await choose(db, asked);
    if (whose.kind === 'refused') return whose;
    const { id, company, match } = whose;
    const [sums, rows] = await owedBy(db, id, asked);
    const shown: Shown = {
      customer_id: id,
      company,
      match,
      as_of: asDay(sums.as_of),
      outstanding: asDollars(sums.outstanding),
      pending: asDollars(sums.pending),
      overdue: asDollars(sums.overdue),
      ageing: {
        days_1_to_30: asDollars(sums.to30),
        days_31_to_60: asDollars(sums.to60),
        days_61_to_90: asDollars(sums.to90),
        over_90_days: asDollars(sums.over90),
      },
      invoices: rows.map(showInvoice),
      ...pageOf(asked, sums.count),
    };
    return done(textOf(shown, asked), shown);
  },
});

type Candidate = { id: string; company: string; match: number; begins: boolean; more: boolean };
type Chosen = ({ kind: 'found' } & Candidate) | Refused;

const NAMED_COMPANIES = 5;
const CLEAR_LEAD = 0.15;
const SURE = 0.8;

// A balance of the wrong company is worse than a question. So the best candidate must fit well from the beginning of its
// name, and no other may come near; where more companies match than were compared, only the exact name will do.
async function choose(db: ToolDatabase, asked: Input): Promise<Chosen> {
  const candidates = await candidatesFor(db, asked);
  const [best, second] = candidates;
  if (!best) return nobody(asked);
  const named = candidates.map((each) => `${each.company} (${each.id})`).join(', ');
  if (best.match < SURE || !best.begins || (best.more && best.match < 1)) {
    return refused(
      `No company is surely "${asked.company_name}". Did you mean ${named}? Ask, then give the customer_id; ` +
        'if it is none of these, find it with lookup_customer.',
    );
  }
  if (!second || second.match <= best.match - CLEAR_LEAD) return { kind: 'found', ...best };
  return refused(
    `Several companies fit "${asked.company_name}": ${named}. Ask which one is meant, then give its customer_id; ` +
      'lookup_customer shows more of them.',
  );
}

async function candidatesFor({ prisma, tenant }: ToolDatabase, asked: Input): Promise<Candidate[]> {
  const name = asked.company_name;
  const fitting =
    name === undefined
      ? Prisma.sql`select ${asked.customer_id}::text as id, 1::float8 as match, false as more`
      : companiesLike(name);
  return await prisma.$queryRaw<Candidate[]>`
    select c.id, c.company, fitting.match, fitting.more, ${name === undefined ? Prisma.sql`true` : beginsAs(name)} as begins
    from (${fitting}) fitting
    join it.customers c on c.tenant = ${tenant} and c.id = fitting.id
    order by fitting.match desc, c.id limit ${NAMED_COMPANIES}`;
}

// Whole words, or at least four letters with typing errors: "Health" must not begin a company that has it in the middle.
function beginsAs(name: string): Prisma.Sql {
  return Prisma.sql`(
    select starts_with(c.company_key || ' ', typed || ' ') or length(joined) >= 4
      and public.levenshtein(joined, left(replace(c.company_key, ' ', ''), length(joined))) <= 0.4 * length(joined)
    from (select typed, replace(typed, ' ', '') as joined from it.plain(${name}) typed) each
  )`;
}

function nobody({ customer_id, company_name }: Input): Refused {
  if (customer_id !== undefined) return noSuchCustomer(customer_id);
  return refused(
    `No company fits "${company_name}". Try another spelling, or find the customer_id with lookup_customer.`,
  );
}

type Sums = {
  as_of: Date;
  outstanding: string;
  pending: string;
  overdue: string;
  to30: string;
  to60: string;
  to90: string;
  over90: string;
  count: number;
};

async function owedBy({ prisma, tenant }: ToolDatabase, id: string, asked: Input): Promise<[Sums, InvoiceRow[]]> {
  const invoices = invoicesWhere(Prisma.sql`i.tenant = ${tenant} and i.customer_id = ${id}`);
  const sumWhere = (condition: Prisma.Sql) => Prisma.sql`coalesce(sum(open) filter (where ${condition}), 0)::text`;
  const sums = prisma.$queryRaw<[Sums]>`
    select ${today} as as_of, coalesce(sum(open), 0)::text as outstanding,
      ${sumWhere(Prisma.sql`status = 'pending'`)} as pending, ${sumWhere(Prisma.sql`status = 'overdue'`)} as overdue,
      ${sumWhere(Prisma.sql`days_overdue between 1 and 30`)} as to30,
      ${sumWhere(Prisma.sql`days_overdue between 31 and 60`)} as to60,
      ${sumWhere(Prisma.sql`days_overdue between 61 and 90`)} as to90,
      ${sumWhere(Prisma.sql`days_overdue > 90`)} as over90,
      (count(*) filter (where status <> 'paid'))::int as count
    from (${invoices}) invoices`;
  const unpaid = prisma.$queryRaw<InvoiceRow[]>`
    select id, customer_id, ticket_id, status, issued_on, due_on, days_overdue, total::text, paid::text, open::text
    from (${invoices}) invoices where status <> 'paid'
    order by due_on, id limit ${asked.limit} offset ${asked.offset}`;
  // Both queries see one state of the database, so the sums and the invoices agree.
  const [[summed], rows] = await prisma.$transaction([sums, unpaid], { isolationLevel: 'RepeatableRead' });
  return [summed, rows];
}

function textOf(shown: Shown, asked: Input): string {
  const { company, match, ageing, invoices, total } = shown;
  const choice = match === 1 ? '' : `"${asked.company_name}" is taken for ${company} (match ${match}). `;
  return (
    `${choice}${company} (${shown.customer_id}) owes ${shown.outstanding} as of ${shown.as_of}: ${shown.pending} pending, ` +
    `${shown.overdue} overdue (1–30 days ${ageing.days_1_to_30}, 31–60 ${ageing.days_31_to_60}, ` +
    `61–90 ${ageing.days_61_to_90}, 90+ ${ageing.over_90_days}). ` +
    listing(asked, total, invoices, { of: 'unpaid invoices', line: lineOf })
  );
}

function lineOf({ id, open, status, days_overdue, due_on }: InvoiceHead): string {
  return `${id} ${open} (${status === 'overdue' ? `${countOf(days_overdue)} overdue` : `due ${due_on}`})`;
}

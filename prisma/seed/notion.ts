import type { Prisma } from '../client/client.ts';
import { dayFrom, loadOnce, type Place } from './load.ts';

/** The issues of the demonstration shop that prisma/seed/jewelryops.ts loads; the same day always gives the same rows. */
export function seedNotion(place: Place, today: Date): Promise<void> {
  return loadOnce(place, 'notion', (tx) => load(tx, place.tenant, today));
}

async function load(tx: Prisma.TransactionClient, tenant: string, today: Date): Promise<void> {
  const data = ISSUES.map(({ opened, closed, ...issue }, at) => ({
    tenant,
    number: at + 1,
    ...issue,
    createdAt: dayFrom(today, -opened, 10),
    closedAt: closed === undefined ? null : dayFrom(today, -closed, 16),
  }));
  await tx.notionIssue.createMany({ data });
}

type IssueSeed = {
  title: string;
  description: string;
  status: 'open' | 'in_progress' | 'done';
  priority: 'urgent' | 'high' | 'medium' | 'low';
  labels: string[];
  assignee?: string;
  customerId?: string;
  orderId?: string;
  sku?: string;
  /** Days before the day of loading. */
  opened: number;
  closed?: number;
};

/** In the order of their days, as their numbers are given. */
const ISSUES: IssueSeed[] = [
  {
    title: 'Solace pendant comes back with a loose clasp',
    description:
      'Lisa Park says that the clasp of her Solace pendant feels loose after five weeks. She was offered a free check; ' +
      'the necklace is expected at the front desk. Look whether other pendants of that delivery have the same clasp.',
    status: 'open',
    priority: 'high',
    labels: ['repair', 'quality'],
    assignee: 'Jon',
    customerId: 'CUST-001',
    orderId: 'ORD-1001',
    sku: 'NCK-GLD-001',
    opened: 34,
  },
  {
    title: 'Wedding bands sent in the wrong size',
    description: 'James Okafor got two of one size. The order form now asks for each ring by itself.',
    status: 'done',
    priority: 'high',
    labels: ['quality', 'service'],
    assignee: 'Jon',
    customerId: 'CUST-004',
    orderId: 'ORD-1005',
    sku: 'RNG-GLD-002',
    opened: 27,
    closed: 20,
  },
  {
    title: 'Parcels to Minneapolis arrive days late',
    description: 'Hannah Lindqvist waited four days longer than promised. The carrier was changed for that region.',
    status: 'done',
    priority: 'medium',
    labels: ['delivery', 'service'],
    assignee: 'Priya',
    customerId: 'CUST-006',
    orderId: 'ORD-1007',
    opened: 19,
    closed: 9,
  },
  {
    title: 'Insurance appraisals take three weeks',
    description:
      'Elena Petrova waited for hers. Agree on ten days with the appraiser, and tell customers when they buy.',
    status: 'open',
    priority: 'low',
    labels: ['service'],
    customerId: 'CUST-003',
    orderId: 'ORD-1010',
    sku: 'NCK-PLT-001',
    opened: 14,
  },
  {
    title: 'Northline field watches stop after two days',
    description:
      "Thomas O'Brien returned his watch and was refunded in full. The movement was dead. Test the other eleven before " +
      'the next one is sold, and ask the maker about that batch.',
    status: 'in_progress',
    priority: 'urgent',
    labels: ['quality', 'stock'],
    assignee: 'Priya',
    customerId: 'CUST-009',
    orderId: 'ORD-1011',
    sku: 'WCH-STL-001',
    opened: 8,
  },
  {
    title: 'Reorder the Locket of two and the Ember bangle',
    description:
      'Both are sold out. The supplier of the bangle quotes four weeks; ask for the locket by the same parcel.',
    status: 'open',
    priority: 'high',
    labels: ['stock'],
    assignee: 'Maya',
    sku: 'NCK-GLD-002',
    opened: 6,
  },
  {
    title: 'Garnet missing in a pair of Petal drops',
    description: 'Found when the case was dusted. Only two pairs are left; send the bad one to the workshop.',
    status: 'open',
    priority: 'medium',
    labels: ['repair', 'stock'],
    sku: 'EAR-RSG-001',
    opened: 5,
  },
  {
    title: 'Resize the morganite ring before it ships',
    description: 'Sofia Ramirez needs a 7, the ring is a 6.5. The workshop has it until Friday; ship it only then.',
    status: 'in_progress',
    priority: 'high',
    labels: ['repair'],
    assignee: 'Jon',
    customerId: 'CUST-005',
    orderId: 'ORD-1016',
    sku: 'RNG-RSG-001',
    opened: 4,
  },
  {
    title: 'Gift wrapping runs out before the holidays',
    description: 'Lisa Park wants the solitaire wrapped, with a card. There are six boxes of the large size left.',
    status: 'in_progress',
    priority: 'medium',
    labels: ['shop'],
    assignee: 'Maya',
    customerId: 'CUST-001',
    orderId: 'ORD-1018',
    opened: 3,
  },
  {
    title: 'Confirm the address before the Heirloom watch leaves',
    description: 'High value. Call Omar Haddad, then insure the parcel for the full price.',
    status: 'open',
    priority: 'urgent',
    labels: ['delivery'],
    assignee: 'Priya',
    customerId: 'CUST-013',
    orderId: 'ORD-1020',
    sku: 'WCH-GLD-001',
    opened: 2,
  },
  {
    title: 'Bank transfer of David Chen is still missing',
    description: 'He wrote that it will arrive this week. Cancel the order if nothing is there by Monday.',
    status: 'open',
    priority: 'medium',
    labels: ['payment'],
    assignee: 'Jon',
    customerId: 'CUST-007',
    orderId: 'ORD-1023',
    opened: 1,
  },
  {
    title: 'Lisa Park and Lisa Parker get mixed up',
    description:
      'A call about ORD-1022 was noted on the wrong customer. Compare the email before an order is changed, and put it ' +
      'on the sheet at the front desk.',
    status: 'open',
    priority: 'medium',
    labels: ['service'],
    assignee: 'Maya',
    customerId: 'CUST-014',
    orderId: 'ORD-1022',
    opened: 1,
  },
];

import type { Prisma } from '../client/client.ts';
import { dayFrom, loadOnce, type Place } from './load.ts';

/** The demonstration shop; the same day always gives the same rows. */
export function seedJewelryops(place: Place, today: Date): Promise<void> {
  return loadOnce(place, 'jewelryops', (tx) => load(tx, place.tenant, today));
}

async function load(tx: Prisma.TransactionClient, tenant: string, today: Date): Promise<void> {
  const ago = (days: number, hour: number) => dayFrom(today, -days, hour);
  await tx.customer.createMany({ data: CUSTOMERS.map((row) => customerRow(tenant, row, ago)) });
  await tx.inventoryItem.createMany({ data: ITEMS.map((row) => itemRow(tenant, row)) });
  await tx.order.createMany({ data: ORDERS.map((row) => orderRow(tenant, row, ago)) });
  await tx.orderLine.createMany({ data: ORDERS.flatMap((row) => lineRows(tenant, row)) });
  await tx.refund.createMany({ data: REFUNDS.map((row) => refundRow(tenant, row, ago)) });
  await tx.customerNote.createMany({ data: NOTES.map((row, at) => noteRow(tenant, at + 1, row, ago)) });
}

type Ago = (days: number, hour: number) => Date;

function customerRow(tenant: string, [id, name, email, phone, tier, city, since]: CustomerSeed, ago: Ago) {
  return { tenant, id, name, email, phone, tier, city, createdAt: ago(since, 10) };
}

function itemRow(tenant: string, row: ItemSeed) {
  const [sku, name, kind, metal, stone, size, dollars, quantity, reorderLevel, location] = row;
  return { tenant, sku, name, kind, metal, stone, size, priceCents: dollars * 100, quantity, reorderLevel, location };
}

function orderRow(tenant: string, { id, customer, status, placed, shipped, delivered, lines }: OrderSeed, ago: Ago) {
  const totalCents = lines.reduce((sum, [sku, quantity]) => sum + quantity * priceOf(sku), 0);
  const unpaid = status === 'pending' || status === 'cancelled';
  return {
    tenant,
    id,
    customerId: customer,
    status,
    totalCents,
    paidCents: unpaid ? 0 : totalCents,
    refundedCents: REFUNDS.reduce((sum, [order, , dollars]) => sum + (order === id ? dollars * 100 : 0), 0),
    placedAt: ago(placed, 9),
    shippedAt: shipped === undefined ? null : ago(shipped, 14),
    deliveredAt: delivered === undefined ? null : ago(delivered, 16),
    cancelledAt: status === 'cancelled' ? ago(placed - 1, 11) : null,
    cancelReason: status === 'cancelled' ? 'Customer never paid' : null,
  };
}

function lineRows(tenant: string, { id, lines }: OrderSeed) {
  return lines.map(([sku, quantity], at) => {
    return { tenant, orderId: id, line: at + 1, sku, quantity, unitPriceCents: priceOf(sku) };
  });
}

function refundRow(tenant: string, [orderId, number, dollars, reason, days]: RefundSeed, ago: Ago) {
  return { tenant, orderId, number, amountCents: dollars * 100, reason, createdAt: ago(days, 12) };
}

function noteRow(tenant: string, number: number, row: NoteSeed, ago: Ago) {
  const [customerId, orderId, kind, author, body, days] = row;
  return { tenant, number, customerId, orderId, kind, author, body, createdAt: ago(days, 15) };
}

function priceOf(sku: string): number {
  const item = ITEMS.find((row) => row[0] === sku);
  if (!item) throw new Error(`The seed has an order for ${sku}, which is not among its items.`);
  return item[6] * 100;
}

type CustomerSeed = [
  id: string,
  name: string,
  email: string,
  phone: string,
  tier: string,
  city: string,
  sinceDays: number,
];
const CUSTOMERS: CustomerSeed[] = [
  ['CUST-001', 'Lisa Park', 'lisa.park@example.com', '+1 312 555 0101', 'vip', 'Chicago', 1460],
  ['CUST-002', 'Marcus Webb', 'marcus.webb@example.com', '+1 212 555 0102', 'gold', 'New York', 1120],
  ['CUST-003', 'Elena Petrova', 'elena.petrova@example.com', '+1 415 555 0103', 'vip', 'San Francisco', 980],
  ['CUST-004', 'James Okafor', 'james.okafor@example.com', '+1 713 555 0104', 'silver', 'Houston', 730],
  ['CUST-005', 'Sofia Ramirez', 'sofia.ramirez@example.com', '+1 305 555 0105', 'gold', 'Miami', 690],
  ['CUST-006', 'Hannah Lindqvist', 'hannah.lindqvist@example.com', '+1 612 555 0106', 'standard', 'Minneapolis', 540],
  ['CUST-007', 'David Chen', 'david.chen@example.com', '+1 206 555 0107', 'silver', 'Seattle', 410],
  ['CUST-008', 'Priya Natarajan', 'priya.natarajan@example.com', '+1 512 555 0108', 'gold', 'Austin', 365],
  ['CUST-009', "Thomas O'Brien", 'tom.obrien@example.com', '+1 617 555 0109', 'standard', 'Boston', 300],
  ['CUST-010', 'Amara Diallo', 'amara.diallo@example.com', '+1 404 555 0110', 'silver', 'Atlanta', 210],
  ['CUST-011', 'Yuki Tanaka', 'yuki.tanaka@example.com', '+1 808 555 0111', 'standard', 'Honolulu', 150],
  ['CUST-012', 'Grace Whitfield', 'grace.whitfield@example.com', '+1 615 555 0112', 'standard', 'Nashville', 90],
  ['CUST-013', 'Omar Haddad', 'omar.haddad@example.com', '+1 313 555 0113', 'gold', 'Detroit', 75],
  ['CUST-014', 'Lisa Parker', 'lisa.parker@example.com', '+1 503 555 0114', 'standard', 'Portland', 30],
];

type ItemSeed = [
  sku: string,
  name: string,
  kind: string,
  metal: string,
  stone: string | null,
  size: string | null,
  dollars: number,
  quantity: number,
  reorderLevel: number,
  location: string,
];
const ITEMS: ItemSeed[] = [
  ['RNG-GLD-001', 'Aurora solitaire ring', 'ring', '18k gold', 'diamond', '6', 2450, 4, 2, 'Vault A1'],
  ['RNG-GLD-002', 'Plain wedding band', 'ring', '14k gold', null, '9', 620, 12, 5, 'Case 1'],
  ['RNG-PLT-001', 'Meridian halo ring', 'ring', 'platinum', 'sapphire', '7', 3890, 2, 2, 'Vault A2'],
  ['RNG-SLV-001', 'Tide stacking ring', 'ring', 'sterling silver', null, '7', 85, 40, 15, 'Case 1'],
  ['RNG-RSG-001', 'Blush morganite ring', 'ring', '14k rose gold', 'morganite', '6.5', 1180, 3, 3, 'Case 2'],
  ['NCK-GLD-001', 'Solace pendant necklace', 'necklace', '14k gold', 'pearl', '18 in', 540, 9, 4, 'Case 3'],
  ['NCK-SLV-001', 'Harbor chain necklace', 'necklace', 'sterling silver', null, '20 in', 145, 22, 10, 'Case 3'],
  ['NCK-PLT-001', 'Cascade diamond necklace', 'necklace', 'platinum', 'diamond', '16 in', 5200, 1, 1, 'Vault A3'],
  ['NCK-GLD-002', 'Locket of two', 'necklace', '18k gold', null, '18 in', 890, 0, 3, 'Case 3'],
  ['EAR-GLD-001', 'Juniper hoops', 'earrings', '14k gold', null, null, 320, 16, 6, 'Case 4'],
  ['EAR-SLV-001', 'Raindrop studs', 'earrings', 'sterling silver', 'topaz', null, 110, 31, 12, 'Case 4'],
  ['EAR-PLT-001', 'Starling diamond studs', 'earrings', 'platinum', 'diamond', null, 1960, 5, 2, 'Vault B1'],
  ['EAR-RSG-001', 'Petal drops', 'earrings', '14k rose gold', 'garnet', null, 430, 2, 4, 'Case 4'],
  ['BRC-GLD-001', 'Fern cuff', 'bracelet', '18k gold', null, 'M', 1340, 6, 2, 'Case 5'],
  ['BRC-SLV-001', 'Pebble link bracelet', 'bracelet', 'sterling silver', null, '7 in', 165, 25, 10, 'Case 5'],
  ['BRC-GLD-002', 'Orchard tennis bracelet', 'bracelet', '14k gold', 'diamond', '7 in', 2980, 2, 1, 'Vault B2'],
  ['BRC-RSG-001', 'Ember bangle', 'bracelet', '14k rose gold', 'ruby', 'S', 760, 0, 2, 'Case 5'],
  ['WCH-STL-001', 'Northline field watch', 'watch', 'stainless steel', null, '38 mm', 480, 11, 4, 'Case 6'],
  ['WCH-STL-002', 'Regatta chronograph', 'watch', 'stainless steel', null, '42 mm', 1250, 5, 3, 'Case 6'],
  ['WCH-GLD-001', 'Heirloom dress watch', 'watch', '18k gold', null, '36 mm', 6400, 1, 1, 'Vault B3'],
];

type OrderSeed = {
  id: string;
  customer: string;
  status: 'pending' | 'paid' | 'processing' | 'shipped' | 'delivered' | 'cancelled';
  /** Days before the day of loading. */
  placed: number;
  shipped?: number;
  delivered?: number;
  lines: [sku: string, quantity: number][];
};
const ORDERS: OrderSeed[] = [
  order(
    'ORD-1001',
    'CUST-001',
    'delivered',
    [42, 40, 37],
    [
      ['NCK-GLD-001', 1],
      ['EAR-GLD-001', 1],
    ],
  ),
  order('ORD-1002', 'CUST-002', 'delivered', [60, 58, 55], [['WCH-STL-002', 1]]),
  order('ORD-1003', 'CUST-003', 'delivered', [51, 50, 48], [['RNG-PLT-001', 1]]),
  order('ORD-1004', 'CUST-001', 'delivered', [120, 118, 115], [['BRC-GLD-001', 1]]),
  order('ORD-1005', 'CUST-004', 'delivered', [33, 31, 28], [['RNG-GLD-002', 2]]),
  order('ORD-1006', 'CUST-005', 'delivered', [29, 27, 25], [['EAR-PLT-001', 1]]),
  order(
    'ORD-1007',
    'CUST-006',
    'delivered',
    [26, 25, 21],
    [
      ['BRC-SLV-001', 2],
      ['RNG-SLV-001', 1],
    ],
  ),
  order('ORD-1008', 'CUST-007', 'cancelled', [24], [['WCH-STL-001', 1]]),
  order(
    'ORD-1009',
    'CUST-008',
    'delivered',
    [22, 20, 18],
    [
      ['NCK-SLV-001', 1],
      ['EAR-SLV-001', 2],
    ],
  ),
  order('ORD-1010', 'CUST-003', 'delivered', [19, 18, 15], [['NCK-PLT-001', 1]]),
  order('ORD-1011', 'CUST-009', 'delivered', [17, 15, 12], [['WCH-STL-001', 1]]),
  order('ORD-1012', 'CUST-010', 'shipped', [9, 6], [['EAR-RSG-001', 1]]),
  order('ORD-1013', 'CUST-002', 'shipped', [8, 5], [['BRC-GLD-002', 1]]),
  order('ORD-1014', 'CUST-011', 'shipped', [7, 4], [['RNG-SLV-001', 3]]),
  order(
    'ORD-1015',
    'CUST-001',
    'shipped',
    [6, 2],
    [
      ['EAR-SLV-001', 1],
      ['RNG-SLV-001', 2],
    ],
  ),
  order('ORD-1016', 'CUST-005', 'processing', [5], [['RNG-RSG-001', 1]]),
  order(
    'ORD-1017',
    'CUST-008',
    'processing',
    [5],
    [
      ['WCH-STL-002', 1],
      ['NCK-SLV-001', 1],
    ],
  ),
  order(
    'ORD-1018',
    'CUST-001',
    'processing',
    [3],
    [
      ['RNG-GLD-001', 1],
      ['BRC-SLV-001', 1],
    ],
  ),
  order('ORD-1019', 'CUST-012', 'paid', [3], [['EAR-SLV-001', 1]]),
  order('ORD-1020', 'CUST-013', 'paid', [2], [['WCH-GLD-001', 1]]),
  order('ORD-1021', 'CUST-004', 'paid', [2], [['NCK-GLD-001', 1]]),
  order('ORD-1022', 'CUST-014', 'pending', [2], [['RNG-GLD-002', 1]]),
  order('ORD-1023', 'CUST-007', 'pending', [1], [['WCH-STL-001', 1]]),
  order('ORD-1024', 'CUST-010', 'cancelled', [11], [['BRC-GLD-001', 1]]),
  order('ORD-1025', 'CUST-006', 'pending', [1], [['EAR-GLD-001', 2]]),
];

function order(
  id: string,
  customer: string,
  status: OrderSeed['status'],
  [placed, shipped, delivered]: [placed: number, shipped?: number, delivered?: number],
  lines: OrderSeed['lines'],
): OrderSeed {
  return { id, customer, status, placed, shipped, delivered, lines };
}

type RefundSeed = [order: string, number: number, dollars: number, reason: string, days: number];
const REFUNDS: RefundSeed[] = [
  ['ORD-1005', 1, 620, 'One band was the wrong size', 24],
  ['ORD-1007', 1, 40, 'Goodwill for a late delivery', 19],
  ['ORD-1011', 1, 480, 'Watch stopped after two days, returned', 8],
];

type NoteSeed = [
  customer: string,
  order: string | null,
  kind: 'general' | 'preference' | 'complaint' | 'repair' | 'follow_up',
  author: string,
  body: string,
  days: number,
];
const NOTES: NoteSeed[] = [
  ['CUST-001', null, 'preference', 'Maya', 'Ring size 6. Prefers yellow gold, wears no silver at work.', 118],
  ['CUST-002', 'ORD-1002', 'repair', 'Jon', 'Strap shortened by two links at pickup.', 54],
  ['CUST-003', null, 'preference', 'Maya', 'Collects sapphires; tell her first when a new one comes in.', 47],
  [
    'CUST-001',
    'ORD-1001',
    'complaint',
    'Priya',
    'Says the clasp of the Solace pendant feels loose. Offered a free check.',
    34,
  ],
  ['CUST-004', 'ORD-1005', 'general', 'Jon', 'Exchanged one wedding band for a size 10; refunded the first.', 24],
  ['CUST-006', 'ORD-1007', 'complaint', 'Priya', 'Parcel came four days late, gave $40 back as goodwill.', 19],
  ['CUST-003', 'ORD-1010', 'general', 'Maya', 'Insurance appraisal sent with the necklace.', 15],
  ['CUST-010', 'ORD-1024', 'general', 'Jon', 'Cancelled: two payment reminders without an answer.', 10],
  ['CUST-009', 'ORD-1011', 'complaint', 'Priya', 'Watch stopped on day two. Returned and fully refunded.', 8],
  ['CUST-002', 'ORD-1013', 'general', 'Maya', 'Anniversary gift: no invoice in the box, please.', 8],
  ['CUST-005', 'ORD-1016', 'follow_up', 'Jon', 'Resizing to 7 before shipping; workshop has it until Friday.', 4],
  [
    'CUST-001',
    'ORD-1018',
    'preference',
    'Maya',
    'Wants the solitaire gift-wrapped, card: "Ten years, Lisa and Min".',
    3,
  ],
  [
    'CUST-013',
    'ORD-1020',
    'follow_up',
    'Priya',
    'High value: call to confirm the delivery address before it leaves.',
    2,
  ],
  ['CUST-007', 'ORD-1023', 'follow_up', 'Jon', 'Will pay by bank transfer, expected this week.', 1],
  [
    'CUST-014',
    null,
    'general',
    'Maya',
    'Not the same person as Lisa Park of Chicago: check the email before changing an order.',
    1,
  ],
];

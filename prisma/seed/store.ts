import { Prisma } from '../client/client.ts';
import { dayFrom, loadOnce, type Place } from './load.ts';

/** The demonstration store; the same day always gives the same rows. */
export function seedStore(place: Place, today: Date): Promise<void> {
  return loadOnce(place, 'store', (tx) => load(tx, place.tenant, today));
}

async function load(tx: Prisma.TransactionClient, tenant: string, today: Date): Promise<void> {
  const ago = (days: number, hour: number) => dayFrom(today, -days, hour);
  const bills = BILLS.map((bill, at) => ({ ...bill, number: at + 1, createdAt: ago(bill.days, bill.hour) }));
  const opened = ago(OPENED, 8);
  await tx.storeItem.createMany({ data: ITEMS.map((row, at) => itemRow(tenant, at + 1, row, opened)) });
  await tx.storeBill.createMany({ data: bills.map((bill) => billRow(tenant, bill)) });
  await tx.storeBillLine.createMany({ data: bills.flatMap((bill) => lineRows(tenant, bill)) });
  await tx.storeStockChange.createMany({ data: ITEMS.flatMap((_, at) => changeRows(tenant, at + 1, bills, opened)) });
}

type Bill = BillSeed & { number: number; createdAt: Date };

function itemRow(tenant: string, number: number, row: ItemSeed, createdAt: Date) {
  const [name, category, unit, unitPrice, stockQty, reorderLevel] = row;
  return { tenant, number, name, category, unit, unitPrice, stockQty, reorderLevel, createdAt };
}

function billRow(tenant: string, bill: Bill) {
  const zero = new Prisma.Decimal(0);
  const total = lineRows(tenant, bill).reduce((sum, { lineTotal }) => sum.plus(lineTotal), zero);
  return { tenant, number: bill.number, customerName: bill.customer, total, createdAt: bill.createdAt };
}

function lineRows(tenant: string, { number, lines }: Bill) {
  return lines.map(([name, quantity, price], at) => {
    const { item, unit, unitPrice } = itemCalled(name);
    const paid = new Prisma.Decimal(price ?? unitPrice);
    const lineTotal = paid.times(quantity).toDecimalPlaces(2, Prisma.Decimal.ROUND_HALF_UP);
    return { tenant, bill: number, line: at + 1, item, name, unit, quantity, unitPrice: paid, lineTotal };
  });
}

/** From what was put on the shelf at first, bill by bill, to what is left. */
function changeRows(tenant: string, item: number, bills: Bill[], opened: Date) {
  const sold = bills.flatMap((bill) => {
    return lineRows(tenant, bill).flatMap((line) => (line.item === item ? [{ bill, quantity: line.quantity }] : []));
  });
  const left = new Prisma.Decimal(ITEMS[item - 1]?.[4] ?? 0);
  const atFirst = sold.reduce((sum, { quantity }) => sum.plus(quantity), left);
  const added = {
    tenant,
    item,
    number: 1,
    before: new Prisma.Decimal(0),
    after: atFirst,
    cause: 'added',
    createdAt: opened,
  };
  let before = atFirst;
  const taken = sold.map(({ bill, quantity }, at) => {
    const change = { before, after: before.minus(quantity) };
    before = change.after;
    return { tenant, item, number: at + 2, ...change, cause: 'bill', bill: bill.number, createdAt: bill.createdAt };
  });
  return [added, ...taken];
}

function itemCalled(wanted: string) {
  const at = ITEMS.findIndex(([name]) => name === wanted);
  const item = ITEMS[at];
  if (!item) throw new Error(`The seed has a bill for ${wanted}, which is not among its items.`);
  return { item: at + 1, unit: item[2], unitPrice: item[3] };
}

/** Days before the day of loading. */
const OPENED = 60;

// Decimals are texts, so that they are what they say.
type ItemSeed = [
  name: string,
  category: string,
  unit: string,
  unitPrice: string,
  stockQty: string,
  reorderLevel: string,
];
const ITEMS: ItemSeed[] = [
  ['Sugar', 'grocery', 'kg', '160', '42.5', '10'],
  ['Brown Sugar', 'grocery', 'kg', '240', '12', '4'],
  ['Salt', 'grocery', 'kg', '60', '25', '5'],
  ['Red Lentils', 'grocery', 'kg', '340', '18.75', '8'],
  ['Chickpeas', 'grocery', 'kg', '380', '6', '8'],
  ['Cooking Oil', 'grocery', 'litre', '560', '24', '10'],
  ['Turmeric Powder', 'grocery', 'g', '1.2', '1500', '500'],
  ['Eggs', 'dairy', 'dozen', '330', '20', '6'],
  ['Milk', 'dairy', 'litre', '220', '9.5', '12'],
  ['Butter', 'dairy', 'pack', '290', '14', '5'],
  ['Black Tea', 'beverages', 'pack', '480', '16', '6'],
  ['Green Tea', 'beverages', 'box', '350', '11', '4'],
  ['Orange Juice', 'beverages', 'litre', '310', '0', '6'],
  ['Mineral Water', 'beverages', 'piece', '70', '96', '24'],
  ['Potato Chips', 'snacks', 'pack', '100', '40', '15'],
  ['Chocolate Biscuits', 'snacks', 'pack', '85.5', '33', '12'],
  ['Roasted Almonds', 'snacks', 'kg', '2850', '3.25', '1'],
  ['Shampoo', 'personal_care', 'piece', '500', '15', '5'],
  ['Toothpaste', 'personal_care', 'piece', '240', '19', '8'],
  ['Bath Soap', 'personal_care', 'piece', '120', '4', '10'],
  ['Dish Soap', 'household', 'piece', '275', '12', '5'],
  ['Laundry Detergent', 'household', 'kg', '450', '14', '5'],
  ['Glass Cleaner', 'household', 'litre', '399.99', '7.5', '3'],
  ['Notebook', 'stationery', 'piece', '150', '48', '10'],
  ['Ballpoint Pens', 'stationery', 'pack', '180', '2', '5'],
];

type BillSeed = {
  customer: string;
  days: number;
  hour: number;
  /** With a price only where it was not today's. */
  lines: [name: string, quantity: string, price?: string][];
};
const BILLS: BillSeed[] = [
  {
    customer: 'Ali',
    days: 34,
    hour: 10,
    lines: [
      ['Sugar', '5', '150'],
      ['Black Tea', '1'],
    ],
  },
  {
    customer: 'Sara Khan',
    days: 27,
    hour: 16,
    lines: [
      ['Milk', '3'],
      ['Eggs', '2'],
      ['Butter', '1'],
    ],
  },
  {
    customer: 'Bilal Ahmed',
    days: 19,
    hour: 12,
    lines: [
      ['Glass Cleaner', '1.25'],
      ['Laundry Detergent', '2'],
    ],
  },
  {
    customer: 'Fatima Noor',
    days: 12,
    hour: 18,
    lines: [
      ['Roasted Almonds', '0.35'],
      ['Chocolate Biscuits', '4'],
      ['Orange Juice', '6'],
    ],
  },
  {
    customer: 'Ali',
    days: 8,
    hour: 11,
    lines: [
      ['Cooking Oil', '2'],
      ['Red Lentils', '1.5'],
      ['Turmeric Powder', '125'],
    ],
  },
  { customer: 'Usman Tariq', days: 5, hour: 9, lines: [['Notebook', '12']] },
  {
    customer: 'Sara Khan',
    days: 2,
    hour: 15,
    lines: [
      ['Shampoo', '1'],
      ['Bath Soap', '6'],
      ['Toothpaste', '2'],
    ],
  },
  {
    customer: 'Hina Qureshi',
    days: 1,
    hour: 17,
    lines: [
      ['Sugar', '2.5'],
      ['Milk', '1.5'],
      ['Mineral Water', '24'],
    ],
  },
];

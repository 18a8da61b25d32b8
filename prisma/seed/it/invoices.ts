import type { Prisma } from '../../client/client.ts';
import { dayFrom } from '../load.ts';

export async function loadInvoices(tx: Prisma.TransactionClient, tenant: string, today: Date): Promise<void> {
  await tx.itInvoice.createMany({ data: INVOICES.map((row) => invoiceRow(tenant, row, today)) });
  await tx.itInvoiceLine.createMany({ data: INVOICES.flatMap((row) => lineRows(tenant, row)) });
  await tx.itPayment.createMany({ data: INVOICES.flatMap((row) => paymentRows(tenant, row, today)) });
}

function invoiceRow(tenant: string, { id, customerId, ticketId, issued, due, lines }: InvoiceSeed, today: Date) {
  const cents = lines.reduce((sum, [, quantity, dollars]) => sum + quantity * Math.round(dollars * 100), 0);
  const total = (cents / 100).toFixed(2);
  return { tenant, id, customerId, ticketId, issuedOn: dayFrom(today, -issued), dueOn: dayFrom(today, -due), total };
}

function lineRows(tenant: string, { id, lines }: InvoiceSeed) {
  return lines.map(([description, quantity, dollars], at) => {
    return { tenant, invoiceId: id, line: at + 1, description, quantity, unitPrice: dollars.toFixed(2) };
  });
}

function paymentRows(tenant: string, { id, payments }: InvoiceSeed, today: Date) {
  return payments.map(([paid, dollars, method, reference], at) => {
    const amount = dollars.toFixed(2);
    return { tenant, invoiceId: id, number: at + 1, paidOn: dayFrom(today, -paid), amount, method, reference };
  });
}

/** Days are counted back from the day of loading, so that one due in the future has a negative number. */
type InvoiceSeed = {
  id: string;
  customerId: string;
  ticketId?: string;
  issued: number;
  due: number;
  lines: [description: string, quantity: number, dollars: number][];
  payments: [paid: number, dollars: number, method: 'bank_transfer' | 'card' | 'check', reference: string][];
};
const INVOICES: InvoiceSeed[] = [
  {
    id: 'INV-001',
    customerId: 'CUST-001',
    issued: 160,
    due: 130,
    lines: [['Premium support, one month', 1, 4800]],
    payments: [[138, 4800, 'bank_transfer', 'TC-88104']],
  },
  {
    id: 'INV-002',
    customerId: 'CUST-002',
    issued: 148,
    due: 118,
    lines: [
      ['Premium support with own terms, one month', 1, 6200],
      ['Security review of the records server', 1, 950],
    ],
    payments: [[121, 7150, 'bank_transfer', 'MHP-2210']],
  },
  {
    id: 'INV-003',
    customerId: 'CUST-006',
    issued: 126,
    due: 111,
    lines: [
      ['Basic support, one quarter', 1, 450],
      ['Laptop set up for a new class', 4, 35.5],
    ],
    payments: [[80, 200, 'check', 'Check 1047']],
  },
  {
    id: 'INV-004',
    customerId: 'CUST-004',
    issued: 110,
    due: 95,
    lines: [['Basic support, one quarter', 1, 450]],
    payments: [[98, 450, 'card', 'Visa 4419']],
  },
  {
    id: 'INV-005',
    customerId: 'CUST-003',
    issued: 102,
    due: 72,
    lines: [
      ['Standard support, one month', 1, 1450],
      ['Network survey of the terminal, hours', 5, 125],
    ],
    payments: [
      [80, 1450, 'bank_transfer', 'BHL-5512'],
      [75, 625, 'bank_transfer', 'BHL-5530'],
    ],
  },
  {
    id: 'INV-006',
    customerId: 'CUST-001',
    issued: 95,
    due: 65,
    lines: [
      ['Move of the database to new storage, hours', 6, 185],
      ['1.92 TB NVMe drive', 2, 420.5],
    ],
    payments: [[60, 500, 'bank_transfer', 'TC-90377']],
  },
  {
    id: 'INV-007',
    customerId: 'CUST-007',
    issued: 88,
    due: 43,
    lines: [['Premium support, one month', 1, 5400]],
    payments: [[40, 5400, 'bank_transfer', 'QR-3071']],
  },
  {
    id: 'INV-008',
    customerId: 'CUST-005',
    issued: 74,
    due: 44,
    lines: [
      ['Standard support, one month', 1, 1450],
      ['Archive of closed cases, hours', 3, 125],
    ],
    payments: [[50, 1825, 'card', 'Mastercard 8830']],
  },
  {
    id: 'INV-009',
    customerId: 'CUST-006',
    issued: 62,
    due: 47,
    lines: [['Basic support, one quarter', 1, 450]],
    payments: [],
  },
  {
    id: 'INV-010',
    customerId: 'CUST-001',
    issued: 58,
    due: 28,
    lines: [['Premium support, one month', 1, 4800]],
    payments: [],
  },
  {
    id: 'INV-011',
    customerId: 'CUST-002',
    issued: 52,
    due: 22,
    lines: [['Premium support with own terms, one month', 1, 6200]],
    payments: [[30, 6200, 'bank_transfer', 'MHP-2391']],
  },
  {
    id: 'INV-012',
    customerId: 'CUST-008',
    issued: 44,
    due: 14,
    lines: [
      ['Standard support, one month', 1, 1450],
      ['Visit to the plant, hours', 4, 125],
    ],
    payments: [],
  },
  {
    id: 'INV-013',
    customerId: 'CUST-003',
    ticketId: 'TKT-003',
    issued: 4,
    due: -26,
    lines: [
      ['Standard support, one month', 1, 1450],
      ['Clearing of the full disk on the file server, hours', 2, 125],
    ],
    payments: [],
  },
  {
    id: 'INV-014',
    customerId: 'CUST-007',
    ticketId: 'TKT-011',
    issued: 3,
    due: -42,
    lines: [
      ['Premium support, one month', 1, 5400],
      ['Wi-Fi adapter for the engineering laptop', 1, 64.9],
    ],
    payments: [[1, 2000, 'bank_transfer', 'QR-3160']],
  },
  {
    id: 'INV-015',
    customerId: 'CUST-001',
    ticketId: 'TKT-006',
    issued: 2,
    due: -28,
    lines: [
      ['Premium support, one month', 1, 4800],
      ['Emergency work on the database volume, hours', 3, 185],
    ],
    payments: [],
  },
];

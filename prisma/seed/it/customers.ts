import type { Prisma } from '../../client/client.ts';
import { dayFrom } from '../load.ts';

export async function loadCustomers(tx: Prisma.TransactionClient, tenant: string, today: Date): Promise<void> {
  await tx.itCustomer.createMany({ data: CUSTOMERS.map((row) => customerRow(tenant, row, today)) });
  await tx.itContact.createMany({ data: CUSTOMERS.flatMap((row) => contactRows(tenant, row)) });
  await tx.itSlaTerms.createMany({ data: TERMS.map((row) => termsRow(tenant, row, today)) });
  await tx.itSlaTarget.createMany({ data: TERMS.flatMap((row) => targetRows(tenant, row)) });
}

function customerRow(tenant: string, { contacts: _, sinceDays, ...row }: CustomerSeed, today: Date) {
  return { tenant, ...row, since: dayFrom(today, -sinceDays) };
}

// The first contact of each is the primary one.
function contactRows(tenant: string, { id, website, contacts }: CustomerSeed) {
  return contacts.map(([name, role, mailbox, phone], at) => {
    const email = `${mailbox}@${website}`;
    return { tenant, customerId: id, number: at + 1, name, role, email, phone, isPrimary: at === 0 };
  });
}

function termsRow(tenant: string, { targets: _, effectiveDays, reviewInDays, ...row }: TermsSeed, today: Date) {
  return { tenant, ...row, effectiveOn: dayFrom(today, -effectiveDays), reviewOn: dayFrom(today, reviewInDays) };
}

function targetRows(tenant: string, { id, targets }: TermsSeed) {
  return Object.entries(targets).map(([priority, [responseMinutes, hours]]) => {
    return { tenant, termsId: id, priority, responseMinutes, resolutionMinutes: hours * 60 };
  });
}

type CustomerSeed = {
  id: string;
  company: string;
  industry: string;
  city: string;
  website: string;
  tier: 'basic' | 'standard' | 'premium';
  sinceDays: number;
  accountManager: string;
  paymentTermsDays: number;
  contacts: [name: string, role: string, mailbox: string, phone: string][];
};
const CUSTOMERS: CustomerSeed[] = [
  {
    id: 'CUST-001',
    company: 'TechCorp Industries',
    industry: 'Manufacturing',
    city: 'Austin',
    website: 'techcorp.example.com',
    tier: 'premium',
    sinceDays: 1490,
    accountManager: 'Dana Whitmore',
    paymentTermsDays: 30,
    contacts: [
      ['Rachel Morrow', 'IT director', 'rachel.morrow', '+1 512 555 0111'],
      ['Kevin Tran', 'Database administrator', 'kevin.tran', '+1 512 555 0112'],
      ['Monica Reyes', 'Accounts payable', 'accounts', '+1 512 555 0113'],
      ['Isaac Bloom', 'Design engineer', 'isaac.bloom', '+1 512 555 0114'],
    ],
  },
  {
    id: 'CUST-002',
    company: 'Meridian Health Partners',
    industry: 'Healthcare',
    city: 'Boston',
    website: 'meridianhealth.example.com',
    tier: 'premium',
    sinceDays: 1120,
    accountManager: 'Dana Whitmore',
    paymentTermsDays: 30,
    contacts: [
      ['Dr. Anika Rao', 'Chief medical information officer', 'anika.rao', '+1 617 555 0121'],
      ['Paul Delgado', 'Systems manager', 'paul.delgado', '+1 617 555 0122'],
      ['Joyce Kim', 'Finance', 'billing', '+1 617 555 0123'],
    ],
  },
  {
    id: 'CUST-003',
    company: 'Blue Harbor Logistics',
    industry: 'Freight',
    city: 'Savannah',
    website: 'blueharbor.example.com',
    tier: 'standard',
    sinceDays: 860,
    accountManager: 'Luis Ortega',
    paymentTermsDays: 30,
    contacts: [
      ['Marcus Boyd', 'Operations manager', 'marcus.boyd', '+1 912 555 0131'],
      ['Tessa Lindgren', 'Dispatcher', 'tessa.lindgren', '+1 912 555 0132'],
      ['Owen Pratt', 'Bookkeeper', 'finance', '+1 912 555 0133'],
    ],
  },
  {
    id: 'CUST-004',
    company: 'Northwind Architects',
    industry: 'Architecture',
    city: 'Portland',
    website: 'northwind.example.com',
    tier: 'basic',
    sinceDays: 430,
    accountManager: 'Luis Ortega',
    paymentTermsDays: 15,
    contacts: [
      ['Ingrid Solberg', 'Managing partner', 'ingrid', '+1 503 555 0141'],
      ['Theo Nakamura', 'Architect', 'theo', '+1 503 555 0142'],
    ],
  },
  {
    id: 'CUST-005',
    company: 'Alder & Finch Legal',
    industry: 'Law',
    city: 'Chicago',
    website: 'alderfinch.example.com',
    tier: 'standard',
    sinceDays: 640,
    accountManager: 'Luis Ortega',
    paymentTermsDays: 30,
    contacts: [
      ['Catherine Alder', 'Partner', 'catherine.alder', '+1 312 555 0151'],
      ['Noah Feld', 'Office manager', 'noah.feld', '+1 312 555 0152'],
      ['Simone Archer', 'Paralegal', 'simone.archer', '+1 312 555 0153'],
    ],
  },
  {
    id: 'CUST-006',
    company: 'Sunrise Schools Trust',
    industry: 'Education',
    city: 'Tucson',
    website: 'sunriseschools.example.com',
    tier: 'basic',
    sinceDays: 515,
    accountManager: 'Dana Whitmore',
    paymentTermsDays: 15,
    contacts: [
      ['Gloria Benitez', 'Head of administration', 'gloria.benitez', '+1 520 555 0161'],
      ['Sam Whitaker', 'Teacher and IT contact', 'sam.whitaker', '+1 520 555 0162'],
    ],
  },
  {
    id: 'CUST-007',
    company: 'Quantum Robotics',
    industry: 'Robotics',
    city: 'Pittsburgh',
    website: 'quantumrobotics.example.com',
    tier: 'premium',
    sinceDays: 365,
    accountManager: 'Dana Whitmore',
    paymentTermsDays: 45,
    contacts: [
      ['Yusuf Demir', 'Head of infrastructure', 'yusuf.demir', '+1 412 555 0171'],
      ['Priscilla Okoye', 'Machine learning lead', 'priscilla.okoye', '+1 412 555 0172'],
      ['Aaron Stein', 'Controller', 'ap', '+1 412 555 0173'],
      ['Lena Fischer', 'Office of the founder', 'lena.fischer', '+1 412 555 0174'],
    ],
  },
  {
    id: 'CUST-008',
    company: 'Cedar Valley Foods',
    industry: 'Food processing',
    city: 'Des Moines',
    website: 'cedarvalley.example.com',
    tier: 'standard',
    sinceDays: 275,
    accountManager: 'Luis Ortega',
    paymentTermsDays: 30,
    contacts: [
      ['Hannah Voss', 'Plant manager', 'hannah.voss', '+1 515 555 0181'],
      ['Eddie Carmichael', 'Quality control', 'eddie.carmichael', '+1 515 555 0182'],
      ['June Abbott', 'Accounting', 'accounting', '+1 515 555 0183'],
    ],
  },
];

type Target = [responseMinutes: number, resolutionHours: number];
type TermsSeed = {
  id: string;
  tier: CustomerSeed['tier'];
  customerId?: string;
  supportHours: string;
  uptimePercent: number;
  creditPercent: number;
  creditCapPercent: number;
  effectiveDays: number;
  reviewInDays: number;
  targets: Record<'critical' | 'high' | 'medium' | 'low', Target>;
};
const TERMS: TermsSeed[] = [
  {
    id: 'SLA-PREMIUM',
    tier: 'premium',
    supportHours: '24 hours a day, every day',
    uptimePercent: 99.95,
    creditPercent: 10,
    creditCapPercent: 50,
    effectiveDays: 320,
    reviewInDays: 45,
    targets: { critical: [15, 4], high: [30, 8], medium: [120, 24], low: [240, 72] },
  },
  {
    id: 'SLA-STANDARD',
    tier: 'standard',
    supportHours: 'Monday to Friday, 08:00 to 20:00',
    uptimePercent: 99.9,
    creditPercent: 5,
    creditCapPercent: 25,
    effectiveDays: 320,
    reviewInDays: 45,
    targets: { critical: [60, 8], high: [120, 24], medium: [240, 48], low: [480, 120] },
  },
  {
    id: 'SLA-BASIC',
    tier: 'basic',
    supportHours: 'Monday to Friday, 09:00 to 17:00',
    uptimePercent: 99.5,
    creditPercent: 0,
    creditCapPercent: 0,
    effectiveDays: 320,
    reviewInDays: 45,
    targets: { critical: [240, 24], high: [480, 48], medium: [1440, 120], low: [2880, 240] },
  },
  {
    id: 'SLA-CUST-002',
    tier: 'premium',
    customerId: 'CUST-002',
    supportHours: '24 hours a day, every day, with a named engineer on call',
    uptimePercent: 99.99,
    creditPercent: 15,
    creditCapPercent: 75,
    effectiveDays: 200,
    reviewInDays: 165,
    targets: { critical: [10, 2], high: [20, 6], medium: [60, 16], low: [240, 48] },
  },
];

import type { Prisma } from '../client/client.ts';
import { dayFrom, loadOnce, type Place } from './load.ts';

/** The demonstration help desk; the same day always gives the same rows. */
export function seedHelpdesk(place: Place, today: Date): Promise<void> {
  return loadOnce(place, 'helpdesk', (tx) => load(tx, place.tenant, today));
}

async function load(tx: Prisma.TransactionClient, tenant: string, today: Date): Promise<void> {
  const ago: Ago = (days, hour, minute) => dayFrom(today, -days, hour, minute);
  await tx.helpdeskCustomer.createMany({ data: CUSTOMERS.map((row) => customerRow(tenant, row, ago)) });
  await tx.helpdeskStatusChange.createMany({ data: STATUS_CHANGES.map((row) => changeRow(tenant, row, ago)) });
  await tx.helpdeskService.createMany({ data: SERVICES.map(({ id, name, team }) => ({ tenant, id, name, team })) });
  await tx.helpdeskDependency.createMany({ data: SERVICES.flatMap((row) => edgeRows(tenant, row)) });
  await tx.helpdeskSubscription.createMany({ data: CUSTOMERS.flatMap((row) => subscriptionRows(tenant, row)) });
  await tx.helpdeskIncident.createMany({ data: INCIDENTS.map((row) => incidentRow(tenant, row, ago)) });
  await tx.helpdeskIncidentService.createMany({ data: INCIDENTS.flatMap((row) => troubleRows(tenant, row)) });
  await tx.helpdeskTicket.createMany({ data: TICKETS.map((row, at) => ticketRow(tenant, at + 1, row, ago)) });
  await tx.helpdeskMessage.createMany({ data: MESSAGES.map((row, at) => messageRow(tenant, at + 1, row, ago)) });
}

type Ago = (days: number, hour: number, minute?: number) => Date;

function customerRow(tenant: string, { id, company, contact, email, plan, status, since }: CustomerSeed, ago: Ago) {
  return { tenant, id, company, contact, email, plan, status, createdAt: ago(since, 10) };
}

function changeRow(tenant: string, [customerId, number, before, after, reason, days]: ChangeSeed, ago: Ago) {
  return { tenant, customerId, number, before, after, reason, createdAt: ago(days, 9, 20) };
}

function edgeRows(tenant: string, { id, needs }: ServiceSeed) {
  return needs.map((dependsOn) => ({ tenant, serviceId: id, dependsOn }));
}

function subscriptionRows(tenant: string, { id, uses }: CustomerSeed) {
  return uses.map((serviceId) => ({ tenant, customerId: id, serviceId }));
}

function incidentRow(tenant: string, { id, title, severity, status, started, resolved }: IncidentSeed, ago: Ago) {
  return { tenant, id, title, severity, status, startedAt: ago(...started), resolvedAt: resolved && ago(...resolved) };
}

function troubleRows(tenant: string, { id, services }: IncidentSeed) {
  return services.map((serviceId) => ({ tenant, incidentId: id, serviceId }));
}

function ticketRow(tenant: string, number: number, row: TicketSeed, ago: Ago) {
  const [customerId, serviceId, category, priority, status, subject, description, days, time] = row;
  const createdAt = ago(days, ...(time ?? [14, number]));
  return { tenant, number, customerId, serviceId, category, priority, status, subject, description, createdAt };
}

function messageRow(tenant: string, number: number, row: MessageSeed, ago: Ago) {
  const [channel, author, body, ticket, days, hour] = row;
  const customerId = ticket === null ? null : TICKETS[ticket - 1]?.[0];
  return { tenant, number, channel, author, body, ticket, customerId, createdAt: ago(days, hour, number) };
}

type CustomerSeed = {
  id: string;
  company: string;
  contact: string;
  email: string;
  plan: string;
  status: string;
  /** Days before the day of loading. */
  since: number;
  uses: string[];
};
const CUSTOMERS: CustomerSeed[] = [
  customer('CUST-001', 'Acme Corp', 'Nora Blake', 'nora@acme', 'enterprise', 'active', 1380, [
    'mobile-app',
    'reporting',
  ]),
  customer('CUST-002', 'Birchwood Clinics', 'Samir Haddad', 'samir@birchwood', 'business', 'active', 1105, [
    'notifications',
  ]),
  customer('CUST-003', 'Calloway Logistics', 'Ingrid Solberg', 'ingrid@calloway', 'enterprise', 'active', 940, [
    'customer-portal',
  ]),
  customer('CUST-004', 'Dovetail Furniture', 'Peter Lang', 'peter@dovetail', 'starter', 'active', 720, ['mobile-app']),
  customer('CUST-005', 'Eastgate Fitness', 'Rosa Jimenez', 'rosa@eastgate', 'business', 'past_due', 655, [
    'customer-portal',
    'mobile-app',
  ]),
  customer('CUST-006', 'Fennel & Finch', 'Mei Tanaka', 'mei@fennelfinch', 'starter', 'trial', 9, ['admin-console']),
  customer('CUST-007', 'Gladstone Legal', 'Oliver Grant', 'oliver@gladstone', 'enterprise', 'active', 510, [
    'identity-api',
    'admin-console',
  ]),
  customer('CUST-008', 'Harbor Street Bakery', 'Lucie Moreau', 'lucie@harborstreet', 'free', 'active', 430, [
    'notifications',
  ]),
  customer('CUST-009', 'Acorn Media', 'Daniel Kowalski', 'daniel@acornmedia', 'business', 'active', 388, ['reporting']),
  customer('CUST-010', 'Juniper Analytics', 'Aisha Rahman', 'aisha@juniper', 'enterprise', 'active', 301, [
    'billing-api',
    'reporting',
  ]),
  customer('CUST-011', 'Kestrel Air Tours', 'Tom Whitaker', 'tom@kestrel', 'starter', 'suspended', 245, ['mobile-app']),
  customer('CUST-012', 'Lumen Tutoring', 'Grace Okoye', 'grace@lumen', 'free', 'churned', 198, []),
];

function customer(
  id: string,
  company: string,
  contact: string,
  mailbox: string,
  plan: 'free' | 'starter' | 'business' | 'enterprise',
  status: 'trial' | 'active' | 'past_due' | 'suspended' | 'churned',
  since: number,
  uses: string[],
): CustomerSeed {
  return { id, company, contact, email: `${mailbox}.example`, plan, status, since, uses };
}

type ChangeSeed = [customer: string, number: number, before: string, after: string, reason: string, days: number];
const STATUS_CHANGES: ChangeSeed[] = [
  ['CUST-005', 1, 'active', 'past_due', 'Invoice of two months ago is unpaid', 30],
  ['CUST-011', 1, 'active', 'past_due', 'Card expired, three reminders', 70],
  ['CUST-011', 2, 'past_due', 'suspended', 'Unpaid for 60 days', 12],
  ['CUST-012', 1, 'active', 'churned', 'Closed the business', 41],
];

type ServiceSeed = { id: string; name: string; team: string; needs: string[] };
// The portal reaches the auth database in two ways of one length (a diamond), and the app reaches the queue in two of
// different lengths; the longest way is ledger-database, billing-api, customer-portal, mobile-app.
const SERVICES: ServiceSeed[] = [
  { id: 'auth-database', name: 'Auth database', team: 'Identity', needs: [] },
  { id: 'ledger-database', name: 'Ledger database', team: 'Payments', needs: [] },
  { id: 'message-queue', name: 'Message queue', team: 'Platform', needs: [] },
  { id: 'identity-api', name: 'Identity API', team: 'Identity', needs: ['auth-database'] },
  { id: 'session-store', name: 'Session store', team: 'Identity', needs: ['auth-database'] },
  { id: 'billing-api', name: 'Billing API', team: 'Payments', needs: ['ledger-database', 'message-queue'] },
  { id: 'notifications', name: 'Notifications', team: 'Messaging', needs: ['message-queue'] },
  { id: 'admin-console', name: 'Admin console', team: 'Back office', needs: ['identity-api'] },
  {
    id: 'customer-portal',
    name: 'Customer portal',
    team: 'Web',
    needs: ['identity-api', 'session-store', 'billing-api'],
  },
  { id: 'mobile-app', name: 'Mobile app', team: 'Mobile', needs: ['customer-portal', 'notifications'] },
  { id: 'reporting', name: 'Reporting', team: 'Data', needs: ['billing-api'] },
];

type Moment = [days: number, hour: number, minute: number];
type IncidentSeed = {
  id: string;
  title: string;
  severity: 'minor' | 'major' | 'critical';
  status: 'open' | 'monitoring' | 'resolved';
  services: string[];
  started: Moment;
  resolved?: Moment;
};
const INCIDENTS: IncidentSeed[] = [
  {
    id: 'INC-001',
    title: 'Logins fail after a failover of the auth database',
    severity: 'critical',
    status: 'open',
    services: ['auth-database'],
    started: [1, 21, 40],
  },
  {
    id: 'INC-002',
    title: 'Emails and push notices arrive late',
    severity: 'minor',
    status: 'monitoring',
    services: ['message-queue', 'notifications'],
    started: [3, 11, 5],
  },
  {
    id: 'INC-003',
    title: 'Invoices show the wrong tax',
    severity: 'major',
    status: 'open',
    services: ['billing-api'],
    started: [1, 8, 15],
  },
  {
    id: 'INC-004',
    title: 'Ledger database ran out of disk',
    severity: 'critical',
    status: 'resolved',
    services: ['ledger-database'],
    started: [16, 2, 30],
    resolved: [16, 6, 10],
  },
  {
    id: 'INC-005',
    title: 'Reports time out',
    severity: 'minor',
    status: 'resolved',
    services: ['reporting'],
    started: [30, 13, 0],
    resolved: [29, 9, 45],
  },
];

type TicketSeed = [
  customer: string,
  service: string | null,
  category: 'access' | 'billing' | 'bug' | 'outage' | 'performance' | 'question',
  priority: 'low' | 'normal' | 'high' | 'urgent',
  status: 'open' | 'pending' | 'solved',
  subject: string,
  description: string,
  days: number,
  /** Where it matters in what order things went. */
  time?: [hour: number, minute: number],
];
const TICKETS: TicketSeed[] = [
  [
    'CUST-012',
    null,
    'question',
    'low',
    'solved',
    'How to export everything',
    'Closing down, wants a copy of all data.',
    43,
  ],
  [
    'CUST-009',
    'reporting',
    'performance',
    'normal',
    'solved',
    'Reports time out',
    'The monthly report stops at 30 s.',
    30,
  ],
  [
    'CUST-010',
    'billing-api',
    'outage',
    'urgent',
    'solved',
    'Billing API answers 503',
    'Every call since 02:40 UTC.',
    16,
    [2, 58],
  ],
  ['CUST-001', 'reporting', 'bug', 'normal', 'solved', 'Totals are off by one day', 'The week begins on Sunday.', 14],
  ['CUST-011', null, 'billing', 'high', 'pending', 'Account is suspended', 'Asks how to pay what is owed.', 11],
  [
    'CUST-006',
    'admin-console',
    'question',
    'low',
    'open',
    'How many seats has a trial?',
    'Wants to invite nine people.',
    6,
  ],
  ['CUST-005', null, 'billing', 'normal', 'pending', 'Invoice went to an old address', 'Has not seen any reminder.', 5],
  [
    'CUST-002',
    'notifications',
    'performance',
    'high',
    'open',
    'Reminders come an hour late',
    'Patients miss visits.',
    3,
  ],
  ['CUST-008', 'notifications', 'question', 'low', 'solved', 'Can notices be sent in French?', 'For two branches.', 2],
  ['CUST-010', 'billing-api', 'bug', 'urgent', 'open', 'Wrong tax on invoices', 'Exempt items are taxed at 20 %.', 1],
  [
    'CUST-007',
    'identity-api',
    'access',
    'urgent',
    'open',
    'Single sign-on is down',
    'Nobody at the firm can sign in.',
    1,
    [21, 52],
  ],
  [
    'CUST-001',
    'mobile-app',
    'access',
    'high',
    'open',
    'App signs people out',
    'Drivers are signed out every minute.',
    1,
    [21, 57],
  ],
];

type MessageSeed = [
  channel: 'support' | 'incidents' | 'escalations' | 'oncall',
  author: string,
  body: string,
  ticket: number | null,
  days: number,
  hour: number,
];
const MESSAGES: MessageSeed[] = [
  ['incidents', 'Lena', 'INC-004 is over: the ledger database has a bigger disk.', null, 16, 7],
  ['support', 'Marco', 'Eastgate says that the invoice went to an old address; new one is on file.', 7, 5, 15],
  ['oncall', 'Pavel', 'Queue depth is at 40,000 and falling after a restart. Watching INC-002.', null, 3, 12],
  ['incidents', 'Pavel', 'INC-002: late emails and push notices. Cause found, being watched.', null, 3, 13],
  ['escalations', 'Priya', 'Gladstone Legal cannot sign in at all and asks for a call.', 11, 1, 22],
  ['oncall', 'Lena', 'Paged for INC-001, looking at the failover of the auth database.', null, 1, 22],
  ['support', 'Jonas', 'Several customers report logins that fail; use INC-001 for all of them.', null, 1, 23],
];

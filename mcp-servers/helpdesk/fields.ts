import { z } from 'zod';
import { idOf, words } from '../kit/fields.ts';

export const customerId = idOf(
  /^CUST-\d{3,6}$/,
  'A customer id looks like CUST-001; search_customer finds it from a name',
).describe('Customer id, for example CUST-003');

// Each number has one spelling, so that two ids never name one ticket.
export const ticketId = idOf(
  /^TCK-(?:\d{4}|[1-9]\d{4,8})$/,
  'A ticket id looks like TCK-0001; list_tickets finds it',
).describe('Ticket id, for example TCK-0012');

export const incidentId = idOf(/^INC-\d{3,6}$/, 'An incident id looks like INC-001; list_incidents finds it').describe(
  'Incident id, for example INC-001',
);

export const serviceId = idOf(
  /^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/,
  'A service id looks like auth-database; get_incident_impact answers a name with the ids that come near it',
).describe('Service id, for example auth-database');

export const plan = z.enum(['free', 'starter', 'business', 'enterprise']).describe('What the customer pays for');

export const customerStatus = z
  .enum(['trial', 'active', 'past_due', 'suspended', 'churned'])
  .describe('trial; active; past_due: owes money; suspended: may not use anything; churned: is no customer any more');

export const ticketStatus = z
  .enum(['open', 'pending', 'solved'])
  .describe('open: ours to do; pending: waits for the customer; solved');

export const priority = z
  .enum(['low', 'normal', 'high', 'urgent'])
  .describe('urgent: the customer cannot work; high: can, with great trouble; normal; low: a question or a wish');

export const category = z
  .enum(['access', 'billing', 'bug', 'outage', 'performance', 'question'])
  .describe('What it is about: access (cannot log in), billing, bug, outage, performance (slow) or question');

export const severity = z.enum(['minor', 'major', 'critical']).describe('How bad an incident is');

export const incidentStatus = z
  .enum(['open', 'monitoring', 'resolved'])
  .describe('open: being worked on; monitoring: mended and being watched; resolved: over');

export const channel = z
  .enum(['support', 'incidents', 'escalations', 'oncall'])
  .describe(
    'support: all who help customers; incidents: news of incidents; escalations: managers; oncall: who is paged',
  );

export const author = words(1, 100).default('assistant').describe('Who says so, for example "Marco of support"');

export const moment = z.string().describe('Time in UTC, for example 2026-11-20 14:05 UTC');

export function asMoment(date: Date): string {
  return `${date.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

import { z } from 'zod';
import { idOf, words } from '../kit/fields.ts';

// Shared by the IT support servers.

export const customerId = idOf(
  /^CUST-\d{3,6}$/,
  'A customer id looks like CUST-001; lookup_customer finds it from a company name or an email',
).describe('Customer id, for example CUST-001');

export const assetId = idOf(
  /^AST-[A-Z]{3}-\d{3,6}$/,
  'An asset id looks like AST-SRV-001; lookup_asset finds it from the customer',
).describe('Asset id, for example AST-SRV-001 (a server), AST-WKS-001 (a workstation) or AST-LAP-001 (a laptop)');

export const invoiceId = idOf(
  /^INV-\d{3,6}$/,
  'An invoice id looks like INV-001; get_invoice lists those of a customer',
).describe('Invoice id, for example INV-001');

export const ticketId = idOf(/^TKT-\d{3,6}$/, 'A ticket id looks like TKT-001; search_tickets finds it').describe(
  'Ticket id, for example TKT-001',
);

export const articleId = idOf(/^KB-\d{3,6}$/, 'An article id looks like KB-001; search_solutions finds it').describe(
  'Knowledge base article id, for example KB-001',
);

export const tier = z
  .enum(['basic', 'standard', 'premium'])
  .describe('Support tier of a customer: basic, standard or premium (the best)');

export const priority = z.enum(['critical', 'high', 'medium', 'low']).describe('Priority of a ticket');

export const os = z.enum(['windows', 'linux', 'macos']).describe('Operating system');

export const companyName = words(2, 100).describe(
  'Company name or a part of it; case and typing errors are forgiven, for example "TechCorp Industries" or "tech corp"',
);

type Refinement = [(asked: Record<string, unknown>) => boolean, string];

/** For `.refine(...)`: a call gives exactly one of these arguments. */
export function exactlyOneOf(...names: string[]): Refinement {
  const isGiven = (asked: Record<string, unknown>) => names.filter((name) => asked[name] !== undefined);
  return [(asked) => isGiven(asked).length === 1, `Give exactly one of ${names.join(', ')}`];
}

export const inOrder: Refinement = [
  ({ from, to }) => typeof from !== 'string' || typeof to !== 'string' || from <= to,
  '"from" is after "to": swap them',
];

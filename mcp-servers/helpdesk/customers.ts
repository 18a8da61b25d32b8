import { z } from 'zod';
import { customerId, customerStatus, plan } from './fields.ts';

/** How every tool shows a customer. */
export const customerHead = z.object({
  id: customerId,
  company: z.string(),
  contact: z.string().describe('The person to talk to'),
  email: z.string(),
  plan,
  status: customerStatus,
});

export function noSuchCustomer(id: string): string {
  return `There is no customer ${id}. Find the right id with search_customer.`;
}

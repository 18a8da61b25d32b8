import { z } from 'zod';
import { noSuch, type Refused } from '../kit/answers.ts';
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

export function noSuchCustomer(id: string): Refused {
  return noSuch('customer', id, 'search_customer');
}

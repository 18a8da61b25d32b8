import { defineServer } from '../../kit/server.ts';
import { checkCustomerStatus } from './tools/check-customer-status.ts';
import { getSlaTerms } from './tools/get-sla-terms.ts';
import { listCustomerContacts } from './tools/list-customer-contacts.ts';
import { lookupCustomer } from './tools/lookup-customer.ts';

export const customers = defineServer({
  name: 'customers',
  instructions:
    'The companies that IT support serves: account status, contacts and service level terms. ' +
    'Ids look like CUST-001; lookup_customer finds them.',
  data: 'it',
  tools: [lookupCustomer, checkCustomerStatus, getSlaTerms, listCustomerContacts],
});

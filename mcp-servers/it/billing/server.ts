import { defineServer } from '../../kit/server.ts';
import { calculateOutstandingBalance } from './tools/calculate-outstanding-balance.ts';
import { checkPaymentStatus } from './tools/check-payment-status.ts';
import { getBillingHistory } from './tools/get-billing-history.ts';
import { getInvoice } from './tools/get-invoice.ts';

export const billing = defineServer({
  name: 'billing',
  instructions:
    "The invoices and payments of IT support's customers, in US dollars. An invoice is paid, pending, or overdue " +
    'once its due day is over. Ids look like INV-001 and CUST-001.',
  data: 'it',
  tools: [getInvoice, checkPaymentStatus, getBillingHistory, calculateOutstandingBalance],
});

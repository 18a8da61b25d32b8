import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import type { ToolDatabase } from '../../database.ts';
import { calculateOutstandingBalance } from './tools/calculate-outstanding-balance.ts';
import { checkPaymentStatus } from './tools/check-payment-status.ts';
import { getBillingHistory } from './tools/get-billing-history.ts';
import { getInvoice } from './tools/get-invoice.ts';

export function createBilling(db: ToolDatabase): McpServer {
  const server = new McpServer(
    { name: 'billing', version: '1.0.0' },
    {
      instructions:
        "The invoices and payments of IT support's customers, in US dollars. An invoice is paid, pending, or overdue " +
        'once its due day is over. Ids look like INV-001 and CUST-001.',
    },
  );
  getInvoice(server, db);
  checkPaymentStatus(server, db);
  getBillingHistory(server, db);
  calculateOutstandingBalance(server, db);
  return server;
}

import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import type { ToolDatabase } from '../../database.ts';
import { checkCustomerStatus } from './tools/check-customer-status.ts';
import { getSlaTerms } from './tools/get-sla-terms.ts';
import { listCustomerContacts } from './tools/list-customer-contacts.ts';
import { lookupCustomer } from './tools/lookup-customer.ts';

export function createCustomers(db: ToolDatabase): McpServer {
  const server = new McpServer(
    { name: 'customers', version: '1.0.0' },
    {
      instructions:
        'The companies that IT support serves: account status, contacts and service level terms. ' +
        'Ids look like CUST-001; lookup_customer finds them.',
    },
  );
  lookupCustomer(server, db);
  checkCustomerStatus(server, db);
  getSlaTerms(server, db);
  listCustomerContacts(server, db);
  return server;
}

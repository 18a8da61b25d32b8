import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import type { ToolDatabase } from '../../database.ts';
import { findSimilarTickets } from './tools/find-similar-tickets.ts';
import { getTicketDetails } from './tools/get-ticket-details.ts';
import { getTicketMetrics } from './tools/get-ticket-metrics.ts';
import { searchTickets } from './tools/search-tickets.ts';

export function createTickets(db: ToolDatabase): McpServer {
  const server = new McpServer(
    { name: 'tickets', version: '1.0.0' },
    {
      instructions:
        'Support tickets of IT customers. Ids look like TKT-001, of customers like CUST-001, of machines AST-SRV-001.',
    },
  );
  searchTickets(server, db);
  getTicketDetails(server, db);
  getTicketMetrics(server, db);
  findSimilarTickets(server, db);
  return server;
}

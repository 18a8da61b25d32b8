import { defineServer } from '../../kit/server.ts';
import { findSimilarTickets } from './tools/find-similar-tickets.ts';
import { getTicketDetails } from './tools/get-ticket-details.ts';
import { getTicketMetrics } from './tools/get-ticket-metrics.ts';
import { searchTickets } from './tools/search-tickets.ts';

export const tickets = defineServer({
  name: 'tickets',
  instructions:
    'Support tickets of IT customers. Ids look like TKT-001, of customers like CUST-001, of machines AST-SRV-001.',
  data: 'it',
  tools: [searchTickets, getTicketDetails, getTicketMetrics, findSimilarTickets],
});

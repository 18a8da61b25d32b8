import { defineServer } from '../kit/server.ts';
import { createTicket } from './tools/create-ticket.ts';
import { getCustomer } from './tools/get-customer.ts';
import { getIncidentImpact } from './tools/get-incident-impact.ts';
import { getTicket } from './tools/get-ticket.ts';
import { listIncidents } from './tools/list-incidents.ts';
import { listMessages } from './tools/list-messages.ts';
import { listTickets } from './tools/list-tickets.ts';
import { searchCustomer } from './tools/search-customer.ts';
import { sendMessage } from './tools/send-message.ts';
import { updateCustomerStatus } from './tools/update-customer-status.ts';

export const helpdesk = defineServer({
  name: 'helpdesk',
  instructions:
    "A help desk's customers, tickets, incidents and internal channels, and which services the customers use. " +
    'Ids look like CUST-001, TCK-0001, INC-001, MSG-0001; services like auth-database.',
  data: 'helpdesk',
  tools: [
    searchCustomer,
    getCustomer,
    getTicket,
    listTickets,
    listIncidents,
    getIncidentImpact,
    listMessages,
    createTicket,
    updateCustomerStatus,
    sendMessage,
  ],
});

import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import type { ToolDatabase } from '../database.ts';
import { addNote } from './tools/add-note.ts';
import { cancelOrder } from './tools/cancel-order.ts';
import { checkStock } from './tools/check-stock.ts';
import { getCustomer } from './tools/get-customer.ts';
import { getInventoryItem } from './tools/get-inventory-item.ts';
import { getNotes } from './tools/get-notes.ts';
import { getOrder } from './tools/get-order.ts';
import { listCustomers } from './tools/list-customers.ts';
import { listInventory } from './tools/list-inventory.ts';
import { listOrders } from './tools/list-orders.ts';
import { refundOrder } from './tools/refund-order.ts';
import { searchCustomers } from './tools/search-customers.ts';
import { updateInventory } from './tools/update-inventory.ts';

export function createJewelryops(db: ToolDatabase): McpServer {
  const server = new McpServer(
    { name: 'jewelryops', version: '1.0.0' },
    {
      instructions:
        "A jeweller's customers, orders, stock and internal notes. Ids look like CUST-001, ORD-1001, RNG-GLD-001.",
    },
  );
  getCustomer(server, db);
  listCustomers(server, db);
  searchCustomers(server, db);
  getOrder(server, db);
  listOrders(server, db);
  getInventoryItem(server, db);
  listInventory(server, db);
  checkStock(server, db);
  getNotes(server, db);
  addNote(server, db);
  refundOrder(server, db);
  cancelOrder(server, db);
  updateInventory(server, db);
  return server;
}

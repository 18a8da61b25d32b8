import { defineServer } from '../kit/server.ts';
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

export const jewelryops = defineServer({
  name: 'jewelryops',
  instructions:
    "A jeweller's customers, orders, stock and internal notes. Ids look like CUST-001, ORD-1001, RNG-GLD-001.",
  data: 'jewelryops',
  tools: [
    getCustomer,
    listCustomers,
    searchCustomers,
    getOrder,
    listOrders,
    getInventoryItem,
    listInventory,
    checkStock,
    getNotes,
    addNote,
    refundOrder,
    cancelOrder,
    updateInventory,
  ],
});

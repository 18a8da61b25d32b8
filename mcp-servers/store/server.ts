import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import type { ToolDatabase } from '../database.ts';
import { billingCreateBill } from './tools/billing-create-bill.ts';
import { billingGetBill } from './tools/billing-get-bill.ts';
import { billingListBills } from './tools/billing-list-bills.ts';
import { billingPreviewBill } from './tools/billing-preview-bill.ts';
import { inventoryAddItem } from './tools/inventory-add-item.ts';
import { inventoryDeleteItem } from './tools/inventory-delete-item.ts';
import { inventoryListItems } from './tools/inventory-list-items.ts';
import { inventoryUpdateItem } from './tools/inventory-update-item.ts';

export function createStore(db: ToolDatabase): McpServer {
  const server = new McpServer(
    { name: 'store', version: '1.0.0' },
    {
      instructions:
        "A small store's items with their stock, and the bills that take from it. Ids look like ITEM-001 and BILL-0001.",
    },
  );
  inventoryListItems(server, db);
  inventoryAddItem(server, db);
  inventoryUpdateItem(server, db);
  inventoryDeleteItem(server, db);
  billingPreviewBill(server, db);
  billingCreateBill(server, db);
  billingGetBill(server, db);
  billingListBills(server, db);
  return server;
}

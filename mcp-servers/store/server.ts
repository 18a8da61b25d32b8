import { defineServer } from '../kit/server.ts';
import { billingCreateBill } from './tools/billing-create-bill.ts';
import { billingGetBill } from './tools/billing-get-bill.ts';
import { billingListBills } from './tools/billing-list-bills.ts';
import { billingPreviewBill } from './tools/billing-preview-bill.ts';
import { inventoryAddItem } from './tools/inventory-add-item.ts';
import { inventoryDeleteItem } from './tools/inventory-delete-item.ts';
import { inventoryListItems } from './tools/inventory-list-items.ts';
import { inventoryUpdateItem } from './tools/inventory-update-item.ts';

export const store = defineServer({
  name: 'store',
  instructions:
    "A small store's items with their stock, and the bills that take from it. Ids look like ITEM-001 and BILL-0001.",
  data: 'store',
  tools: [
    inventoryListItems,
    inventoryAddItem,
    inventoryUpdateItem,
    inventoryDeleteItem,
    billingPreviewBill,
    billingCreateBill,
    billingGetBill,
    billingListBills,
  ],
});

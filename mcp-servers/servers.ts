import type { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { seedBank } from '../prisma/seed/bank.ts';
import { seedHelpdesk } from '../prisma/seed/helpdesk.ts';
import { seedIt } from '../prisma/seed/it.ts';
import { seedJewelryops } from '../prisma/seed/jewelryops.ts';
import type { Place } from '../prisma/seed/load.ts';
import { seedNotion } from '../prisma/seed/notion.ts';
import { seedStore } from '../prisma/seed/store.ts';
import { createBank } from './bank/server.ts';
import type { ToolDatabase } from './database.ts';
import { createHelpdesk } from './helpdesk/server.ts';
import { createAssets } from './it/assets/server.ts';
import { createBilling } from './it/billing/server.ts';
import { createCustomers } from './it/customers/server.ts';
import { createKb } from './it/kb/server.ts';
import { createTickets } from './it/tickets/server.ts';
import { createJewelryops } from './jewelryops/server.ts';
import { createNotion } from './notion/server.ts';
import { createStore } from './store/server.ts';

export type BuiltInServer = {
  create(db: ToolDatabase): McpServer;
  /** The data's name, and its Postgres schema. Servers that share it share both. */
  data: string;
  /** Loads the demonstration data once per tenant, dated relative to `today`. */
  seed(place: Place, today: Date): Promise<void>;
};

export const servers = {
  jewelryops: { data: 'jewelryops', create: createJewelryops, seed: seedJewelryops },
  helpdesk: { data: 'helpdesk', create: createHelpdesk, seed: seedHelpdesk },
  notion: { data: 'notion', create: createNotion, seed: seedNotion },
  customers: { data: 'it', create: createCustomers, seed: seedIt },
  billing: { data: 'it', create: createBilling, seed: seedIt },
  assets: { data: 'it', create: createAssets, seed: seedIt },
  tickets: { data: 'it', create: createTickets, seed: seedIt },
  kb: { data: 'it', create: createKb, seed: seedIt },
  store: { data: 'store', create: createStore, seed: seedStore },
  bank: { data: 'bank', create: createBank, seed: seedBank },
} satisfies Record<string, BuiltInServer>;

import type { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { seedJewelryops } from '../prisma/seed/jewelryops.ts';
import type { ToolDatabase } from './database.ts';
import { createJewelryops } from './jewelryops/server.ts';

export type BuiltInServer = {
  create(db: ToolDatabase): McpServer;
  /** Loads the demonstration data once per tenant, dated relative to `today`. */
  seed(db: ToolDatabase, today: Date): Promise<void>;
};

export const servers = {
  jewelryops: { create: createJewelryops, seed: seedJewelryops },
} satisfies Record<string, BuiltInServer>;

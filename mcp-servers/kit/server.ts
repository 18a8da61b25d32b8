import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { loadOnce, type SeedTarget } from '../../prisma/seed/load.ts';
import type { ToolDatabase } from './database.ts';
import type { Tool } from './tool.ts';

type Definition = {
  name: string;
  /** What a model is told of the server. */
  instructions: string;
  /** Names the Postgres schema and the demonstration data in prisma/seed/. Servers may share both. */
  data: string;
  tools: Tool[];
};

export type BuiltInServer = {
  data: string;
  /** Loads the demonstration data once per tenant, dated relative to `today`. */
  seed(place: SeedTarget, today: Date): Promise<void>;
  create(db: ToolDatabase, offered?: 'all tools' | 'reading tools'): McpServer;
};

export function defineServer({ name, instructions, data, tools }: Definition): BuiltInServer {
  return {
    data,
    seed: (place, today) => loadOnce(place, data, today),
    create(db, offered = 'all tools') {
      const server = new McpServer({ name, version: '1.0.0' }, { instructions });
      for (const tool of tools) {
        if (offered === 'all tools' || tool.does === 'reads') tool.addTo(server, name, db);
      }
      return server;
    },
  };
}

import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import type { ToolDatabase } from '../database.ts';
import { createIssue } from './tools/create-issue.ts';
import { getIssue } from './tools/get-issue.ts';
import { listIssues } from './tools/list-issues.ts';

export function createNotion(db: ToolDatabase): McpServer {
  const server = new McpServer(
    { name: 'notion', version: '1.0.0' },
    {
      instructions:
        "The jeweller's issues in Notion: what has to be repaired, reordered, delivered or asked. Ids look like ISSUE-001; " +
        'an issue may name a customer (CUST-001), an order (ORD-1001) and an item (RNG-GLD-001) of jewelryops.',
    },
  );
  getIssue(server, db);
  listIssues(server, db);
  createIssue(server, db);
  return server;
}

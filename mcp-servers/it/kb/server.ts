import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import type { ToolDatabase } from '../../database.ts';
import { findRelatedArticles } from './tools/find-related-articles.ts';
import { getArticle } from './tools/get-article.ts';
import { getCommonFixes } from './tools/get-common-fixes.ts';
import { searchSolutions } from './tools/search-solutions.ts';

export function createKb(db: ToolDatabase): McpServer {
  const server = new McpServer(
    { name: 'kb', version: '1.0.0' },
    { instructions: 'The knowledge base of IT support: how problems were solved. Ids of articles look like KB-001.' },
  );
  searchSolutions(server, db);
  getArticle(server, db);
  findRelatedArticles(server, db);
  getCommonFixes(server, db);
  return server;
}

import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import type { ToolDatabase } from '../../database.ts';
import { checkWarranty } from './tools/check-warranty.ts';
import { getAssetHistory } from './tools/get-asset-history.ts';
import { getSoftwareLicenses } from './tools/get-software-licenses.ts';
import { lookupAsset } from './tools/lookup-asset.ts';

export function createAssets(db: ToolDatabase): McpServer {
  const server = new McpServer(
    { name: 'assets', version: '1.0.0' },
    {
      instructions:
        'The machines that IT support looks after: specifications, warranties, software licenses, history. ' +
        'Ids look like AST-SRV-001 (server), AST-WKS-001 (workstation), AST-LAP-001 (laptop).',
    },
  );
  lookupAsset(server, db);
  checkWarranty(server, db);
  getSoftwareLicenses(server, db);
  getAssetHistory(server, db);
  return server;
}

import { defineServer } from '../../kit/server.ts';
import { checkWarranty } from './tools/check-warranty.ts';
import { getAssetHistory } from './tools/get-asset-history.ts';
import { getSoftwareLicenses } from './tools/get-software-licenses.ts';
import { lookupAsset } from './tools/lookup-asset.ts';

export const assets = defineServer({
  name: 'assets',
  instructions:
    'The machines that IT support looks after: specifications, warranties, software licenses, history. ' +
    'Ids look like AST-SRV-001 (server), AST-WKS-001 (workstation), AST-LAP-001 (laptop).',
  data: 'it',
  tools: [lookupAsset, checkWarranty, getSoftwareLicenses, getAssetHistory],
});

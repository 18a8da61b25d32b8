import type { Prisma } from '../../client/client.ts';
import { loadAssetHistory } from './asset-history.ts';
import { loadAssets } from './assets.ts';
import { loadCustomers } from './customers.ts';
import { loadInvoices } from './invoices.ts';
import { loadLicenses } from './licenses.ts';

/** What the servers customers, billing and assets read; tickets refer to it, so it comes first. */
export async function loadAccounts(tx: Prisma.TransactionClient, tenant: string, today: Date): Promise<void> {
  await loadCustomers(tx, tenant, today);
  await loadInvoices(tx, tenant, today);
  await loadAssets(tx, tenant, today);
  await loadLicenses(tx, tenant, today);
  await loadAssetHistory(tx, tenant, today);
}

import type { Prisma } from '../../client/client.ts';
import { dayFrom } from '../load.ts';

export async function loadLicenses(tx: Prisma.TransactionClient, tenant: string, today: Date): Promise<void> {
  await tx.itLicense.createMany({ data: LICENSES.map((row) => licenseRow(tenant, row, today)) });
  await tx.itInstall.createMany({ data: LICENSES.flatMap((row) => installRows(tenant, row)) });
}

function licenseRow(tenant: string, row: LicenseSeed, today: Date) {
  const [id, customerId, product, vendor, kind, seats, used, keyEndsWith, expiresInDays] = row;
  const expiresOn = expiresInDays === null ? null : dayFrom(today, expiresInDays);
  return { tenant, id, customerId, product, vendor, kind, seats, used, keyEndsWith, expiresOn };
}

function installRows(tenant: string, row: LicenseSeed) {
  const [licenseId, customerId] = row;
  return row[9].map((assetId) => ({ tenant, licenseId, assetId, customerId }));
}

type LicenseSeed = [
  id: string,
  customerId: string,
  product: string,
  vendor: string,
  kind: 'per_user' | 'per_device' | 'per_core' | 'site',
  seats: number,
  used: number,
  keyEndsWith: string,
  /** Counted from the day of loading; null where it never expires. */
  expiresInDays: number | null,
  assets: string[],
];
const LICENSES: LicenseSeed[] = [
  ['LIC-001', 'CUST-001', 'Ubuntu Pro', 'Canonical', 'per_device', 6, 4, 'H7QD2', 210, ['AST-SRV-001']],
  [
    'LIC-002',
    'CUST-001',
    'Oracle Database Standard Edition 2',
    'Oracle',
    'per_core',
    32,
    32,
    'K90XT',
    52,
    ['AST-SRV-001'],
  ],
  ['LIC-003', 'CUST-001', 'AutoCAD', 'Autodesk', 'per_user', 15, 14, 'P3M8W', 33, ['AST-WKS-001']],
  [
    'LIC-004',
    'CUST-001',
    'Microsoft 365 Business Premium',
    'Microsoft',
    'per_user',
    120,
    113,
    'R2C6N',
    140,
    ['AST-WKS-001'],
  ],
  [
    'LIC-005',
    'CUST-002',
    'Windows Server 2022 Datacenter',
    'Microsoft',
    'per_core',
    64,
    48,
    'V8KJ4',
    null,
    ['AST-SRV-002'],
  ],
  ['LIC-006', 'CUST-002', 'Microsoft 365 E3', 'Microsoft', 'per_user', 250, 262, 'B5YQ9', 88, ['AST-LAP-001']],
  ['LIC-007', 'CUST-002', 'Cisco Secure Client', 'Cisco', 'per_user', 200, 171, 'X1TG7', 19, ['AST-LAP-001']],
  ['LIC-008', 'CUST-007', 'NVIDIA AI Enterprise', 'NVIDIA', 'per_device', 4, 4, 'N6ZL0', 300, ['AST-SRV-003']],
  [
    'LIC-009',
    'CUST-007',
    'JetBrains All Products Pack',
    'JetBrains',
    'per_user',
    40,
    36,
    'D4FW3',
    121,
    ['AST-LAP-003'],
  ],
  ['LIC-010', 'CUST-003', 'Veeam Backup Essentials', 'Veeam', 'per_device', 10, 7, 'S9RB5', -12, ['AST-SRV-004']],
  [
    'LIC-011',
    'CUST-003',
    'Microsoft 365 Business Standard',
    'Microsoft',
    'per_user',
    45,
    39,
    'M2HX8',
    176,
    ['AST-LAP-004'],
  ],
  ['LIC-012', 'CUST-004', 'Adobe Creative Cloud', 'Adobe', 'per_user', 8, 8, 'C7VE1', 61, ['AST-WKS-002']],
  ['LIC-013', 'CUST-005', 'Adobe Acrobat Pro', 'Adobe', 'per_user', 25, 21, 'T8PA6', 244, ['AST-WKS-003']],
  [
    'LIC-014',
    'CUST-006',
    'Microsoft 365 A3 for Education',
    'Microsoft',
    'site',
    400,
    355,
    'L0UG2',
    27,
    ['AST-LAP-002'],
  ],
  ['LIC-015', 'CUST-008', 'Ignition SCADA', 'Inductive Automation', 'per_device', 2, 1, 'Z3NK4', null, ['AST-WKS-004']],
];

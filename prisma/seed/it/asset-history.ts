import type { Prisma } from '../../client/client.ts';
import { dayFrom } from '../load.ts';

export async function loadAssetHistory(tx: Prisma.TransactionClient, tenant: string, today: Date): Promise<void> {
  const events = Object.entries(HISTORY).flatMap(([assetId, rows]) =>
    rows.map((row, at) => eventRow(tenant, assetId, at + 1, row, today)),
  );
  await tx.itAssetEvent.createMany({ data: events });
}

function eventRow(tenant: string, assetId: string, number: number, row: EventSeed, today: Date) {
  const [kind, days, summary, doneBy, dollars, ticketId = null] = row;
  const cost = dollars === null ? null : dollars.toFixed(2);
  return { tenant, assetId, number, kind, happenedOn: dayFrom(today, -days), summary, doneBy, cost, ticketId };
}

type EventSeed = [
  kind: 'purchase' | 'repair' | 'upgrade' | 'move' | 'incident',
  /** Before the day of loading. */
  days: number,
  summary: string,
  doneBy: string,
  dollars: number | null,
  ticketId?: string,
];
const HISTORY: Record<string, EventSeed[]> = {
  'AST-SRV-001': [
    ['purchase', 1058, 'Bought from Dell with ProSupport Plus', 'Dana Whitmore', 28_400],
    ['move', 1040, 'Installed in the server room, rack B2', 'Field team', null],
    ['upgrade', 540, 'Memory raised from 128 to 256 GB', 'Kevin Tran', 2150],
    ['repair', 301, 'Second power supply replaced under warranty', 'Dell engineer', 0],
    ['upgrade', 97, 'Database moved to new storage, two NVMe drives added', 'Field team', 841],
    ['incident', 6, 'Data volume nearly full, queries slow', 'Kevin Tran', null, 'TKT-006'],
  ],
  'AST-SRV-002': [
    ['purchase', 610, 'Bought from HPE with Tech Care Critical', 'Dana Whitmore', 21_900],
    ['move', 598, 'Installed in the basement data room', 'Field team', null],
    ['upgrade', 205, 'Two 960 GB drives added', 'Paul Delgado', 780],
    ['incident', 3, 'Records service did not start after an update', 'Paul Delgado', null, 'TKT-002'],
  ],
  'AST-SRV-003': [
    ['purchase', 330, 'Bought from Supermicro', 'Dana Whitmore', 96_500],
    ['upgrade', 150, 'Memory raised from 512 to 768 GB', 'Priscilla Okoye', 3900],
    ['repair', 64, 'Noisy fan module replaced under warranty', 'Field team', 0],
    ['incident', 2, 'Kernel panic during a training run', 'Priscilla Okoye', null, 'TKT-004'],
  ],
  'AST-SRV-004': [
    ['purchase', 815, 'Bought from Lenovo with Premier Support', 'Luis Ortega', 7600],
    ['move', 700, 'Moved from the warehouse to office 2 of the terminal', 'Field team', null],
    ['repair', 233, 'Failed disk in bay 3 replaced, array rebuilt', 'Lenovo engineer', 0],
    ['incident', 5, 'Disk full, dispatch could not save files', 'Marcus Boyd', null, 'TKT-003'],
  ],
  'AST-WKS-001': [
    ['purchase', 520, 'Bought from Dell with ProSupport', 'Dana Whitmore', 6900],
    ['upgrade', 260, 'Graphics card changed for an RTX A4000', 'Field team', 1080],
    ['move', 118, 'Moved to the new design office', 'Isaac Bloom', null],
    ['incident', 4, 'Blue screens while drawings are open', 'Isaac Bloom', null, 'TKT-001'],
  ],
  'AST-WKS-002': [
    ['purchase', 415, 'Bought from Apple with AppleCare+', 'Luis Ortega', 5200],
    ['upgrade', 190, 'External 8 TB array attached', 'Theo Nakamura', 640],
    ['incident', 7, 'Restarts by itself while rendering', 'Theo Nakamura', null, 'TKT-005'],
  ],
  'AST-WKS-003': [
    ['purchase', 640, 'Bought from HP with a Care Pack', 'Luis Ortega', 1890],
    ['move', 402, 'Moved from reception to the records room', 'Noah Feld', null],
    ['upgrade', 176, 'Memory raised from 16 to 32 GB', 'Field team', 95],
    ['incident', 8, 'Documents do not print', 'Simone Archer', null, 'TKT-007'],
  ],
  'AST-WKS-004': [
    ['purchase', 268, 'Bought from Lenovo for line 1', 'Luis Ortega', 1640],
    ['move', 260, 'Installed at the control desk of line 1', 'Field team', null],
    ['repair', 91, 'Network card replaced after a power surge', 'Lenovo engineer', 0],
    ['incident', 9, 'Loses the network during the shift', 'Eddie Carmichael', null, 'TKT-009'],
  ],
  'AST-LAP-001': [
    ['purchase', 480, 'Bought from Dell with ProSupport', 'Dana Whitmore', 2150],
    ['repair', 214, 'Keyboard replaced', 'Dell engineer', 0],
    ['incident', 10, 'VPN drops during ward rounds', 'Dr. Anika Rao', null, 'TKT-010'],
  ],
  'AST-LAP-002': [
    ['purchase', 510, 'Bought with eleven others for the middle school', 'Dana Whitmore', 610],
    ['repair', 330, 'Hinge replaced that cracked in a fall, which no warranty covers', 'Acer depot', 85],
    ['move', 121, 'Given from room 12 to Sam Whitaker', 'Gloria Benitez', null],
    ['incident', 12, 'Does not charge, battery swollen', 'Sam Whitaker', null, 'TKT-008'],
    ['repair', 11, 'Sent in for a new battery', 'Field team', 129, 'TKT-008'],
    ['incident', 1, 'Windows update had failed each night before it broke', 'Gloria Benitez', null, 'TKT-015'],
  ],
  'AST-LAP-003': [
    ['purchase', 340, 'Bought from Apple', 'Dana Whitmore', 4300],
    ['move', 300, 'Given from the founder to Yusuf Demir', 'Lena Fischer', null],
    ['incident', 11, 'Wi-Fi drops since the last system update', 'Yusuf Demir', null, 'TKT-011'],
  ],
  'AST-LAP-004': [
    ['purchase', 390, 'Bought from Lenovo with Premier Support', 'Luis Ortega', 1480],
    ['upgrade', 145, 'Second screen and dock added', 'Field team', 310],
    ['incident', 13, 'Asks for the BitLocker key at every start', 'Tessa Lindgren', null, 'TKT-012'],
  ],
};

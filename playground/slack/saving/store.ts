import { randomBytes } from 'node:crypto';
import { PrismaPg } from '@prisma/adapter-pg';
import { PrismaClient } from '../../../prisma/client/client.ts';
import { openPool, withSettings } from '../../../prisma/connection.ts';
import { loadAll } from './load.ts';
import { write } from './rows.ts';
import type { Secrets, Store } from './types.ts';

const MAX_CONNECTIONS = 3;
/** A file may be large, and the machine slow. */
const TRANSACTION = { maxWait: 10_000, timeout: 15_000 };

/** Opens this team's workspace as Postgres has it, and takes it over from any other process. */
export async function openStore(url: string, teamId = 'T0PLAYGROUND'): Promise<Store> {
  const bound = withSettings(url, { role: 'countersign_playground', 'countersign.tenant': teamId });
  const pool = openPool({ connectionString: bound, max: MAX_CONNECTIONS, application_name: 'playground' }, () => {});
  const prisma = new PrismaClient({
    errorFormat: 'minimal',
    adapter: new PrismaPg(pool),
    transactionOptions: TRANSACTION,
  });
  const close = async () => {
    await prisma.$disconnect();
    await pool.end();
  };
  try {
    const epoch = await takeOver(prisma, teamId);
    const saved = await loadAll(prisma, teamId);
    return {
      teamId,
      saved,
      save: (rows, { lastMicros, ids }) =>
        prisma.$transaction(async (tx) => {
          const counters = { lastMicros: BigInt(lastMicros), lastId: BigInt(ids) };
          const mine = await tx.playgroundWorkspace.updateMany({ where: { team: teamId, epoch }, data: counters });
          if (mine.count === 0) return 'taken_over';
          for (const row of rows) await write(tx, teamId, row);
          return 'saved';
        }),
      async bytesOf(file) {
        const found = await prisma.playgroundFile.findUnique({ where: { team_id: { team: teamId, id: file } } });
        return found?.bytes;
      },
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Returns the epoch in which this process may write. */
async function takeOver(prisma: PrismaClient, team: string): Promise<number> {
  const { epoch } = await prisma.playgroundWorkspace.upsert({
    where: { team },
    create: { team, epoch: 1, ...newSecrets() },
    update: { epoch: { increment: 1 } },
  });
  return epoch;
}

function newSecrets(): Secrets {
  const secret = (bytes: number): string => randomBytes(bytes).toString('hex');
  return { botToken: `xoxb-${secret(12)}`, appToken: `xapp-1-${secret(12)}`, signingSecret: secret(16) };
}

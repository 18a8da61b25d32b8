import { PrismaPg } from '@prisma/adapter-pg';
import { type Prisma, PrismaClient } from '../../prisma/client/client.ts';
import { openPool, statementNames, withSettings } from '../../prisma/connection.ts';

const MAX_CONNECTIONS = 8;

export type ToolDatabase = {
  readonly prisma: PrismaClient;
  readonly tenant: string;
  close(): Promise<void>;
};

/** The tenant's tables: of a transaction where a tool changes something. */
export type Tables = { readonly prisma: Prisma.TransactionClient; readonly tenant: string };

/** A connection pool of the tool servers: each connection takes the tools' role and the tenant as it opens. */
export function openToolDatabase(url: string, tenant: string): ToolDatabase {
  const bound = withSettings(url, { role: 'countersign_tools', 'countersign.tenant': checked(tenant) });
  const pool = openPool({ connectionString: bound, max: MAX_CONNECTIONS, allowExitOnIdle: true }, (error) =>
    console.error(`An idle Postgres connection of the tools was lost: ${error.message}`),
  );
  const adapter = new PrismaPg(pool, { statementNameGenerator: statementNames() });
  const prisma = new PrismaClient({
    errorFormat: 'minimal',
    adapter,
    transactionOptions: { maxWait: 10_000, timeout: 15_000 },
  });
  return {
    prisma,
    tenant,
    async close() {
      await prisma.$disconnect();
      await pool.end();
    },
  };
}

function checked(tenant: string): string {
  if (/^[^\p{Cc}]{1,200}$/u.test(tenant)) return tenant;
  throw new Error('A tenant needs a name of 1 to 200 characters, none of them a control character.');
}

import type { Database } from './database.ts';

/** The name that this installation was given with its tables, the same for all its processes. */
export async function installationOf(db: Database): Promise<string> {
  const { id } = await db.read('', (prisma) => prisma.installation.findFirstOrThrow());
  return id;
}

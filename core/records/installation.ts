import type { Database } from './database.ts';

/** The name of this installation, made with its tables and the same for all its processes. */
export async function installationOf(db: Database): Promise<string> {
  const { id } = await db.read('', (prisma) => prisma.installation.findFirstOrThrow());
  return id;
}

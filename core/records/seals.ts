import type { Database } from './database.ts';
import { transitionsSchema } from './install.ts';

/** Stores an encrypted secret. The transition that ends a signed call deletes its secrets. */
export async function putSeal(db: Database, tenant: string, id: string, box: Uint8Array<ArrayBuffer>): Promise<void> {
  await db.read(
    tenant,
    (tx) => tx.$executeRaw`insert into countersign.sealed (tenant, id, box) values (${tenant}, ${id}, ${box})
                           on conflict do nothing`,
  );
}

export async function getSeal(db: Database, tenant: string, id: string): Promise<Uint8Array | null> {
  const rows = await db.read(
    tenant,
    (tx) => tx.$queryRaw<{ box: Uint8Array }[]>`select box from countersign.sealed
                                                 where tenant = ${tenant} and id = ${id}`,
  );
  return rows[0]?.box ?? null;
}

/** Deletes seals, except those that an open call also uses. */
export async function dropSeals(db: Database, tenant: string, ids: string[]): Promise<void> {
  await db.read(tenant, (tx) =>
    tx.$queryRawUnsafe(`select ${transitionsSchema}.drop_seals($1, $2::jsonb)::text`, tenant, JSON.stringify(ids)),
  );
}

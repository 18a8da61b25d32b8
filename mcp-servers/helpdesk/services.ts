import type { Prisma } from '../../prisma/client/client.ts';

export type Service = { id: string; name: string };

/** By its id or its name, in any case, written with spaces or with hyphens. */
export async function findService(
  db: Prisma.TransactionClient,
  tenant: string,
  asked: string,
): Promise<Service | undefined> {
  const [found] = await db.$queryRaw<Service[]>`
    with slug as (
      select trim(both '-' from regexp_replace(lower(${asked}), '[^a-z0-9]+', '-', 'g')) as asked
    )
    select id, name from helpdesk.services, slug
    where tenant = ${tenant} and slug.asked in (id, regexp_replace(lower(name), '[^a-z0-9]+', '-', 'g'))
    order by id = slug.asked desc, id limit 1`;
  return found;
}

const NEAREST = 5;

export async function noSuchService(db: Prisma.TransactionClient, tenant: string, asked: string): Promise<string> {
  const near = await db.$queryRaw<Service[]>`
    select id, name from helpdesk.services where tenant = ${tenant}
    order by greatest(similarity(${asked}, id), word_similarity(${asked}, name)) desc, id limit ${NEAREST}`;
  const named = near.map(({ id, name }) => `${id} (${name})`).join(', ');
  return `There is no service "${asked}". The nearest are: ${named}.`;
}

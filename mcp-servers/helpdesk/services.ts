import { type Refused, refused } from '../kit/answers.ts';
import type { Tables } from '../kit/database.ts';

export type Service = { id: string; name: string };

/** Finds a service by its id or its name, in any case, written with spaces or with hyphens. */
export async function findService({ prisma, tenant }: Tables, asked: string): Promise<Service | undefined> {
  const [found] = await prisma.$queryRaw<Service[]>`
    with slug as (
      select trim(both '-' from regexp_replace(lower(${asked}), '[^a-z0-9]+', '-', 'g')) as asked
    )
    select id, name from helpdesk.services, slug
    where tenant = ${tenant} and slug.asked in (id, regexp_replace(lower(name), '[^a-z0-9]+', '-', 'g'))
    order by id = slug.asked desc, id limit 1`;
  return found;
}

const NEAREST = 5;

/** Names the services that come near. */
export async function noSuchService({ prisma, tenant }: Tables, asked: string): Promise<Refused> {
  const near = await prisma.$queryRaw<Service[]>`
    select id, name from helpdesk.services where tenant = ${tenant}
    order by greatest(similarity(${asked}, id), word_similarity(${asked}, name)) desc, id limit ${NEAREST}`;
  const named = near.map(({ id, name }) => `${id} (${name})`).join(', ');
  return refused(`There is no service "${asked}". The nearest are: ${named}.`);
}

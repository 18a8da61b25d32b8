import type { Prisma } from '../../prisma/client/client.ts';

export type Touched = {
  id: string;
  company: string;
  plan: string;
  status: string;
  open_tickets: number;
  depth: number;
  path: string[];
};
export type Impact = {
  total: number;
  direct: number;
  by_plan: Record<string, number>;
  /** How many services, of which only the nearest are told. */
  reached: number;
  services: { id: string; depth: number; path: string[] }[];
  customers: Touched[];
};

const NEAREST = 50;

/**
 * Whom trouble in some services reaches: those who use one of them, and those who use what depends on one, however
 * far. Goes outward one step at a time and never twice to a service, so a circle ends and the first way found is a
 * shortest one; of several of one length, that by the first in order of ids is told. Ways are put together only for what
 * is shown: those to the services of a long chain come to its length squared.
 */
export async function impactOf(
  db: Prisma.TransactionClient,
  tenant: string,
  services: string[],
  { limit, offset }: { limit: number; offset: number },
): Promise<Impact> {
  const [impact] = await db.$queryRaw<Impact[]>`
    with recursive step (depth, services, seen) as (
      select 0, ${services}::text[], ${services}::text[]
      union all
      select step.depth + 1, next.services, step.seen || next.services
      from step cross join lateral (
        select array_agg(distinct service_id) as services from helpdesk.dependencies
        where tenant = ${tenant} and depends_on = any(step.services) and service_id <> all(step.seen)
      ) next
      where next.services is not null
    ), reached as (
      select depth, id from step cross join unnest(services) id
    ), through as (
      select reached.id, reached.depth, min(edge.depends_on) as via
      from reached
      join helpdesk.dependencies edge on edge.tenant = ${tenant} and edge.service_id = reached.id
      join reached before on before.id = edge.depends_on and before.depth = reached.depth - 1
      group by reached.id, reached.depth
    ), nearest as (
      select distinct on (used.customer_id) used.customer_id, used.service_id, reached.depth
      from reached join helpdesk.subscriptions used on used.tenant = ${tenant} and used.service_id = reached.id
      order by used.customer_id, reached.depth, used.service_id
    ), touched as (
      select c.id, c.company, c.plan, c.status, nearest.depth, nearest.service_id
      from nearest join helpdesk.customers c on c.tenant = ${tenant} and c.id = nearest.customer_id
    ), paged as (
      select touched.*, (
        select count(*) from helpdesk.tickets
        where tenant = ${tenant} and customer_id = touched.id and status <> 'solved'
      ) as open_tickets
      from touched order by depth, id limit ${limit} offset ${offset}
    ), first as (
      select id, depth from reached order by depth, id limit ${NEAREST}
    ), back (target, id) as (
      select id, id from first
      union
      select service_id, service_id from paged
      union all
      select back.target, through.via from back join through on through.id = back.id
    ), way as (
      select target as id, array_agg(id order by depth) as path from back join reached using (id) group by target
    )
    select (select count(*)::int from touched) as total,
      (select count(*)::int from touched where depth = 0) as direct,
      (select coalesce(jsonb_object_agg(plan, customers), '{}')
       from (select plan, count(*) as customers from touched group by plan) plans) as by_plan,
      (select count(*)::int from reached) as reached,
      (select coalesce(jsonb_agg(jsonb_build_object('id', id, 'depth', depth, 'path', path) order by depth, id), '[]')
       from first join way using (id)) as services,
      (select coalesce(jsonb_agg(to_jsonb(paged) - 'service_id' || jsonb_build_object('path', path)
        order by depth, paged.id), '[]')
       from paged join way on way.id = paged.service_id) as customers`;
  return impact ?? { total: 0, direct: 0, by_plan: {}, reached: 0, services: [], customers: [] };
}

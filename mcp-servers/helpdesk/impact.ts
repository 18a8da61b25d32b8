import type { Tables } from '../kit/database.ts';

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
  /** How many services; only the nearest are in `services`. */
  reached: number;
  services: { id: string; depth: number; path: string[] }[];
  customers: Touched[];
};

const NEAREST = 50;

/**
 * The customers whom trouble in some services reaches: users of one of them, and users of whatever depends on one, however
 * far. The search goes outward step by step and never visits a service twice, so circles end and the path found first is a
 * shortest one; of several that short, the first in order of ids. Paths are built for the rows shown only: all paths of a
 * long chain would take its length squared.
 */
export async function impactOf(
  { prisma, tenant }: Tables,
  services: string[],
  { limit, offset }: { limit: number; offset: number },
): Promise<Impact> {
  const [impact] = await prisma.$queryRaw<Impact[]>`
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

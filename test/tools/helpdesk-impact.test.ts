import { PrismaPg } from '@prisma/adapter-pg';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { impactOf } from '../../mcp-servers/helpdesk/impact.ts';
import { PrismaClient } from '../../prisma/client/client.ts';
import { hostServer, type Opened } from './kit.ts';

const host = hostServer('helpdesk');

describe('get_incident_impact', () => {
  test('tells whom an incident touches, how far off, and by which way', async () => {
    const { call } = await host.open('read only');
    const { data, text } = await call('get_incident_impact', { incident_id: 'INC-001' });
    expect(data).toMatchObject({
      summary: { direct: 0, indirect: 7, by_plan: { free: 0, starter: 3, business: 1, enterprise: 3 } },
      services: expect.arrayContaining([
        { id: 'auth-database', depth: 0, path: 'INC-001 → auth-database' },
        {
          id: 'mobile-app',
          depth: 3,
          path: 'INC-001 → auth-database → identity-api → customer-portal → mobile-app',
        },
      ]),
    });
    expect(data?.services).toHaveLength(6);
    expect(data?.customers).toMatchObject([
      { id: 'CUST-007', reach: 'indirect', depth: 1, open_tickets: 1, plan: 'enterprise' },
      {
        id: 'CUST-003',
        status: 'active',
        open_tickets: 0,
        path: 'INC-001 → auth-database → identity-api → customer-portal → CUST-003',
      },
      { id: 'CUST-005', depth: 2, status: 'past_due' },
      { id: 'CUST-006', depth: 2, path: 'INC-001 → auth-database → identity-api → admin-console → CUST-006' },
      { id: 'CUST-001', depth: 3, open_tickets: 1 },
      { id: 'CUST-004', depth: 3 },
      { id: 'CUST-011', depth: 3 },
    ]);
    expect(text).toContain('touches 7 customers, 0 directly and 7 through dependencies (3 starter, 1 business');
    expect(text).toContain('identity-api → customer-portal → CUST-003');
    const beyond = await call('get_incident_impact', { incident_id: 'INC-001', offset: 7 });
    expect(beyond.text).toContain('None of them lies beyond the offset.');
  });

  test('begins at every service that the incident is in', async () => {
    const { call } = await host.open('read only');
    const { data } = await call('get_incident_impact', { incident_id: 'INC-002' });
    expect(data).toMatchObject({ total: 9, summary: { direct: 2, indirect: 7 } });
    expect(data?.customers).toMatchObject([
      { id: 'CUST-002', reach: 'direct', depth: 0, path: 'INC-002 → notifications → CUST-002' },
      { id: 'CUST-008', reach: 'direct', depth: 0 },
      { id: 'CUST-001', depth: 1, path: 'INC-002 → notifications → mobile-app → CUST-001' },
      ...Array.from({ length: 6 }, () => ({ reach: 'indirect' })),
    ]);
  });

  test('says when nobody is touched', async () => {
    const { call, db } = await host.open();
    await db.prisma.helpdeskService.create({ data: { tenant: db.tenant, id: 'wiki', name: 'Wiki', team: 'Web' } });
    const said = await call('get_incident_impact', { service: 'Wiki' });
    expect(said).toMatchObject({ isError: false, data: { total: 0, customers: [] } });
    expect(said.text).toContain('touches no customer');
  });

  test('ends where services depend on each other in a circle', async () => {
    const { call, db } = await host.open();
    await depend(db, [
      ['auth-database', 'mobile-app'],
      ['identity-api', 'admin-console'],
    ]);
    const { data } = await call('get_incident_impact', { service: 'identity-api' });
    expect(data?.customers).toMatchObject([
      { id: 'CUST-007', depth: 0, path: 'identity-api → CUST-007' },
      { id: 'CUST-003', depth: 1, path: 'identity-api → customer-portal → CUST-003' },
      { id: 'CUST-005', depth: 1 },
      { id: 'CUST-006', depth: 1 },
      { id: 'CUST-001', depth: 2 },
      { id: 'CUST-004', depth: 2 },
      { id: 'CUST-011', depth: 2 },
    ]);
    expect(data?.services).toHaveLength(6);
  });

  test('is told in time where thousands of services stand in a row, the nearest of them with their ways', async () => {
    const { call, db } = await host.open();
    const { tenant } = db;
    const ids = Array.from({ length: 3000 }, (_, at) => `row-${at}`);
    await db.prisma.helpdeskService.createMany({ data: ids.map((id) => ({ tenant, id, name: id, team: 'x' })) });
    await depend(
      db,
      ids.slice(1).map((id, at): Edge => [id, `row-${at}`]),
    );
    await db.prisma.helpdeskSubscription.create({ data: { tenant, customerId: 'CUST-012', serviceId: 'row-2999' } });
    const { data } = await call('get_incident_impact', { service: 'row-0' });
    expect(data).toMatchObject({ total: 1, summary: { services: 3000 }, customers: [{ depth: 2999 }] });
    expect(data?.services).toHaveLength(50);
    expect(data?.services).toHaveProperty('49', { id: 'row-49', depth: 49, path: ids.slice(0, 50).join(' → ') });
    expect(data?.customers).toHaveProperty('0.path', [...ids, 'CUST-012'].join(' → '));
  });

  test('finds what a plain search in breadth finds, in any graph', async () => {
    const { db } = await host.open();
    const size = 7;
    const node = fc.integer({ min: 0, max: size - 1 });
    const edges = fc.uniqueArray(fc.tuple(node, node), { maxLength: 20, selector: ([a, b]) => `${a} ${b}` });
    let runs = 0;
    await fc.assert(
      fc.asyncProperty(edges, fc.uniqueArray(node, { minLength: 1, maxLength: 2 }), async (pairs, starts) => {
        const id = (at: number) => `g${runs}-s${at}`;
        runs += 1;
        const { tenant } = db;
        const ids = Array.from({ length: size }, (_, at) => id(at));
        await db.prisma.helpdeskService.createMany({ data: ids.map((id) => ({ tenant, id, name: id, team: 'x' })) });
        const proper = pairs.filter(([a, b]) => a !== b).map(([a, b]): Edge => [id(a), id(b)]);
        await depend(db, proper);
        const roots = starts.map(id);
        const { services } = await impactOf({ prisma: db.prisma, tenant }, roots, { limit: 1, offset: 0 });
        expect(new Map(services.map((each) => [each.id, each.depth]))).toEqual(depthsFrom(roots, proper));
        for (const { id, depth, path } of services) {
          expect(path).toHaveLength(depth + 1);
          expect(roots).toContain(path[0]);
          expect(path.at(-1)).toBe(id);
          const steps = path.slice(1).map((to, at) => `${to} ${path[at]}`);
          expect(proper.map((edge) => edge.join(' '))).toEqual(expect.arrayContaining(steps));
        }
      }),
      { numRuns: 25 },
    );
  });

  test('walks no edge and shows no customer of another tenant, even where nothing but the query keeps them apart', async () => {
    const { db: other, call: callOther } = await host.open();
    await depend(other, [['notifications', 'auth-database']]);
    const tenant = other.tenant;
    await other.prisma.helpdeskSubscription.create({
      data: { tenant, customerId: 'CUST-010', serviceId: 'customer-portal' },
    });
    expect((await callOther('get_incident_impact', { incident_id: 'INC-001' })).data).toMatchObject({ total: 10 });

    const { call, db } = await host.open();
    expect((await call('get_incident_impact', { incident_id: 'INC-001' })).data).toMatchObject({ total: 7 });
    // The owner of the tables is not bound by row-level security.
    const owner = new PrismaClient({ adapter: new PrismaPg({ connectionString: host.url() }) });
    const seen = await impactOf({ prisma: owner, tenant: db.tenant }, ['auth-database'], { limit: 50, offset: 0 });
    await owner.$disconnect();
    expect(seen.total).toBe(7);
    expect(seen.services).toHaveLength(6);
    expect(seen.customers.find(({ id }) => id === 'CUST-007')?.open_tickets).toBe(1);
  });
});

type Edge = [service: string, dependsOn: string];

function depend({ prisma, tenant }: Opened['db'], edges: Edge[]) {
  return prisma.helpdeskDependency.createMany({
    data: edges.map(([serviceId, dependsOn]) => ({ tenant, serviceId, dependsOn })),
  });
}

function depthsFrom(roots: string[], edges: Edge[]): Map<string, number> {
  const depths = new Map(roots.map((root) => [root, 0]));
  // A map tells also what was added to it meanwhile, in the order of adding.
  for (const [at, depth] of depths) {
    for (const [service, dependsOn] of edges) {
      if (dependsOn === at && !depths.has(service)) depths.set(service, depth + 1);
    }
  }
  return depths;
}

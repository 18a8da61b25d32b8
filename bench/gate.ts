import pg from 'pg';
import { deskNamed, readDesks } from '../core/desk/desks.ts';
import { everyoneAlone } from '../core/desk/people.ts';
import { openGate } from '../core/gate/gate.ts';
import { openRate } from '../core/gate/rate-limit.ts';
import { openMcp } from '../core/mcp/mcp.ts';
import { transitionsSchema } from '../core/records/install.ts';
import { openToolDatabase } from '../mcp-servers/kit/database.ts';
import { servers } from '../mcp-servers/servers.ts';

const TURNS = 2000;
/** Each call of a turn is decided when the model asks for it and once more before it runs. */
const CALLS = [
  { name: 'jewelryops__get_customer', arguments: '{"customer_id":"CUST-001"}' },
  { name: 'jewelryops__check_stock', arguments: '{"sku":"RNG-GLD-001"}' },
];

export type GateCost = { decisionsMs: number; auditMs: number };

/** What the gate adds to a turn of the bench: its decisions on two calls, and their lines in the audit. */
export async function measureGate(databaseUrl: string, tenant: string): Promise<GateCost> {
  return { decisionsMs: await decisions(databaseUrl, tenant), auditMs: await audit(databaseUrl, tenant) };
}

async function decisions(databaseUrl: string, tenant: string): Promise<number> {
  const db = openToolDatabase(databaseUrl, tenant);
  const mcp = openMcp(
    {
      jewelryops: {
        kind: 'memory',
        async connect(transport) {
          const server = servers.jewelryops!.create(db);
          await server.connect(transport);
          return { close: () => server.close() };
        },
      },
    },
    { ttlSeconds: 300 },
  );
  const unused = async () => {
    throw new Error('the bench has no secrets');
  };
  const seals = { close: unused, open: unused, forget: unused };
  const gate = openGate(mcp, [], {
    tenant,
    seals,
    rate: openRate(everyoneAlone),
    people: everyoneAlone,
    exceeded: async () => null,
  });
  const read = readDesks('desks');
  if (read.kind === 'broken') throw new Error(read.lines.join('\n'));
  const desk = deskNamed(read.desks, 'jewelry');
  if (!desk) throw new Error('There is no desk jewelry.');
  const caller = { desk, principal: { kind: 'staff' as const, id: 'slack:bench' } };
  const turn = () =>
    Promise.all(CALLS.map((asked) => gate.decide(caller, asked).then(() => gate.decide(caller, asked))));
  for (let warm = 0; warm < TURNS / 4; warm += 1) await turn();
  const began = performance.now();
  for (let done = 0; done < TURNS; done += 1) await turn();
  const spent = performance.now() - began;
  await mcp.close();
  await db.close();
  return spent / TURNS;
}

/** One transaction with a line for each call, less one without. */
async function audit(databaseUrl: string, tenant: string): Promise<number> {
  const client = new pg.Client(databaseUrl);
  await client.connect();
  await client.query("select set_config('countersign.tenant', $1, false)", [tenant]);
  const line = `select ${transitionsSchema}.audit($1, 'call.dispatching', 1, 'bench', null, $2::jsonb) from generate_series(1, $3::int)`;
  const content = JSON.stringify({
    tool: 'jewelryops__get_customer',
    rule: 'allow',
    arguments: { customer_id: 'CUST-001' },
  });
  const timed = async (lines: number) => {
    const began = performance.now();
    for (let done = 0; done < TURNS; done += 1)
      await client.query({ name: 'line', text: line, values: [tenant, content, lines] });
    return (performance.now() - began) / TURNS;
  };
  await timed(CALLS.length);
  const withLines = await timed(CALLS.length);
  const without = await timed(0);
  await client.end();
  return withLines - without;
}

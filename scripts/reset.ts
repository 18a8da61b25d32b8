import { parseArgs } from 'node:util';
import { loadEnv } from '../core/env.ts';
import { fatal } from '../core/log.ts';
import type { BuiltInServer } from '../mcp-servers/kit/server.ts';
import { servers } from '../mcp-servers/servers.ts';
import { migrate } from '../prisma/migrate.ts';
import { emptied, forgetPlayground, type Owner, openOwner, tenantsWith } from '../prisma/seed/empty.ts';
import { reachDatabase } from './database.ts';

const all: [name: string, server: BuiltInServer][] = Object.entries(servers);
const known = [...new Set(all.map(([, { data }]) => data))];
/** Empties the stand-in workspace, which begins anew with the next start. */
const PLAYGROUND = 'playground';
const usage = `npm run reset                    loads the demonstration data of every tool server anew, as on the first day
npm run reset -- store it        only these: ${known.join(', ')}
npm run reset -- --tenant T1     only of this tenant
npm run reset -- playground      forgets all that was said in the stand-in workspace; end npm start before`;

type ResetOptions = { data: string[]; tenant?: string };

function readOptions(args: string[]): ResetOptions {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: { tenant: { type: 'string' }, help: { type: 'boolean', default: false } },
  });
  if (values.help) {
    process.stdout.write(`${usage}\n`);
    process.exit(0);
  }
  const strange = positionals.filter((name) => name !== PLAYGROUND && !known.includes(name));
  if (strange.length > 0) {
    process.stderr.write(`There is no data called ${strange.join(' or ')}.\n${usage}\n`);
    process.exit(2);
  }
  return { data: positionals.length > 0 ? positionals : known, tenant: values.tenant };
}

async function reset(owner: Owner, tenant: string, data: string): Promise<void> {
  const its = all.filter(([, server]) => server.data === data);
  const names = its.map(([name]) => name);
  await its[0]?.[1].seed(emptied(owner, tenant, data, names), new Date());
}

async function resetData(owner: Owner, data: string, only: string | undefined): Promise<void> {
  const tenants = (await tenantsWith(owner, data)).filter((tenant) => only === undefined || tenant === only);
  for (const tenant of tenants) {
    await reset(owner, tenant, data);
    process.stdout.write(`${data}: loaded anew for ${tenant}\n`);
  }
  if (tenants.length === 0) process.stdout.write(`${data}: was never loaded${only ? ` for ${only}` : ''}\n`);
}

async function resetPlayground(owner: Owner, only: string | undefined): Promise<void> {
  const teams = await forgetPlayground(owner, only);
  for (const team of teams) {
    process.stdout.write(`${PLAYGROUND}: forgotten for ${team}; calls that wait there for a signature will expire\n`);
  }
  if (teams.length === 0) process.stdout.write(`${PLAYGROUND}: nothing was ever said${only ? ` in ${only}` : ''}\n`);
}

async function main(): Promise<void> {
  const { data: wanted, tenant: only } = readOptions(process.argv.slice(2));
  const { url, stop } = await reachDatabase(loadEnv());
  const owner = openOwner(url);
  try {
    await migrate(url);
    for (const data of wanted) {
      if (data === PLAYGROUND) await resetPlayground(owner, only);
      else await resetData(owner, data, only);
    }
  } finally {
    await owner.close();
    await stop();
  }
}

await main().catch(fatal);

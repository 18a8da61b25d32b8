import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { servers } from '../../mcp-servers/servers.ts';
import { openStore } from '../../playground/slack/saving/store.ts';
import { createWorkspace } from '../../playground/slack/workspace.ts';
import { bundled } from '../support/programs.ts';
import { atOnce, hostServer, today } from './kit.ts';

const host = hostServer('jewelryops');

async function reset(...args: string[]) {
  const env = { PATH: process.env.PATH, DATABASE_URL: host.url() };
  const run = promisify(execFile)(process.execPath, [...bundled('scripts/reset.ts'), ...args], { env });
  return run.then(
    ({ stdout }) => ({ code: 0, said: stdout }),
    ({ code, stderr }) => ({ code: Number(code), said: String(stderr) }),
  );
}

describe('npm run reset', () => {
  test('brings the first day back for one tenant, its used keys included, and leaves the others alone', async () => {
    const refund = { order_id: 'ORD-1001', amount: 50, reason: 'Goodwill' };
    const [one, other] = await atOnce(2, (at) => host.open(['one', 'other'][at]));
    for (const each of [one, other]) await each?.call('refund_order', refund, 'key-1');

    expect(await reset('jewelryops', '--tenant', 'one')).toEqual({
      code: 0,
      said: 'jewelryops: loaded anew for one\n',
    });

    const order = { order_id: 'ORD-1001' };
    expect((await one?.call('get_order', order))?.data).toMatchObject({ refunded: '$0.00' });
    expect((await other?.call('get_order', order))?.data).toMatchObject({ refunded: '$50.00' });
    expect((await one?.call('refund_order', refund, 'key-1'))?.data).toMatchObject({ idempotent_replay: false });
    expect((await other?.call('refund_order', refund, 'key-1'))?.data).toMatchObject({ idempotent_replay: true });
  });

  test('waits for what is being changed, and what comes meanwhile waits for it', async () => {
    const { call, db } = await host.open('busy');
    const notes = () => atOnce(10, (at) => call('add_note', { customer_id: 'CUST-001', body: `Note ${at}` }));
    const [first, { code }, ...later] = await Promise.all([
      notes(),
      reset('jewelryops', '--tenant', 'busy'),
      notes(),
      notes(),
    ]);
    expect(code).toBe(0);
    expect([...first, ...later.flat()].filter(({ isError }) => isError)).toEqual([]);
    expect(await db.prisma.customerNote.count()).toBeGreaterThanOrEqual(15);
    expect(await call('add_note', { customer_id: 'CUST-001', body: 'Afterwards' })).toMatchObject({ isError: false });
  });

  test('loads each of the data anew, whatever refers to what', async () => {
    for (const { seed } of Object.values(servers)) await seed((await host.open('all')).db, today);
    const { code, said } = await reset('--tenant', 'all');
    expect(said.trim().split('\n').toSorted()).toEqual(
      [...new Set(Object.values(servers).map(({ data }) => `${data}: loaded anew for all`))].toSorted(),
    );
    expect(code).toBe(0);
  });

  test('forgets the stand-in workspace where that is named, and whoever has it open finds out', async () => {
    let lost = 0;
    const workspace = createWorkspace({ store: await openStore(host.url()), onTakenOver: () => (lost += 1) });
    const { ts } = await workspace.say({ user: 'U0LISA', channel: 'C0GENERAL', text: 'hello' });

    expect((await reset('playground')).said).toMatch(/^playground: forgotten for T0PLAYGROUND; .*will expire\n$/);

    await expect(workspace.say({ user: 'U0LISA', channel: 'C0GENERAL', text: 'again' })).rejects.toThrow('took this');
    expect(lost).toBe(1);
    await workspace.close();
    const next = createWorkspace({ store: await openStore(host.url()), now: () => 1_700_000_000_000 });
    expect(next.messages('C0GENERAL')).toEqual([]);
    expect(next.botToken).toBe(workspace.botToken);
    const said = await next.say({ user: 'U0LISA', channel: 'C0GENERAL', text: 'anew' });
    expect(Number(said.ts)).toBeGreaterThan(Number(ts));
    await next.close();
  });

  test('says so where there is nothing to reset', async () => {
    const said = 'jewelryops: was never loaded for nobody\n';
    expect(await reset('jewelryops', '--tenant', 'nobody')).toEqual({ code: 0, said });
  });

  test('says what there is to reset where the name is none of it', async () => {
    const { code, said } = await reset('store', 'shop');
    expect(code).toBe(2);
    expect(said).toMatch(/^There is no data called shop\.\n/);
    expect(said).toContain('only these: jewelryops');
  });

  test('tells how it is used where that is asked for, and resets nothing', async () => {
    const { code, said } = await reset('--help');
    expect(code).toBe(0);
    expect(said).toMatch(/^npm run reset\s.*only of this tenant\nnpm run reset -- playground .*\n$/s);
  });
});

import { afterEach, describe, expect, it } from 'vitest';
import type { ServerEntry } from '../../core/mcp/servers.ts';
import type { Mcp } from '../../core/mcp/types.ts';
import { openToolFaults } from '../../playground/faults/tools.ts';
import { call, closeAll, open } from '../fakes/mcp/client.ts';
import { httpHost } from '../fakes/mcp/http-host.ts';
import { type ToolServer, toolServer } from '../fakes/mcp/tool-server.ts';

const closings: (() => Promise<void>)[] = [];

afterEach(async () => {
  await closeAll();
  await Promise.all(closings.splice(0).map((close) => close()));
});

const ways: Record<string, (server: ToolServer) => Promise<ServerEntry>> = {
  'in this process': async (server) => server.entry,
  'over HTTP': async (server) => {
    const host = await httpHost(server.create);
    closings.push(host.close);
    return { kind: 'http', url: host.url, headers: {} };
  },
};

describe.each(Object.keys(ways))('a tool server %s', (way) => {
  const set = async () => {
    const server = toolServer();
    const faults = openToolFaults();
    const clock = { time: 0, now: () => clock.time };
    const mcp = open({ tools: await ways[way]!(server) }, { through: faults.through, clock });
    const add = (key: string) => call(mcp, 'tools__add', { a: 1, b: 2 }, { idempotencyKey: key });
    return { server, faults, clock, mcp, add };
  };
  const listed = async (mcp: Mcp) => (await mcp.tools('tools')).tools.map(({ tool }) => tool);

  it('that loses answers has done its work, and the caller cannot know', async () => {
    const { server, faults, clock, add } = await set();
    faults.set('tools', 'lossy');
    expect(await add('first')).toMatchObject({ kind: 'unknown' });
    clock.time += 60_000;
    expect(await add('first')).toMatchObject({ kind: 'ok', text: '3' });
    expect(server.ledger.map(({ key }) => key)).toEqual(['first', 'first']);
    expect(faults.hits()).toEqual([
      expect.objectContaining({ server: 'tools', tool: 'add', key: 'first', kind: 'lost' }),
    ]);
  });

  it('that is down gets no call, and is found again when it is back', async () => {
    const { server, faults, clock, mcp, add } = await set();
    expect(await listed(mcp)).toContain('add');
    faults.set('tools', 'down');
    const outcome = await add('second').catch((error: Error) => ({ kind: 'not found', text: error.message }));
    expect(outcome.kind).toMatch(/^(unreachable|not found)$/);
    expect(outcome.text).toContain('the connection was refused');
    expect(server.ledger).toEqual([]);
    faults.set('tools', 'ok');
    clock.time += 60_000;
    expect(await add('second')).toMatchObject({ kind: 'ok' });
  });

  it('that is slow answers 3 s late', async () => {
    const { faults, add } = await set();
    faults.set('tools', 'slow');
    const began = Date.now();
    expect(await add('third')).toMatchObject({ kind: 'ok', text: '3' });
    expect(Date.now() - began).toBeGreaterThan(2_900);
    expect(faults.hits()).toMatchObject([{ tool: 'add', kind: 'slow' }]);
  });
});

import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { type Program, ready, run, workplace } from '../support/process.ts';
import { ask } from './playground-setup.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let folder: string;
beforeAll(() => {
  folder = workplace();
  const servers = { crm: { url: 'http://127.0.0.1:1/mcp' }, mail: { url: 'http://127.0.0.1:1/mcp' } };
  writeFileSync(join(folder, 'mcp.json'), JSON.stringify({ mcpServers: servers }));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function started(variables: Record<string, string>): Promise<{ program: Program; url: string }> {
  const program = run('start.ts', folder, { DATA_DIR: join(folder, 'data'), LOG_LEVEL: 'fatal', ...variables });
  return { program, url: await ready(program) };
}

it('beside tool servers of one’s own, npm start says why nobody may act as another, and PLAYGROUND=1 lets them', async () => {
  const closed = await started({});
  const said = { method: 'POST', body: '{"text": "hello"}' };
  for (const path of ['/', '/playground', '/playground/messages', '/playground/faults', '/playground/live']) {
    const { status, body } = await ask(closed.url + path);
    expect([path, status, body]).toEqual([
      path,
      403,
      expect.stringMatching(/^The playground is closed, because mcp\.json .*\(crm, mail\).*set PLAYGROUND=1.*\n$/),
    ]);
  }
  expect((await ask(`${closed.url}/playground/say`, said)).status).toBe(403);
  // A machine that starts much at once takes its time to answer each part's check.
  await expect.poll(async () => (await ask(`${closed.url}/health`)).status, { timeout: 20_000 }).toBe(200);
  await closed.program.stop();

  const open = await started({ PLAYGROUND: '1' });
  expect((await ask(`${open.url}/playground/messages`)).status).toBe(200);
  expect((await ask(`${open.url}/playground/say`, said)).status).toBe(200);
  await open.program.stop();
});

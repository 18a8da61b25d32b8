import { afterEach, expect, test, vi } from 'vitest';
import { callTool, closeAll, get, open } from '../fakes/mcp/client.ts';
import { httpHost } from '../fakes/mcp/http-host.ts';
import { toolServer } from '../fakes/mcp/tool-server.ts';

afterEach(closeAll);

test('given other servers, a call that waits at one that is gone is answered, and no other call reaches it', async () => {
  const shop = toolServer();
  const host = await httpHost(shop.create);
  const entry = { kind: 'http', url: host.url, headers: {} } as const;
  const mcp = open({ shop: entry, notes: toolServer().entry });
  const wait = await get(mcp, 'shop__wait');
  const waiting = callTool(mcp, wait, { ms: 500 });
  await vi.waitFor(() => expect(shop.ledger).toHaveLength(1));

  mcp.setServers({ notes: toolServer().entry, books: toolServer().entry });

  expect(Object.keys(mcp.state())).toEqual(['notes', 'books']);
  expect(await mcp.find('shop__add')).toEqual({ kind: 'none' });
  expect(await callTool(mcp, wait, { ms: 0 })).toMatchObject({ kind: 'unreachable' });
  expect(await mcp.find('books__add')).toMatchObject({ kind: 'found' });
  expect(await waiting).toMatchObject({ kind: 'ok', text: 'waited' });
  expect(shop.ledger).toEqual([{ tool: 'wait', args: { ms: 500 } }]);
  await host.close();
});

test('a server that is configured anew is asked for its tools anew, one that is as before keeps its connection', async () => {
  const [before, after, same] = [toolServer(), toolServer(['late']), toolServer()];
  const hosts = await Promise.all([before, after, same].map(({ create }) => httpHost(create)));
  const [old, fresh, kept] = hosts.map(({ url }) => ({ kind: 'http', url, headers: {} }) as const);
  const mcp = open({ shop: old!, same: kept! });
  await mcp.tools();
  const asked = hosts[2]!.authorizations.length;

  mcp.setServers({ shop: { ...fresh! }, same: { ...kept!, headers: {} } });

  expect(await mcp.find('shop__late')).toMatchObject({ kind: 'found' });
  expect(await mcp.find('same__add')).toMatchObject({ kind: 'found' });
  expect(hosts[2]!.authorizations).toHaveLength(asked);
  await closeAll();
  await Promise.all(hosts.map((host) => host.close()));
});

import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type HealthReport, httpAnswer } from '../core/health.ts';

export type HealthPort = { url: string; close(): void };

/**
 * Opens the only port of a worker that runs alone: it answers `GET /health` and nothing else. Throws Node's error where
 * the port cannot be opened.
 */
export async function openHealthPort(health: HealthReport, port: number, host: string): Promise<HealthPort> {
  const server = createServer(async ({ method, url = '' }, response) => {
    if (method !== 'GET' || url.split('?', 1)[0] !== '/health') return response.writeHead(404).end('Not found\n');
    const { code, body } = httpAnswer(await health.read());
    return response.writeHead(code, { 'content-type': 'application/json' }).end(body);
  });
  server.listen(port, host);
  await once(server, 'listening');
  const { port: opened } = server.address() as AddressInfo;
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${opened}/health`,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

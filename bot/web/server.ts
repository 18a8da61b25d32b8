import type { RequestListener } from 'node:http';
import websocket from '@fastify/websocket';
import Fastify, { type FastifyInstance, type FastifyPluginAsync } from 'fastify';
import type { Log } from '../../core/log.ts';

/** The routes of a door, or of another part of the same process. */
export type WebPlugin = FastifyPluginAsync;
export type WebServer = FastifyInstance;

declare module 'fastify' {
  interface FastifyContextConfig {
    takesUpgrades?: boolean;
  }
}

const LARGEST_FRAME = 64 * 1024;

/** Opens the one HTTP server; every door is a plugin of it. */
export async function openServer(plugins: WebPlugin[], log: Log): Promise<WebServer> {
  const server = Fastify({ keepAliveTimeout: 65_000, requestTimeout: 60_000 });
  await server.register(websocket, { options: { maxPayload: LARGEST_FRAME }, preClose: closeWebSockets });
  refuseStrayUpgrades(server);
  server.setNotFoundHandler((request, reply) => {
    const allowed = methodsOf(server, pathOf(request.url));
    if (allowed.length === 0) return reply.code(404).type('text/plain').send('Not found\n');
    return reply.code(405).type('text/plain').header('allow', allowed.join(', ')).send('Method not allowed\n');
  });
  server.setErrorHandler((error: Error & { statusCode?: number }, request, reply) => {
    const status = error.statusCode ?? 500;
    if (status < 500) return reply.code(status).send({ error: error.message });
    log.error({ err: error, path: pathOf(request.url) }, 'A request to the HTTP server broke');
    return reply.code(status).send({ error: 'The server failed.' });
  });
  for (const plugin of plugins) await server.register(plugin);
  return server;
}

/** Without this, @fastify/websocket opens a WebSocket on every path and closes it again at once; answer 404 instead. */
function refuseStrayUpgrades(server: WebServer): void {
  server.addHook('onRoute', (route) => {
    if (route.websocket || route.wsHandler) route.config = { ...route.config, takesUpgrades: true };
  });
  server.addHook('onRequest', async (request, reply) => {
    if (request.ws && !request.routeOptions.config.takesUpgrades) {
      return reply.code(404).type('text/plain').header('connection', 'close').send('Not found\n');
    }
  });
}

/** Fastify answers HEAD wherever it answers GET. */
function methodsOf(server: WebServer, url: string): string[] {
  return ['GET', 'POST'].filter((method) => server.hasRoute({ url, method }));
}

function pathOf(url: string): string {
  return url.split('?', 1)[0] ?? url;
}

/** Mounts a plain Node listener (Bolt's receiver), which reads the body itself, so that Fastify must not. */
export function listenerPlugin(path: string, method: 'GET' | 'POST', listen: RequestListener): WebPlugin {
  return async (server) => {
    server.removeAllContentTypeParsers();
    server.route({
      method,
      url: path,
      onRequest: async (request, reply) => {
        reply.hijack();
        listen(request.raw, reply.raw);
      },
      handler: () => {},
    });
  };
}

export async function listenOn(
  server: WebServer,
  port: number,
  host: string,
): Promise<{ kind: 'listening'; url: string } | { kind: 'taken'; line: string }> {
  try {
    await server.listen({ port, host });
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === undefined) throw error;
    const remedy = code === 'EADDRINUSE' ? 'set PORT to a free one, or stop what listens there' : 'check HOST and PORT';
    return { kind: 'taken', line: `PORT ${port} on ${host} cannot be opened (${code}): ${remedy}.` };
  }
  const address = server.server.address();
  const actual = typeof address === 'object' && address ? address.port : port;
  return { kind: 'listening', url: `http://${host.includes(':') ? `[${host}]` : host}:${actual}` };
}

const HANGUP_MS = 5_000;
const GOODBYE_MS = 1_000;
const GOING_AWAY = 1001;

/** Answers open requests, then closes idle connections at once: waiting for keep-alive would take a minute. */
export async function closeServer(server: WebServer): Promise<void> {
  const idle = setInterval(() => server.server.closeIdleConnections(), 50);
  const patience = setTimeout(() => server.server.closeAllConnections(), HANGUP_MS);
  await server.close();
  clearInterval(idle);
  clearTimeout(patience);
}

/** Cut off a client that does not answer the close: its open socket would keep the server from closing. */
function closeWebSockets(this: WebServer, done: () => void): void {
  const { clients } = this.websocketServer;
  for (const client of clients) client.close(GOING_AWAY);
  const cutOff = setTimeout(() => {
    for (const client of clients) client.terminate();
  }, GOODBYE_MS);
  this.websocketServer.close(() => clearTimeout(cutOff));
  done();
}

import { createServer, type RequestListener, type Server } from 'node:http';

export type Route = { path: string; method: 'GET' | 'POST'; handle: RequestListener };

/** The one HTTP server: every door registers its path here. */
export function openServer(routes: Route[]): Server {
  const server = createServer((req, res) => {
    const path = (req.url ?? '/').split('?')[0];
    const route = routes.find((r) => r.path === path && r.method === req.method);
    if (route) return route.handle(req, res);
    const allowed = routes.filter((r) => r.path === path).map((r) => r.method);
    if (allowed.length === 0) return void res.writeHead(404, { 'content-type': 'text/plain' }).end('Not found\n');
    const headers = { 'content-type': 'text/plain', allow: allowed.join(', ') };
    res.writeHead(405, headers).end('Method not allowed\n');
  });
  server.keepAliveTimeout = 65_000;
  return server;
}

export function listenOn(
  server: Server,
  port: number,
  host: string,
): Promise<{ kind: 'listening'; url: string } | { kind: 'taken'; line: string }> {
  return new Promise((resolve) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const remedy =
        error.code === 'EADDRINUSE' ? 'set PORT to a free one, or stop what listens there' : 'check HOST and PORT';
      resolve({ kind: 'taken', line: `PORT ${port} on ${host} cannot be opened (${error.code}): ${remedy}.` });
    });
    server.listen(port, host, () => {
      const address = server.address();
      const actual = typeof address === 'object' && address ? address.port : port;
      resolve({ kind: 'listening', url: `http://${host.includes(':') ? `[${host}]` : host}:${actual}` });
    });
  });
}

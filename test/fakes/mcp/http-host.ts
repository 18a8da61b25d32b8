import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';

export type Connectable = { connect(transport: Transport): Promise<void> };

export type HttpHost = {
  url: string;
  /** The Authorization header of each request, in order. */
  authorizations: (string | undefined)[];
  /** Answers instead of MCP, when it says it did. */
  intercept?: (request: IncomingMessage, response: ServerResponse, body: string) => boolean;
  forgetSessions(): void;
  close(): Promise<void>;
};

/** Streamable HTTP on a real port, with sessions. */
export async function httpHost(create: () => Connectable, port = 0): Promise<HttpHost> {
  const sessions = new Map<string, StreamableHTTPServerTransport>();
  const authorizations: (string | undefined)[] = [];
  const server = createServer(async (request, response) => {
    const body = await readBody(request);
    authorizations.push(request.headers.authorization);
    if (host.intercept?.(request, response, body)) return;
    const id = request.headers['mcp-session-id'];
    const known = sessions.get(String(id));
    if (id && !known) return void response.writeHead(404).end('no such session');
    const transport = known ?? (await openSession(create, sessions));
    await transport.handleRequest(request, response, body === '' ? undefined : JSON.parse(body));
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const host: HttpHost = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/mcp`,
    authorizations,
    forgetSessions: () => sessions.clear(),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return host;
}

async function openSession(create: () => Connectable, sessions: Map<string, StreamableHTTPServerTransport>) {
  const transport = new StreamableHTTPServerTransport({
    sessionIdGenerator: randomUUID,
    onsessioninitialized: (id) => void sessions.set(id, transport),
  });
  await create().connect(transport);
  return transport;
}

async function readBody(request: IncomingMessage): Promise<string> {
  let body = '';
  for await (const chunk of request.setEncoding('utf8')) body += chunk;
  return body;
}

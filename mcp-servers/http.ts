import { createHash, timingSafeEqual } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { InvalidTokenError } from '@modelcontextprotocol/sdk/server/auth/errors.js';
import { requireBearerAuth } from '@modelcontextprotocol/sdk/server/auth/middleware/bearerAuth.js';
import type { OAuthTokenVerifier } from '@modelcontextprotocol/sdk/server/auth/provider.js';
import { createMcpExpressApp } from '@modelcontextprotocol/sdk/server/express.js';
import type { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import type { ErrorRequestHandler, RequestHandler } from 'express';

const PATH = '/mcp';

export type HttpOptions = { host: string; port: number; apiKey: string };
export type HttpServer = { url: string; close(): Promise<void> };

/** Serves over Streamable HTTP without sessions: every request gets a server of its own, so there is no state to lose. */
export async function serveHttp(create: () => McpServer, { host, port, apiKey }: HttpOptions): Promise<HttpServer> {
  const app = createMcpExpressApp({ host });
  app.use(PATH, requireBearerAuth({ verifier: oneKey(apiKey) }));
  app.post(PATH, handleWith(create));
  app.use(PATH, onlyPost);
  app.use(refuseUnreadable);
  const http = createServer(app).listen(port, host);
  await once(http, 'listening');
  const { address, family, port: taken } = http.address() as AddressInfo;
  return {
    url: `http://${family === 'IPv6' ? `[${address}]` : address}:${taken}${PATH}`,
    async close() {
      http.close();
      http.closeIdleConnections();
      await once(http, 'close');
    },
  };
}

function oneKey(apiKey: string): OAuthTokenVerifier {
  const expected = digest(apiKey);
  return {
    async verifyAccessToken(token) {
      if (!timingSafeEqual(digest(token), expected)) throw new InvalidTokenError('This is not the key in MCP_API_KEY');
      return { token, clientId: 'mcp-api-key', scopes: [], expiresAt: Number.MAX_SAFE_INTEGER };
    },
  };
}

// Digests have one length, so the comparison tells nothing about the key's.
function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

function handleWith(create: () => McpServer): RequestHandler {
  return async (req, res) => {
    const server = create();
    const transport = new StreamableHTTPServerTransport({ sessionIdGenerator: undefined, enableJsonResponse: true });
    res.on('close', () => void server.close());
    await server.connect(transport);
    await transport.handleRequest(req, res, req.body);
  };
}

const onlyPost: RequestHandler = (_req, res) => {
  res
    .set('Allow', 'POST')
    .status(405)
    .json(problem(-32000, `This server keeps no sessions: send POST requests to ${PATH}.`));
};

// Express's own error page would show a stack trace.
const refuseUnreadable: ErrorRequestHandler = (error, _req, res, next) => {
  if (res.headersSent) return next(error);
  const status = error.status ?? 500;
  if (status >= 500) console.error('An HTTP request to the tools broke:', error);
  res.status(status).json(problem(-32700, status < 500 ? 'The body is not readable JSON.' : 'The server failed.'));
};

function problem(code: number, message: string) {
  return { jsonrpc: '2.0', error: { code, message }, id: null };
}

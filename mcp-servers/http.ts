import { createHash, timingSafeEqual } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { InvalidTokenError } from '@modelcontextprotocol/sdk/server/auth/errors.js';
import { requireBearerAuth } from '@modelcontextprotocol/sdk/server/auth/middleware/bearerAuth.js';
import type { OAuthTokenVerifier } from '@modelcontextprotocol/sdk/server/auth/provider.js';
import type { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { localhostHostValidation } from '@modelcontextprotocol/sdk/server/middleware/hostHeaderValidation.js';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import express, { type ErrorRequestHandler, type RequestHandler } from 'express';

const PATH = '/mcp';
const LOOPBACK = ['127.0.0.1', 'localhost', '::1'];

export type HttpOptions = { host: string; port: number; apiKey: string };
export type HttpServer = { url: string; close(): Promise<void> };

/** Serves over Streamable HTTP without sessions: every request gets a server of its own, so there is no state to lose. */
export async function serveHttp(create: () => McpServer, { host, port, apiKey }: HttpOptions): Promise<HttpServer> {
  const http = createServer(doorTo(create, host, apiKey)).listen(port, host);
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

// Not the SDK's own app (createMcpExpressApp): that one reads bodies before anything could ask for the key.
function doorTo(create: () => McpServer, host: string, apiKey: string): express.Express {
  const app = express();
  app.disable('x-powered-by');
  if (LOOPBACK.includes(host)) app.use(localhostHostValidation());
  app.use(onlyOwnPages);
  app.all(PATH, requireBearerAuth({ verifier: oneKey(apiKey) }));
  app.post(PATH, express.json(), handleWith(create));
  app.all(PATH, onlyPost);
  app.use(nothingElse);
  app.use(refuseUnreadable);
  return app;
}

// A browser names the page that asks, other clients name none. The SDK compares with a list of origins only, and a port that
// is not chosen yet is in no list.
const onlyOwnPages: RequestHandler = ({ headers: { origin, host } }, res, next) => {
  if (origin === undefined || isOwn(origin, host)) return next();
  res.status(403).json(problem(-32000, `Pages of ${origin} may not ask here.`));
};

/** Read as a URL of the page's own kind, a host has neither capitals nor the port that goes without saying. */
function isOwn(origin: string, host = ''): boolean {
  if (!URL.canParse(origin)) return false;
  const page = new URL(origin);
  const own = `${page.protocol}//${host}`;
  return URL.canParse(own) && new URL(own).host === page.host;
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
  const message = `This server keeps no sessions: send POST requests to ${PATH}.`;
  res.set('Allow', 'POST').status(405).json(problem(-32000, message));
};

const nothingElse: RequestHandler = (_req, res) => {
  res.status(404).json(problem(-32000, `There is nothing here: send POST requests to ${PATH}.`));
};

// Express's own error page would show a stack trace.
const refuseUnreadable: ErrorRequestHandler = (error, _req, res, next) => {
  if (res.headersSent) return next(error);
  const status = error.status ?? 500;
  if (status >= 500) console.error('An HTTP request to the tools broke:', error);
  res.status(status).json(problemOf(status));
};

function problemOf(status: number) {
  if (status >= 500) return problem(-32603, 'The server failed.');
  if (status === 413) return problem(-32000, 'The body is larger than 100 kB: send less in one request.');
  return problem(-32700, 'The body is not readable JSON.');
}

function problem(code: number, message: string) {
  return { jsonrpc: '2.0', error: { code, message }, id: null };
}

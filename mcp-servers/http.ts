import { createHash, timingSafeEqual } from 'node:crypto';
import type { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';

const PATH = '/mcp';
const LOOPBACK = ['127.0.0.1', 'localhost', '::1'];
const LOOPBACK_NAMES = ['127.0.0.1', 'localhost', '[::1]'];
const LARGEST_BODY = 100_000;

export type HttpOptions = { host: string; port: number; apiKey: string };
export type HttpServer = { url: string; close(): Promise<void> };

/** Serves Streamable HTTP without sessions: each request gets its own server, so there is no state to lose. */
export async function serveHttp(create: () => McpServer, { host, port, apiKey }: HttpOptions): Promise<HttpServer> {
  const http = doorTo(create, host, apiKey);
  const origin = await http.listen({ host, port });
  return { url: origin + PATH, close: () => http.close() };
}

function doorTo(create: () => McpServer, host: string, apiKey: string): FastifyInstance {
  const http = Fastify({ bodyLimit: LARGEST_BODY, routerOptions: { ignoreTrailingSlash: true } });
  // Checked in this order before the body is read: a request without the key learns nothing about its body.
  if (LOOPBACK.includes(host)) http.addHook('onRequest', onlyByOwnName);
  http.addHook('onRequest', onlyOwnPages);
  http.all(PATH, { onRequest: onlyWithKey(apiKey) }, async (request, reply) =>
    request.method === 'POST' ? answerWith(create, request, reply) : onlyPost(reply),
  );
  http.setNotFoundHandler(nothingElse);
  http.setErrorHandler(refuseUnreadable);
  return http;
}

/** Stops DNS rebinding: a page whose host name points at this machine still sends that name. */
async function onlyByOwnName({ headers: { host = '' } }: FastifyRequest, reply: FastifyReply) {
  const named = URL.canParse(`http://${host}`) ? new URL(`http://${host}`).hostname : '';
  if (!LOOPBACK_NAMES.includes(named)) return reply.code(403).send(problem(-32000, `Invalid Host: ${host}`));
}

// Browsers send the page's origin; other clients send none.
async function onlyOwnPages({ headers: { origin, host } }: FastifyRequest, reply: FastifyReply) {
  if (origin === undefined || isOwn(origin, host)) return;
  return reply.code(403).send(problem(-32000, `Pages of ${origin} may not call this server.`));
}

/** Parsing the host as a URL with the page's protocol removes capitals and the default port. */
function isOwn(origin: string, host = ''): boolean {
  if (!URL.canParse(origin)) return false;
  const page = new URL(origin);
  const own = `${page.protocol}//${host}`;
  return URL.canParse(own) && new URL(own).host === page.host;
}

/** Refuses as RFC 6750 says, with the same fields as the SDK's own guard. */
function onlyWithKey(apiKey: string) {
  const expected = digest(apiKey);
  return async ({ headers }: FastifyRequest, reply: FastifyReply) => {
    const [, key] = /^bearer +(\S+) *$/i.exec(headers.authorization ?? '') ?? [];
    if (key !== undefined && timingSafeEqual(digest(key), expected)) return;
    const description =
      key === undefined
        ? 'Send the key in MCP_API_KEY as "Authorization: Bearer <key>"'
        : 'This is not the key in MCP_API_KEY';
    return reply
      .code(401)
      .header(
        'www-authenticate',
        `Bearer error="invalid_token", error_description="${description.replaceAll('"', "'")}"`,
      )
      .send({ error: 'invalid_token', error_description: description });
  };
}

// Digests have one length, so the comparison does not reveal the key's length.
function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

async function answerWith(create: () => McpServer, request: FastifyRequest, reply: FastifyReply): Promise<void> {
  const server = create();
  const transport = new StreamableHTTPServerTransport({ sessionIdGenerator: undefined, enableJsonResponse: true });
  reply.raw.on('close', () => void server.close());
  await server.connect(transport);
  reply.hijack();
  await transport.handleRequest(request.raw, reply.raw, request.body);
}

function onlyPost(reply: FastifyReply): FastifyReply {
  const message = `This server keeps no sessions: send POST requests to ${PATH}.`;
  return reply.code(405).header('allow', 'POST').send(problem(-32000, message));
}

function nothingElse(_request: FastifyRequest, reply: FastifyReply): FastifyReply {
  return reply.code(404).send(problem(-32000, `There is nothing here: send POST requests to ${PATH}.`));
}

async function refuseUnreadable(error: Error & { statusCode?: number }, _request: FastifyRequest, reply: FastifyReply) {
  const status = error.statusCode ?? 500;
  if (status >= 500) console.error('An HTTP request to the tools failed:', error);
  return reply.code(status).send(problemOf(status));
}

function problemOf(status: number) {
  if (status >= 500) return problem(-32603, 'The server failed.');
  if (status === 413) return problem(-32000, 'The body is larger than 100 kB: send less in one request.');
  return problem(-32700, 'The body is not readable JSON.');
}

function problem(code: number, message: string) {
  return { jsonrpc: '2.0', error: { code, message }, id: null };
}

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Refusal, refusalOf } from './refusals.ts';
import {
  type ChatRequest,
  currentToolResults,
  lastUserText,
  type Message,
  type Tool,
  type ToolResult,
  withImagesApart,
} from './request.ts';
import { completionOf, eventsOf, type Occasion, type Spoken } from './spoken.ts';

export type ScriptedOutput =
  | Spoken
  /** A string is sent as it is, as a gateway's page would come; anything else as its JSON. */
  | { status: number; retryAfter?: number; body?: unknown }
  | { hang: true }
  | { reset: true }
  | ({ dieAfterChunks: number } & Spoken)
  | { malformedSse: true };

export type ScriptedRequest = {
  messages: Message[];
  tools: Tool[];
  lastUser: string;
  /** Those after the last user message. */
  toolResults: ToolResult[];
  seq: number;
};

export type Script = (request: ScriptedRequest) => ScriptedOutput | Promise<ScriptedOutput>;

/** One row per request. Times are epoch milliseconds with fractions; the body of a refused request is as it came. */
export type ModelRequest = {
  at: number;
  doneAt?: number;
  seq: number;
  /** The caller's port: requests that share it came over one connection. */
  connection: number;
  body: ChatRequest;
  /** 0 where no status was ever sent. */
  status: number;
  error?: string;
  reply?: ScriptedOutput;
};

export type FakeModel = {
  baseUrl: string;
  ledger: readonly ModelRequest[];
  script(script: Script): void;
  close(): Promise<void>;
};

type Exchange = { row: ModelRequest; request: IncomingMessage; response: ServerResponse; text: string };

const UNREADABLE: ChatRequest = { model: '', messages: [] };

/** An OpenAI-compatible endpoint that says what the script says and refuses what a real one refuses. */
export async function startFakeModel(
  script: Script,
  options: { port?: number; keepLedger?: number } = {},
): Promise<FakeModel> {
  const ledger: ModelRequest[] = [];
  const keep = options.keepLedger ?? Number.POSITIVE_INFINITY;
  let current = script;
  let seq = 0;
  const server = createServer((request, response) => {
    seq += 1;
    const row: ModelRequest = {
      at: now(),
      seq,
      connection: request.socket.remotePort ?? 0,
      body: UNREADABLE,
      status: 0,
    };
    ledger.push(row);
    if (ledger.length > keep) ledger.shift();
    response.once('close', () => settle(row, response));
    readText(request, (text) => void answer({ row, request, response, text }, current));
  });
  server.keepAliveTimeout = 60_000;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(options.port ?? 0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    baseUrl: `http://127.0.0.1:${port}/v1`,
    ledger,
    script: (next) => {
      current = next;
    },
    close: () =>
      new Promise((resolve, reject) => {
        server.close((error) => (error ? reject(error) : resolve()));
        server.closeAllConnections();
      }),
  };
}

function readText(request: IncomingMessage, done: (text: string) => void): void {
  const parts: Buffer[] = [];
  request.on('data', (part: Buffer) => parts.push(part));
  request.on('end', () => done(parts.length === 1 ? String(parts[0]) : Buffer.concat(parts).toString()));
}

function settle(row: ModelRequest, response: ServerResponse): void {
  row.doneAt = now();
  if (!response.writableFinished) row.error ??= 'the connection closed before the answer was complete';
}

async function answer(exchange: Exchange, script: Script): Promise<void> {
  const { row, request, text } = exchange;
  if (request.method !== 'POST' || request.url !== '/v1/chat/completions')
    return refuse(exchange, 404, { message: `No such URL: ${request.method} ${request.url}`, param: null, code: null });
  if (!/^Bearer \S/.test(request.headers.authorization ?? ''))
    return refuse(exchange, 401, {
      message: 'Send an API key as a Bearer token',
      param: null,
      code: 'invalid_api_key',
    });
  const body = parse(text);
  if (body === undefined)
    return refuse(exchange, 400, { message: 'The request body is not JSON', param: null, code: 'invalid_json' });
  row.body = body;
  const refusal = refusalOf(body);
  if (refusal) return refuse(exchange, 400, refusal);
  row.body = { ...body, messages: body.messages.map(withImagesApart) };
  await perform(exchange, script).catch((error: unknown) =>
    refuse(exchange, 500, { message: `The script failed: ${String(error)}`, param: null, code: null }),
  );
}

function parse(text: string): ChatRequest | undefined {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function refuse(exchange: Exchange, status: number, refusal: Refusal): void {
  exchange.row.error = refusal.message;
  sendBody(exchange, status, { error: { ...refusal, type: 'invalid_request_error' } });
}

async function perform(exchange: Exchange, script: Script): Promise<void> {
  const { row, response } = exchange;
  const { messages, tools = [] } = row.body;
  const reply = await script({
    messages,
    tools,
    lastUser: lastUserText(messages),
    toolResults: currentToolResults(messages),
    seq: row.seq,
  });
  row.reply = reply;
  if ('hang' in reply) return;
  if ('reset' in reply) return void response.socket?.resetAndDestroy();
  if ('malformedSse' in reply) return sendWhole(exchange, 'data: {"choices":[{"delta":\n\ndata: [DONE]\n\n');
  if ('status' in reply) return sendStatus(exchange, reply);
  await speak(exchange, reply);
}

function sendStatus(exchange: Exchange, reply: { status: number; retryAfter?: number; body?: unknown }): void {
  if (reply.retryAfter !== undefined) exchange.response.setHeader('retry-after', String(reply.retryAfter));
  const message = `Scripted answer ${reply.status}`;
  exchange.row.error = message;
  sendBody(exchange, reply.status, reply.body ?? { error: { message, type: 'scripted', param: null, code: null } });
}

async function speak(exchange: Exchange, reply: Spoken & { dieAfterChunks?: number }): Promise<void> {
  const { row, text } = exchange;
  const occasion: Occasion = {
    seq: row.seq,
    model: row.body.model,
    requestLength: text.length,
    includeUsage: row.body.stream_options?.include_usage === true,
  };
  if (reply.delayMs) await sleep(reply.delayMs);
  if (!row.body.stream) return sendBody(exchange, 200, completionOf(reply, occasion));
  const events = eventsOf(reply, occasion).slice(0, reply.dieAfterChunks);
  const dies = reply.dieAfterChunks !== undefined;
  if (!reply.chunkDelayMs && !dies) return sendWhole(exchange, events.join(''));
  await sendSlowly(exchange, events, reply.chunkDelayMs ?? 0);
  if (dies) exchange.response.destroy();
  else exchange.response.end();
}

async function sendSlowly(exchange: Exchange, events: string[], delayMs: number): Promise<void> {
  startStream(exchange);
  exchange.response.flushHeaders();
  for (const [at, event] of events.entries()) {
    if (at > 0 && delayMs) await sleep(delayMs);
    if (exchange.response.destroyed) return;
    await new Promise<void>((resolve) => exchange.response.write(event, () => resolve()));
  }
}

function sendWhole(exchange: Exchange, events: string): void {
  startStream(exchange);
  exchange.response.end(events);
}

function startStream({ row, response }: Exchange): void {
  row.status = 200;
  response.writeHead(200, { 'content-type': 'text/event-stream', 'x-request-id': `req_${row.seq}` });
}

function sendBody({ row, response }: Exchange, status: number, body: unknown): void {
  row.status = status;
  const [type, text] = typeof body === 'string' ? ['text/html', body] : ['application/json', JSON.stringify(body)];
  response.writeHead(status, { 'content-type': type, 'x-request-id': `req_${row.seq}` }).end(text);
}

function now(): number {
  return performance.timeOrigin + performance.now();
}

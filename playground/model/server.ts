import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import Fastify, { type FastifyInstance, type FastifyReply } from 'fastify';
import { refusalOf } from '../this-machine.ts';
import { type Completion, chunksOf, completionOf, objectOf } from './completion.ts';
import { type FaultSwitch, type Faults, type Mishap, openFaults } from './faults.ts';
import { tellingOf } from './files.ts';
import { type Asked, readRequest } from './request.ts';
import type { ChatRequest, Decision } from './types.ts';

export type ServedModel = { baseUrl: string; faults: Faults; close(): Promise<void> };

export type Log = { warn(fields: object, line: string): void };

export type Decide = (request: ChatRequest) => Promise<Decision>;

/** The name that requests and the list of models have for it. */
export const MODEL_NAME = 'stand-in';

/** Most of it may be images. */
const LONGEST_BODY = 16_000_000;
/** Between two pieces of a streamed answer: it is seen to grow, and is soon whole. */
const PIECE_MS = 15;
const SLOW_MS = 3_000;

/** An OpenAI-compatible endpoint on the loopback interface, answered by `decide`. */
export async function serveModel(decide: Decide, log: Log): Promise<ServedModel> {
  const app = Fastify({ bodyLimit: LONGEST_BODY, forceCloseConnections: true });
  const faults = openFaults();
  answerErrors(app, log);
  app.addHook('onRequest', async ({ raw, headers }, reply) => {
    const refusal = refusalOf(raw.socket.remoteAddress, headers);
    if (refusal !== undefined) return reply.code(403).send(errorOf(refusal));
    if (faults.level() === 'down') raw.socket.destroy();
  });
  app.get('/v1/models', async () => ({ object: 'list', data: [listed] }));
  app.get('/v1/models/:id', async () => listed);
  app.post('/v1/chat/completions', (request, reply) => complete(request.body, reply, { decide, faults, log }));
  await app.listen({ port: 0, host: '127.0.0.1' });
  const { port } = app.server.address() as AddressInfo;
  return { baseUrl: `http://127.0.0.1:${port}/v1`, faults, close: () => app.close() };
}

const listed = { id: MODEL_NAME, object: 'model', created: 0, owned_by: 'countersign' };

function answerErrors(app: FastifyInstance, log: Log): void {
  app.setNotFoundHandler(({ method, url }, reply) =>
    reply.code(404).send(errorOf(`Unknown request URL: ${method} ${url}`)),
  );
  app.setErrorHandler((error: { statusCode?: number; message: string }, _request, reply) => {
    const status = error.statusCode ?? 500;
    if (status >= 500) log.warn({ err: error }, 'The stand-in model failed at a request');
    const body = status < 500 ? errorOf(error.message) : errorOf('The stand-in model failed.', 'server_error');
    return reply.code(status).send(body);
  });
}

function errorOf(message: string, type = 'invalid_request_error', param: string | null = null) {
  return { error: { message, type, param, code: null } };
}

type Parts = { decide: Decide; faults: FaultSwitch; log: Log };

async function complete(body: unknown, reply: FastifyReply, { decide, faults, log }: Parts): Promise<unknown> {
  const reading = readRequest(body);
  if (reading.kind === 'bad') {
    return reply.code(400).send(errorOf(reading.message, 'invalid_request_error', reading.param));
  }
  const { asked } = reading;
  const mishap = faults.next();
  if (mishap === 'late') await sleep(SLOW_MS, undefined, { ref: false });
  const decision = await decided(decide, asked.chat, log);
  const hasLookedUp = asked.chat.messages.at(-1)?.role === 'tool';
  const completion = completionOf(tellingOf(asked.enclosed, decision, hasLookedUp), asked);
  if (asked.stream) return stream(completion, asked, mishap, reply);
  if (mishap !== 'cut') return objectOf(completion);
  reply.hijack();
  reply.raw.destroy();
  return reply;
}

/** A fault of the planning is told in words, as what a model says: asking again would not mend it. */
async function decided(decide: Decide, chat: ChatRequest, log: Log): Promise<Decision> {
  try {
    return await decide(chat);
  } catch (error) {
    log.warn({ err: error }, 'The stand-in model could not plan an answer');
    return { kind: 'answer', text: 'I could not work out an answer to this. Please say it in other words.' };
  }
}

/** A reader who leaves ends it. */
async function stream(
  completion: Completion,
  { includeUsage }: Asked,
  mishap: Mishap,
  reply: FastifyReply,
): Promise<FastifyReply> {
  reply.hijack();
  const { raw } = reply;
  raw.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-cache' });
  const chunks = chunksOf(completion, includeUsage);
  const last = mishap === 'cut' ? Math.ceil(chunks.length / 2) : chunks.length;
  for (const [at, chunk] of chunks.slice(0, last).entries()) {
    if (raw.destroyed) return reply;
    raw.write(`data: ${JSON.stringify(chunk)}\n\n`);
    // The first piece comes at once; of calls nobody reads along.
    if (at > 0 && completion.calls.length === 0) await sleep(PIECE_MS);
  }
  if (last === chunks.length) raw.end('data: [DONE]\n\n');
  else {
    // What was written leaves first, so that it is seen to break off in the middle.
    await sleep(PIECE_MS);
    raw.destroy();
  }
  return reply;
}

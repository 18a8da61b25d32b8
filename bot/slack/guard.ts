import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { isValidSlackRequest } from '@slack/bolt';
import { z } from 'zod';
import type { Clock } from '../../core/clock.ts';
import type { SlackContext } from './context.ts';
import { type Received, readBody } from './events.ts';

const MAX_AGE_S = 300;
const MAX_BYTES = 1024 * 1024;

/** The bytes, where Bolt finds them, and what we read in them. */
export type GuardedRequest = IncomingMessage & { rawBody?: Buffer; received?: Received };

type GuardContext = Pick<SlackContext, 'clock' | 'tenant'> & { signingSecret: string };

/**
 * Checks each request in place of Bolt, which accepts future timestamps and fails on some malformed bodies: first its
 * signature, then its body.
 */
export function guarded(next: RequestListener, { clock, tenant, signingSecret }: GuardContext): RequestListener {
  return async (req: GuardedRequest, res) => {
    const { 'x-slack-request-timestamp': timestamp, 'x-slack-signature': signature } = req.headers;
    if (!isFresh(timestamp, clock) || typeof signature !== 'string') return refuse(res, 401);
    const body = await readBytes(req);
    if (body.kind === 'cut_off') return;
    if (body.kind === 'too_large') return refuse(res, 413);
    const text = body.bytes.toString();
    const headers = { 'x-slack-signature': signature, 'x-slack-request-timestamp': Number(timestamp) };
    const nowMilliseconds = clock.now();
    if (!isValidSlackRequest({ signingSecret, body: text, headers, nowMilliseconds })) return refuse(res, 401);
    const received = readText(req.headers['content-type'], text, tenant);
    if (received.kind === 'malformed') return refuse(res, 400);
    Object.assign(req, { rawBody: body.bytes, received });
    next(req, res);
  };
}

function isFresh(header: string | string[] | undefined, clock: Clock): boolean {
  if (typeof header !== 'string' || !/^\d{1,12}$/.test(header)) return false;
  return Math.abs(clock.now() / 1000 - Number(header)) <= MAX_AGE_S;
}

type Body = { kind: 'read'; bytes: Buffer } | { kind: 'too_large' } | { kind: 'cut_off' };

/** Reads a body that is too large to its end without keeping it: a client that still sends would miss the refusal. */
function readBytes(req: IncomingMessage): Promise<Body> {
  return new Promise((resolve) => {
    let chunks: Buffer[] = [];
    let size = 0;
    req.on('data', (chunk: Buffer) => {
      size += chunk.length;
      chunks.push(chunk);
      if (size <= MAX_BYTES) return;
      chunks = [];
      resolve({ kind: 'too_large' });
    });
    req.on('end', () => resolve({ kind: 'read', bytes: Buffer.concat(chunks) }));
    req.on('close', () => resolve({ kind: 'cut_off' }));
  });
}

const jsonBody = z.looseObject({ type: z.enum(['event_callback', 'url_verification']) });

/** JSON holds events and Slack's challenge; clicks, forms and commands come as form fields. */
function readText(contentType: string | undefined, text: string, us: string): Received {
  if (contentType === 'application/x-www-form-urlencoded') {
    const fields = Object.fromEntries(new URLSearchParams(text));
    return readBody(fields.payload === undefined ? fields : parse(fields.payload), us);
  }
  if (!contentType?.startsWith('application/json')) return { kind: 'malformed' };
  const body = jsonBody.safeParse(parse(text));
  return body.success ? readBody(body.data, us) : { kind: 'malformed' };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function refuse(res: ServerResponse, status: number): void {
  res.writeHead(status).end();
}

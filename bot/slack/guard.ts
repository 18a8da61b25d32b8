import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { Clock } from '../../core/clock.ts';
import { envelopeSchema, readEvent } from './events.ts';

const MAX_AGE_S = 300;
const MAX_BYTES = 1024 * 1024;

type Buffered = IncomingMessage & { rawBody?: Buffer };

/**
 * Checks each request before Bolt does: Bolt accepts future timestamps and fails on some malformed bodies. Leaves the
 * body that it has read on the request, where Bolt finds it.
 */
export function guarded(next: RequestListener, clock: Clock): RequestListener {
  return async (req: Buffered, res) => {
    if (!isFresh(req.headers['x-slack-request-timestamp'], clock)) return refuse(res, 401);
    const body = await readBody(req);
    if (body.kind === 'cut_off') return;
    if (body.kind === 'too_large') return refuse(res, 413);
    if (!isWellFormed(req.headers['content-type'], body.bytes.toString())) return refuse(res, 400);
    req.rawBody = body.bytes;
    next(req, res);
  };
}

function isFresh(header: string | string[] | undefined, clock: Clock): boolean {
  if (typeof header !== 'string' || !/^\d{1,12}$/.test(header)) return false;
  return Math.abs(clock.now() / 1000 - Number(header)) <= MAX_AGE_S;
}

type Body = { kind: 'read'; bytes: Buffer } | { kind: 'too_large' } | { kind: 'cut_off' };

/** Reads a body that is too large to its end without keeping it: a client that still sends would miss the refusal. */
function readBody(req: IncomingMessage): Promise<Body> {
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

/** Checks events fully, and of the form bodies of buttons and modals only what Bolt expects. */
function isWellFormed(contentType: string | undefined, body: string): boolean {
  if (contentType === 'application/x-www-form-urlencoded') {
    const fields = new URLSearchParams(body);
    const payload = fields.get('payload');
    if ([...fields.values()].some((value) => NUL.test(value))) return false;
    return payload === null || isObject(parse(payload));
  }
  if (!contentType?.startsWith('application/json')) return false;
  const json = parse(body);
  if (isObject(json) && 'type' in json && json.type === 'url_verification') return true;
  const envelope = envelopeSchema.safeParse(json);
  if (!envelope.success) return false;
  const { event } = envelope.data;
  return (
    !['message', 'app_mention'].includes(event.type) ||
    readEvent(event, { us: envelope.data.team_id, shared: false }).kind !== 'malformed'
  );
}

/** A NUL, as it is or in JSON. Slack never sends one, and Postgres takes none. */
const NUL = /\0|(?<!\\)(?:\\\\)*\\u0000/;

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isObject(json: unknown): json is object {
  return typeof json === 'object' && json !== null && !Array.isArray(json);
}

function refuse(res: ServerResponse, status: number): void {
  res.writeHead(status).end();
}

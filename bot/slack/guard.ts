import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { envelopeSchema, readEvent } from './events.ts';

const MAX_AGE_S = 300;
const MAX_BYTES = 1024 * 1024;

type Buffered = IncomingMessage & { rawBody?: Buffer };

/**
 * Stands before Bolt, which lets future timestamps pass and takes some malformed bodies badly. The body is read here
 * and left on the request, where Bolt finds it.
 */
export function guarded(next: RequestListener): RequestListener {
  return async (req: Buffered, res) => {
    if (!isFresh(req.headers['x-slack-request-timestamp'])) return refuse(res, 401);
    const body = await readBody(req);
    if (body === null) return refuse(res, 413);
    if (!isWellFormed(req.headers['content-type'], body)) return refuse(res, 400);
    req.rawBody = body;
    next(req, res);
  };
}

function isFresh(header: string | string[] | undefined): boolean {
  if (typeof header !== 'string' || !/^\d{1,12}$/.test(header)) return false;
  return Math.abs(Date.now() / 1000 - Number(header)) <= MAX_AGE_S;
}

async function readBody(req: IncomingMessage): Promise<Buffer | null> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of req) {
    size += chunk.length;
    if (size > MAX_BYTES) return null;
    chunks.push(chunk);
  }
  return chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks);
}

/** The form bodies of buttons and modals are Bolt's to read; events are checked here. */
function isWellFormed(contentType: string | undefined, body: Buffer): boolean {
  if (!contentType?.startsWith('application/json')) return contentType === 'application/x-www-form-urlencoded';
  let json: unknown;
  try {
    json = JSON.parse(body.toString());
  } catch {
    return false;
  }
  if (typeof json === 'object' && json !== null && 'type' in json && json.type === 'url_verification') return true;
  const envelope = envelopeSchema.safeParse(json);
  if (!envelope.success) return false;
  const { event } = envelope.data;
  return !['message', 'app_mention'].includes(event.type) || readEvent(event).kind !== 'malformed';
}

function refuse(res: ServerResponse, status: number): void {
  res.writeHead(status, { connection: 'close' }).end();
}

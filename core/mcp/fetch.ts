import { ReadableStream } from 'node:stream/web';
import type { FetchLike } from '@modelcontextprotocol/sdk/shared/transport.js';
import { z } from 'zod';

export const MAX_MESSAGE_BYTES = 10 * 1024 * 1024;

export type StreamWatcher = {
  /** The event stream of this request ended and the SDK will not take it up again. */
  onEnd(requestId: number, reason: string): void;
  /** A message is too large, on a stream that the SDK would open again only to get the same message. */
  onOverflow(reason: string): void;
};

/**
 * The SDK's HTTP transport reads bodies of any size, and leaves a request whose event stream ends before its answer to
 * wait for the timeout. This fetch ends a body that grows too large and reports requests that lost their stream.
 */
export function watchedFetch(watcher: StreamWatcher): FetchLike {
  return async (url, init) => {
    const response = await fetch(url, init);
    if (!response.body) return response;
    const isEvents = response.headers.get('content-type')?.startsWith('text/event-stream') ?? false;
    const chunks = isEvents ? watchEvents(response.body, sentRequestId(init), watcher) : watchBody(response.body);
    return new Response(ReadableStream.from(chunks), response);
  };
}

const SentRequest = z.object({ id: z.number(), method: z.string() });

function sentRequestId(init: RequestInit | undefined): number | undefined {
  if (typeof init?.body !== 'string') return undefined;
  return SentRequest.safeParse(JSON.parse(init.body)).data?.id;
}

async function* watchBody(body: AsyncIterable<Uint8Array>) {
  let total = 0;
  for await (const chunk of body) {
    total += chunk.length;
    if (total > MAX_MESSAGE_BYTES) throw new Error(TOO_LARGE);
    yield chunk;
  }
}

async function* watchEvents(body: AsyncIterable<Uint8Array>, requestId: number | undefined, watcher: StreamWatcher) {
  let pending = 0;
  let resumable = requestId === undefined;
  let reason = 'the connection was closed before the answer came';
  try {
    for await (const chunk of body) {
      const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
      resumable ||= bytes.includes('\nid:') || bytes.toString('latin1', 0, 3) === 'id:';
      // A stream may live for days, so only what belongs to one message counts.
      const boundary = Math.max(bytes.lastIndexOf('\n\n'), bytes.lastIndexOf('\r\n\r\n'));
      pending = boundary < 0 ? pending + bytes.length : bytes.length - boundary;
      if (pending > MAX_MESSAGE_BYTES) throw new Error(TOO_LARGE);
      yield chunk;
    }
  } catch (error) {
    reason = error instanceof Error ? error.message : String(error);
    throw error;
  } finally {
    if (requestId !== undefined && !resumable) watcher.onEnd(requestId, reason);
    else if (reason === TOO_LARGE) watcher.onOverflow(reason);
  }
}

const TOO_LARGE = `a message is larger than ${MAX_MESSAGE_BYTES / 1024 / 1024} MiB`;

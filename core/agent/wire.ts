import { Agent, type Dispatcher } from 'undici';

export type Arrival = { kind: 'piece'; bytes: Buffer } | { kind: 'end' } | { kind: 'lost'; detail: string };

/** The parts of one answer, in order. Nothing follows `end` or `lost`. */
export type Body = { next(): Promise<Arrival> };

export type Wire = {
  fetch(url: string | URL | Request, init?: RequestInit): Promise<Response>;
  /** The body of a response that `fetch` gave with a 2xx status. */
  bodyOf(response: Response): Body;
};

type Head = { status: number; headers: Headers; body: Body };

const KEEP_ALIVE_MS = 30_000;
/** Bytes of an error page that we read. */
const LONGEST_PAGE = 100_000;

const EMPTY: Body = { next: async () => ({ kind: 'end' }) };

/**
 * The part of `fetch` that a streamed completion needs. The full one spends more CPU on its web streams than the rest
 * of a model call together, so bodies are handed over as the socket delivers them, beside the response.
 */
export function openWire(): Wire {
  // The caller's timer covers the whole answer; undici's limit only ends bodies that nobody reads any more.
  const agent = new Agent({ keepAliveTimeout: KEEP_ALIVE_MS, headersTimeout: 0 });
  const bodies = new WeakMap<Response, Body>();
  return {
    fetch: async (url, init) => {
      const { status, headers, body } = await send(agent, new URL(String(url)), init ?? {});
      if (status >= 300) return new Response((await textOf(body)) || null, { status, headers });
      const response = new Response(null, { status, headers });
      bodies.set(response, body);
      return response;
    },
    bodyOf: (response) => bodies.get(response) ?? EMPTY,
  };
}

function send(agent: Agent, url: URL, init: RequestInit): Promise<Head> {
  return new Promise((resolve, reject) => {
    const inbox = openInbox();
    let control: Dispatcher.DispatchController | undefined;
    const fail = (error: Error) => {
      const detail = describe(error);
      inbox.put({ kind: 'lost', detail });
      reject(new Error(detail, { cause: error }));
    };
    const stop = () => {
      const stopped = new Error('The request was stopped');
      fail(stopped);
      control?.abort(stopped);
    };
    init.signal?.addEventListener('abort', stop, { once: true });
    agent.dispatch(requestOf(url, init), {
      onRequestStart(controller) {
        control = controller;
        if (init.signal?.aborted) stop();
      },
      onResponseStart(_controller, status, headers) {
        if (status >= 200) resolve({ status, headers: answerHeaders(headers), body: inbox });
      },
      onResponseData: (_controller, bytes) => inbox.put({ kind: 'piece', bytes }),
      onResponseEnd: () => inbox.put({ kind: 'end' }),
      onResponseError: (_controller, error) => fail(error),
    });
  });
}

function requestOf(url: URL, init: RequestInit): Dispatcher.DispatchOptions {
  const headers: Record<string, string> = {};
  for (const [name, value] of new Headers(init.headers)) headers[name] = value;
  return {
    origin: url.origin,
    path: url.pathname + url.search,
    method: 'POST',
    headers,
    body: typeof init.body === 'string' ? init.body : null,
  };
}

/** Only the headers that we read. */
function answerHeaders(received: Record<string, string | string[] | undefined>): Headers {
  const headers = new Headers();
  for (const name of ['retry-after', 'retry-after-ms', 'x-request-id']) {
    const value = received[name];
    if (typeof value === 'string') headers.set(name, value);
  }
  return headers;
}

function openInbox(): Body & { put(arrival: Arrival): void } {
  const held: Arrival[] = [];
  let waiting: ((arrival: Arrival) => void) | undefined;
  return {
    put(arrival) {
      if (!waiting) return void held.push(arrival);
      waiting(arrival);
      waiting = undefined;
    },
    next: () =>
      new Promise((resolve) => {
        const first = held.shift();
        if (first) resolve(first);
        else waiting = resolve;
      }),
  };
}

/** Reads an error page. The caller ends the request where the page is longer. */
async function textOf(body: Body): Promise<string> {
  const pieces: Buffer[] = [];
  for (let size = 0; size < LONGEST_PAGE; ) {
    const arrival = await body.next();
    if (arrival.kind !== 'piece') break;
    pieces.push(arrival.bytes);
    size += arrival.bytes.length;
  }
  return Buffer.concat(pieces).toString();
}

/** Names the error's code where it has no message, as where several addresses refuse the connection. */
function describe(error: Error): string {
  return error.message || ('code' in error && String(error.code)) || error.name;
}

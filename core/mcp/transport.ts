import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { InMemoryTransport } from '@modelcontextprotocol/sdk/inMemory.js';
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import { ErrorCode } from '@modelcontextprotocol/sdk/types.js';
import { watchedFetch } from './fetch.ts';
import type { ServerEntry } from './servers.ts';
import { withTimeout } from './timeout.ts';

/** A transport and what belongs to it. */
export type ServerTransport = {
  transport: Transport;
  /** No message about this server may contain these values. */
  secrets: string[];
  /** The last line that a child process wrote to stderr: often the only explanation of its end. */
  lastWords(): string;
  /** Starts a server that runs in this process. */
  begin(): Promise<unknown>;
  /** Ends the session, before the transport closes. */
  release(): Promise<unknown>;
};

/** Marks an answer that we made up for a request that lost its stream: the server did not send it. */
export const LOST_STREAM = Symbol('lost stream');

const GOODBYE_TIMEOUT_MS = 1000;
const SHORTEST_SECRET = 6;

export function openTransport(entry: ServerEntry): ServerTransport {
  if (entry.kind === 'stdio') return stdioTransport(entry);
  if (entry.kind === 'http') return httpTransport(entry);
  return memoryTransport(entry);
}

function stdioTransport(entry: ServerEntry & { kind: 'stdio' }): ServerTransport {
  const { command, args, env, cwd } = entry;
  // The SDK adds HOME, PATH and a few others, and nothing else of our environment.
  const transport = new StdioClientTransport({ command, args, env, cwd, stderr: 'pipe' });
  let tail = Buffer.alloc(0);
  transport.stderr?.on('data', (chunk: Buffer) => {
    tail = Buffer.concat([tail, chunk.subarray(-1000)]).subarray(-1000);
  });
  const lastWords = () => tail.toString().trim().split('\n').at(-1) ?? '';
  const secrets = secretsOf([...(entry.secrets ?? []), ...Object.values(env)]);
  return { transport, secrets, lastWords, begin: nothing, release: nothing };
}

function httpTransport(entry: ServerEntry & { kind: 'http' }): ServerTransport {
  const fetch = watchedFetch({
    onEnd(id, message) {
      const error = { code: ErrorCode.ConnectionClosed, message, data: LOST_STREAM };
      // The parser may still hold a real answer. Once that has arrived, the SDK ignores this one.
      setTimeout(() => transport.onmessage?.({ jsonrpc: '2.0', id, error }), 50);
    },
    onOverflow(reason) {
      transport.onerror?.(new Error(reason));
      void transport.close();
    },
  });
  const transport = new StreamableHTTPClientTransport(new URL(entry.url), {
    requestInit: { headers: entry.headers },
    fetch,
  });
  const release = () => withTimeout(transport.terminateSession(), GOODBYE_TIMEOUT_MS);
  const secrets = secretsOf([...(entry.secrets ?? []), ...Object.values(entry.headers)]);
  return { transport, secrets, lastWords: () => '', begin: nothing, release };
}

function memoryTransport(entry: ServerEntry & { kind: 'memory' }): ServerTransport {
  const [transport, far] = InMemoryTransport.createLinkedPair();
  let serving: Promise<{ close(): Promise<void> }> | undefined;
  const begin = () => {
    serving = entry.connect(far);
    return serving;
  };
  const release = () => withTimeout(serving?.then((server) => server.close()) ?? nothing(), GOODBYE_TIMEOUT_MS);
  return { transport, secrets: [], lastWords: () => '', begin, release };
}

async function nothing(): Promise<void> {}

function secretsOf(values: string[]): string[] {
  const parts = values.flatMap((value) => [value, ...value.split(/\s+/)]);
  return parts.filter((part) => part.length >= SHORTEST_SECRET).sort((a, b) => b.length - a.length);
}

import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import type { Progress } from '@modelcontextprotocol/sdk/types.js';
import type { Clock } from '../clock.ts';
import type { Log } from '../log.ts';
import type { ServerEntry } from './servers.ts';

export type Tool = {
  /** `server__tool`, as the model sees it: ^[a-zA-Z0-9_-]{1,64}$ */
  name: string;
  server: string;
  /** The server's own name for it. */
  tool: string;
  title?: string;
  description: string;
  inputSchema: Record<string, unknown>;
  /** Why it is not offered, and every call of it is refused. */
  unusable?: string;
  /** Why every call of it is refused until a person accepts how its server changed it; it is offered as it was before. */
  unaccepted?: string;
  /** sha256 over the canonical JSON of all that says what the tool does; a signature holds for this definition only. */
  definitionHash: string;
};

export type ToolOutcome =
  | { kind: 'ok'; text: string; structured?: unknown }
  /** The tool answered and refused. */
  | { kind: 'error'; text: string }
  /** It was certainly not carried out: it was not sent, or turned away before any tool saw it. */
  | { kind: 'unreachable'; text: string }
  /** It was sent, and what came of it is not known. */
  | { kind: 'unknown'; text: string };

export type CallOptions = {
  signal: AbortSignal;
  timeoutMs: number;
  /** Sent in the request's _meta, so that the server can recognise a repetition. */
  idempotencyKey?: string;
  onProgress?: (progress: Progress) => void;
};

export type Mcp = {
  /** Of one server, as it is now; of several or all, without waiting for any that is known to be down. */
  tools(of?: string | ReadonlySet<string>): Promise<{ tools: Tool[]; down: Down[] }>;
  /** By the model's name, as the server defines it now. */
  find(name: string): Promise<Found>;
  call(tool: Tool, args: Record<string, unknown>, options: CallOptions): Promise<ToolOutcome>;
  state(): Record<string, 'up' | 'down' | 'standby'>;
  /** From now on these are the servers. One that is gone or changed is left when the calls that wait there are answered. */
  setServers(entries: Record<string, ServerEntry>): void;
  /** Ends every connection and every child process; afterwards all servers are unreachable. */
  close(): Promise<void>;
};

export type Down = { server: string; reason: string };

export type Found = { kind: 'found'; tool: Tool } | { kind: 'none' } | ({ kind: 'down' } & Down);

export type McpOptions = {
  ttlSeconds: number;
  /** Of one answer's text; the rest is cut off with a note. */
  maxResultBytes?: number;
  /** For connecting and again for listing the tools. */
  connectTimeoutMs?: number;
  /** Puts something of one's own between us and a server's transport. */
  through?: (server: string, transport: Transport) => Transport;
  /** Whenever a server has said what tools it has. */
  onListed?: (server: string, tools: Tool[]) => void;
  clock?: Pick<Clock, 'now'>;
  log?: Pick<Log, 'info' | 'warn'>;
};

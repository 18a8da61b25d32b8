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
  /** Why the tool is not offered and its calls are refused. */
  unusable?: string;
  /** Why its calls are refused until a person accepts its new definition; it is offered with the old one. */
  unaccepted?: string;
  /** sha256 of the canonical JSON of the definition; a signature is valid for this definition only. */
  definitionHash: string;
};

export type ToolOutcome =
  | { kind: 'ok'; text: string; structured?: unknown }
  /** The tool answered and refused. */
  | { kind: 'error'; text: string }
  /** It certainly did not run: it was not sent, or the server refused it before any tool saw it. */
  | { kind: 'unreachable'; text: string }
  /** It was sent, and nobody knows the outcome. */
  | { kind: 'unknown'; text: string };

export type CallOptions = {
  signal: AbortSignal;
  timeoutMs: number;
  /** Sent in the request's _meta, so that the server can recognise a repetition. */
  idempotencyKey?: string;
  onProgress?: (progress: Progress) => void;
};

export type Mcp = {
  /** The tools of one server, surely current; of several or all, without waiting for servers that are down. */
  tools(of?: string | ReadonlySet<string>): Promise<{ tools: Tool[]; down: Down[] }>;
  /** Finds a tool by the name that the model sees, as its server defines it now. */
  find(name: string): Promise<FoundTool>;
  call(tool: Tool, args: Record<string, unknown>, options: CallOptions): Promise<ToolOutcome>;
  state(): Record<string, 'up' | 'down' | 'standby'>;
  /** Replaces the servers. Closes those that are gone or changed when their open calls are answered. */
  setServers(entries: Record<string, ServerEntry>): void;
  /** Ends every connection and every child process; afterwards all servers are unreachable. */
  close(): Promise<void>;
};

export type Down = { server: string; reason: string };

export type FoundTool = { kind: 'found'; tool: Tool } | { kind: 'none' } | ({ kind: 'down' } & Down);

export type McpOptions = {
  ttlSeconds: number;
  /** Of one answer's text; cuts off the rest with a note. */
  maxResultBytes?: number;
  /** For connecting, and again for listing the tools. */
  connectTimeoutMs?: number;
  /** Wraps the transport of a server. */
  through?: (server: string, transport: Transport) => Transport;
  /** Called whenever a server has listed its tools. */
  onListed?: (server: string, tools: Tool[]) => void;
  clock?: Pick<Clock, 'now'>;
  log?: Pick<Log, 'info' | 'warn'>;
};

import { StreamableHTTPError } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { ErrorCode, McpError } from '@modelcontextprotocol/sdk/types.js';
import type { Catalog, ToolList } from './catalog.ts';
import type { Connection } from './connection.ts';
import { CallResult, cut, readAnswer, saysUnknown } from './content.ts';
import type { ReconnectingServer } from './reconnecting.ts';
import { withTimeout } from './timeout.ts';
import { LOST_STREAM } from './transport.ts';
import type { CallOptions, Tool, ToolOutcome } from './types.ts';

export type Server = { reconnecting: ReconnectingServer; catalog: Catalog; maxResultBytes: number };

const IDEMPOTENCY_KEY = 'countersign/idempotency-key';

export async function callTool(
  server: Server,
  tool: Tool,
  args: Record<string, unknown>,
  options: CallOptions,
): Promise<ToolOutcome> {
  const first = await tryOnce(server, tool, args, options);
  if (first.kind !== 'expired') return first;
  const second = await tryOnce(server, tool, args, options);
  return second.kind === 'expired' ? notSent(tool, second.reason) : second;
}

type Attempt = ToolOutcome | { kind: 'expired'; reason: string };

async function tryOnce(
  server: Server,
  tool: Tool,
  args: Record<string, unknown>,
  options: CallOptions,
): Promise<Attempt> {
  const listed = server.catalog.fresh() ?? (await waitForList(server.catalog, options));
  if (listed.kind === 'down') return notSent(tool, listed.reason);
  // The list is as new as the connection, so this notices a server that came back with other tools.
  if (listed.tools.get(tool.name)?.definitionHash !== tool.definitionHash) {
    return notSent(tool, `the tool "${tool.tool}" is not what it was when it was looked up; look it up again`);
  }
  if (options.signal.aborted) return notSent(tool, 'the call was cancelled before it was sent');
  return send(server, listed.connection, tool, args, options);
}

async function waitForList(catalog: Catalog, options: CallOptions): Promise<ToolList> {
  try {
    return await withTimeout(catalog.current(), options.timeoutMs, options.signal);
  } catch (error) {
    return { kind: 'down', reason: error instanceof Error ? error.message : String(error) };
  }
}

async function send(
  server: Server,
  connection: Connection,
  tool: Tool,
  args: Record<string, unknown>,
  options: CallOptions,
): Promise<Attempt> {
  const attempt = await exchange(connection, tool, args, options, server.maxResultBytes);
  if (attempt.kind === 'expired') server.reconnecting.renew(connection);
  if (attempt.kind === 'unreachable' || attempt.kind === 'unknown') server.reconnecting.suspect(connection);
  return attempt;
}

async function exchange(
  connection: Connection,
  tool: Tool,
  args: Record<string, unknown>,
  options: CallOptions,
  maxBytes: number,
): Promise<Attempt> {
  const { signal, timeoutMs: timeout, idempotencyKey, onProgress: onprogress } = options;
  const meta = idempotencyKey === undefined ? undefined : { _meta: { [IDEMPOTENCY_KEY]: idempotencyKey } };
  const request = { method: 'tools/call', params: { name: tool.tool, arguments: args, ...meta } } as const;
  // The SDK never removes its listener from a signal, and the caller's signal may outlive thousands of calls.
  const cancel = new AbortController();
  const onAbort = () => cancel.abort('the call was cancelled');
  signal.addEventListener('abort', onAbort, { once: true });
  connection.inFlight += 1;
  try {
    // Not client.callTool: an answer that breaks its output schema must not hide that the tool has acted.
    const result = await connection.client.request(request, CallResult, { signal: cancel.signal, timeout, onprogress });
    const answer = readAnswer(result, maxBytes);
    if (saysUnknown(result)) return { kind: 'unknown', text: answer.text };
    return result.isError ? { kind: 'error', text: answer.text } : { kind: 'ok', ...answer };
  } catch (error) {
    if (error instanceof McpError && isServersAnswer(error, connection)) {
      return { kind: 'error', text: cut(error.message, maxBytes) };
    }
    return judge(error, connection, tool);
  } finally {
    connection.inFlight -= 1;
    signal.removeEventListener('abort', onAbort);
  }
}

/** Judges a call whose request got no answer. In doubt it is unknown, so that nothing is done twice. */
function judge(error: unknown, connection: Connection, tool: Tool): Attempt {
  const reason = connection.isClosed() ? connection.explainLoss(error) : connection.explain(error);
  if (error instanceof StreamableHTTPError) {
    const status = error.code ?? 0;
    const hasSession = connection.client.transport?.sessionId !== undefined;
    if (hasSession && UNKNOWN_SESSION.has(status)) return { kind: 'expired', reason };
    return TURNED_AWAY.has(status) ? notSent(tool, reason) : notKnown(tool, reason);
  }
  return isUnsent(error) ? notSent(tool, reason) : notKnown(tool, reason);
}

// By the protocol a session that ended is 404; many servers answer 400.
const UNKNOWN_SESSION = new Set([400, 404]);
const TURNED_AWAY = new Set([301, 302, 303, 307, 308, 400, 401, 403, 404, 405, 406, 413, 415, 429]);

// The SDK reports its own timeouts and losses with codes that servers use for their errors.
function isServersAnswer(error: McpError, connection: Connection): boolean {
  if (error.code === ErrorCode.RequestTimeout || error.data === LOST_STREAM) return false;
  return error.code !== ErrorCode.ConnectionClosed || !connection.isClosed();
}

function isUnsent(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (error.message === 'Not connected') return true; // the SDK's error for a closed transport
  const cause = error.cause;
  if (cause instanceof AggregateError) return cause.errors.every(isConnectError); // one error per address tried
  return isConnectError(cause);
}

function isConnectError(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if ('code' in error && error.code === 'UND_ERR_CONNECT_TIMEOUT') return true;
  return 'syscall' in error && (error.syscall === 'connect' || error.syscall === 'getaddrinfo');
}

function notSent(tool: Tool, reason: string): ToolOutcome {
  return { kind: 'unreachable', text: `"${tool.server}" did not take the call (${reason}). Nothing was done.` };
}

function notKnown(tool: Tool, reason: string): ToolOutcome {
  const text = `"${tool.server}" was sent the call and gave no answer (${reason}). It may have acted: check before repeating.`;
  return { kind: 'unknown', text };
}

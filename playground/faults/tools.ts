import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import type { JSONRPCMessage } from '@modelcontextprotocol/sdk/types.js';
import { z } from 'zod';
import type { FaultLevel } from '../page/protocol.ts';

/** The effect of a fault on one call of a tool. */
export type ToolHit = {
  server: string;
  tool: string;
  /** The idempotency key, by which a server recognises a repetition. */
  key?: string;
  kind: 'slow' | 'lost';
  at: number;
};

export type ToolFaults = {
  level(server: string): FaultLevel;
  set(server: string, level: FaultLevel): void;
  /** Only the newest are kept, oldest first. */
  hits(): readonly ToolHit[];
  /** Wraps a server's transport, so that faults can act on it. */
  through(server: string, transport: Transport): Transport;
};

const SLOW_MS = 3_000;
const KEPT_HITS = 500;

type Disturbed = { level: FaultLevel; answers: number; open: Set<Transport> };

export function openToolFaults(): ToolFaults {
  const hits: ToolHit[] = [];
  const servers = new Map<string, Disturbed>();
  const of = (server: string): Disturbed => {
    const known = servers.get(server) ?? { level: 'ok', answers: 0, open: new Set() };
    servers.set(server, known);
    return known;
  };
  return {
    level: (server) => of(server).level,
    set(server, level) {
      const disturbed = of(server);
      Object.assign(disturbed, { level, answers: 0 });
      if (level === 'down') for (const transport of disturbed.open) void transport.close();
    },
    hits: () => hits,
    through: (server, transport) =>
      disturb(of(server), transport, ({ tool, key }, kind) => {
        hits.push({ server, tool, key, kind, at: Date.now() });
        if (hits.length > KEPT_HITS) hits.shift();
      }),
  };
}

type Call = { id: string | number; tool: string; key?: string };

function disturb(server: Disturbed, inner: Transport, onHit: (call: Call, kind: ToolHit['kind']) => void): Transport {
  const calls = new Map<string | number, Call>();
  /** Answers that come late, by the ids of their calls. */
  const late = new Map<string | number, NodeJS.Timeout>();

  function receive(message: JSONRPCMessage, hand: () => void): void {
    const id = answeredId(message);
    // When a transport closes, the client makes up answers to open calls: drop them for calls that are only late.
    if (id !== undefined && late.has(id)) return;
    const call = id === undefined ? undefined : take(id);
    if (call && server.level === 'slow') {
      onHit(call, 'slow');
      late.set(call.id, setTimeout(handLate, SLOW_MS, call.id, hand));
    } else if (call && isLost(call)) {
      // The tool has done its work; the connection breaks before its answer arrives.
      onHit(call, 'lost');
      void inner.close();
    } else hand();
  }

  function take(id: string | number): Call | undefined {
    const call = calls.get(id);
    calls.delete(id);
    return call;
  }

  function handLate(id: string | number, hand: () => void): void {
    late.delete(id);
    hand();
  }

  /** Loses every other answer to a call with a key; the gate's own reads have none. */
  function isLost({ key }: Call): boolean {
    if (server.level !== 'lossy' || key === undefined) return false;
    server.answers += 1;
    return server.answers % 2 === 1;
  }

  const outer: Transport = {
    async start() {
      if (server.level === 'down') throw refusedConnection();
      server.open.add(inner);
      await inner.start();
    },
    async send(message, options) {
      if (server.level === 'down') throw refusedConnection();
      const call = callIn(message);
      if (call) calls.set(call.id, call);
      await inner.send(message, options);
    },
    close: () => inner.close(),
    get sessionId() {
      return inner.sessionId;
    },
    setProtocolVersion: (version) => inner.setProtocolVersion?.(version),
  };
  inner.onmessage = (message, extra) => receive(message, () => outer.onmessage?.(message, extra));
  inner.onerror = (error) => outer.onerror?.(error);
  inner.onclose = () => {
    server.open.delete(inner);
    for (const timer of late.values()) clearTimeout(timer);
    outer.onclose?.();
  };
  return outer;
}

const callSchema = z.object({
  id: z.union([z.string(), z.number()]),
  method: z.literal('tools/call'),
  params: z.object({
    name: z.string(),
    _meta: z.looseObject({ 'countersign/idempotency-key': z.string().optional() }).optional(),
  }),
});

function callIn(message: JSONRPCMessage): Call | undefined {
  const call = callSchema.safeParse(message).data;
  return call && { id: call.id, tool: call.params.name, key: call.params._meta?.['countersign/idempotency-key'] };
}

function answeredId(message: JSONRPCMessage): string | number | undefined {
  return 'id' in message && !('method' in message) ? message.id : undefined;
}

/** The error of a connection to a port where nothing listens. */
function refusedConnection(): Error {
  const cause = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED', syscall: 'connect' });
  return new Error('the connection was refused', { cause });
}

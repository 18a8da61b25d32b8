import type { Prisma } from '../../prisma/client/client.ts';
import type { Database } from './database.ts';
import { type ChannelPlace, entryContentSchema, placeSchema } from './types.ts';

/** Outcomes with which the playground checks the product's promises about a turn, a signed call or a message. */
export type TurnOutcome = {
  number: number;
  /** The first message that the turn answers. */
  question: string;
  state: string;
  attempts: number;
  /** Milliseconds since 1970, as all times here. */
  startedAt: number;
  endedAt: number | null;
  calls: CallOutcome[];
  reply: ReplyOutcome | null;
};
export type CallOutcome = { id: string; tool: string; effect: string; state: string; signed: boolean };
export type ReplyOutcome = {
  id: number;
  state: string;
  attempts: number;
  place: ChannelPlace;
  messages: string[];
  at: number;
  sentAt: number | null;
};
export type SignedCallOutcome = {
  call: CallOutcome;
  state: string;
  /** How often a worker began to dispatch it. */
  attempts: number;
  decidedAt: number | null;
  endedAt: number | null;
};

type Tx = Prisma.TransactionClient;

/** Reads one after the other, since a transaction has one connection. */
export function turnOutcome(db: Database, tenant: string, id: number): Promise<TurnOutcome | null> {
  const turnId = BigInt(id);
  return db.read(tenant, async (tx) => {
    const turn = await tx.turn.findUnique({ where: { id_tenant: { tenant, id: turnId } } });
    if (!turn) return null;
    const of = { tenant, turnId };
    const first = await tx.entry.findFirst({ where: of, orderBy: { seq: 'asc' } });
    const calls = await tx.toolCall.findMany({ where: of });
    const reply = await tx.reply.findFirst({ where: { ...of, kind: 'reply' } });
    const { number, state, attempts, startedAt, endedAt } = turn;
    return {
      ...{ number, state, attempts },
      question: entryContentSchema.safeParse(first?.content).data?.text ?? '',
      startedAt: startedAt.getTime(),
      endedAt: endedAt?.getTime() ?? null,
      calls: calls.map(callOutcome),
      reply: replyOutcome(reply),
    };
  });
}

function callOutcome({ id, tool, effect, state, approval }: Awaited<ReturnType<typeof callAt>>): CallOutcome {
  return { id, tool, effect, state, signed: approval !== null };
}

function callAt(tx: Tx, tenant: string, id: string) {
  return tx.toolCall.findUniqueOrThrow({ where: { id_tenant: { tenant, id } } });
}

function replyOutcome(reply: Awaited<ReturnType<Tx['reply']['findFirst']>>): ReplyOutcome | null {
  if (!reply) return null;
  const { id, state, attempts, place, messages, createdAt, sentAt } = reply;
  return {
    ...{ id: Number(id), state, attempts, place: placeSchema.parse(place) },
    messages: Array.isArray(messages) ? messages.map(String) : [],
    at: createdAt.getTime(),
    sentAt: sentAt?.getTime() ?? null,
  };
}

export function signedCallOutcome(db: Database, tenant: string, approval: string): Promise<SignedCallOutcome | null> {
  return db.read(tenant, async (tx) => {
    const found = await tx.approval.findUnique({ where: { id_tenant: { tenant, id: approval } } });
    if (!found) return null;
    const { state, attempts, decidedAt, endedAt, callId } = found;
    return {
      call: callOutcome(await callAt(tx, tenant, callId)),
      ...{ state, attempts },
      decidedAt: decidedAt?.getTime() ?? null,
      endedAt: endedAt?.getTime() ?? null,
    };
  });
}

/** The threads with an entry that no turn has begun to answer. */
export function waitingThreads(db: Database, tenant: string): Promise<number[]> {
  return db.read(tenant, async (tx) => {
    const where = { tenant, turnId: null, withdrawnAt: null };
    const entries = await tx.entry.findMany({ where, select: { threadId: true }, distinct: ['threadId'], take: 100 });
    return entries.map(({ threadId }) => Number(threadId));
  });
}

/** Counts the entries that one message became, and names the turns that answered them. */
export function messageKept(
  db: Database,
  tenant: string,
  { source, channel, message }: { source: string; channel: string; message: string },
): Promise<{ entries: number; turns: number[] }> {
  return db.read(tenant, async (tx) => {
    const entries = await tx.entry.findMany({
      where: {
        ...{ tenant, source, kind: 'message' },
        AND: [
          { content: { path: ['place', 'channel'], equals: channel } },
          { content: { path: ['place', 'asked'], equals: message } },
        ],
      },
      select: { turnId: true },
    });
    const turns = entries.flatMap(({ turnId }) => (turnId === null ? [] : [Number(turnId)]));
    return { entries: entries.length, turns: [...new Set(turns)] };
  });
}

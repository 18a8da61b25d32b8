import type { Prisma } from '../../prisma/client/client.ts';
import type { Database } from './database.ts';
import { entryContentSchema, placeSchema } from './types.ts';

type Tx = Prisma.TransactionClient;

// The playground checks the product's promises with these; times are milliseconds since 1970. Their types stand there, in
// playground/faults/types.ts, and start.ts fits the two together.

/** Reads one after the other, since a transaction has one connection. */
export function turnOutcome(db: Database, tenant: string, id: number) {
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

function callOutcome({ id, tool, effect, state }: Awaited<ReturnType<typeof callAt>>) {
  return { id, tool, effect, state };
}

function callAt(tx: Tx, tenant: string, id: string) {
  return tx.toolCall.findUniqueOrThrow({ where: { id_tenant: { tenant, id } } });
}

function replyOutcome(reply: Awaited<ReturnType<Tx['reply']['findFirst']>>) {
  if (!reply) return null;
  const { id, state, attempts, place, messages, createdAt, sentAt } = reply;
  return {
    ...{ id: Number(id), state, attempts, place: placeSchema.parse(place) },
    messages: Array.isArray(messages) ? messages.map(String) : [],
    at: createdAt.getTime(),
    sentAt: sentAt?.getTime() ?? null,
  };
}

export function signedCallOutcome(db: Database, tenant: string, approval: string) {
  return db.read(tenant, async (tx) => {
    const found = await tx.approval.findUnique({ where: { id_tenant: { tenant, id: approval } } });
    if (!found) return null;
    const { state, attempts, endedAt, callId } = found;
    return {
      call: callOutcome(await callAt(tx, tenant, callId)),
      ...{ state, attempts },
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

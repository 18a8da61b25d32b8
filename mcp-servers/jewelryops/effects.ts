import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { Prisma } from '../../prisma/client/client.ts';
import { type Answer, refused } from '../answers.ts';
import type { ToolDatabase } from '../database.ts';

const META_KEY = 'countersign/idempotency-key';
const keyInMeta = z.looseObject({ [META_KEY]: z.string().min(1).max(200).optional() }).optional();

type Asked<Data> = {
  tool: string;
  args: Record<string, unknown>;
  meta: unknown;
  output: z.ZodType<Data>;
};
type Done = { idempotent_replay: boolean };
type Call = { tool: string; key: string; hash: string };

/**
 * Runs `act` in one transaction with the record of its idempotency key, so that both stand or neither does.
 * `act` refuses before it writes: what it has written when it answers is kept.
 */
export async function effect<Data extends Done>(
  db: ToolDatabase,
  asked: Asked<Data>,
  act: (tx: Prisma.TransactionClient) => Promise<Answer<Data>>,
): Promise<Answer<Data>> {
  const meta = keyInMeta.safeParse(asked.meta);
  if (!meta.success) return refused(`_meta["${META_KEY}"] must be a text of 1 to 200 characters. Nothing was done.`);
  const key = meta.data?.[META_KEY];
  if (key === undefined) return db.prisma.$transaction(act);
  const call = { tool: asked.tool, key, hash: hashOf(asked.args) };
  return db.prisma.$transaction((tx) => once(tx, db.tenant, call, asked.output, act));
}

async function once<Data extends Done>(
  tx: Prisma.TransactionClient,
  tenant: string,
  call: Call,
  output: z.ZodType<Data>,
  act: (tx: Prisma.TransactionClient) => Promise<Answer<Data>>,
): Promise<Answer<Data>> {
  // Of two calls with one key at once, the second waits here and then finds the first one's result.
  await lock(tx, `jewelryops effect ${tenant} ${call.key}`);
  const where = { tenant_key: { tenant, key: call.key } };
  const earlier = await tx.jewelryopsEffect.findUnique({ where });
  if (earlier) return replay(earlier, call, output);
  const answer = await act(tx);
  if (answer.kind === 'done') {
    const result = { text: answer.text, data: answer.data };
    const { tool, key, hash } = call;
    await tx.jewelryopsEffect.create({ data: { tenant, key, tool, argumentsHash: hash, result } });
  }
  return answer;
}

/** Held to the end of the transaction. */
export async function lock(tx: Prisma.TransactionClient, name: string): Promise<void> {
  await tx.$executeRaw`select pg_advisory_xact_lock(hashtextextended(${name}, 0))`;
}

function replay<Data extends Done>(
  earlier: { tool: string; argumentsHash: string; result: Prisma.JsonValue },
  call: Call,
  output: z.ZodType<Data>,
): Answer<Data> {
  if (earlier.tool !== call.tool || earlier.argumentsHash !== call.hash) {
    return refused(
      `The idempotency key ${call.key} was already used for another call (${earlier.tool}). Nothing was done. ` +
        'Use a new key for a new action, or repeat the first one with exactly its arguments.',
    );
  }
  const stored = z.object({ text: z.string(), data: output }).parse(earlier.result);
  return {
    kind: 'done',
    text: `Already done under this idempotency key, nothing was repeated. ${stored.text}`,
    data: { ...stored.data, idempotent_replay: true },
  };
}

// Arguments come parsed, so defaults are filled in and the order of writing them does not matter.
function hashOf(args: Record<string, unknown>): string {
  const sorted = Object.entries(args).sort(([a], [b]) => (a < b ? -1 : 1));
  return createHash('sha256').update(JSON.stringify(sorted)).digest('hex');
}

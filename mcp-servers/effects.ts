import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { Prisma } from '../prisma/client/client.ts';
import { lock, shareChanges } from '../prisma/locks.ts';
import { type Answer, refused, unknown } from './answers.ts';
import type { ToolDatabase } from './database.ts';
import { isStorable } from './fields.ts';

export const META_KEY = 'countersign/idempotency-key';
const keyInMeta = z.looseObject({ [META_KEY]: z.string().min(1).max(200).refine(isStorable).optional() }).optional();

type Asked<Data> = {
  server: string;
  tool: string;
  args: Record<string, unknown>;
  meta: unknown;
  output: z.ZodType<Data>;
};
type Done = { idempotent_replay: boolean };
type Call = { server: string; tool: string; key: string; hash: string };

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
  const at = { commit: false };
  try {
    return await db.prisma.$transaction(async (tx) => {
      await shareChanges(tx, db.tenant, asked.server);
      const answer =
        key === undefined ? await act(tx) : await once(tx, db.tenant, callOf(asked, key), asked.output, act);
      at.commit = answer.kind === 'done';
      return answer;
    });
  } catch (error) {
    // Up to the commit nothing of it stands.
    if (at.commit) return unknown(error);
    throw error;
  }
}

function callOf({ server, tool, args }: { server: string; tool: string; args: Record<string, unknown> }, key: string) {
  return { server, tool, key, hash: hashOf(args) };
}

async function once<Data extends Done>(
  tx: Prisma.TransactionClient,
  tenant: string,
  call: Call,
  output: z.ZodType<Data>,
  act: (tx: Prisma.TransactionClient) => Promise<Answer<Data>>,
): Promise<Answer<Data>> {
  // Of two calls with one key at once, the second waits here and then finds the first one's result.
  await lock(tx, `effect ${tenant} ${call.key}`);
  const where = { tenant_key: { tenant, key: call.key } };
  const earlier = await tx.effect.findUnique({ where });
  if (earlier) return replay(earlier, call, output);
  const answer = await act(tx);
  if (answer.kind === 'done') {
    const result = { text: answer.text, data: answer.data };
    const { server, tool, key, hash } = call;
    await tx.effect.create({ data: { tenant, key, server, tool, argumentsHash: hash, result } });
  }
  return answer;
}

function replay<Data extends Done>(
  earlier: { server: string; tool: string; argumentsHash: string; result: Prisma.JsonValue },
  call: Call,
  output: z.ZodType<Data>,
): Answer<Data> {
  if (earlier.server !== call.server || earlier.tool !== call.tool || earlier.argumentsHash !== call.hash) {
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

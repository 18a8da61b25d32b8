import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { Prisma } from '../prisma/client/client.ts';
import { lock, shareChanges } from '../prisma/locks.ts';
import { type Answer, done, refused, unknown } from './answers.ts';
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
      at.commit = answer.kind !== 'refused';
      return answer;
    });
  } catch (error) {
    // Up to the commit nothing of it stands.
    if (at.commit) return unknown(error);
    throw error;
  }
}

/** Whether something was done under this key: false is no proof, since not every server keeps its keys here. */
export async function isDoneUnder(db: ToolDatabase, key: string): Promise<boolean> {
  const found = await db.prisma.effect.findUnique({ where: { tenant_key: { tenant: db.tenant, key } } });
  return found !== null;
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
  if (earlier.server !== call.server || earlier.tool !== call.tool)
    return refused(usedElsewhere(call.key, earlier.tool));
  if (earlier.argumentsHash !== call.hash) return { kind: 'unknown', text: usedOtherwise(call) };
  const { text } = told.parse(earlier.result);
  const stored = z.object({ data: output }).safeParse(earlier.result);
  if (stored.success) {
    return done(`${REPEATED} ${text}`, { ...stored.data.data, idempotent_replay: true });
  }
  // The SDK takes no success without data that keep to the output schema, and no failure may say that nothing was done.
  const older = 'An earlier build of this tool did it, whose details this one cannot show: look at the record.';
  return { kind: 'unknown', text: `${REPEATED} ${older} ${text}`.trim() };
}

function usedElsewhere(key: string, tool: string): string {
  return (
    `The idempotency key ${key} was already used for another call (${tool}). Nothing was done by this call. ` +
    'Use a new key for a new action, or repeat the first one with exactly its arguments.'
  );
}

// Our gate sends one key for one frozen call only, so to it these arguments are the first ones, in a form that an earlier
// build gave them: what was done must not be recorded as failed.
function usedOtherwise({ key, tool }: Call): string {
  return (
    `The idempotency key ${key} was already used: a call of ${tool} WAS done under it, with other arguments or by an ` +
    'earlier build of this tool, and nothing was repeated. Look at the record for what it did; use a new key for a new action.'
  );
}

const REPEATED = 'Already done under this idempotency key, nothing was repeated.';
const told = z.object({ text: z.string() }).catch({ text: '' });

// Arguments come parsed, so defaults are filled in and the order of writing them does not matter. They come in no other
// form: where a build adds an argument with a default, a call that an earlier one did has another hash.
function hashOf(args: Record<string, unknown>): string {
  const sorted = Object.entries(args).sort(([a], [b]) => (a < b ? -1 : 1));
  return createHash('sha256').update(JSON.stringify(sorted)).digest('hex');
}

import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { Prisma } from '../../prisma/client/client.ts';
import { lock, shareChanges } from '../../prisma/locks.ts';
import { type Answer, done, type Refused, refused, unknown } from './answers.ts';
import type { Tables, ToolDatabase } from './database.ts';
import { isStorable } from './fields.ts';

type Values = Record<string, unknown>;
/** A call of a tool that changes something. `args` are hashed; `output` parses the stored answer of an earlier call. */
export type Change = { server: string; tool: string; key: string | undefined; args: Values; output: z.ZodType<Values> };
type Keyed = Change & { key: string };
type Act = (db: Tables) => Promise<Answer<Values>>;

export const idempotentReplay = z
  .boolean()
  .describe('True where this idempotency key had been used: the first result again, nothing was done twice');

const META_KEY = 'countersign/idempotency-key';
const keyInMeta = z.looseObject({ [META_KEY]: z.string().min(1).max(200).refine(isStorable).optional() }).optional();

export function keyIn(meta: unknown): { kind: 'read'; key: string | undefined } | Refused {
  const read = keyInMeta.safeParse(meta);
  if (!read.success) return refused(`_meta["${META_KEY}"] must be a text of 1 to 200 characters. Nothing was done.`);
  return { kind: 'read', key: read.data?.[META_KEY] };
}

/**
 * Runs `act` in one transaction with the record of its idempotency key: either both are stored or neither.
 * `act` must refuse before it writes: what it has written when it answers stays.
 */
export async function changeOnce(db: ToolDatabase, change: Change, act: Act): Promise<Answer<Values>> {
  const { tenant } = db;
  let isCommitting = false;
  try {
    return await db.prisma.$transaction(async (prisma) => {
      await shareChanges(prisma, tenant, change.server);
      const tables = { prisma, tenant };
      const answer = isKeyed(change) ? await actOrReplay(tables, change, act) : await act(tables);
      isCommitting = answer.kind !== 'refused';
      return answer;
    });
  } catch (error) {
    // An error before the commit undoes everything; one during it leaves the outcome unknown.
    if (isCommitting) return unknown(error);
    throw error;
  }
}

/**
 * Runs `act`, whose effect lies outside of these tables. It knows a repetition by the key itself, because the record of the
 * key follows it and may be lost.
 */
export async function actOutside(
  db: ToolDatabase,
  change: Change,
  act: () => Promise<Answer<Values>>,
): Promise<Answer<Values>> {
  if (isKeyed(change)) {
    const earlier = await earlierUnder(db, change.key);
    if (earlier) return replay(earlier, change, hashOf(change.args));
  }
  const answer = await act();
  if (answer.kind !== 'done') return answer;
  return changeOnce(db, change, async () => answer).catch(unknown);
}

function earlierUnder({ prisma, tenant }: Tables, key: string) {
  return prisma.effect.findUnique({ where: { tenant_key: { tenant, key } } });
}

function isKeyed(change: Change): change is Keyed {
  return change.key !== undefined;
}

/** Whether something was done under this key. `false` proves nothing: other people's servers keep no keys here. */
export async function isDoneUnder(db: ToolDatabase, key: string): Promise<boolean> {
  return (await earlierUnder(db, key)) !== null;
}

async function actOrReplay(db: Tables, change: Keyed, act: Act): Promise<Answer<Values>> {
  const { prisma, tenant } = db;
  const { server, tool, key } = change;
  const argumentsHash = hashOf(change.args);
  // Of two simultaneous calls with one key, the second waits here and then finds the first one's result.
  await lock(prisma, `effect ${tenant} ${key}`);
  const earlier = await earlierUnder(db, key);
  if (earlier) return replay(earlier, change, argumentsHash);
  const answer = await act(db);
  if (answer.kind === 'done') {
    const result = { text: answer.text, data: answer.data } as Prisma.InputJsonObject;
    await prisma.effect.create({ data: { tenant, key, server, tool, argumentsHash, result } });
  }
  return answer;
}

type Earlier = { server: string; tool: string; argumentsHash: string; result: Prisma.JsonValue };

function replay(earlier: Earlier, change: Keyed, argumentsHash: string): Answer<Values> {
  if (earlier.server !== change.server || earlier.tool !== change.tool) {
    return refused(usedByOtherTool(change.key, earlier.tool));
  }
  if (earlier.argumentsHash !== argumentsHash) return { kind: 'unknown', text: usedWithOtherArguments(change) };
  const { text } = storedText.parse(earlier.result);
  const stored = z.object({ data: change.output }).safeParse(earlier.result);
  if (stored.success) return done(`${REPEATED} ${text}`, { ...stored.data.data, idempotent_replay: true });
  // The SDK refuses a success whose data do not fit the output schema, and a failure must not say that nothing was done.
  const older = 'An earlier build of this tool did it, whose details this one cannot show: look at the record.';
  return { kind: 'unknown', text: `${REPEATED} ${older} ${text}`.trim() };
}

function usedByOtherTool(key: string, tool: string): string {
  return (
    `The idempotency key ${key} was already used for another call (${tool}). Nothing was done by this call. ` +
    'Use a new key for a new action, or repeat the first one with exactly its arguments.'
  );
}

// Our gate sends one key for one frozen call only. To the gate, other arguments are the first ones as an earlier build
// wrote them, so it must not record as failed what was done.
function usedWithOtherArguments({ key, tool }: Keyed): string {
  return (
    `The idempotency key ${key} was already used: a call of ${tool} WAS done under it, with other arguments or by an ` +
    'earlier build of this tool, and nothing was repeated. Look at the record for what it did; use a new key for a new action.'
  );
}

const REPEATED = 'Already done under this idempotency key, nothing was repeated.';
const storedText = z.object({ text: z.string() }).catch({ text: '' });

// Parsed arguments have their defaults filled in. A build that adds an argument with a default therefore hashes a call
// otherwise than an earlier build did.
function hashOf(args: Values): string {
  const sorted = Object.entries(args).sort(([a], [b]) => (a < b ? -1 : 1));
  return createHash('sha256').update(JSON.stringify(sorted)).digest('hex');
}

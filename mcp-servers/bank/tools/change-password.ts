import type { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { z } from 'zod';
import type { Prisma } from '../../../prisma/client/client.ts';
import { type Answer, answer, done, refused } from '../../answers.ts';
import type { ToolDatabase } from '../../database.ts';
import { effect, META_KEY } from '../../effects.ts';
import { alters, asDay, day, replayed } from '../../fields.ts';
import { userId } from '../fields.ts';
import { fingerprint, fits, type Kept, keep } from '../passwords.ts';
import { noSuchUser } from '../users.ts';
import { LONGEST, SHORTEST, weaknessesOf } from '../weaknesses.ts';

const inputSchema = z.strictObject({
  user_id: userId,
  // Two keyboards may write one letter with other code points: it is one password all the same, here and wherever it
  // is judged, compared or kept.
  new_password: z
    .string()
    .overwrite((text) => text.normalize('NFKC'))
    .min(SHORTEST, `A password needs at least ${SHORTEST} characters`)
    .max(LONGEST, `A password has at most ${LONGEST} characters`)
    .refine((text) => !/\p{Cc}/u.test(text), 'A password has no control characters')
    .meta({
      description: `${SHORTEST} to ${LONGEST} characters, exactly as the customer wrote it`,
      format: 'password',
      writeOnly: true,
    }),
});
type Asked = z.infer<typeof inputSchema>;

const state = z.object({ password_changed_on: day });
const outputSchema = z.object({ user_id: userId, before: state, after: state, idempotent_replay: replayed });
type Shown = z.infer<typeof outputSchema>;

export function changePassword(server: McpServer, db: ToolDatabase): void {
  server.registerTool(
    'change_password',
    {
      title: 'Change a password',
      description:
        'Gives a customer a new password; the old one no longer works. Refused where it is easy to guess: common ' +
        "passwords, famous phrases and what is made of them, the customer's name, email address, user id, postal address " +
        'or phone number, repetitions, sequences such as 12345; and where it is in use. Never repeat the password in an answer. For example {"user_id": "user_001", "new_password": "…"}.',
      inputSchema,
      outputSchema,
      annotations: alters,
    },
    (args, { _meta }) => answer(change(db, args, _meta)),
  );
}

type Meta = Record<string, unknown> | undefined;
type Change = { kind: 'change'; user_id: string; version: number; isInUse: boolean; next: Kept };
type Refused = ReturnType<typeof refused>;

// What is slow on purpose is done before the transaction, so that no row stays locked for it. Yet nothing is refused
// before the ledger was asked: for a repeated call the record may be another by now, and the password was changed.
async function change(db: ToolDatabase, asked: Asked, meta: Meta): Promise<Answer<Shown>> {
  const { user_id, new_password } = asked;
  const key = meta?.[META_KEY];
  const [judged, sealed] = await Promise.all([
    judge(db, asked),
    typeof key === 'string' ? fingerprint(new_password, db.tenant, key) : null,
  ]);
  const args = { user_id, new_password: sealed };
  return effect(db, { server: 'bank', tool: 'change_password', args, meta, output: outputSchema }, async (tx) =>
    judged.kind === 'refused' ? judged : replace(tx, db.tenant, judged),
  );
}

async function judge({ tenant, prisma }: ToolDatabase, { user_id, new_password }: Asked): Promise<Change | Refused> {
  const owner = await prisma.bankUser.findUnique({
    where: { tenant_id: { tenant, id: user_id } },
    include: { password: true },
  });
  if (!owner?.password) return refused(`${noSuchUser(user_id)} Nothing was changed.`);
  const weaknesses = await weaknessesOf(new_password, owner);
  if (weaknesses.length > 0) return refused(tooWeak(weaknesses));
  const [isInUse, next] = await Promise.all([fits(new_password, owner.password), keep(new_password)]);
  return { kind: 'change', user_id, version: owner.password.version, isInUse, next };
}

function tooWeak(weaknesses: string[]): string {
  return `This password is too weak: it ${weaknesses.join('; it ')}. Ask the customer for another one, such as four unrelated words. Nothing was changed.`;
}

type Row = { version: number; changed_at: Date; now: Date };

async function replace(tx: Prisma.TransactionClient, tenant: string, change: Change): Promise<Answer<Shown>> {
  const { user_id, version, isInUse, next } = change;
  const [row] = await tx.$queryRaw<Row[]>`
    select version, changed_at, now() as now from bank.passwords
    where tenant = ${tenant} and user_id = ${user_id} for update`;
  if (row?.version !== version) return refused(overtaken(user_id));
  if (isInUse) return refused(`That is the password of ${user_id} already. Ask for another one. Nothing was changed.`);
  await tx.bankPassword.update({
    where: { tenant_userId: { tenant, userId: user_id } },
    data: { ...next, version: version + 1, changedAt: row.now },
  });
  const before = { password_changed_on: asDay(row.changed_at) };
  const after = { password_changed_on: asDay(row.now) };
  const text = `The password of ${user_id} was changed on ${after.password_changed_on}; the one before was of ${before.password_changed_on}.`;
  return done(text, { user_id, before, after, idempotent_replay: false });
}

function overtaken(id: string): string {
  return `The password of ${id} was changed by another call at this very moment. Ask which one is wanted. Nothing was changed by this call.`;
}

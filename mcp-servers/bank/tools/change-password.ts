import { z } from 'zod';
import { type Answer, done, type Refused, refused } from '../../kit/answers.ts';
import type { Tables, ToolDatabase } from '../../kit/database.ts';
import { asDay, day } from '../../kit/fields.ts';
import { defineTool } from '../../kit/tool.ts';
import { userId } from '../fields.ts';
import { fingerprint, fits, type Kept, keep } from '../passwords.ts';
import { noSuchUser } from '../users.ts';
import { LONGEST, SHORTEST, weaknessesOf } from '../weaknesses.ts';

const input = z.strictObject({
  user_id: userId,
  // Keyboards may write one letter with different code points; normalised, it is one password wherever it is judged,
  // compared or stored.
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
type Input = z.infer<typeof input>;

const state = z.object({ password_changed_on: day });
const output = z.object({ user_id: userId, before: state, after: state });
type Shown = z.infer<typeof output>;

export const changePassword = defineTool({
  name: 'change_password',
  title: 'Change a password',
  description:
    'Gives a customer a new password; the old one no longer works. Refused where it is easy to guess: common ' +
    "passwords, famous phrases and what is made of them, the customer's name, email address, user id, postal address " +
    'or phone number, repetitions, sequences such as 12345; and where it is in use. Never repeat the password in an answer. For example {"user_id": "user_001", "new_password": "…"}.',
  does: 'alters',
  input,
  output,
  async prepare(db, asked, key) {
    const { user_id, new_password } = asked;
    const [ready, fingerprinted] = await Promise.all([
      judge(db, asked),
      key === undefined ? null : fingerprint(new_password, db.tenant, key),
    ]);
    return { ready, hashed: { user_id, new_password: fingerprinted } };
  },
  async run(db, _, judged) {
    return judged.kind === 'refused' ? judged : replace(db, judged);
  },
});

type Change = { kind: 'change'; user_id: string; version: number; isInUse: boolean; next: Kept };

async function judge({ tenant, prisma }: ToolDatabase, { user_id, new_password }: Input): Promise<Change | Refused> {
  const owner = await prisma.bankUser.findUnique({
    where: { tenant_id: { tenant, id: user_id } },
    include: { password: true },
  });
  if (!owner?.password) return noSuchUser(user_id);
  const weaknesses = await weaknessesOf(new_password, owner);
  if (weaknesses.length > 0) return refused(tooWeak(weaknesses));
  const [isInUse, next] = await Promise.all([fits(new_password, owner.password), keep(new_password)]);
  return { kind: 'change', user_id, version: owner.password.version, isInUse, next };
}

function tooWeak(weaknesses: string[]): string {
  return `This password is too weak: it ${weaknesses.join('; it ')}. Ask the customer for another one, such as four unrelated words.`;
}

type Row = { version: number; changed_at: Date; now: Date };

async function replace({ prisma, tenant }: Tables, change: Change): Promise<Answer<Shown>> {
  const { user_id, version, isInUse, next } = change;
  const [row] = await prisma.$queryRaw<Row[]>`
    select version, changed_at, now() as now from bank.passwords
    where tenant = ${tenant} and user_id = ${user_id} for update`;
  if (row?.version !== version) return refused(overtaken(user_id));
  if (isInUse) return refused(`That is the password of ${user_id} already. Ask for another one.`);
  await prisma.bankPassword.update({
    where: { tenant_userId: { tenant, userId: user_id } },
    data: { ...next, version: version + 1, changedAt: row.now },
  });
  const before = { password_changed_on: asDay(row.changed_at) };
  const after = { password_changed_on: asDay(row.now) };
  const text = `The password of ${user_id} was changed on ${after.password_changed_on}; the one before was of ${before.password_changed_on}.`;
  return done(text, { user_id, before, after });
}

function overtaken(id: string): string {
  return `The password of ${id} was changed by another call at the same moment. Ask which one is wanted.`;
}

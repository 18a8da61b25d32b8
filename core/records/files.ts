import type { Reading } from '../../reading/files/types.ts';
import type { Database } from './database.ts';
import { type Principal, principalSchema, stepSchema } from './types.ts';

/** What the records have of a file. */
export type KeptFile =
  | { kind: 'text'; text: string }
  | { kind: 'image'; type: string }
  | { kind: 'unread'; why: string };

/** Prisma turns bytes into text and back in one go: more of them at once would hold up everything else. */
const PIECE = 256 * 1024;

/** Keeps what was read of the file with this digest, if nobody has kept it yet. */
export async function keepFile(
  db: Database,
  tenant: string,
  digest: string,
  read: Exclude<Reading, { kind: 'given_up' }>,
): Promise<void> {
  const { kind } = read;
  const text = kind === 'text' ? read.text : kind === 'image' ? read.type : read.why;
  await db.read(tenant, async (tx) => {
    const { count } = await tx.file.createMany({ data: { tenant, digest, kind, text }, skipDuplicates: true });
    if (count === 0 || kind !== 'image') return;
    const { content } = read;
    for (let number = 0; number * PIECE < content.length; number++) {
      const bytes = content.slice(number * PIECE, (number + 1) * PIECE);
      await tx.filePart.create({ data: { tenant, digest, number, bytes }, select: { number: true } });
    }
  });
}

/** Those that the records have, by their digests; what was erased is missing. */
export async function keptFiles(db: Database, tenant: string, digests: string[]): Promise<Map<string, KeptFile>> {
  const rows = await db.read(tenant, (tx) =>
    tx.file.findMany({ where: { tenant, digest: { in: digests } }, select: { digest: true, kind: true, text: true } }),
  );
  return new Map(rows.map(({ digest, kind, text }) => [digest, keptFile(kind, text)]));
}

function keptFile(kind: string, text: string): KeptFile {
  if (kind === 'text') return { kind, text };
  return kind === 'image' ? { kind, type: text } : { kind: 'unread', why: text };
}

/** The bytes of an image, in base64. */
export async function imageOf(db: Database, tenant: string, digest: string): Promise<string> {
  const pieces = await db.read(tenant, async (tx) => {
    const found: Uint8Array[] = [];
    for (;;) {
      const where = { digest_number_tenant: { tenant, digest, number: found.length } };
      const piece = await tx.filePart.findUnique({ where, select: { bytes: true } });
      if (!piece) return found;
      found.push(piece.bytes);
    }
  });
  return Buffer.concat(pieces).toString('base64');
}

/** What the files of a thread say, and who uploaded each; `at` in seconds. */
export async function fileTextsIn(
  db: Database,
  tenant: string,
  thread: number,
): Promise<{ by: Principal; text: string; at: number }[]> {
  const steps = await db.read(tenant, (tx) =>
    tx.step.findMany({
      where: { tenant, kind: 'files', turn: { threadId: thread } },
      include: { turn: { select: { principalKind: true, principal: true } } },
      orderBy: [{ turnId: 'asc' }, { n: 'asc' }],
    }),
  );
  const files = steps.flatMap(({ turn, createdAt, ...row }) => {
    const step = stepSchema.parse(row);
    const by = principalSchema.parse({ kind: turn.principalKind, id: turn.principal });
    return step.kind === 'files'
      ? step.content.files.map((file) => ({ file, by, at: createdAt.getTime() / 1000 }))
      : [];
  });
  const digests = files.flatMap(({ file: { content } }) => (content.kind === 'kept' ? [content.digest] : []));
  const kept = digests.length > 0 ? await keptFiles(db, tenant, digests) : new Map<string, KeptFile>();
  return files.flatMap(({ file, by, at }) => {
    const found = file.content.kind === 'kept' ? kept.get(file.content.digest) : undefined;
    const uploader = file.by === undefined || file.by === by.id ? by : { kind: 'staff' as const, id: file.by };
    return found?.kind === 'text' ? [{ by: uploader, text: found.text, at }] : [];
  });
}

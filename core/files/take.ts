import { kindOf, LARGEST, LARGEST_MB } from '../../reading/files/kind.ts';
import type { FileKind } from '../../reading/files/types.ts';
import { keepFile, keptFiles } from '../records/files.ts';
import type { AttachedFile } from '../records/types.ts';
import type { FileContext, Opened } from './types.ts';

/** The files of one turn or mail that are read; the others are only listed. */
const MOST_READ = 10;

export const UNSEEN = 'it is an image, which this model cannot see';

type Open = (file: AttachedFile) => Promise<Opened>;
/** `passed`: we did not try to read it. `slow`: it was made to take long, or we waited for it in vain. */
type Taken = { kind: 'tried' | 'passed' | 'slow'; file: AttachedFile };

/** Fetches and reads files, and keeps what was read. One that fails costs nothing but itself. */
export async function takeFiles(
  context: FileContext,
  tenant: string,
  files: AttachedFile[],
  open: Open,
): Promise<AttachedFile[]> {
  const taken: AttachedFile[] = [];
  let left = MOST_READ;
  let barred: string | null = null;
  for (const file of files) {
    const one: Taken = barred !== null ? passed(file, barred) : await takeFile(context, tenant, file, open);
    taken.push(one.file);
    if (one.kind === 'tried') left -= 1;
    if (left === 0) barred = `at most ${MOST_READ} files are read at once`;
    // One that was made to take long is followed by others.
    if (one.kind === 'slow') barred = 'the file before it took too long';
  }
  return taken;
}

async function takeFile(context: FileContext, tenant: string, given: AttachedFile, open: Open): Promise<Taken> {
  if (given.content.kind !== 'elsewhere') return { kind: 'passed', file: given };
  const opened = await open(given);
  if (opened.kind === 'not_open') return passed(given, opened.why);
  const { file } = opened;
  const kind = kindOf(file);
  if (kind === null) return passed(file, 'it is of a kind that is not read');
  const why = refusal(kind, file, context.sees);
  if (why !== null) return passed(file, why);
  const fetched = await opened.fetch();
  if (fetched.kind !== 'fetched')
    return { kind: fetched.kind === 'late' ? 'slow' : 'tried', file: unread(file, fetched.why) };
  const { bytes, digest } = fetched;
  // The same bytes may be called a text here and a PDF there.
  const key = `${digest}-${kind}`;
  return read(context, tenant, { ...file, size: bytes.length }, key, () => context.readFile(kind, bytes));
}

/** Reads a file unless the records know what it says. */
async function read(
  { db, redact }: FileContext,
  tenant: string,
  file: AttachedFile,
  digest: string,
  readIt: () => ReturnType<FileContext['readFile']>,
): Promise<Taken> {
  const kept: Taken = { kind: 'tried', file: { ...file, content: { kind: 'kept', digest } } };
  const known = (await keptFiles(db, tenant, [digest])).get(digest);
  if (known) return known.kind === 'unread' ? { kind: 'tried', file: unread(file, known.why) } : kept;
  const reading = await readIt();
  if (reading.kind === 'given_up') return { kind: 'slow', file: unread(file, reading.why) };
  await keepFile(db, tenant, digest, reading.kind === 'text' ? { ...reading, text: redact(reading.text) } : reading);
  return reading.kind === 'unread' ? { kind: 'tried', file: unread(file, reading.why) } : kept;
}

function refusal(kind: FileKind, { size }: AttachedFile, sees: boolean): string | null {
  if (kind === 'image' && !sees) return UNSEEN;
  return size > LARGEST ? `it is larger than ${LARGEST_MB} MB` : null;
}

function passed(file: AttachedFile, why: string): Taken {
  return { kind: 'passed', file: unread(file, why) };
}

function unread(file: AttachedFile, why: string): AttachedFile {
  return { ...file, content: { kind: 'unread', why } };
}

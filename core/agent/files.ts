import { takeFiles, UNSEEN } from '../files/take.ts';
import { scrub } from '../gate/secrets.ts';
import { imageOf, type KeptFile, keptFiles } from '../records/files.ts';
import type { TakenTurn } from '../records/threads.ts';
import type { AttachedFile, Step } from '../records/types.ts';
import { shorten } from '../text.ts';
import { inputOf, stepsSinceDivider } from './divider.ts';
import type { GivenFile, GivenFiles } from './file-messages.ts';
import type { TurnContext } from './types.ts';

/** For fetching all files of a turn. */
const PATIENCE_MS = 40_000;

/** Fetches and reads the files of the messages, unless an earlier worker has. */
export async function readFiles(turn: TakenTurn, context: TurnContext): Promise<'ok' | 'revised' | 'lost' | 'stopped'> {
  const { transcript, openFile, deadline, redact } = context;
  const waiting = filesWaiting(stepsSinceDivider(transcript.steps));
  if (waiting.length === 0) return 'ok';
  const patience = AbortSignal.any([deadline.signal, AbortSignal.timeout(PATIENCE_MS)]);
  const taken = await takeFiles(context, turn.tenant, waiting, (file) => openFile(file, patience));
  if (context.signal.aborted) return 'stopped';
  const files = taken.map((file) => ({ ...file, name: redact(file.name) }));
  return transcript.record([{ kind: 'files', content: { files } }]);
}

/** Files of the messages themselves come before those of earlier messages. */
function filesWaiting(steps: Step[]): AttachedFile[] {
  const earlier = steps.flatMap((step) => (step.kind === 'background' ? (step.content.files ?? []) : []));
  const all = [...inputOf(steps).flatMap(({ files }) => files ?? []), ...earlier];
  const known = new Set(filesIn(steps).map(({ id }) => id));
  return [...new Map(all.map((file) => [file.id, file])).values()].filter(({ id }) => !known.has(id));
}

export function filesIn(steps: readonly Step[]): AttachedFile[] {
  return steps.flatMap((step) => (step.kind === 'files' ? step.content.files : []));
}

/** Characters of the files of one turn, so that the model has room left. */
const ROOM = 60_000;
/** The newest images of a conversation, and their bytes together. */
const MOST_IMAGES = 5;
const MOST_IMAGE_BYTES = 8 * 1024 * 1024;

/** Loads what the model is given of all files in the conversation. */
export async function loadFiles(turn: TakenTurn, context: TurnContext): Promise<void> {
  const { db, sees, givenFiles, transcript } = context;
  const current = filesIn(transcript.steps);
  const all = [...turn.history.flatMap(({ steps }) => filesIn(steps)), ...current];
  const digests = [...new Set(all.flatMap(({ content }) => (content.kind === 'kept' ? [content.digest] : [])))];
  if (digests.length === 0) return;
  const kept = await keptFiles(db, turn.tenant, digests);
  const images = sees ? imagesShown(all, kept) : new Set<string>();
  for (const [digest, file] of kept) givenFiles.set(digest, await givenOf(turn, context, digest, file, images));
  fitIntoRoom(current, givenFiles);
}

/** Removes these texts from the files, so that the model no longer sees them. */
export function hideInFiles(given: GivenFiles, texts: string[]): void {
  for (const [digest, file] of given)
    if (file.kind === 'text') given.set(digest, { kind: 'text', text: scrub(file.text, texts) });
}

/** Leaves out all images from now on. Returns whether there were any. */
export function leaveOutImages(given: GivenFiles): boolean {
  const images = [...given].filter(([, { kind }]) => kind === 'image');
  for (const [digest] of images) given.set(digest, { kind: 'left_out', why: 'the model does not take this image' });
  return images.length > 0;
}

function imagesShown(files: AttachedFile[], kept: Map<string, KeptFile>): Set<string> {
  const shown = new Set<string>();
  let bytes = 0;
  for (const { content, size } of files.toReversed()) {
    if (content.kind !== 'kept' || kept.get(content.digest)?.kind !== 'image' || shown.has(content.digest)) continue;
    bytes += size;
    if (shown.size === MOST_IMAGES || bytes > MOST_IMAGE_BYTES) return shown;
    shown.add(content.digest);
  }
  return shown;
}

async function givenOf(
  { tenant }: TakenTurn,
  { db, sees }: TurnContext,
  digest: string,
  file: KeptFile,
  images: Set<string>,
): Promise<GivenFile> {
  if (file.kind === 'text') return file;
  if (file.kind === 'unread') return { kind: 'left_out', why: file.why };
  if (!sees) return { kind: 'left_out', why: UNSEEN };
  if (!images.has(digest)) return { kind: 'left_out', why: 'too many images came after it' };
  return { kind: 'image', url: `data:${file.type};base64,${await imageOf(db, tenant, digest)}` };
}

function fitIntoRoom(files: AttachedFile[], given: GivenFiles): void {
  let room = ROOM;
  for (const { content } of files) {
    const file = content.kind === 'kept' ? given.get(content.digest) : undefined;
    if (content.kind !== 'kept' || file?.kind !== 'text') continue;
    const text = room > 0 ? shorten(file.text, room) : '';
    room -= text.length;
    if (text === file.text) continue;
    const why = 'the files of this message are too long together';
    given.set(content.digest, text === '' ? { kind: 'left_out', why } : { kind: 'text', text: `${text}\n(${why})` });
  }
}

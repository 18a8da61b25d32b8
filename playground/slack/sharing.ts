import { publish } from './changes.ts';
import { isIn } from './rooms.ts';
import { nextId } from './state.ts';
import type { State } from './state-type.ts';
import type { Channel, SlackFile } from './types.ts';
import { keepWaiting, waitingFile, waitingRule } from './waiting-files.ts';

const MOST_BYTES = 5 * 1024 * 1024;
const PREVIEW_CHARACTERS = 1_000;
const NAME_CHARACTERS = 255;

export type ReadFile = { file: SlackFile; bytes: Uint8Array };

/** Keeps a file until this person sends a message with it; throws if the workspace takes no such file. */
export function upload(
  state: State,
  { user, name, bytes }: { user: string; name: string; bytes: Uint8Array },
): SlackFile {
  if (!state.users.has(user)) throw new Error(`The workspace has no user ${user}.`);
  if (bytes.length === 0) throw new Error('The file is empty.');
  if (bytes.length > MOST_BYTES) throw new Error('The file is larger than 5 MB.');
  const content = contentOf(bytes);
  if (content.mimetype === OTHER)
    throw new Error('Only text files, PDF files and pictures (PNG, JPEG, WebP) can be sent.');
  const shown = plainName(name);
  const id = nextId(state, 'F');
  const file = { id, name: shown, title: shown, size: bytes.length, user, created: secondsNow(state), ...content };
  keepWaiting(state, { file, bytes });
  return file;
}

export const secondsNow = (state: State): number => Math.floor(state.now() / 1000);

/** A file name without a path and without invisible characters. */
export function plainName(name: string): string {
  const last = name.split(/[/\\]/).at(-1) ?? '';
  const plain = last.replace(/[\p{Cc}\p{Cf}]/gu, '').trim();
  return plain.slice(-NAME_CHARACTERS) || 'file';
}

/** Shares this person's uploads in a channel. */
export function shareFiles(state: State, channel: Channel, user: string, ids: string[]): SlackFile[] {
  const uploads = ids.map((id) => {
    const upload = waitingFile(state, id);
    if (upload?.file.user !== user || !upload.bytes)
      throw new Error(`${user} has uploaded no file ${id}, or it is gone. ${waitingRule}`);
    return { file: upload.file, bytes: upload.bytes };
  });
  return uploads.map(({ file, bytes }) => share(state, channel, file, bytes));
}

export function share(state: State, channel: Channel, file: SlackFile, bytes: Uint8Array): SlackFile {
  file.channel = channel.id;
  state.uploads.delete(file.id);
  state.files.set(file.id, file);
  state.bytes.set(file.id, bytes);
  publish(state, { kind: 'file', file });
  return file;
}

export async function fileFor(state: State, user: string, id: string): Promise<ReadFile | undefined> {
  const file = state.files.get(id);
  const channel = file?.channel === undefined ? undefined : state.channels.get(file.channel);
  const sees = channel && state.users.has(user) && isIn(state, channel, user);
  return sees ? readFile(state, id) : undefined;
}

export async function readFile(state: State, id: string): Promise<ReadFile | undefined> {
  const file = state.files.get(id);
  const bytes = state.bytes.get(id) ?? (await state.store?.bytesOf(id));
  return file && bytes && { file, bytes };
}

const OTHER = 'application/octet-stream';
const KNOWN: [mimetype: string, isIt: (bytes: Buffer) => boolean][] = [
  ['image/png', (bytes) => bytes.subarray(0, 8).equals(Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]))],
  ['image/jpeg', (bytes) => bytes.subarray(0, 3).equals(Buffer.from([0xff, 0xd8, 0xff]))],
  ['image/webp', (bytes) => bytes.toString('latin1', 0, 4) === 'RIFF' && bytes.toString('latin1', 8, 12) === 'WEBP'],
  ['application/pdf', (bytes) => bytes.toString('latin1', 0, 5) === '%PDF-'],
];
/** Control characters that no text has, but for tabs and the ends of lines and pages. */
const CONTROL = /(?![\t\n\f\r])\p{Cc}/u;

/** Decides by the bytes what a file is, never by its name or the sender's content type. */
export function contentOf(sent: Uint8Array): Pick<SlackFile, 'mimetype' | 'preview'> {
  const bytes = Buffer.from(sent.buffer, sent.byteOffset, sent.byteLength);
  const known = KNOWN.find(([, isIt]) => isIt(bytes));
  if (known) return { mimetype: known[0] };
  const text = textIn(bytes);
  if (text === undefined) return { mimetype: OTHER };
  return { mimetype: 'text/plain', preview: [...text].slice(0, PREVIEW_CHARACTERS).join('') };
}

function textIn(bytes: Buffer): string | undefined {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return CONTROL.test(text) ? undefined : text;
  } catch {
    return undefined;
  }
}

const FILETYPES: Record<string, [filetype: string, pretty: string]> = {
  'image/png': ['png', 'PNG'],
  'image/jpeg': ['jpg', 'JPEG'],
  'image/webp': ['webp', 'WebP'],
  'application/pdf': ['pdf', 'PDF'],
  'text/plain': ['text', 'Plain Text'],
  [OTHER]: ['binary', 'Binary'],
};

/** As events show it: of a file of another company, Slack tells only the id. */
export function fileInEvent(state: State, file: SlackFile): Record<string, unknown> {
  if ((state.users.get(file.user)?.teamId ?? state.teamId) === state.teamId) return shownFile(state, file);
  return { id: file.id, created: 0, timestamp: 0, user: '', mode: 'file_access', file_access: 'check_file_info' };
}

/** A file as Slack tells the app of it. */
export function shownFile(state: State, file: SlackFile): Record<string, unknown> {
  const { id, name, title, size, mimetype, user, created, preview } = file;
  const [filetype, pretty_type] = FILETYPES[mimetype] ?? FILETYPES[OTHER]!;
  const url_private = `${state.base ?? ''}/files/${id}/${encodeURIComponent(name)}`;
  return {
    ...{ id, created, timestamp: created, name, title, mimetype, filetype, pretty_type, user, size },
    ...{ user_team: state.users.get(user)?.teamId ?? state.teamId, mode: preview === undefined ? 'hosted' : 'snippet' },
    ...{ editable: false, is_external: false, is_public: true, public_url_shared: false, display_as_bot: false },
    ...{ url_private, url_private_download: url_private, file_access: 'visible', has_rich_preview: false },
    permalink: `https://playground.slack.com/files/${user}/${id}/${encodeURIComponent(name)}`,
    ...(preview !== undefined && { preview }),
  };
}

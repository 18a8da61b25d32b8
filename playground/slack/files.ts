import { randomBytes } from 'node:crypto';
import { type Found, found, refuse, refuseWith } from './answers.ts';
import { post } from './chat.ts';
import { type Handler, isRecord, threadRoot, writableChannel } from './checks.ts';
import { contentOf, plainName, secondsNow, share, shownFile } from './sharing.ts';
import { nextId } from './state.ts';
import type { State } from './state-type.ts';
import type { Upload } from './types.ts';
import { keepWaiting, waitingFile } from './waiting-files.ts';

export const getUploadUrl: Handler = (state, { args, base }) => {
  const length = Number(args.length);
  if (!(length > 0) || !args.filename) return refuse('missing_argument');
  const name = plainName(String(args.filename));
  const about = { name, title: name, size: length, mimetype: 'text/plain' };
  const file = { ...about, id: nextId(state, 'F'), user: state.botUserId, created: secondsNow(state) };
  const key = randomBytes(12).toString('hex');
  keepWaiting(state, { file, key });
  return { ok: true, upload_url: `${base}/upload/${file.id}/${key}`, file_id: file.id };
};

export const completeUpload: Handler = (state, { args }) => {
  const uploads = readUploads(state, args.files);
  if (!uploads.ok) return uploads;
  const files = uploads.value.map(({ file, bytes }) => Object.assign(file, contentOf(bytes)));
  if (args.channel_id) {
    const channel = writableChannel(state, args.channel_id);
    if (!channel.ok) return channel;
    const thread = threadRoot(channel.value, args.thread_ts);
    if (!thread.ok) return thread;
    for (const { file, bytes } of uploads.value) share(state, channel.value, file, bytes);
    post(state, channel.value, { text: String(args.initial_comment ?? '') }, { thread_ts: thread.value, files });
  }
  for (const file of files) state.uploads.delete(file.id);
  return { ok: true, files: files.map((file) => shownFile(state, file)) };
};

export const fileInfo: Handler = (state, { args }) => {
  const file = state.files.get(String(args.file));
  return file ? { ok: true, file: shownFile(state, file), comments: [] } : refuse('file_not_found');
};

type Received = Required<Omit<Upload, 'key'>>;

function readUploads(state: State, files: unknown): Found<Received[]> {
  if (!Array.isArray(files) || files.length === 0) return refuseWith('invalid_arguments', ['invalid `files`']);
  const uploads: Received[] = [];
  for (const each of files) {
    const upload = isRecord(each) ? waitingFile(state, String(each.id)) : undefined;
    if (!upload?.bytes || upload.key === undefined) return refuse('file_not_found');
    if (typeof each.title === 'string') upload.file.title = each.title;
    uploads.push({ file: upload.file, bytes: upload.bytes });
  }
  return found(uploads);
}

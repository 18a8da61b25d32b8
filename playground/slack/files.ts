import { type Found, found, refuse, refuseWith } from './answers.ts';
import { post } from './chat.ts';
import { type Handler, isRecord, threadRoot, writableChannel } from './checks.ts';
import { nextId, type State, type Upload } from './state.ts';

export const getUploadUrl: Handler = (state, { args, base }) => {
  const length = Number(args.length);
  if (!(length > 0) || !args.filename) return refuse('missing_argument');
  const name = String(args.filename);
  const file = { id: nextId(state, 'F'), name, title: name, size: length, mimetype: 'text/plain' };
  state.uploads.set(file.id, { file });
  return { ok: true, upload_url: `${base}/upload/${file.id}`, file_id: file.id };
};

export const completeUpload: Handler = (state, { args }) => {
  const uploads = readUploads(state, args.files);
  if (!uploads.ok) return uploads;
  const files = uploads.value.map(({ file }) => file);
  if (args.channel_id) {
    const channel = writableChannel(state, args.channel_id);
    if (!channel.ok) return channel;
    const thread = threadRoot(channel.value, args.thread_ts);
    if (!thread.ok) return thread;
    post(state, channel.value, { text: String(args.initial_comment ?? '') }, { thread_ts: thread.value, files });
  }
  for (const file of files) state.uploads.delete(file.id);
  return { ok: true, files };
};

function readUploads(state: State, files: unknown): Found<Upload[]> {
  if (!Array.isArray(files) || files.length === 0) return refuseWith('invalid_arguments', ['invalid `files`']);
  const uploads: Upload[] = [];
  for (const each of files) {
    const upload = isRecord(each) ? state.uploads.get(String(each.id)) : undefined;
    if (!upload?.bytes) return refuse('file_not_found');
    if (typeof each.title === 'string') upload.file.title = each.title;
    uploads.push(upload);
  }
  return found(uploads);
}

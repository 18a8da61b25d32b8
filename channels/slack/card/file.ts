import { z } from 'zod';
import type { Called, Slack } from '../api/api.ts';
import { putFile } from '../api/fetch.ts';
import type { CardPlace } from './find.ts';

const uploadSchema = z.object({ upload_url: z.url(), file_id: z.string() });
const PUT_TIMEOUT_MS = 5_000;

/** Posts a text file in a thread. Nobody sees it before the last of these calls. */
export async function shareFile(slack: Slack, place: CardPlace, name: string, text: string): Promise<Called> {
  const asked = await slack.api('files.getUploadURLExternal', { filename: name, length: Buffer.byteLength(text) });
  if (asked.kind !== 'ok') return asked;
  const read = uploadSchema.safeParse(asked.body);
  if (!read.success) return { kind: 'uncertain', reason: read.error.message };
  const { upload_url: url, file_id: id } = read.data;
  try {
    await putFile(url, text, PUT_TIMEOUT_MS);
  } catch (error) {
    return { kind: 'unsent', reason: `the file was not taken: ${error}` };
  }
  return slack.api('files.completeUploadExternal', {
    files: [{ id, title: name }],
    channel_id: place.channel,
    ...(place.thread ? { thread_ts: place.thread } : {}),
  });
}

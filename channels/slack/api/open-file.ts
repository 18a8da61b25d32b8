import { z } from 'zod';
import type { Opened } from '../../../core/files/types.ts';
import type { AttachedFile } from '../../../core/records/types.ts';
import { LARGEST } from '../../../reading/files/kind.ts';
import type { Slack } from './api.ts';
import type { Download } from './download.ts';
import { attachedFile, slackFileSchema } from './files.ts';

const infoSchema = z.object({ file: slackFileSchema });

/** Asks Slack for what a message left out: of the files of another company it names only the ids. */
export async function openSlackFile(
  { api }: Slack,
  download: Download,
  given: AttachedFile,
  signal: AbortSignal,
): Promise<Opened> {
  const { content } = given;
  if (content.kind !== 'elsewhere') return { kind: 'not_open', why: 'it was read before' };
  const { url, file: id } = content.place;
  if (url !== undefined) return { kind: 'open', file: given, fetch: () => download(url, LARGEST, signal) };
  const called = await api('files.info', { file: id });
  if (called.kind !== 'ok') return { kind: 'not_open', why: 'Slack does not say where it is' };
  const info = infoSchema.safeParse(called.body);
  const found = info.success ? attachedFile(info.data.file) : null;
  const place = found?.content.kind === 'elsewhere' ? found.content.place.url : undefined;
  if (!found || place === undefined) return { kind: 'not_open', why: 'Slack does not say where it is' };
  return { kind: 'open', file: { ...given, ...found }, fetch: () => download(place, LARGEST, signal) };
}

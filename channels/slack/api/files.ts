import { z } from 'zod';
import type { AttachedFile } from '../../../core/records/types.ts';
import { wellFormed } from '../../../core/text.ts';

const optional = z
  .string()
  .nullish()
  .catch(undefined)
  .transform((text) => text || undefined);

/** A file as Slack tells of it, in messages and by files.info. */
export const slackFileSchema = z.object({
  id: optional,
  name: optional,
  title: optional,
  mimetype: optional,
  size: z.number().catch(0),
  mode: optional,
  file_access: optional,
  is_external: z.boolean().nullish().catch(undefined),
  url_private: optional,
  url_private_download: optional,
  user: optional,
  user_team: optional,
});
export type SlackFile = z.infer<typeof slackFileSchema>;

const LONGEST_NAME = 200;
/** They could let a name say something else than it does. */
const UNSEEN = /[\p{Cc}\p{Cf}]/gu;

/** Files of a message by this account; the one who shares a file may not be the one who uploaded it. */
export function attachedFiles(files: SlackFile[], speaker: string | undefined, us: string): AttachedFile[] {
  return files
    .filter(({ mode }) => mode !== 'tombstone')
    .map((file) => {
      const { user, user_team: team = us } = file;
      const by = user !== undefined && user !== speaker ? { by: `slack:${team}:${user}` } : {};
      return { ...attachedFile(file), ...by };
    });
}

export function attachedFile(file: SlackFile): AttachedFile {
  const { id = '', mimetype = '', size } = file;
  // Whoever cuts may halve a character.
  const name = wellFormed((file.name ?? file.title ?? id).replace(UNSEEN, '').slice(0, LONGEST_NAME));
  return { id, name, type: mimetype.toLowerCase(), size, content: contentOf(file, id) };
}

/** Slack tells only the id of a file of another company. */
function contentOf({ is_external, mode, ...file }: SlackFile, id: string): AttachedFile['content'] {
  if (is_external) return { kind: 'unread', why: 'it does not lie in Slack' };
  if (mode === 'hidden_by_limit') return { kind: 'unread', why: 'Slack hides it, because the workspace has too many' };
  const url = file.url_private_download ?? file.url_private;
  return { kind: 'elsewhere', place: { file: id, ...(url !== undefined ? { url } : {}) } };
}

import { takeFiles } from '../../core/files/take.ts';
import type { FileContext, Opened } from '../../core/files/types.ts';
import type { AttachedFile } from '../../core/records/types.ts';
import type { Attachment } from '../../reading/mail/types.ts';

/** Reads what is attached to a mail, whose id in the mailbox is given. */
export function readAttachments(
  context: FileContext & { tenant: string },
  mail: string,
  attachments: Attachment[],
): Promise<AttachedFile[]> {
  const found = new Map(attachments.map((attachment, at) => [`${mail}/${at}`, attachment]));
  const open = async (file: AttachedFile): Promise<Opened> => {
    const { content: bytes, digest } = found.get(file.id)!;
    return { kind: 'open', file, fetch: async () => ({ kind: 'fetched', bytes, digest }) };
  };
  return takeFiles(context, context.tenant, [...found].map(listed), open);
}

function listed([id, { name, type, size, isInline }]: [string, Attachment]): AttachedFile {
  return { id, name, type, size, ...(isInline ? { inline: true } : {}), content: { kind: 'elsewhere', place: {} } };
}

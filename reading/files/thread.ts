import type { Attachment } from '../mail/types.ts';
import { openThread } from '../worker-thread.ts';

/** An attachment with its text, or with why it is not read. */
export type ReadAttachment = Omit<Attachment, 'content'> & { text?: string; unread?: string };

export type AttachmentReader = {
  /** Takes their bytes away. */
  read(attachments: Attachment[]): Promise<ReadAttachment[]>;
  close(): Promise<void>;
};

type Answer = { text: string } | { unread: string };

const LIMITS = { patienceMs: 5_000, mostMemoryMb: 256, mostGrowthMb: 400 };
/** Of one mail; the others are only listed. */
const MOST_READ = 10;

/** Reads attached text, PDF files and mails in a thread of its own. */
export function openAttachmentReader(): AttachmentReader {
  const thread = openThread<Attachment, Answer>(new URL('./worker.mjs', import.meta.url), LIMITS);

  return {
    async read(attachments) {
      const read: ReadAttachment[] = [];
      let left = MOST_READ;
      for (const { content, ...listed } of attachments) {
        if (!content || left === 0) {
          read.push(listed);
          continue;
        }
        const heard = await thread.ask({ ...listed, content }, [content.buffer]);
        read.push({ ...listed, ...(heard.kind === 'answer' ? heard.answer : { unread: heard.why }) });
        // One that was made to take long is followed by others.
        left = heard.kind === 'answer' ? left - 1 : 0;
      }
      return read;
    },
    close: thread.close,
  };
}

import { z } from 'zod';
import { openThread } from '../../reading/worker-thread.ts';
import type { Kept } from '../types.ts';
import { type Gmail, orGone } from './client.ts';
import type { Labels } from './labels.ts';

export type MessageReader = {
  /** Null where there is no such message any more. */
  read(id: string): Promise<Kept | null>;
  close(): Promise<void>;
};

type Decoded = { about: unknown; raw: Uint8Array } | { why: string };

const LIMITS = { patienceMs: 20_000, mostMemoryMb: 256, mostGrowthMb: 600 };

const aboutMessage = z.object({
  id: z.string(),
  threadId: z.string(),
  labelIds: z.array(z.string()).default([]),
  internalDate: z.coerce.number(),
});

/** Reads messages in a thread of its own, because decoding a mail of 25 MB would hold up the process. */
export function openMessageReader(gmail: Gmail, labels: Labels): MessageReader {
  const thread = openThread<Uint8Array, Decoded>(new URL('./decode.mjs', import.meta.url), LIMITS);
  return {
    async read(id) {
      const asked = gmail.users.messages.get({ userId: 'me', id, format: 'raw' }, { responseType: 'arraybuffer' });
      const found = await orGone<{ data: unknown }>(asked);
      if (!found) return null;
      const { about, raw } = await decode(z.instanceof(ArrayBuffer).parse(found.data));
      const { threadId, labelIds, internalDate } = aboutMessage.parse(about);
      const receivedAt = new Date(internalDate);
      return { id, threadId, labels: await labels.namesOf(labelIds), receivedAt, raw };
    },
    close: thread.close,
  };

  async function decode(body: ArrayBuffer) {
    const heard = await thread.ask(new Uint8Array(body), [body]);
    const decoded = heard.kind === 'answer' ? heard.answer : { why: heard.why };
    if ('why' in decoded) throw new Error(`a message from Gmail could not be decoded: ${decoded.why}`);
    return decoded;
  }
}

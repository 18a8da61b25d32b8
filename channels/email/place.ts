import { z } from 'zod';
import type { ChannelPlace } from '../../core/records/types.ts';

const placeSchema = z.object({
  to: z.string(),
  from: z.string(),
  name: z.string(),
  desk: z.string(),
  subject: z.string(),
  /** The mailbox's ids of the conversation and of the mail that is answered. */
  thread: z.string(),
  message: z.string(),
  asked: z.string(),
  verified: z.enum(['yes', 'no']),
  inReplyTo: z.string().optional(),
  references: z.string(),
  /** People who get the answer as well, with commas. */
  cc: z.string().optional(),
  /** Set where a colleague wrote the answer. */
  writer: z.literal('colleague').optional(),
  /** Set where the mail says that a colleague takes over. */
  handedOver: z.literal('yes').optional(),
});
export type EmailPlace = z.infer<typeof placeSchema>;

export function copiesIn({ cc = '' }: EmailPlace): string[] {
  return cc.split(',').filter((address) => address !== '');
}

export function emailPlace(place: ChannelPlace): EmailPlace {
  return placeSchema.parse(place);
}

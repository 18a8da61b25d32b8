import { z } from 'zod';

// The frames of the playground's WebSocket that a terminal uses; all others are ignored.

const person = z.object({
  id: z.string(),
  name: z.string(),
  realName: z.string(),
  about: z.string(),
  kind: z.string(),
});
const desk = z.object({
  name: z.string(),
  title: z.string(),
  examples: z.array(z.string()),
  words: z.array(z.string()),
});
const channel = z.object({ id: z.string(), name: z.string(), kind: z.string(), desk: desk.optional() });
const message = z.object({
  ts: z.string(),
  channel: z.string(),
  user: z.string(),
  text: z.string(),
  blocks: z.array(z.looseObject({ type: z.string() })).optional(),
  thread_ts: z.string().optional(),
  streaming: z.boolean().optional(),
  deleted: z.boolean().optional(),
});
const ephemeral = z.object({ ts: z.string(), text: z.string() });

export const frameSchema = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('hello'),
    me: z.string(),
    botUserId: z.string(),
    people: z.array(person),
    channels: z.array(channel),
    approvalsChannel: z.string().nullable(),
    model: z.object({ standIn: z.boolean() }),
  }),
  z.object({ type: z.literal('message'), message }),
  z.object({ type: z.literal('ephemeral'), ephemeral }),
  z.object({ type: z.literal('form'), form: z.object({ id: z.string() }) }),
  z.object({ type: z.literal('waiting'), counts: z.record(z.string(), z.number()) }),
]);
export type Frame = z.infer<typeof frameSchema>;
export type Hello = Extract<Frame, { type: 'hello' }>;
export type Message = z.infer<typeof message>;
export type Person = z.infer<typeof person>;
export type Desk = z.infer<typeof desk>;
export type Channel = z.infer<typeof channel> & { desk: Desk };

/** A message as the routes for scripts show it: whole, with the lines of its card. */
export const shownSchema = z.object({
  messages: z.array(
    z.object({
      ts: z.string(),
      thread: z.string(),
      user: z.string(),
      text: z.string(),
      card: z.array(z.string()).optional(),
      buttons: z.array(z.string()).optional(),
    }),
  ),
});
export type Shown = z.infer<typeof shownSchema>['messages'][number];

const markdownBlock = z.looseObject({ type: z.literal('markdown'), text: z.string() });

/** The Markdown of an answer; null for a card, whose text is only its short form. */
export function answerIn({ text, blocks = [], streaming }: Message): string | null {
  if (streaming !== undefined || blocks.length === 0) return plain(text);
  const parts = blocks.map((block) => markdownBlock.safeParse(block).data?.text);
  return parts.every((part) => part !== undefined) ? plain(parts.join('\n\n')) : null;
}

/** Removes the marks of bold text, which a terminal does not draw; half a mark at the end is left out until it is whole. */
export function plain(markdown: string): string {
  return markdown.replace(/\*\*|\*$/g, '');
}

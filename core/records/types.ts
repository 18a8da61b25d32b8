import { z } from 'zod';

export const principalSchema = z.object({
  kind: z.enum(['staff', 'guest', 'customer', 'service', 'anonymous']),
  id: z.string(),
});
export type Principal = z.infer<typeof principalSchema>;

/** Where a reply goes, in the channel's own terms; only the channel reads it. */
export const placeSchema = z.record(z.string(), z.string());
export type ChannelPlace = z.infer<typeof placeSchema>;

/** A file that stands at a message. */
export const attachedFileSchema = z.object({
  /** Its own in the conversation. */
  id: z.string(),
  name: z.string(),
  type: z.string(),
  size: z.number(),
  /** The account that uploaded it, if another than the message's author. */
  by: z.string().optional(),
  /** It belongs into the text, as a logo below a signature does: nobody is told that it was not read. */
  inline: z.boolean().optional(),
  content: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('elsewhere'), place: placeSchema }),
    /** In the records, by the hash of its bytes. */
    z.object({ kind: z.literal('kept'), digest: z.string() }),
    z.object({ kind: z.literal('unread'), why: z.string() }),
  ]),
});
export type AttachedFile = z.infer<typeof attachedFileSchema>;

export const entryContentSchema = z.object({
  text: z.string(),
  author: z.string(),
  place: placeSchema,
  /** Fetch the earlier messages of the conversation and give them to the model as background. */
  earlier: z.boolean().optional(),
  files: z.array(attachedFileSchema).optional(),
  /** When it was last edited, by the channel's clock. */
  edited: z.string().optional(),
  /** Not a person's message but the outcome of a call that waited for a signature. */
  outcome: z
    .object({
      approval: z.string(),
      tool: z.string(),
      state: z.string(),
      /** The person's message that led to that call. */
      asked: z.object({ text: z.string(), author: z.string() }).optional(),
    })
    .optional(),
  /** A colleague's doing: they answered the customer, or changed or discarded the agent's answer. Nobody answers it. */
  colleague: z.enum(['answered', 'edited', 'discarded']).optional(),
});
export type EntryContent = z.infer<typeof entryContentSchema>;

/**
 * Ends the conversation before it. The first `after` messages of its own turn lie before it. `subject` is the person that
 * the conversation is about from here on, `place` is that of the command, and `told` is the reply to it.
 */
export const dividerSchema = z.object({
  after: z.number(),
  subject: z.string().nullable(),
  place: placeSchema,
  told: z.string(),
});
export type Divider = z.infer<typeof dividerSchema>;

export const effectSchema = z.enum(['read', 'keyed', 'once']);
export type Effect = z.infer<typeof effectSchema>;
export const ruleSchema = z.enum(['allow', 'confirm', 'approve', 'deny']);
export type Rule = z.infer<typeof ruleSchema>;

/** A call as the model requested it, with the gate's decision. It is on record before it runs. */
export const callSchema = z.object({
  id: z.string(),
  name: z.string(),
  arguments: z.string(),
  decision: z.discriminatedUnion('kind', [
    z.object({
      kind: z.literal('dispatch'),
      effect: effectSchema,
      definitionHash: z.string(),
      /** The records counted it against limits, and may have denied it. */
      counted: z.boolean().optional(),
    }),
    /** Frozen until it is signed; its state is in the records. */
    z.object({ kind: z.literal('sign') }),
    z.object({ kind: z.literal('refused'), text: z.string() }),
  ]),
});
export type Call = z.infer<typeof callSchema>;

export const stepSchema = z.discriminatedUnion('kind', [
  z.object({ n: z.number(), kind: z.literal('input'), content: z.object({ entries: z.array(entryContentSchema) }) }),
  z.object({
    n: z.number(),
    kind: z.literal('background'),
    content: z.object({ text: z.string(), files: z.array(attachedFileSchema).optional() }),
  }),
  /** What became of the files of the messages before it. */
  z.object({ n: z.number(), kind: z.literal('files'), content: z.object({ files: z.array(attachedFileSchema) }) }),
  z.object({
    n: z.number(),
    kind: z.literal('model'),
    content: z.object({ text: z.string(), calls: z.array(callSchema), tokens: z.number() }),
  }),
  z.object({
    n: z.number(),
    kind: z.literal('tool'),
    content: z.object({ call: z.string(), status: z.enum(['ok', 'error', 'unknown']), text: z.string() }),
  }),
  z.object({ n: z.number(), kind: z.literal('divider'), content: dividerSchema }),
]);
export type Step = z.infer<typeof stepSchema>;

export const pastTurnSchema = z.object({ number: z.number(), state: z.string(), steps: z.array(stepSchema) });
export type PastTurn = z.infer<typeof pastTurnSchema>;

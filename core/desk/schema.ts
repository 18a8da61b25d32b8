import { z } from 'zod';
import { compilePattern, type Pattern } from '../gate/patterns.ts';
import { modelName } from '../mcp/definitions.ts';
import { effectSchema, principalSchema, ruleSchema } from '../records/types.ts';
import type { Condition, OnArgument } from './types.ts';

// The form of a desk's file, part by part. check.ts checks the parts against each other.

const text = z.string().trim().min(1);

/** Found anywhere in a text, in upper or lower case. */
const pattern = text.transform((source, context) => {
  const compiled = compilePattern(source, { ignoreCase: true });
  if (compiled.kind === 'ok' && !compiled.pattern.test('')) return compiled.pattern;
  context.addIssue(
    compiled.kind === 'refused'
      ? patternProblem(compiled.reason)
      : 'fits the empty text; demand at least one character',
  );
  return z.NEVER;
});

function patternProblem(reason: string): string {
  return `cannot be used as a pattern (${reason}); correct it`;
}

const entitySchema = z
  .strictObject({
    kind: text,
    pattern,
    /** How people write it, with one group that goes into `form`. */
    spoken: pattern.optional(),
    form: text.optional(),
    /** Digits of that part in `form`: people leave out leading zeros. */
    digits: z.int().min(1).max(20).optional(),
  })
  .refine((entity) => (entity.spoken === undefined) === (entity.form === undefined), {
    error: 'needs spoken and form, or neither; add the other one',
  })
  .refine(({ spoken }) => !spoken || hasGroup(spoken), {
    path: ['spoken'],
    error: 'needs a group; put the part that goes into form in ( )',
  })
  .refine(({ form }) => form?.includes('$1') ?? true, { path: ['form'], error: 'needs $1 where that part goes' })
  .refine(({ digits, spoken }) => digits === undefined || spoken !== undefined, {
    path: ['digits'],
    error: 'needs spoken and form; add them',
  });

function hasGroup({ groups }: Pattern): boolean {
  return groups > 0;
}

const channelId = z.string().regex(/^[CG][A-Z0-9]+$/, 'is no id of a channel, such as C0123ABCD; copy it from Slack');
const channelOrUser = z
  .string()
  .regex(/^[CGUW][A-Z0-9]+$/, 'is no id of a channel or a user, such as C0123ABCD or U0123ABCD; copy it from Slack');
const userOrGroup = z
  .string()
  .regex(/^[UWS][A-Z0-9]+$/, 'is no id of a user or a user group, such as U0123ABCD or S0123ABCD; copy it from Slack');
const roleName = z
  .string()
  .regex(/^[a-z][a-z0-9_-]*$/, 'is no name for a role; use lower-case letters, such as manager');
const signer = z
  .string()
  .regex(
    /^(?:[UWS][A-Z0-9]+|[a-z][a-z0-9_-]*)$/,
    'is no user (U0123ABCD), user group (S0123ABCD) or role (manager); correct it',
  );
const localName = z.string().regex(/^(?!.*__)/, 'belongs under tools, below the name of its server');
const serverName = z.string().regex(/^[a-z0-9][a-z0-9-]*$/, 'is no name that a server can have; correct it');

const scalar = z.union([z.string(), z.number(), z.boolean()]);
const quorum = z.int().min(1).max(20);

const principalKind = principalSchema.shape.kind;

const conditionSchema = z
  .strictObject({
    argument: text.optional(),
    over: z.number().optional(),
    under: z.number().optional(),
    is: z
      .union([scalar, z.array(scalar).min(1)], { error: 'must be a text, a number, true or false, or a list of them' })
      .optional(),
    given: z.boolean().optional(),
    asked_by: z
      .union([principalKind, z.array(principalKind).min(1)], {
        error: `must be one of ${principalKind.options.join(', ')}, or a list of them`,
      })
      .optional(),
    rule: ruleSchema,
    signers: z.array(signer).min(1).optional(),
    quorum: quorum.optional(),
  })
  .transform(({ argument, over, under, is, given, asked_by, ...rest }, context): Condition => {
    const fits = fitsOf({ over, under, is, given });
    const [one] = fits;
    if (asked_by !== undefined) {
      if (argument === undefined && !one) return { ...rest, askedBy: [asked_by].flat() };
      context.addIssue('has asked_by, which stands alone; make two conditions of it');
    } else if (argument === undefined) {
      context.addIssue('needs the name of an argument, or asked_by; add one of the two');
    } else {
      if (one && fits.length === 1) return { ...rest, argument, fits: one };
      context.addIssue('needs one of over, under, is and given; give exactly one');
    }
    return z.NEVER;
  });

type Scalar = z.infer<typeof scalar>;
type Comparison = { over?: number; under?: number; is?: Scalar | Scalar[]; given?: boolean };

function fitsOf({ over, under, is, given }: Comparison): OnArgument['fits'][] {
  return [
    ...(over === undefined ? [] : [{ kind: 'over', than: over } as const]),
    ...(under === undefined ? [] : [{ kind: 'under', than: under } as const]),
    ...(is === undefined ? [] : [{ kind: 'is', oneOf: [is].flat() } as const]),
    ...(given === undefined ? [] : [{ kind: 'given', given } as const]),
  ];
}

const lookSchema = z.strictObject({ tool: text, arguments: z.record(text, text) });

/** Paths into an answer, each optionally with the words that people read for it. */
const fieldsSchema = z.union(
  [z.array(text).min(1), z.record(text, text).refine(isNotEmpty, 'is empty; list at least one')],
  { error: 'must be a list of fields, such as [status], or the words to show for each, such as { status: state }' },
);

function isNotEmpty(words: Record<string, string>): boolean {
  return Object.keys(words).length > 0;
}

const checkSchema = lookSchema
  .extend({ fields: fieldsSchema.optional(), shown: fieldsSchema.optional() })
  .refine(({ fields, shown }) => fields ?? shown, 'needs fields, shown or both; say what is to be seen on the card')
  .refine(({ fields, shown }) => {
    const compared = pathsIn(fields);
    return !pathsIn(shown).some((path) => compared.includes(path));
  }, 'has a field in both fields and shown; remove it from one of them');

function pathsIn(fields: z.infer<typeof fieldsSchema> = []): string[] {
  return Array.isArray(fields) ? fields : Object.keys(fields);
}

const toolRule = z.strictObject({
  effect: effectSchema.default('once'),
  rule: ruleSchema,
  when: z.array(conditionSchema).default([]),
  signers: z.array(signer).min(1).optional(),
  quorum: quorum.default(1),
  own: z.boolean().default(false),
  edited: z.boolean().default(true),
  first: z.array(text).default([]),
  check: checkSchema.optional(),
  probe: lookSchema.optional(),
  customer: text.optional(),
});

const quotaSchema = z.strictObject({
  tools: z.array(text).min(1),
  sum: text.optional(),
  most: z.number().min(0).max(1e15),
  per: z.enum(['hour', 'day', 'week']),
  of: z.enum(['desk', 'principal']),
  over: z.union([z.literal('deny'), z.strictObject({ signatures: quorum })], {
    error: 'must be deny or a number of signatures, such as { signatures: 2 }',
  }),
});

const word = z.string().regex(/^[a-z]{2,20}$/, 'is no single word in lower-case letters; choose one, such as user');

const commandsSchema = z
  .strictObject({
    reset: word.optional(),
    switch: z
      .strictObject({
        word,
        like: text.transform(wholePattern),
        tool: text,
        argument: text,
        name: text.optional(),
        start: text.optional(),
      })
      .refine(({ like, start }) => start === undefined || like.test(start), {
        path: ['start'],
        error: 'is not like the ids that can be switched to; correct it',
      })
      .optional(),
  })
  .refine((commands) => commands.reset === undefined || commands.reset !== commands.switch?.word, {
    path: ['reset'],
    error: 'is the word of switch, too; choose another',
  });

function wholePattern(source: string, context: z.RefinementCtx): Pattern {
  const compiled = compilePattern(`^(?:${source})$`);
  if (compiled.kind === 'ok') return compiled.pattern;
  context.addIssue(patternProblem(compiled.reason));
  return z.NEVER;
}

const mailAddress = z
  .string()
  .trim()
  .toLowerCase()
  .regex(/^[^\s@<>,;]+@[^\s@<>,;]+$/, 'is no mail address, such as support@shop.example; correct it');

const emailSchema = z.strictObject({
  addresses: z.array(mailAddress).default([]),
  answers: z.enum(['answer', 'draft', 'off'], { error: 'must be answer, draft or off' }).default('answer'),
  signature: text.optional(),
  assistant: z.boolean().default(true),
  cc: z.boolean().default(false),
  hand_over: z.array(text).default([]),
  colleagues: z.array(signer).default([]),
});

const customersSchema = z.union([z.literal('principal'), z.strictObject({ tool: text, argument: text, field: text })], {
  error: 'must be principal, or the tool, argument and field that find the id of a customer',
});

export const deskSchema = z.strictObject({
  title: text,
  instructions: text,
  slack: z.strictObject({
    channels: z.union([z.literal('*'), z.array(channelId)], {
      error: 'must be "*" or a list of ids of channels, such as [C0123ABCD]',
    }),
    direct_messages: z.boolean().default(false),
    follow_ups: z.boolean().default(true),
    bots: z.array(text).default([]),
  }),
  email: emailSchema.prefault({}),
  examples: z.array(text.max(200)).max(20).default([]),
  commands: commandsSchema.prefault({}),
  roles: z.record(roleName, z.array(userOrGroup).min(1)).default({}),
  approvals: z
    .strictObject({
      channel: channelId.optional(),
      hours: z.number().min(0.001).max(720).default(24),
      escalate_to: channelOrUser.optional(),
      signers: z.array(signer).default([]),
    })
    .prefault({}),
  local: z.record(localName, toolRule).default({}),
  tools: z.record(serverName, z.record(text, toolRule)).default({}),
  quotas: z.array(quotaSchema).default([]),
  rate: z.strictObject({ calls: z.int().min(1), per: z.enum(['minute', 'hour']) }).optional(),
  customers: customersSchema.default('principal'),
  entities: z.array(entitySchema).default([]),
  limits: z
    .strictObject({
      steps: z.int().min(1).max(100).default(12),
      tokens: z.int().min(1000).default(100_000),
      seconds: z.int().min(1).max(3600).default(240),
      tool_seconds: z.int().min(1).max(600).default(30),
    })
    .prefault({}),
});
export type Written = z.infer<typeof deskSchema>;
export type WrittenRule = z.infer<typeof toolRule>;
export type WrittenCheck = z.infer<typeof checkSchema>;
export type WrittenQuota = z.infer<typeof quotaSchema>;

/** A tool of a desk: `written` as people write its name, `name` as the model sees it. */
export type WrittenTool = { written: string; name: string; keys: string[]; rule: WrittenRule };

export function toolsIn({ local, tools }: Written): WrittenTool[] {
  return [
    ...Object.entries(local).map(([tool, rule]) => ({ written: tool, name: tool, keys: ['local', tool], rule })),
    ...Object.entries(tools).flatMap(([server, rules]) =>
      Object.entries(rules).map(([tool, rule]) => ({
        written: `${server}.${tool}`,
        name: modelName(server, tool),
        keys: ['tools', server, tool],
        rule,
      })),
    ),
  ];
}

/** From `server.tool` to the name that the model sees; servers have no dot in their name. */
export function toolNamed(written: string): string {
  const dot = written.indexOf('.');
  return dot < 0 ? written : modelName(written.slice(0, dot), written.slice(dot + 1));
}

/** Describes what a quota counts; unique within a desk, since no two count the same. */
export function quotaId({ tools, sum, most, per, of }: WrittenQuota): string {
  const each = of === 'principal' ? ' for each who asks' : '';
  return `${sum ?? 'calls'} of ${tools.toSorted().join(', ')}, ${most} per ${per}${each}`;
}

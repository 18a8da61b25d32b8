import { z } from 'zod';
import { type Enclosed, enclosedIn } from './files.ts';
import type { ChatRequest, Message, Schema, Tool } from './types.ts';

/** A request as it came, beside what is planned from. */
export type Asked = {
  model: string;
  chat: ChatRequest;
  stream: boolean;
  includeUsage: boolean;
  enclosed: Enclosed;
  /** Characters of all that was sent but images, for the usage. */
  size: number;
};

export type Reading = { kind: 'ok'; asked: Asked } | { kind: 'bad'; message: string; param: string | null };

/** What one message may weigh in the planning: of a longer one the beginning and the end are read. */
const LONGEST_SAID = 2_000;
const LONGEST_RESULT = 200_000;
/** Older messages are passed over, but for those of the system. */
const MOST_MESSAGES = 400;
const MOST_TOOLS = 1_000;

const Part = z.looseObject({ type: z.string(), text: z.string().optional(), refusal: z.string().optional() });
const Content = z.union([z.string(), z.array(Part), z.null()]).optional();

const CallSent = z.looseObject({
  id: z.string(),
  function: z.looseObject({ name: z.string(), arguments: z.string() }),
});

const MessageSent = z.discriminatedUnion('role', [
  z.looseObject({ role: z.enum(['system', 'developer', 'user']), content: Content }),
  z.looseObject({ role: z.literal('assistant'), content: Content, tool_calls: z.array(CallSent).nullish() }),
  z.looseObject({ role: z.literal('tool'), content: Content, tool_call_id: z.string() }),
]);

const ToolSent = z.looseObject({
  type: z.literal('function'),
  function: z.looseObject({
    name: z.string().min(1),
    description: z.string().nullish(),
    parameters: z.record(z.string(), z.unknown()).nullish(),
  }),
});

const Choice = z.union([
  z.enum(['auto', 'none', 'required']),
  z.looseObject({ type: z.literal('function'), function: z.looseObject({ name: z.string() }) }),
]);

const Body = z.looseObject({
  model: z.string({ error: 'you must provide a model parameter' }).min(1, 'you must provide a model parameter'),
  messages: z.array(MessageSent).min(1, 'an empty list has nothing to answer'),
  tools: z.array(ToolSent).max(MOST_TOOLS, `at most ${MOST_TOOLS} tools can be offered`).nullish(),
  tool_choice: Choice.nullish(),
  n: z.literal(1, { error: 'only one choice is given: leave n out' }).nullish(),
  stream: z.boolean().nullish(),
  stream_options: z.looseObject({ include_usage: z.boolean().nullish() }).nullish(),
});

type MessageSent = z.infer<typeof MessageSent>;

export function readRequest(body: unknown): Reading {
  const read = Body.safeParse(body);
  if (!read.success) return fault(read.error.issues[0]);
  const { model, messages, tools, tool_choice: choice, stream, stream_options: options } = read.data;
  return {
    kind: 'ok',
    asked: {
      model,
      chat: { messages: newest(messages).map(messageOf), tools: offered((tools ?? []).map(toolOf), choice) },
      stream: stream ?? false,
      includeUsage: options?.include_usage ?? false,
      enclosed: enclosedIn(messages),
      size: JSON.stringify([messages, tools ?? []], (key, value) => (key === 'image_url' ? '' : value)).length,
    },
  };
}

function fault(issue: z.core.$ZodIssue | undefined): Reading {
  const param = issue?.path.join('.') || null;
  return { kind: 'bad', message: `Invalid request${param ? ` at ${param}` : ''}: ${issue?.message ?? ''}`, param };
}

function newest(messages: MessageSent[]): MessageSent[] {
  const from = messages.length - MOST_MESSAGES;
  return messages.filter(({ role }, at) => at >= from || role === 'system' || role === 'developer');
}

function messageOf(sent: MessageSent): Message {
  const text = textOf(sent.content);
  switch (sent.role) {
    case 'system':
    case 'developer':
      return { role: 'system', text: endsOf(text, LONGEST_RESULT) };
    case 'user':
      return { role: 'user', text: endsOf(text, LONGEST_SAID) };
    case 'assistant':
      return { role: 'assistant', text: endsOf(text, LONGEST_SAID), calls: (sent.tool_calls ?? []).map(callOf) };
    case 'tool':
      return { role: 'tool', callId: sent.tool_call_id, text: endsOf(text, LONGEST_RESULT) };
  }
}

function textOf(content: z.infer<typeof Content>): string {
  if (typeof content === 'string') return wellFormed(content);
  return wellFormed((content ?? []).flatMap((part) => part.text ?? part.refusal ?? []).join('\n'));
}

/** Halves of pairs are no characters, and would come back as they are. */
function wellFormed(text: string): string {
  return /\p{Surrogate}/u.test(text) ? Buffer.from(text).toString() : text;
}

/** What is asked stands at the beginning or at the end. */
function endsOf(text: string, most: number): string {
  if (text.length <= most) return text;
  const end = Math.floor(most / 4);
  return `${text.slice(0, most - end)}\n…\n${text.slice(-end)}`;
}

function callOf({ id, function: { name, arguments: raw } }: z.infer<typeof CallSent>) {
  return { id, name, arguments: objectIn(raw) };
}

function objectIn(raw: string): Record<string, unknown> {
  try {
    return z.record(z.string(), z.unknown()).catch({}).parse(JSON.parse(raw));
  } catch {
    return {};
  }
}

function toolOf({ function: { name, description, parameters } }: z.infer<typeof ToolSent>): Tool {
  const schema: Schema = parameters ?? { type: 'object', properties: {} };
  return { name, description: description ?? '', parameters: schema };
}

function offered(tools: Tool[], choice: z.infer<typeof Choice> | null | undefined): Tool[] {
  if (choice === 'none') return [];
  if (typeof choice !== 'object' || choice === null) return tools;
  return tools.filter(({ name }) => name === choice.function.name);
}

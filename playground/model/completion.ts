import { randomBytes } from 'node:crypto';
import type { Asked } from './request.ts';
import type { Decision } from './types.ts';

/** A decision with the ids and counts that its completion carries. */
export type Completion = {
  id: string;
  created: number;
  model: string;
  text: string;
  calls: { id: string; name: string; arguments: string }[];
  usage: { prompt_tokens: number; completion_tokens: number; total_tokens: number };
};

/** There is no tokenizer here: four characters count as a token. */
const TOKEN = 4;

export function completionOf(decision: Decision, { model, size }: Asked): Completion {
  const text = decision.kind === 'answer' ? decision.text : '';
  const calls = decision.kind === 'calls' ? decision.calls : [];
  const made = calls.map(({ name, arguments: args }) => ({ id: idOf('call'), name, arguments: JSON.stringify(args) }));
  const said = text.length + made.reduce((sum, call) => sum + call.name.length + call.arguments.length, 0);
  const prompt_tokens = Math.ceil(size / TOKEN);
  const completion_tokens = Math.ceil(said / TOKEN);
  return {
    id: idOf('chatcmpl'),
    created: Math.floor(Date.now() / 1000),
    model,
    text,
    calls: made,
    usage: { prompt_tokens, completion_tokens, total_tokens: prompt_tokens + completion_tokens },
  };
}

function idOf(kind: string): string {
  return `${kind}${kind === 'call' ? '_' : '-'}${randomBytes(12).toString('hex')}`;
}

/** The one object of a request that does not stream. */
export function objectOf({ id, created, model, text, calls, usage }: Completion) {
  const message = {
    role: 'assistant',
    content: calls.length > 0 ? null : text,
    refusal: null,
    ...(calls.length > 0 ? { tool_calls: calls.map(callOf) } : {}),
  };
  const choice = { index: 0, message, logprobs: null, finish_reason: finishOf(calls) };
  return { id, object: 'chat.completion', created, model, choices: [choice], usage };
}

/** The events of a stream, in order, without the end mark. */
export function chunksOf(completion: Completion, includeUsage: boolean): object[] {
  const { id, created, model, text, calls, usage } = completion;
  const head = { id, object: 'chat.completion.chunk', created, model };
  const chunk = (delta: object, finish: string | null = null) => ({
    ...head,
    choices: [{ index: 0, delta, logprobs: null, finish_reason: finish }],
    ...(includeUsage ? { usage: null } : {}),
  });
  return [
    chunk({ role: 'assistant', content: calls.length > 0 ? null : '' }),
    ...piecesOf(text).map((content) => chunk({ content })),
    ...calls.flatMap((call, index) => callDeltas(call, index).map((delta) => chunk({ tool_calls: [delta] }))),
    chunk({}, finishOf(calls)),
    ...(includeUsage ? [{ ...head, choices: [], usage }] : []),
  ];
}

function finishOf(calls: Completion['calls']): string {
  return calls.length > 0 ? 'tool_calls' : 'stop';
}

function callOf({ id, name, arguments: raw }: Completion['calls'][number]) {
  return { id, type: 'function', function: { name, arguments: raw } };
}

function callDeltas({ id, name, arguments: raw }: Completion['calls'][number], index: number): object[] {
  return [
    { index, id, type: 'function', function: { name, arguments: '' } },
    { index, function: { arguments: raw } },
  ];
}

/** At most so many pieces, so that a long answer does not take long. */
const MOST_PIECES = 60;
const SHORTEST_PIECE = 8;

/** Cut behind spaces, where there are some, so that words come whole. */
function piecesOf(text: string): string[] {
  const least = Math.max(SHORTEST_PIECE, Math.ceil(text.length / MOST_PIECES));
  const pieces: string[] = [];
  let piece = '';
  for (const word of text.match(/\S{1,200}\s*|\s+/gu) ?? []) {
    piece += word;
    if (piece.length < least) continue;
    pieces.push(piece);
    piece = '';
  }
  return piece === '' ? pieces : [...pieces, piece];
}

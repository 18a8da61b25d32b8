export type AssembledCall = { id: string; name: string; arguments: string };

export type Assembled = { text: string; calls: AssembledCall[]; tokens: number | undefined };

export type Progress =
  | { kind: 'open' }
  /** A finish reason came: the output is complete, and only its usage may follow. */
  | { kind: 'finished' }
  /** The endpoint's own end mark came after a usable output. */
  | { kind: 'done' }
  | { kind: 'broken'; detail: string }
  /** The model wrote more than an output may hold. */
  | { kind: 'endless' }
  /** The endpoint reported an error inside its stream. */
  | { kind: 'failed'; detail: string };

export type Assembly = { take(data: string): Progress; result(): Assembled };

/** Characters of text and arguments: a model that writes more will not come to an end. */
export const LONGEST_OUTPUT = 400_000;
/** Added for each call, so that an endless list of empty calls also reaches the limit. */
const CALL_WEIGHT = 400;

/** A message, or a part of one. A refusal has a field of its own, and then is the answer. */
type Delta = { content?: unknown; refusal?: unknown; tool_calls?: unknown } | null;

/** A chunk, or the one object of an endpoint that does not stream, which has `message` in place of `delta`. */
type Chunk = {
  choices?: ({ delta?: Delta; message?: Delta; finish_reason?: unknown } | null)[] | null;
  usage?: { total_tokens?: unknown } | null;
  error?: unknown;
} | null;

type Fragment = { index: number | undefined; id: string; name: string; arguments: string };

/** Puts the events of a streamed completion together, whichever way the endpoint numbers its tool calls. */
export function openAssembly(onText: (delta: string) => void): Assembly {
  const calls: Fragment[] = [];
  let text = '';
  let size = 0;
  let tokens: number | undefined;
  let finished = false;

  const add = (chunk: Chunk): void => {
    const total = chunk?.usage?.total_tokens;
    if (typeof total === 'number') tokens = total;
    const choice = chunk?.choices?.[0];
    if (choice?.finish_reason) finished = true;
    const spoken = choice?.delta ?? choice?.message;
    const content = textOf(spoken?.content) + textOf(spoken?.refusal);
    for (const fragment of fragmentsOf(spoken?.tool_calls)) size += addFragment(calls, fragment);
    size += content.length;
    if (size > LONGEST_OUTPUT) return;
    text += content;
    if (content !== '') onText(content);
  };

  return {
    take(data) {
      if (data.startsWith('[DONE]')) return ending(finished || text !== '' || calls.length > 0);
      const chunk = parse(data);
      if (chunk === undefined) return { kind: 'broken', detail: `a chunk is not JSON: ${data.slice(0, 80)}` };
      if (chunk?.error) return { kind: 'failed', detail: errorText(chunk.error) };
      add(chunk);
      if (size > LONGEST_OUTPUT) return { kind: 'endless' };
      return { kind: finished ? 'finished' : 'open' };
    },
    result: () => ({ text, calls: calls.filter(({ name }) => name !== '').map(callOf), tokens }),
  };
}

function ending(usable: boolean): Progress {
  return usable
    ? { kind: 'done' }
    : { kind: 'broken', detail: 'the stream brought neither content nor a finish reason' };
}

function parse(data: string): Chunk | undefined {
  try {
    return JSON.parse(data);
  } catch {
    return undefined;
  }
}

function errorText(error: unknown): string {
  if (isRecord(error) && typeof error.message === 'string') return error.message;
  return typeof error === 'string' ? error : JSON.stringify(error);
}

function fragmentsOf(parts: unknown): Fragment[] {
  return Array.isArray(parts) ? parts.filter(isRecord).map(fragmentOf) : [];
}

function fragmentOf(part: Record<string, unknown>): Fragment {
  const said = isRecord(part.function) ? part.function : {};
  return {
    index: typeof part.index === 'number' ? part.index : undefined,
    id: textOf(part.id),
    name: textOf(said.name),
    arguments: isRecord(said.arguments) ? JSON.stringify(said.arguments) : textOf(said.arguments),
  };
}

/** Returns the weight that it adds. */
function addFragment(calls: Fragment[], fragment: Fragment): number {
  const call = continuedCall(calls, fragment);
  if (!call || beginsAnother(call, fragment)) {
    calls.push(fragment);
    return CALL_WEIGHT + lengthOf(fragment);
  }
  const before = lengthOf(call);
  call.id ||= fragment.id;
  call.name ||= fragment.name;
  call.arguments += fragment.arguments;
  return lengthOf(call) - before;
}

function lengthOf({ id, name, arguments: raw }: Fragment): number {
  return id.length + name.length + raw.length;
}

/** The call that a fragment continues: found by index, then by id; without both, the last one. */
function continuedCall(calls: Fragment[], { index, id }: Fragment): Fragment | undefined {
  if (index === undefined && id === '') return calls.at(-1);
  const sameId = calls.findLast((call) => call.index === index && call.id === id);
  if (sameId || index === undefined) return sameId;
  return calls.findLast((call) => call.index === index);
}

/**
 * Some endpoints repeat the name with every fragment: where there is an index or id, only another name begins a call.
 */
function beginsAnother(call: Fragment, { index, id, name }: Fragment): boolean {
  if (id !== '' && call.id !== '' && id !== call.id) return true;
  if (name === '' || call.name === '') return false;
  return name !== call.name || (index === undefined && id === '');
}

function callOf({ id, name, arguments: raw }: Fragment): AssembledCall {
  return { id, name, arguments: raw };
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export type ScriptedCall = {
  name: string;
  /** A string is sent as it is, nonsense included; anything else as its JSON. */
  arguments: unknown;
  /** Empty: the call is sent without an id. */
  id?: string;
  index?: number;
};

export type Usage = { prompt_tokens: number; completion_tokens: number; total_tokens: number };

export type Spoken = {
  text?: string;
  calls?: ScriptedCall[];
  /** Before the first byte. */
  delayMs?: number;
  chunkDelayMs?: number;
  /** Characters per chunk, of text and of arguments. */
  chunkSize?: number;
  /** null: no chunk names a reason. */
  finishReason?: string | null;
  usage?: Partial<Usage>;
  quirks?: { noIndex?: boolean; sameIndex?: boolean; argumentsWhole?: boolean; noDone?: boolean };
};

export type Occasion = { seq: number; model: string; requestLength: number; includeUsage: boolean };

const CHUNK_SIZE = 24;

/** The answer as server-sent events, one per element, `[DONE]` included. */
export function eventsOf(spoken: Spoken, occasion: Occasion): string[] {
  const head = `data: {"id":"chatcmpl-${occasion.seq}","object":"chat.completion.chunk","created":${now()},"model":${JSON.stringify(occasion.model)}`;
  const choice = (delta: string, reason: string | null = null) =>
    `${head},"choices":[{"index":0,"delta":${delta},"finish_reason":${JSON.stringify(reason)}}]}\n\n`;
  const events = [choice('{"role":"assistant","content":""}')];
  for (const piece of pieces(spoken.text ?? '', spoken.chunkSize))
    events.push(choice(`{"content":${JSON.stringify(piece)}}`));
  for (const part of callParts(spoken, occasion.seq)) events.push(choice(`{"tool_calls":[${JSON.stringify(part)}]}`));
  const reason = finishReasonOf(spoken);
  if (reason !== null) events.push(choice('{}', reason));
  if (occasion.includeUsage)
    events.push(`${head},"choices":[],"usage":${JSON.stringify(usageOf(spoken, occasion))}}\n\n`);
  if (!spoken.quirks?.noDone) events.push('data: [DONE]\n\n');
  return events;
}

/** The answer to a request without `stream`. */
export function completionOf(spoken: Spoken, occasion: Occasion): unknown {
  const calls = (spoken.calls ?? []).map((call, at) => ({
    id: idOf(call, occasion.seq, at),
    type: 'function',
    function: { name: call.name, arguments: argumentsOf(call) },
  }));
  const message = {
    role: 'assistant',
    content: spoken.text ?? null,
    ...(calls.length > 0 ? { tool_calls: calls } : {}),
  };
  return {
    id: `chatcmpl-${occasion.seq}`,
    object: 'chat.completion',
    created: now(),
    model: occasion.model,
    choices: [{ index: 0, message, finish_reason: finishReasonOf(spoken) }],
    usage: usageOf(spoken, occasion),
  };
}

function* callParts(spoken: Spoken, seq: number): Generator<unknown> {
  const { noIndex, sameIndex, argumentsWhole } = spoken.quirks ?? {};
  for (const [at, call] of (spoken.calls ?? []).entries()) {
    const place = noIndex ? {} : { index: call.index ?? (sameIndex ? 0 : at) };
    const id = idOf(call, seq, at);
    const raw = argumentsOf(call);
    yield {
      ...place,
      ...(id === '' ? {} : { id }),
      type: 'function',
      function: { name: call.name, arguments: argumentsWhole ? raw : '' },
    };
    if (argumentsWhole) continue;
    for (const piece of pieces(raw, spoken.chunkSize)) yield { ...place, function: { arguments: piece } };
  }
}

function idOf(call: ScriptedCall, seq: number, at: number): string {
  return call.id ?? `call_${seq}_${at}`;
}

function argumentsOf(call: ScriptedCall): string {
  return typeof call.arguments === 'string' ? call.arguments : JSON.stringify(call.arguments ?? {});
}

function* pieces(text: string, size = CHUNK_SIZE): Generator<string> {
  for (let at = 0; at < text.length; at += size) yield text.slice(at, at + size);
}

function finishReasonOf(spoken: Spoken): string | null {
  if (spoken.finishReason !== undefined) return spoken.finishReason;
  return spoken.calls?.length ? 'tool_calls' : 'stop';
}

/** About four characters make a token: enough for budgets to be tested. */
function usageOf(spoken: Spoken, occasion: Occasion): Usage {
  const said =
    (spoken.text ?? '').length + (spoken.calls ?? []).reduce((sum, call) => sum + argumentsOf(call).length, 0);
  const prompt = spoken.usage?.prompt_tokens ?? Math.ceil(occasion.requestLength / 4);
  const completion = spoken.usage?.completion_tokens ?? Math.ceil(said / 4);
  return {
    prompt_tokens: prompt,
    completion_tokens: completion,
    total_tokens: spoken.usage?.total_tokens ?? prompt + completion,
  };
}

function now(): number {
  return Math.floor(Date.now() / 1000);
}

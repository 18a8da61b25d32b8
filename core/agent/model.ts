import { setTimeout as sleep } from 'node:timers/promises';
import OpenAI from 'openai';
import { wellFormed } from '../text.ts';
import { type Assembled, LONGEST_OUTPUT, openAssembly, type Progress } from './chunks.ts';
import { openEventReader } from './sse.ts';
import { openStallTimer, type StallTimer } from './stall-timer.ts';
import { type Body, openWire, type Wire } from './wire.ts';

export type ChatMessage =
  /** `images` are data URLs. */
  | { role: 'system' | 'user'; content: string; images?: string[] }
  | { role: 'assistant'; content: string | null; tool_calls?: { id: string; name: string; arguments: string }[] }
  | { role: 'tool'; tool_call_id: string; content: string };

export type OfferedTool = { name: string; description: string; parameters: Record<string, unknown> };

/** The arguments of a call are as the model wrote them; the gate parses them. */
export type ModelOutput = {
  text: string;
  calls: { id: string; name: string; arguments: string }[];
  /** As reported; an estimate where the endpoint reports none. */
  tokens: number;
};

/** The endpoint cannot answer now: the turn is tried again later. */
export type Away = {
  kind: 'away';
  reason: 'rate_limited' | 'timeout' | 'unreachable' | 'server_error' | 'broken_stream';
  detail: string;
  retryAfterMs?: number;
};

export type ModelAnswer =
  | { kind: 'output'; output: ModelOutput }
  | Away
  /** It wrote more than an output may hold, and would again: none of it counts. */
  | { kind: 'endless'; most: number }
  /** Trying again does not help: a person must correct the key or the settings. */
  | { kind: 'refused'; detail: string }
  /** The endpoint refuses this one request, and may accept others. */
  | { kind: 'rejected'; detail: string }
  | { kind: 'stopped' };

export type CompleteOptions = {
  signal: AbortSignal;
  onText?: (delta: string) => void;
  /** Called when a retry starts: the text so far no longer counts. */
  onRestart?: () => void;
};

export type Model = {
  complete(request: Request, options: CompleteOptions): Promise<ModelAnswer>;
};

export type ModelSettings = {
  apiKey: string;
  baseUrl?: string;
  model: string;
  firstByteTimeoutMs?: number;
  idleTimeoutMs?: number;
  /** After the first try. */
  retries?: number;
  /** Milliseconds to wait after the given try, counted from 1. */
  backoff?: (attempt: number) => number;
};

type Params = OpenAI.ChatCompletionCreateParamsStreaming;

type Line = { client: OpenAI; wire: Wire; settings: Required<ModelSettings> };

const OPENAI_URL = 'https://api.openai.com/v1';
const LONGEST_WAIT_MS = 5_000;
const LONGEST_DETAIL = 300;
/** Characters of one event, or of the one object of an endpoint that does not stream. */
const LONGEST_EVENT = 1_000_000;
/** Shorter ones are placeholders for endpoints that need no key. */
const SHORTEST_KEY = 8;

const REMEDIES: Record<number, string> = {
  401: ': check OPENAI_API_KEY',
  403: ': check what OPENAI_API_KEY may use',
  404: ': check OPENAI_MODEL and OPENAI_BASE_URL',
};

export function openModel(given: ModelSettings): Model {
  const settings: Required<ModelSettings> = {
    apiKey: given.apiKey,
    baseUrl: given.baseUrl ?? OPENAI_URL,
    model: given.model,
    firstByteTimeoutMs: given.firstByteTimeoutMs ?? 60_000,
    idleTimeoutMs: given.idleTimeoutMs ?? 30_000,
    retries: given.retries ?? 2,
    backoff: given.backoff ?? doublingWithJitter,
  };
  const wire = openWire();
  const client = new OpenAI({
    apiKey: settings.apiKey,
    baseURL: settings.baseUrl,
    fetch: wire.fetch,
    maxRetries: 0,
    // With OPENAI_LOG set, the client would print whole conversations.
    logLevel: 'off',
  });
  const line = { client, wire, settings };
  return { complete: (request, options) => complete(line, bodyOf(settings.model, request), options) };
}

function doublingWithJitter(attempt: number): number {
  return 500 * 2 ** (attempt - 1) * (0.75 + Math.random() / 2);
}

type Request = { messages: ChatMessage[]; tools: OfferedTool[] };

/** The body of the request, written once for all its tries. */
function bodyOf(model: string, { messages, tools }: Request): string {
  const params: Params = {
    model,
    messages: messages.map(messageParam),
    stream: true,
    stream_options: { include_usage: true },
  };
  const body = JSON.stringify(params);
  // Endpoints refuse an empty list.
  return tools.length > 0 ? `${body.slice(0, -1)},"tools":[${tools.map(writtenTool).join(',')}]}` : body;
}

const writtenTools = new WeakMap<OfferedTool, string>();

/** Keeps the JSON of a tool: the tools of a desk are most of each request, and seldom change. */
function writtenTool(tool: OfferedTool): string {
  let written = writtenTools.get(tool);
  if (written === undefined) {
    written = JSON.stringify(toolParam(tool));
    writtenTools.set(tool, written);
  }
  return written;
}

function toolParam({ name, description, parameters }: OfferedTool): OpenAI.ChatCompletionFunctionTool {
  return { type: 'function', function: { name, description, parameters } };
}

function messageParam(message: ChatMessage): Params['messages'][number] {
  if (message.role === 'tool') return message;
  if (message.role !== 'assistant') return spokenParam(message);
  const calls = message.tool_calls?.map(callParam);
  return { role: 'assistant', content: message.content, ...(calls?.length ? { tool_calls: calls } : {}) };
}

function spokenParam({ role, content, images = [] }: Extract<ChatMessage, { role: 'system' | 'user' }>) {
  if (role === 'system' || images.length === 0) return { role, content };
  const parts = images.map((url) => ({ type: 'image_url' as const, image_url: { url } }));
  return { role, content: [{ type: 'text' as const, text: content }, ...parts] };
}

function callParam(call: ModelOutput['calls'][number]): OpenAI.ChatCompletionMessageFunctionToolCall {
  return { id: call.id, type: 'function', function: { name: call.name, arguments: call.arguments } };
}

async function complete(line: Line, body: string, options: CompleteOptions): Promise<ModelAnswer> {
  const { retries, backoff } = line.settings;
  for (let attempt = 1; ; attempt += 1) {
    let handedOut = false;
    const answer = await tryOnce(line, body, options.signal, (delta) => {
      handedOut = true;
      options.onText?.(delta);
    });
    if (attempt > retries || !mayPass(answer)) return answer;
    const rested = await rest(answer.retryAfterMs ?? backoff(attempt), options.signal);
    if (rested === 'stopped') return { kind: 'stopped' };
    if (handedOut) options.onRestart?.();
  }
}

/** A timeout is not retried here: the person has waited long enough, and the caller decides. */
function mayPass(answer: ModelAnswer): answer is Away {
  return answer.kind === 'away' && answer.reason !== 'timeout' && (answer.retryAfterMs ?? 0) <= LONGEST_WAIT_MS;
}

function rest(ms: number, signal: AbortSignal): Promise<'rested' | 'stopped'> {
  return sleep(ms, 'rested' as const, { signal }).catch(() => 'stopped');
}

async function tryOnce(
  line: Line,
  body: string,
  signal: AbortSignal,
  onText: (delta: string) => void,
): Promise<ModelAnswer> {
  if (signal.aborted) return { kind: 'stopped' };
  const timer = openStallTimer(signal, line.settings);
  let answer: ModelAnswer | undefined;
  try {
    answer = await exchange(line, body, timer, onText);
  } finally {
    timer.end();
    if (answer?.kind !== 'output') timer.cut();
  }
  if (answer.kind === 'output') return answer;
  if (signal.aborted) return { kind: 'stopped' };
  const late = timer.late();
  return late === undefined ? answer : { kind: 'away', reason: 'timeout', detail: late };
}

async function exchange(
  line: Line,
  body: string,
  timer: StallTimer,
  onText: (delta: string) => void,
): Promise<ModelAnswer> {
  const assembly = openAssembly(onText);
  const opened = await openBody(line, body, timer.signal);
  if (opened.kind !== 'open') return opened;
  const ending = await readEvents(opened.body, timer.arrived, assembly.take);
  if (ending.kind === 'broken') return { kind: 'away', reason: 'broken_stream', detail: ending.detail };
  if (ending.kind === 'failed') return { kind: 'away', reason: 'server_error', detail: ending.detail };
  if (ending.kind === 'endless') return { kind: 'endless', most: LONGEST_OUTPUT };
  return { kind: 'output', output: outputOf(assembly.result(), body) };
}

/** With this header the client sends a body that is already JSON as it is. */
const JSON_BODY = { 'content-type': 'application/json' };

/** Reads the raw response: the client's own stream hides `[DONE]`, and its decoding costs 0.1 ms a call. */
async function openBody(
  { client, wire, settings }: Line,
  body: string,
  signal: AbortSignal,
): Promise<{ kind: 'open'; body: Body } | ModelAnswer> {
  try {
    const asked = client.post('/chat/completions', { body, headers: JSON_BODY, signal, stream: true });
    return { kind: 'open', body: wire.bodyOf(await asked.asResponse()) };
  } catch (error) {
    if (!(error instanceof OpenAI.APIError)) throw error;
    return faultOf(error, settings.apiKey);
  }
}

/** Stops reading when the output is whole. */
async function readEvents(
  body: Body,
  onArrival: () => void,
  take: (data: string) => Progress,
): Promise<Exclude<Progress, { kind: 'open' }>> {
  const events = openEventReader();
  let progress: Progress = { kind: 'open' };
  for (;;) {
    const arrival = await body.next();
    if (arrival.kind === 'piece') onArrival();
    for (const data of arrival.kind === 'piece' ? events.take(arrival.bytes) : events.rest()) {
      progress = take(data);
      if (progress.kind !== 'open' && progress.kind !== 'finished') return progress;
    }
    if (events.held() > LONGEST_EVENT) return { kind: 'endless' };
    if (arrival.kind === 'piece') continue;
    if (progress.kind === 'finished') return progress;
    const how = arrival.kind === 'lost' ? ` (${arrival.detail})` : '';
    return { kind: 'broken', detail: `The stream ended before the model had finished${how}` };
  }
}

function outputOf({ text, calls, tokens }: Assembled, body: string): ModelOutput {
  return {
    text: wellFormed(text),
    calls: calls.map((call) => ({ ...call, arguments: wellFormed(call.arguments) })),
    tokens: tokens ?? estimate(body, { text, calls }),
  };
}

const IMAGE = /"data:image\/[a-z]+;base64,[A-Za-z0-9+/=]*"/g;
const IMAGE_TOKENS = 1_000;

/** Counts four characters as a token, so that the budget also holds where the endpoint reports no usage. */
function estimate(body: string, written: Pick<Assembled, 'text' | 'calls'>): number {
  const text = body.replace(IMAGE, ' '.repeat(4 * IMAGE_TOKENS));
  return Math.ceil((text.length + JSON.stringify(written).length) / 4);
}

function faultOf(error: InstanceType<typeof OpenAI.APIError>, apiKey: string): ModelAnswer {
  const { status, headers } = error;
  const detail = detailOf(error, apiKey);
  const retryAfterMs = retryAfter(headers);
  if (error instanceof OpenAI.APIConnectionTimeoutError || status === 408)
    return { kind: 'away', reason: 'timeout', detail };
  if (status === undefined) return { kind: 'away', reason: 'unreachable', detail };
  if (status === 429) return { kind: 'away', reason: 'rate_limited', detail, retryAfterMs };
  if (status === 409 || status >= 500) return { kind: 'away', reason: 'server_error', detail, retryAfterMs };
  if (status === 400 || status === 413 || status === 422) return { kind: 'rejected', detail };
  return { kind: 'refused', detail: `The model endpoint refused the request${REMEDIES[status] ?? ''} (${detail})` };
}

/**
 * Removes the key and cuts long texts: endpoints quote the key that they refuse, and gateways answer with whole pages.
 */
function detailOf(error: Error, apiKey: string): string {
  const cause = error.cause instanceof Error ? ` ${error.cause.message}` : '';
  const text = `${error.message}${cause}`;
  return (apiKey.length < SHORTEST_KEY ? text : text.replaceAll(apiKey, '[key]')).slice(0, LONGEST_DETAIL);
}

function retryAfter(headers: Headers | undefined): number | undefined {
  const exact = Number(headers?.get('retry-after-ms') ?? Number.NaN);
  if (exact >= 0) return exact;
  const asked = headers?.get('retry-after');
  if (!asked) return undefined;
  const ms = Number.isNaN(Number(asked)) ? Date.parse(asked) - Date.now() : Number(asked) * 1000;
  return Number.isNaN(ms) ? undefined : Math.max(0, ms);
}

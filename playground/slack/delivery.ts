import { createHmac } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Agent, type Dispatcher, request } from 'undici';
import { publish } from './changes.ts';
import { eventCallback, newEventId } from './events.ts';
import type { SocketLinks } from './socket.ts';
import type { State } from './state-type.ts';
import type { EventBody, SlackEvent } from './types.ts';

export type Target = { kind: 'http'; urls: string[] } | { kind: 'socket' };
export type Attempt = { url?: string; event_id: string; status: number; ms: number; retry: number };
export type SignedRequest = { headers: Record<string, string>; body: string };
export type Signing = {
  /** Seconds, as in the header. */
  timestamp?: number;
  signingSecret?: string;
  signature?: string;
  retry?: { num: number; reason: string };
};

/** A request as Slack signs it; the overrides make the forged, stale and repeated ones. */
export function signedEvent(
  workspace: { signingSecret: string },
  body: unknown,
  overrides: Signing = {},
): SignedRequest {
  return signedRequest(
    workspace,
    'application/json',
    typeof body === 'string' ? body : JSON.stringify(body),
    overrides,
  );
}

/** Clicks and forms travel as JSON in the one field `payload`; a command as the fields of the form itself. */
export function signedForm(
  workspace: { signingSecret: string },
  fields: Record<string, string>,
  overrides: Signing = {},
): SignedRequest {
  const body = new URLSearchParams(fields).toString();
  return signedRequest(workspace, 'application/x-www-form-urlencoded', body, overrides);
}

function signedRequest(
  workspace: { signingSecret: string },
  contentType: string,
  text: string,
  overrides: Signing,
): SignedRequest {
  const timestamp = overrides.timestamp ?? Math.floor(Date.now() / 1000);
  const hmac = createHmac('sha256', overrides.signingSecret ?? workspace.signingSecret);
  const { retry } = overrides;
  return {
    headers: {
      'content-type': contentType,
      'user-agent': 'Slackbot 1.0 (+https://api.slack.com/robots)',
      'x-slack-request-timestamp': String(timestamp),
      'x-slack-signature': overrides.signature ?? `v0=${hmac.update(`v0:${timestamp}:${text}`).digest('hex')}`,
      ...(retry && { 'x-slack-retry-num': String(retry.num), 'x-slack-retry-reason': retry.reason }),
    },
    body: text,
  };
}

export type Reply = { status: number; headers: Record<string, string | string[] | undefined>; body: string };

export async function deliver(
  url: string,
  { headers, body }: SignedRequest,
  how: { dispatcher?: Dispatcher; signal?: AbortSignal } = {},
): Promise<Reply> {
  const response = await request(url, { method: 'POST', headers, body, ...how });
  return { status: response.statusCode, headers: response.headers, body: await response.body.text() };
}

/** The app's answer to a click, a form or a command: there is one try, and an answer in time or none. */
export type Acted = { ok: boolean; status: number; ms: number; answer?: unknown };

type Tried = { kind: 'acknowledged' } | { kind: 'final' } | { kind: 'failed'; reason: string };

export type Courier = ReturnType<typeof createCourier>;

/** Brings events to the app that is connected, again until it acknowledges or Slack would give up. */
export function createCourier(state: State, links: SocketLinks) {
  const dispatcher = new Agent({ keepAliveTimeout: 60_000 });
  const closing = new AbortController();
  const underway = new Set<string>();
  let target: Target | undefined;
  let turn = 0;

  async function send(events: SlackEvent[]): Promise<{ event_ids: string[]; attempts: Attempt[] }> {
    // With a store, the events wait until the app connects.
    if (!target && !state.store) return { event_ids: [], attempts: [] };
    const bodies = events.map((event) => eventCallback(state, event, newEventId(state), state.now()));
    for (const body of bodies) hold(body);
    await state.saved();
    const attempts = target ? await Promise.all(bodies.map((body) => sendAndRelease(body, 0))) : [];
    return { event_ids: bodies.map((body) => body.event_id), attempts: attempts.flat() };
  }

  /** Keeps the event until it is acknowledged: the next process sends it again. */
  function hold(body: EventBody): void {
    state.undelivered.set(body.event_id, body);
    publish(state, { kind: 'delivery', body });
  }

  async function sendAndRelease(body: EventBody, retry: number): Promise<Attempt[]> {
    if (underway.has(body.event_id)) return [];
    underway.add(body.event_id);
    const times = state.threefold ? [retry, retry + 1, retry + 2] : [retry];
    const attempts = await Promise.all(times.map((first) => sendUntilAcknowledged(body, first)));
    underway.delete(body.event_id);
    if (!closing.signal.aborted) {
      state.undelivered.delete(body.event_id);
      publish(state, { kind: 'delivered', eventId: body.event_id });
    }
    return attempts.flat();
  }

  async function sendUntilAcknowledged(body: EventBody, first: number): Promise<Attempt[]> {
    const attempts: Attempt[] = [];
    let reason = first === 0 ? '' : 'connection_failed';
    for (let retry = first; ; retry += 1) {
      const { attempt, tried } = await sendOnce(body, retry, reason);
      attempts.push(attempt);
      if (tried.kind === 'acknowledged') publish(state, { kind: 'acknowledged', body, at: state.now() });
      if (tried.kind !== 'failed' || retry >= state.retryDelaysMs.length || closing.signal.aborted) return attempts;
      reason = tried.reason;
      await sleep(state.retryDelaysMs[retry]!, undefined, { signal: closing.signal }).catch(() => undefined);
    }
  }

  async function sendOnce(body: EventBody, retry: number, reason: string): Promise<{ attempt: Attempt; tried: Tried }> {
    const startedAt = performance.now();
    const over =
      target?.kind === 'http' ? await post(target.urls, body, retry, reason) : await envelope(body, retry, reason);
    const { status, url, tried } = over;
    const ms = performance.now() - startedAt;
    return { attempt: { ...(url && { url }), event_id: body.event_id, status, ms, retry }, tried };
  }

  async function post(urls: string[], body: EventBody, num: number, reason: string) {
    const url = urls[turn++ % urls.length]!;
    const timestamp = Math.floor(state.now() / 1000);
    const signed = signedEvent(state, body, { timestamp, ...(num > 0 && { retry: { num, reason } }) });
    const late = new AbortController();
    const timer = setTimeout(() => late.abort(), state.ackTimeoutMs);
    try {
      const { status, headers } = await deliver(url, signed, { dispatcher, signal: late.signal });
      return { url, status, tried: judge(status, headers) };
    } catch {
      const reason = late.signal.aborted ? 'http_timeout' : 'connection_failed';
      return { url, status: 0, tried: { kind: 'failed', reason } as const };
    } finally {
      clearTimeout(timer);
    }
  }

  async function envelope(body: EventBody, retry: number, reason: string) {
    const acknowledged = await links.send('events_api', body, retry, reason, state.ackTimeoutMs);
    const tried: Tried = acknowledged ? { kind: 'acknowledged' } : { kind: 'failed', reason: 'timeout' };
    return { url: undefined, status: acknowledged ? 200 : 0, tried };
  }

  async function act(type: 'interactive' | 'slash_commands', payload: Record<string, unknown>): Promise<Acted> {
    const startedAt = performance.now();
    await state.saved();
    const over =
      target?.kind === 'http' ? await postForm(target.urls, type, payload) : await actBySocket(type, payload);
    return { ...over, ms: performance.now() - startedAt };
  }

  async function postForm(urls: string[], type: string, payload: Record<string, unknown>) {
    const url = urls[turn++ % urls.length]!;
    const fields = type === 'interactive' ? { payload: JSON.stringify(payload) } : (payload as Record<string, string>);
    const signed = signedForm(state, fields, { timestamp: Math.floor(state.now() / 1000) });
    const late = AbortSignal.timeout(state.ackTimeoutMs);
    try {
      const { status, body } = await deliver(url, signed, { dispatcher, signal: late });
      return { ok: status === 200, status, answer: readAnswer(body) };
    } catch {
      return { ok: false, status: 0 };
    }
  }

  async function actBySocket(type: 'interactive' | 'slash_commands', payload: unknown) {
    const acknowledged = await links.send(type, payload, 0, '', state.ackTimeoutMs);
    if (!acknowledged) return { ok: false, status: 0 };
    return { ok: true, status: 200, answer: acknowledged.payload };
  }

  return {
    send,
    act,
    connect(to: Target): void {
      target = to;
      for (const body of state.undelivered.values()) void sendAndRelease(body, 1);
    },
    async close(): Promise<void> {
      closing.abort();
      await dispatcher.destroy();
    },
  };
}

function readAnswer(body: string): unknown {
  try {
    return body === '' ? undefined : JSON.parse(body);
  } catch {
    return body;
  }
}

function judge(status: number, headers: Reply['headers']): Tried {
  if (status >= 200 && status < 300) return { kind: 'acknowledged' };
  return headers['x-slack-no-retry'] === '1' ? { kind: 'final' } : { kind: 'failed', reason: 'http_error' };
}

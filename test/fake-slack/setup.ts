import { type Logger, LogLevel, WebClient } from '@slack/web-api';
import { afterEach } from 'vitest';
import type { WorkspaceOptions } from '../../playground/slack/state-type.ts';
import { createWorkspace, type SlackWorkspace } from '../../playground/slack/workspace.ts';

export type Json = Record<string, unknown>;
export type Slack = { workspace: SlackWorkspace; apiUrl: string; client: WebClient };

const closers: (() => Promise<unknown>)[] = [];
const nothing = () => undefined;
const silent: Logger = {
  debug: nothing,
  info: nothing,
  warn: nothing,
  error: nothing,
  setLevel: nothing,
  setName: nothing,
  getLevel: () => LogLevel.ERROR,
};

/** What a test opened is closed after it, last first. */
export const closeLater = (close: () => Promise<unknown>): void => void closers.push(close);

afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

export async function openSlack(options: WorkspaceOptions = {}): Promise<Slack> {
  const workspace = createWorkspace(options);
  closeLater(workspace.close);
  const { apiUrl } = await workspace.listen();
  return { workspace, apiUrl, client: webClient(apiUrl, workspace.botToken) };
}

/** The real client, told to leave refusals to the test. */
export function webClient(slackApiUrl: string, token: string, timeout = 0): WebClient {
  const plain = { logger: silent, retryConfig: { retries: 0 }, rejectRateLimitedCalls: true };
  return new WebClient(token, { slackApiUrl, timeout, ...plain });
}

/** Slack's error code, or `accepted`. */
export async function refusalOf(client: WebClient, method: string, args: Json): Promise<string> {
  return client.apiCall(method, args).then(
    () => 'accepted',
    (error: { data?: { error?: string }; message: string }) => error.data?.error ?? error.message,
  );
}

export const GONE = '1500000000.000001';
export const text = (length: number): string => 'x'.repeat(length);
export const plain = (length: number) => ({ type: 'plain_text', text: text(length) });
export const section = (length: number, more: Json = {}) => ({
  type: 'section',
  text: { type: 'mrkdwn', text: text(length) },
  ...more,
});
export const buttons = (...more: Json[]) => ({
  type: 'actions',
  elements: more.map((each) => ({ type: 'button', text: plain(4), ...each })),
});
export const modal = (more: Json = {}) => ({ type: 'modal', title: plain(10), blocks: [section(5)], ...more });
export const task = (more: Json) => ({ type: 'task_update', id: 't1', title: 'Look', status: 'pending', ...more });

export async function raw(
  { apiUrl }: Slack,
  method: string,
  init: RequestInit & { query?: string },
): Promise<{ status: number; body: Json; retryAfter: string | null }> {
  const response = await fetch(`${apiUrl}${method}${init.query ?? ''}`, { method: 'POST', ...init });
  return {
    status: response.status,
    body: (await response.json()) as Json,
    retryAfter: response.headers.get('retry-after'),
  };
}

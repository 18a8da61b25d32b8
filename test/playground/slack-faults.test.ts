import type { WebClient } from '@slack/web-api';
import { beforeEach, expect, test } from 'vitest';
import type { SlackWorkspace } from '../../playground/slack/workspace.ts';
import { openSlack, raw, refusalOf, type Slack, webClient } from '../fake-slack/setup.ts';
import { openAppEnd } from './app-end.ts';

let slack: Slack;
let workspace: SlackWorkspace;
let client: WebClient;
const C = 'C0GENERAL';

beforeEach(async () => {
  slack = await openSlack();
  ({ workspace, client } = slack);
});

const post = (how = client) => refusalOf(how, 'chat.postMessage', { channel: C, text: 'hi' });
const posted = () => workspace.messages(C).length;

test('a Slack that is down takes no call, no answer to a click and no file, until it is back', async () => {
  workspace.setFaults({ level: 'down' });

  expect((await fetch(`${slack.apiUrl}chat.postMessage`, { method: 'POST' })).status).toBe(502);
  expect((await fetch(slack.apiUrl.replace(/api\/$/, 'upload/F1'), { method: 'POST' })).status).toBe(502);
  expect((await fetch(slack.apiUrl.replace(/api\/$/, 'response/1'), { method: 'POST' })).status).toBe(502);
  expect(posted()).toBe(0);

  workspace.setFaults({ level: 'ok' });
  expect(await post()).toBe('accepted');
});

test('a slow Slack does the work at once and answers two seconds later', async () => {
  workspace.setFaults({ level: 'slow' });
  const startedAt = performance.now();

  const answer = post();
  while (posted() === 0 && performance.now() - startedAt < 1_000)
    await new Promise((resolve) => setTimeout(resolve, 5));

  expect(posted()).toBe(1);
  expect(await answer).toBe('accepted');
  expect(performance.now() - startedAt).toBeGreaterThan(1_900);
});

test('a lossy Slack takes most calls and leaves every third without a good answer: by a reset, by 502, or with none', async () => {
  workspace.setFaults({ level: 'lossy' });
  const impatient = webClient(slack.apiUrl, workspace.botToken, 300);

  const outcomes: string[] = [];
  for (let call = 0; call < 12; call += 1) outcomes.push(await post(impatient));

  expect(outcomes.filter((outcome) => outcome === 'accepted')).toHaveLength(8);
  expect(posted()).toBe(11);
  expect(workspace.ledger.map(({ fault }) => fault ?? 'none')).toEqual([
    ...['none', 'none', 'reset_after_accepting', 'none', 'none', '502'],
    ...['none', 'none', 'hang_after_accepting', 'none', 'none', '502_after_accepting'],
  ]);
});

test('an event delivered threefold is one event, by its id, and each delivery is signed', async () => {
  const app = await openAppEnd();
  workspace.connect({ kind: 'http', urls: [app.url] });
  workspace.setFaults({ threefold: true });

  const { event_ids } = await workspace.say({ user: 'U0LISA', channel: C, text: 'hi' });
  workspace.setFaults({ threefold: false });
  await workspace.say({ user: 'U0LISA', channel: C, text: 'once' });

  const texts = app.heard.map(({ body }) => (body.event as { text: string }).text);
  expect(texts).toEqual(['hi', 'hi', 'hi', 'once']);
  expect(new Set(app.heard.slice(0, 3).map(({ body }) => body.event_id))).toEqual(new Set(event_ids));
  expect(app.heard.every(({ headers }) => /^v0=[0-9a-f]{64}$/.test(String(headers['x-slack-signature'])))).toBe(true);
  expect(app.heard.map(({ headers }) => headers['x-slack-retry-num'])).toEqual([undefined, '1', '2', undefined]);
});

test('one fault at a time: what a test asked of a method comes before what Slack is as a whole', async () => {
  workspace.setFaults({ level: 'down' });
  workspace.fault('chat.postMessage', { kind: '429', retryAfter: 7 });
  const authorization = `Bearer ${workspace.botToken}`;

  expect(await raw(slack, 'chat.postMessage', { headers: { authorization } })).toMatchObject({
    status: 429,
    retryAfter: '7',
  });
});

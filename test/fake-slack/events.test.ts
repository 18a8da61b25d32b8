import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { isValidSlackRequest } from '@slack/bolt';
import { SocketModeClient } from '@slack/socket-mode';
import { LogLevel, type WebClient } from '@slack/web-api';
import { WebSocket } from 'undici';
import { beforeEach, describe, expect, it } from 'vitest';
import { deliver, signedEvent } from '../../playground/slack/delivery.ts';
import { eventCallback } from '../../playground/slack/events.ts';
import type { WorkspaceOptions } from '../../playground/slack/state-type.ts';
import type { SlackWorkspace } from '../../playground/slack/workspace.ts';
import { closeLater, type Json, openSlack, refusalOf, type Slack, webClient } from './setup.ts';

let slack: Slack;
let workspace: SlackWorkspace;
let client: WebClient;

async function open(options: WorkspaceOptions = {}): Promise<void> {
  slack = await openSlack(options);
  ({ workspace, client } = slack);
}

beforeEach(() => open());

type Heard = { headers: IncomingMessage['headers']; body: string };
type App = { url: string; heard: Heard[] };

/** The app's end of the Events API: keeps what it hears and answers as told. */
async function listener(answer: (heard: Heard, res: ServerResponse, times: number) => void): Promise<App> {
  const heard: Heard[] = [];
  const server: Server = createServer((req, res) => {
    let body = '';
    req.on('data', (part) => {
      body += part;
    });
    req.on('end', () => {
      heard.push({ headers: req.headers, body });
      answer(heard.at(-1)!, res, heard.length);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closeLater(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/slack/events`, heard };
}

const eventOf = (heard: Heard | undefined): Json => JSON.parse(heard!.body).event;
const isSigned = ({ headers, body }: Heard): boolean =>
  isValidSlackRequest({
    signingSecret: workspace.signingSecret,
    body,
    headers: {
      'x-slack-signature': String(headers['x-slack-signature']),
      'x-slack-request-timestamp': Number(headers['x-slack-request-timestamp']),
    },
  });
const acknowledge = (_: Heard, res: ServerResponse) => void res.end();

describe('events', () => {
  it('a mention comes twice, as app_mention and as message, signed, with the ts of the one message', async () => {
    const app = await listener(acknowledge);
    workspace.connect({ kind: 'http', urls: [app.url] });

    const said = await workspace.say({ user: 'U0LISA', channel: 'C0GENERAL', text: `<@${workspace.botUserId}> hi` });

    const [mention, message] = [...app.heard].sort((a, b) =>
      String(eventOf(a).type).localeCompare(String(eventOf(b).type)),
    );
    const common = { user: 'U0LISA', ts: said.ts, channel: 'C0GENERAL', event_ts: said.ts, team: workspace.teamId };
    expect(eventOf(mention)).toMatchObject({ type: 'app_mention', ...common });
    expect(eventOf(mention)).not.toHaveProperty('channel_type');
    expect(eventOf(message)).toMatchObject({ type: 'message', channel_type: 'channel', ...common });
    expect(said.event_ids).toHaveLength(2);
    expect(said.attempts).toMatchObject([
      { url: app.url, status: 200, retry: 0 },
      { status: 200, retry: 0 },
    ]);
    const body = JSON.parse(message!.body);
    expect(body).toMatchObject({ type: 'event_callback', team_id: workspace.teamId, api_app_id: workspace.appId });
    expect(body.authorizations).toMatchObject([
      { team_id: workspace.teamId, user_id: workspace.botUserId, is_bot: true },
    ]);
    expect(said.event_ids).toContain(body.event_id);
    expect(app.heard.map(isSigned)).toEqual([true, true]);
  });

  it('no mention in a direct message, and nothing at all from where the bot is not', async () => {
    const app = await listener(acknowledge);
    workspace.connect({ kind: 'http', urls: [app.url] });
    workspace.addChannel('C0AWAY', { botIsMember: false });
    const text = `<@${workspace.botUserId}> hi`;

    await workspace.say({ user: 'U0LISA', channel: workspace.openDm('U0LISA'), text });
    const unheard = await workspace.say({ user: 'U0LISA', channel: 'C0AWAY', text });

    expect(app.heard.map(eventOf)).toMatchObject([{ type: 'message', channel_type: 'im' }]);
    expect(unheard.event_ids).toEqual([]);
  });

  it('edits and deletions carry the message as it is and as it was', async () => {
    const app = await listener(acknowledge);
    const { ts } = await workspace.say({ user: 'U0LISA', channel: 'C0GENERAL', text: 'one' });
    workspace.connect({ kind: 'http', urls: [app.url] });

    await workspace.edit({ channel: 'C0GENERAL', ts, text: 'two' });
    await workspace.remove({ channel: 'C0GENERAL', ts });

    expect(app.heard.map(eventOf)).toMatchObject([
      {
        type: 'message',
        subtype: 'message_changed',
        message: { ts, text: 'two', edited: { user: 'U0LISA' } },
        previous_message: { text: 'one' },
      },
      { type: 'message', subtype: 'message_deleted', deleted_ts: ts, previous_message: { text: 'two' } },
    ]);
    expect(workspace.messages('C0GENERAL')).toEqual([]);
  });

  it('several bot processes are served in turn', async () => {
    const apps = [await listener(acknowledge), await listener(acknowledge)];
    workspace.connect({ kind: 'http', urls: apps.map((app) => app.url) });

    for (const text of ['1', '2', '3', '4']) await workspace.say({ user: 'U0LISA', channel: 'C0GENERAL', text });

    expect(apps.map((app) => app.heard.map((heard) => eventOf(heard).text))).toEqual([
      ['1', '3'],
      ['2', '4'],
    ]);
  });

  it('an event without acknowledgement comes again, with the number and the reason, and the same event id', async () => {
    await open({ retryDelaysMs: [0, 10, 20], ackTimeoutMs: 100 });
    const app = await listener((_heard, res, times) => {
      if (times === 1) res.writeHead(500).end();
      else if (times === 3) res.socket?.destroy();
      else if (times === 4) res.end();
    });
    workspace.connect({ kind: 'http', urls: [app.url] });

    const said = await workspace.say({ user: 'U0LISA', channel: 'C0GENERAL', text: 'hi' });

    const retries = app.heard.map(({ headers }) => [headers['x-slack-retry-num'], headers['x-slack-retry-reason']]);
    expect(retries).toEqual([
      [undefined, undefined],
      ['1', 'http_error'],
      ['2', 'http_timeout'],
      ['3', 'connection_failed'],
    ]);
    expect(said.attempts.map(({ status, retry }) => [status, retry])).toEqual([
      [500, 0],
      [0, 1],
      [0, 2],
      [200, 3],
    ]);
    expect(new Set(app.heard.map((heard) => JSON.parse(heard.body).event_id)).size).toBe(1);
  });

  it('delivery is given up after the last retry, or at once where the app says so', async () => {
    await open({ retryDelaysMs: [0, 0, 0] });
    const failing = await listener((_heard, res) => void res.writeHead(500).end());
    const refusing = await listener((_heard, res) => void res.writeHead(500, { 'x-slack-no-retry': '1' }).end());

    workspace.connect({ kind: 'http', urls: [failing.url] });
    await workspace.say({ user: 'U0LISA', channel: 'C0GENERAL', text: 'hi' });
    workspace.connect({ kind: 'http', urls: [refusing.url] });
    await workspace.say({ user: 'U0LISA', channel: 'C0GENERAL', text: 'hi' });

    expect([failing.heard.length, refusing.heard.length]).toEqual([4, 1]);
  });

  it('a test can send its own, forged, stale or repeated', async () => {
    const app = await listener(acknowledge);
    const body = eventCallback(workspace, { type: 'app_mention', event_ts: '1.2' }, 'Ev1', Date.now());
    const forged = signedEvent(workspace, body, { signature: 'v0=00' });
    const repeated = signedEvent(workspace, body, {
      timestamp: 1_700_000_000,
      retry: { num: 2, reason: 'http_timeout' },
    });

    expect((await deliver(app.url, forged)).status).toBe(200);
    await deliver(app.url, repeated);
    await deliver(app.url, signedEvent(workspace, body));

    expect(app.heard.map((heard) => heard.headers)).toMatchObject([
      { 'x-slack-signature': 'v0=00' },
      { 'x-slack-request-timestamp': '1700000000', 'x-slack-retry-num': '2', 'x-slack-retry-reason': 'http_timeout' },
      {},
    ]);
    expect(app.heard.map(isSigned)).toEqual([false, false, true]);
  });
});

describe('Socket Mode', () => {
  type SlackEvent = { ack(): Promise<void>; body: Json; retry_num?: number; retry_reason?: string };

  async function connected(on: (event: SlackEvent) => void): Promise<SocketModeClient> {
    const clientOptions = { slackApiUrl: slack.apiUrl };
    const socket = new SocketModeClient({ appToken: workspace.appToken, clientOptions, logLevel: LogLevel.ERROR });
    socket.on('message', on);
    await socket.start();
    closeLater(() => socket.disconnect());
    workspace.connect({ kind: 'socket' });
    return socket;
  }

  it('hands events to the real client, which acknowledges them', async () => {
    const heard: Json[] = [];
    await connected(async ({ ack, body }) => {
      heard.push(body);
      await ack();
    });
    const long = 'ä'.repeat(40_000);

    const said = await workspace.say({ user: 'U0LISA', channel: 'C0GENERAL', text: 'hi' });
    await workspace.say({ user: 'U0LISA', channel: 'C0GENERAL', text: long });

    expect(said.attempts).toMatchObject([{ status: 200, retry: 0 }]);
    expect(heard).toMatchObject([
      { type: 'event_callback', event_id: said.event_ids[0], event: { text: 'hi' } },
      { event: { text: long } },
    ]);
  });

  it('sends again what stays without acknowledgement', async () => {
    await open({ retryDelaysMs: [0], ackTimeoutMs: 50 });
    const heard: unknown[] = [];
    await connected(async ({ ack, retry_num, retry_reason }) => {
      heard.push([retry_num, retry_reason]);
      if (heard.length > 1) await ack();
    });

    const said = await workspace.say({ user: 'U0LISA', channel: 'C0GENERAL', text: 'hi' });

    expect(heard).toEqual([
      [0, ''],
      [1, 'timeout'],
    ]);
    expect(said.attempts.map(({ status }) => status)).toEqual([0, 200]);
  });

  it('lets nobody in without a fresh ticket, nor with the bot token', async () => {
    const { url } = await webClient(slack.apiUrl, workspace.appToken).apps.connections.open();
    const attempt = () =>
      new Promise<string>((resolve) => {
        const socket = new WebSocket(url!);
        closeLater(async () => socket.close());
        socket.addEventListener('message', ({ data }) => resolve(JSON.parse(String(data)).type));
        socket.addEventListener('error', () => resolve('refused'));
      });

    expect([await attempt(), await attempt()]).toEqual(['hello', 'refused']);
    expect(await refusalOf(client, 'apps.connections.open', {})).toBe('not_allowed_token_type');
  });
});

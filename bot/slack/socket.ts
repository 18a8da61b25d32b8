import { type App, type Receiver, SocketModeReceiver, webApi } from '@slack/bolt';
import { z } from 'zod';
import type { SlackContext } from './context.ts';
import { type Received, readBody } from './events.ts';
import { boltLog } from './log.ts';

const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 30_000;
/** A connection that lived this long was healthy; Slack itself ends each one after some hours. */
const GOOD_AFTER_MS = 10_000;
/** How long Slack may take to close the connection. */
const GOODBYE_MS = 2_000;

type SocketContext = Pick<SlackContext, 'clock' | 'log' | 'tenant'>;
export type SocketSettings = { appToken: string; apiUrl?: string };
type Connected = { kind: 'connected' } | { kind: 'refused'; reason: string } | { kind: 'failed'; reason: string };
type Client = SocketModeReceiver['client'];
type Envelope = {
  body: Record<string, unknown>;
  retry_num?: number;
  retry_reason?: string;
  ack(response?: unknown): Promise<void>;
};

/**
 * Socket Mode without two habits of Bolt's own receiver: it acknowledges an envelope before the listeners have run, and
 * it stays away for five seconds whenever Slack renews the connection. Only its client is used.
 */
export function openSocketReceiver({ appToken, apiUrl }: SocketSettings, { clock, log, tenant }: SocketContext) {
  const { client } = new SocketModeReceiver({
    appToken,
    logger: boltLog(log),
    autoReconnectEnabled: false,
    installerOptions: { clientOptions: { ...(apiUrl ? { slackApiUrl: apiUrl } : {}), retryConfig: { retries: 0 } } },
  });
  const inHand = new Set<Promise<void>>();
  const closing = new AbortController();
  let up = false;
  let staying = Promise.resolve();

  const receiver = {
    init(app: App) {
      client.on('slack_event', (envelope: Envelope) => {
        const done = receive(app, envelope).catch((error) =>
          log.error({ err: error }, 'an envelope is not acknowledged; Slack delivers it again'),
        );
        inHand.add(done);
        void done.finally(() => inHand.delete(done));
      });
    },
    async start() {
      const first = await connect(client);
      if (first.kind !== 'refused') staying = stayConnected(first);
      return first;
    },
    async stop() {
      // Acknowledge the open envelopes while there is a connection; Slack delivers later ones again.
      await Promise.all(inHand);
      closing.abort();
      await staying;
      await Promise.all(inHand);
    },
  };

  async function receive(app: App, envelope: Envelope): Promise<void> {
    const received = readBody(envelope.body, tenant);
    if (received.kind !== 'malformed') return process(app, envelope, received);
    // Slack would only send the same again.
    log.warn({ type: envelope.body.type }, 'a malformed envelope is acknowledged and dropped');
    await envelope.ack();
  }

  async function stayConnected(first: Connected): Promise<void> {
    let failures = 0;
    for (let connected = first; !closing.signal.aborted; ) {
      const since = clock.now();
      if (connected.kind === 'connected') {
        up = true;
        await disconnected(client, closing.signal);
        up = false;
      } else log.warn({ reason: connected.reason }, 'Socket Mode cannot connect; it is tried again');
      failures = clock.now() - since > GOOD_AFTER_MS ? 0 : failures + 1;
      const pause = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * (2 ** failures - 1));
      await clock.sleep(pause, closing.signal).catch(() => {});
      if (!closing.signal.aborted) connected = await connect(client);
    }
    await Promise.race([client.disconnect(), clock.sleep(GOODBYE_MS)]);
  }

  return { receiver: receiver satisfies Receiver, isUp: () => up };
}

async function connect(client: Client): Promise<Connected> {
  try {
    await client.start();
    return { kind: 'connected' };
  } catch (error) {
    const refusal = platformError.safeParse(error);
    if (refusal.success) return { kind: 'refused', reason: refusal.data.data.error };
    return { kind: 'failed', reason: error instanceof Error ? error.message : 'the connection was closed' };
  }
}

const platformError = z.object({
  code: z.literal(webApi.ErrorCode.PlatformError),
  data: z.object({ error: z.string() }),
});

function disconnected(client: Client, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    client.once('disconnected', () => resolve());
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

async function process(app: App, { body, retry_num, retry_reason, ack }: Envelope, received: Received): Promise<void> {
  let answer: { said: unknown } | undefined;
  await app.processEvent({
    body,
    retryNum: retry_num,
    retryReason: retry_reason,
    customProperties: { received },
    ack: async (said?: unknown) => {
      answer = { said };
    },
  });
  if (answer) await ack(answer.said);
}

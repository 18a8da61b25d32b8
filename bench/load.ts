import { Agent } from 'undici';
import { deliver, signedEvent } from '../playground/slack/delivery.ts';
import { createWorkspace, type SlackLedgerRow, type SlackWorkspace } from '../playground/slack/workspace.ts';

export type Round = { turns: number; seconds: number; turnMs: number[]; ackMs: number[] };

export type Driver = {
  slack: SlackWorkspace;
  /** Asks `turns` questions, `atOnce` at a time, each in a thread of its own, and waits for each answer in Slack. */
  run(url: string, turns: number, atOnce: number): Promise<Round>;
};

const CHANNEL = 'C0GENERAL';
const PATIENCE_MS = 30_000;

/** Slack's side of the bench: signed events in, posted answers out, nothing of the product in between. */
export function openDriver(): Driver {
  const waiting = new Map<string, () => void>();
  const streams = new Map<string, string>();
  // A turn that is not ready in time (the first ones are not) streams: it is answered when its stream ends.
  const onCall = ({ method, args, ok, result }: SlackLedgerRow) => {
    if (!ok) return;
    if (method === 'chat.startStream') streams.set(String(result?.ts), String(args.thread_ts));
    if (method === 'chat.postMessage') waiting.get(String(args.thread_ts))?.();
    if (method === 'chat.stopStream') waiting.get(streams.get(String(args.ts)) ?? '')?.();
  };
  const slack = createWorkspace({ keepLedger: 100, onCall });
  const dispatcher = new Agent({ connections: 64, keepAliveTimeout: 60_000 });
  let events = 0;

  async function ask(url: string, round: Round): Promise<void> {
    const text = `<@${slack.botUserId}> what about CUST-001 and RNG-GLD-001?`;
    const { ts } = await slack.say({ user: 'U0LISA', channel: CHANNEL, text });
    const began = performance.now();
    const answered = new Promise<void>((resolve, reject) => {
      const late = setTimeout(() => reject(new Error(`no answer to ${ts} in ${PATIENCE_MS} ms`)), PATIENCE_MS);
      waiting.set(ts, () => {
        clearTimeout(late);
        resolve();
      });
    });
    const request = signedEvent(slack, {
      type: 'event_callback',
      team_id: slack.teamId,
      api_app_id: slack.appId,
      event_id: `EvBENCH${++events}`,
      event_time: Math.floor(Date.now() / 1000),
      authorizations: [{ enterprise_id: null, team_id: slack.teamId, user_id: slack.botUserId, is_bot: true }],
      event: { type: 'app_mention', user: 'U0LISA', text, ts, channel: CHANNEL, event_ts: ts, team: slack.teamId },
    });
    const { status } = await deliver(url, request, { dispatcher });
    if (status !== 200) throw new Error(`an event was answered with ${status}`);
    round.ackMs.push(performance.now() - began);
    await answered;
    waiting.delete(ts);
    round.turnMs.push(performance.now() - began);
  }

  return {
    slack,
    async run(url, turns, atOnce) {
      const round: Round = { turns, seconds: 0, turnMs: [], ackMs: [] };
      const began = performance.now();
      let left = turns;
      await Promise.all(
        Array.from({ length: atOnce }, async () => {
          while (left-- > 0) await ask(url, round);
        }),
      );
      round.seconds = (performance.now() - began) / 1000;
      return round;
    },
  };
}

export function percentile(values: number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

export const median = (values: number[]): number => percentile(values, 0.5);

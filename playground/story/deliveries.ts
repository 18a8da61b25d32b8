import type { Change } from '../slack/types.ts';

export type Delivered = {
  channel: string;
  ts: string;
  /** A mention in a channel is two events: the mention and the message. */
  events: Set<string>;
  times: number;
  acknowledgedAt: number;
};

/** How often the app acknowledged each message, by its ts, and when it did so first; gone with this process. */
export type Deliveries = {
  of(ts: string): Delivered | undefined;
  since(at: number): Delivered[];
  close(): void;
};

const KEPT = 1_000;

export function watchDeliveries(workspace: { onChange(listener: (change: Change) => void): () => void }): Deliveries {
  const messages = new Map<string, Delivered>();

  function note(channel: string, ts: string, event: string, at: number): void {
    const known = messages.get(ts) ?? { channel, ts, events: new Set(), times: 0, acknowledgedAt: at };
    known.events.add(event);
    known.times += 1;
    messages.set(ts, known);
    const [oldest] = messages.keys();
    if (messages.size > KEPT && oldest !== undefined) messages.delete(oldest);
  }

  const close = workspace.onChange((change) => {
    if (change.kind !== 'acknowledged') return;
    const { type, subtype, channel, ts } = change.body.event;
    const isMessage = (type === 'message' && subtype === undefined) || type === 'app_mention';
    if (isMessage && typeof channel === 'string' && typeof ts === 'string')
      note(channel, ts, change.body.event_id, change.at);
  });
  return {
    of: (ts) => messages.get(ts),
    since: (at) => [...messages.values()].filter(({ acknowledgedAt }) => acknowledgedAt >= at),
    close,
  };
}

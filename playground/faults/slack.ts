import type { SlackWorkspace } from '../slack/workspace.ts';
import type { Deliveries } from '../story/deliveries.ts';
import type { FaultySlack, ReplyOutcome } from './types.ts';

export function faultySlack(workspace: SlackWorkspace, deliveries: Deliveries): FaultySlack {
  return {
    set: (faults) => workspace.setFaults(faults),
    hits: () =>
      workspace.ledger.flatMap(({ at, method, fault, args }) =>
        fault === undefined ? [] : [{ at, method, fault, channel: String(args.channel ?? args.channel_id ?? '') }],
      ),
    shows: (reply) => shows(workspace, reply),
    delivered: (since) => deliveries.since(since),
  };
}

/** Counts the messages whose metadata names this reply, or whose ids stand in the outbox. */
function shows({ messages }: SlackWorkspace, { id, place, messages: noted }: ReplyOutcome): number {
  const { channel, thread } = place;
  if (channel === undefined || thread === undefined) return 0;
  return messages(channel, thread).filter(
    ({ ts, metadata }) => noted.includes(ts) || metadata?.event_payload?.reply === id,
  ).length;
}

import type { NotDone, Slack } from '../api/api.ts';
import { pagesOf, type SlackMessage } from '../api/history.ts';

export const CARD_EVENT = 'countersign_card';

/**
 * Where a card is: in a thread, or in the channel itself. `alsoInChannel`: in a thread, and also sent to the channel.
 */
export type CardPlace = { channel: string; thread?: string; alsoInChannel?: true };

export type FoundMessage = { kind: 'found'; ts: string | null } | NotDone;

/** Finds the message of an earlier try whose id we never got. */
export function findCard(slack: Slack, place: CardPlace, card: number, since: number): Promise<FoundMessage> {
  return find(slack, place, since, (message) => {
    const { event_type, event_payload } = message.metadata ?? { event_type: '', event_payload: {} };
    return event_type === CARD_EVENT && event_payload.card === card;
  });
}

export function findFile(slack: Slack, place: CardPlace, name: string, since: number): Promise<FoundMessage> {
  return find(slack, place, since, ({ files = [] }) => files.some((file) => file.name === name));
}

async function find(
  slack: Slack,
  place: CardPlace,
  since: number,
  isIt: (message: SlackMessage) => boolean,
): Promise<FoundMessage> {
  for await (const page of pagesOf(slack, place, { oldest: String(since) })) {
    if (page.kind === 'missing') return page.missing;
    const found = page.messages.find((message) => message.user === slack.identity.botUserId && isIt(message));
    if (found) return { kind: 'found', ts: found.ts };
  }
  return { kind: 'found', ts: null };
}

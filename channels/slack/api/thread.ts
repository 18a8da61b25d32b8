import type { Earlier } from '../../../core/agent/types.ts';
import type { ChannelPlace, EntryContent, Principal } from '../../../core/records/types.ts';
import { shorten } from '../../../core/text.ts';
import { type NotDone, type Slack, type SlackPlace, slackPlace } from './api.ts';
import { attachedFiles } from './files.ts';
import { pagesOf, type SlackMessage } from './history.ts';

type Read = { kind: 'whole'; messages: SlackMessage[] } | { kind: 'part'; messages: SlackMessage[]; missing: NotDone };

/** Reads a thread within a range, oldest message first. */
async function readThread(slack: Slack, place: SlackPlace, range: { oldest?: string; latest?: string }): Promise<Read> {
  const messages: SlackMessage[] = [];
  for await (const page of pagesOf(slack, place, range)) {
    if (page.kind === 'missing') return { kind: 'part', messages, missing: page.missing };
    messages.push(...page.messages);
  }
  return { kind: 'whole', messages };
}

export const REPLY_EVENT = 'countersign_reply';

export type FoundParts = { kind: 'found'; parts: Map<number, string>; stray: string | undefined } | NotDone;

/** Finds our messages since the question: the parts of this reply, and a begun stream, which has no metadata yet. */
export async function findParts(slack: Slack, place: SlackPlace, replyId: number): Promise<FoundParts> {
  const read = await readThread(slack, place, { oldest: place.asked });
  if (read.kind === 'part') return read.missing;
  const ours = read.messages.filter((m) => m.user === slack.identity.botUserId && m.ts > place.asked);
  const parts = new Map<number, string>();
  for (const { ts, metadata } of ours) {
    if (metadata?.event_type !== REPLY_EVENT || metadata.event_payload.reply !== replyId) continue;
    parts.set(Number(metadata.event_payload.part), ts);
  }
  return { kind: 'found', parts, stray: ours.findLast((m) => !m.metadata)?.ts };
}

/**
 * Indents all but the first line: only a new message begins at the margin, so that nobody can fake another's message.
 */
function indented(text: string): string {
  return text.replace(/[\r\n\u0085\u2028\u2029]+/g, '\n  ');
}

const MOST_EARLIER = 40;
const LONGEST_EARLIER = 1000;
const MOST_EARLIER_FILES = 5;

/** Reads what was said before the question and after `since`: the first message of the thread, and the latest ones. */
export async function earlierMessages(slack: Slack, said: EntryContent, since: ChannelPlace | null): Promise<Earlier> {
  const place = slackPlace(said.place);
  const from = since ? slackPlace(since).asked : undefined;
  const read = await readThread(slack, place, { latest: place.asked });
  const [first, ...others] = [...new Map(read.messages.map((m) => [m.ts, m])).values()].filter(
    (message) => message.ts < place.asked && (from === undefined || message.ts > from),
  );
  const shown = [...(first ? [first] : []), ...others.slice(1 - MOST_EARLIER)];
  const lines = shown.map((message) => earlierLine(message, slack.identity.teamId));
  if (read.kind === 'part') lines.push('(Not all of the earlier messages of this conversation could be read.)');
  const { teamId, botUserId } = slack.identity;
  const files = shown
    .filter(({ user }) => user !== botUserId)
    .flatMap((message) => attachedFiles(message.files ?? [], undefined, teamId));
  return { text: lines.join('\n'), files: files.slice(-MOST_EARLIER_FILES).toReversed() };
}

function earlierLine({ user, text, files = [], ...from }: SlackMessage, us: string): string {
  const names = files.map(({ name }) => name ?? 'a file').join(', ');
  const said = [shorten(text, LONGEST_EARLIER), names && `(with the files: ${names})`].filter((part) => part !== '');
  const isStranger = [from.user_team, from.source_team, from.team].some((team) => team !== undefined && team !== us);
  return `${user ? `<@${user}>` : 'a bot'}${isStranger ? STRANGER : ''}: ${indented(said.join(' '))}`;
}

const STRANGER = ' of another company';

/** Reads the messages in such a text again: a line `<@U0DANA>: text` begins one, and its other lines are indented. */
export function saidEarlier({ identity }: Slack, text: string): { by: Principal; text: string }[] {
  return text.split(/\n(?=\S)/).flatMap((message) => {
    const [, user, stranger = '', said] = /^<@([A-Z0-9]+)>( of another company)?: ([\s\S]*)$/.exec(message) ?? [];
    if (!user || said === undefined) return [];
    const kind = stranger === STRANGER ? ('anonymous' as const) : ('staff' as const);
    return [{ by: { kind, id: `slack:${identity.teamId}:${user}` }, text: said }];
  });
}

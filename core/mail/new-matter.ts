import { randomBytes } from 'node:crypto';
import { inputOf } from '../agent/divider.ts';
import { replyText } from '../agent/transcript.ts';
import type { Desk } from '../desk/types.ts';
import type { Env } from '../env.ts';
import { writtenTool } from '../mcp/definitions.ts';
import type { Approval } from '../records/approvals.ts';
import type { Exchange, MatterDetails, NewMatter, WhyHandedOver } from '../records/matters.ts';
import type { TakenTurn } from '../records/threads.ts';
import type { ChannelPlace, EntryContent, PastTurn, Step } from '../records/types.ts';
import { shorten } from '../text.ts';

/** The conversation of a turn, and the desk whose colleagues see its cards. */
export type Conversation = { turn: TakenTurn; steps: readonly Step[]; desk: Desk; env: Pick<Env, 'approvalsChannel'> };

/** The draft of an answer: on a card in the desk's channel, and in the mailbox. */
export function newDraft(conversation: Conversation, place: ChannelPlace, draft: string): NewMatter {
  const matter = matterOf('draft', conversation, {});
  return { ...matter, draft, cards: [...matter.cards, { kind: 'draft', channel: 'email', place }] };
}

export function newHandOver(conversation: Conversation, why: WhyHandedOver): NewMatter {
  return { ...matterOf('hand_over', conversation, { why }), draft: null };
}

function matterOf(
  kind: NewMatter['kind'],
  { turn, steps, desk, env }: Conversation,
  more: Pick<MatterDetails, 'why'>,
): Omit<NewMatter, 'draft'> {
  const last = lastWords(inputOf(steps));
  const room = desk.approvals.channel ?? env.approvalsChannel;
  return {
    kind,
    id: `mat_${randomBytes(18).toString('base64url')}`,
    desk: desk.name,
    details: {
      asked: { text: shorten(withoutSubject(last.text), LONGEST_ASKED), author: last.author },
      subject: last.place.subject ?? '',
      verified: last.place.verified === 'yes' ? 'yes' : 'no',
      earlier: turn.history.flatMap(exchangesOf).slice(-MOST_EXCHANGES),
      open: turn.approvals.map(openText),
      ...more,
    },
    cards: room === undefined ? [] : [{ kind, channel: 'slack', place: { channel: room } }],
  };
}

const LONGEST_ASKED = 2_500;
const LONGEST_EXCHANGE = 300;
const MOST_EXCHANGES = 8;

function lastWords(said: EntryContent[]): EntryContent {
  const last = said.findLast(({ outcome, colleague }) => !outcome && !colleague) ?? said.at(-1);
  if (!last) throw new Error('a turn without input has nobody to answer');
  return last;
}

function exchangesOf({ steps }: PastTurn): Exchange[] {
  const said = inputOf(steps);
  const answer = replyText(steps);
  const heard = said
    .filter(({ outcome, colleague }) => !outcome && colleague !== 'discarded')
    .map(({ text, colleague }): Exchange => ({ by: colleague ? 'colleague' : 'customer', text: short(text) }));
  // Where a colleague wrote, the turn itself said nothing.
  const isQuiet = answer === '' || said.every(({ colleague }) => colleague);
  return isQuiet ? heard : [...heard, { by: 'agent', text: short(answer) }];
}

/** It stands at the head of the card. */
function withoutSubject(text: string): string {
  return text.replace(/^Subject: [^\n]*\n+/, '');
}

function short(text: string): string {
  return shorten(text.replace(/\s+/g, ' ').trim(), LONGEST_EXCHANGE);
}

function openText({ tool, state, rule }: Approval): string {
  const waits = rule === 'confirm' ? 'waits for the customer’s yes' : 'waits for a signature';
  return `${writtenTool(tool)} ${state === 'open' ? waits : `is ${state}`}`;
}

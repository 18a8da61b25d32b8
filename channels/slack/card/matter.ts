import {
  cameText,
  EXCHANGE_WORDS,
  matterHeadline,
  matterHistory,
  senderText,
  whyText,
} from '../../../core/mail/phrases.ts';
import type { Card } from '../../../core/records/cards.ts';
import type { Came, Matter } from '../../../core/records/matters.ts';
import { shorten } from '../../../core/text.ts';
import type { CardShown } from '../../channel.ts';
import type { Slack } from '../api/api.ts';
import { cardLine } from '../text/phrase.ts';
import { visible, visibleLines } from '../text/visible.ts';
import type { CardContent } from './card.ts';
import { button, type CardBlock, type CardButton, cardText, field, plain, section } from './parts.ts';
import { notShown, putCard } from './post.ts';

/** Posts the card of a matter, or updates it; a mail of a conversation that was handed over is posted below its card. */
export async function showMatter(slack: Slack, card: Card, matter: Matter): Promise<CardShown> {
  const { channel = '' } = card.place;
  const thread = card.content ? matter.cards.find(({ kind }) => kind === 'hand_over')?.message : undefined;
  if (thread === null) return { kind: 'retry', waitMs: 1_000, reason: 'the card above it is not posted yet' };
  const place = { channel, ...(thread === undefined ? {} : { thread }) };
  const content = card.content ? mailCard(card.content) : matterCard(matter);
  const put = await putCard(slack, place, card, matter, content);
  return put.kind === 'there' ? { kind: 'shown', message: put.ts } : notShown(put);
}

function mailCard(came: Came): CardContent {
  const blocks = [section(cardLine(cameText(came))), ...textBlocks(came.text, LONGEST_TEXT)];
  return { text: 'More of this conversation', blocks, file: null };
}

function matterCard(matter: Matter): CardContent {
  const { kind, details } = matter;
  const { asked, subject, verified, why } = details;
  const head = `${matterHeadline(matter)}: ${visible(subject) || 'no subject'}`;
  const blocks: CardBlock[] = [
    { type: 'header', text: plain(shorten(head, 150)) },
    {
      type: 'section',
      fields: [
        field('Customer', asked.author, 200),
        field('Sender address', senderText(verified)),
        field('Desk', matter.desk, 100),
      ],
    },
    ...(why && why.kind !== 'asked' ? [section(cardLine(whyText(why)))] : []),
    section(cardText('*The customer wrote:*')),
    ...textBlocks(asked.text, LONGEST_ASKED),
    ...(kind === 'draft' ? draftBlocks(matter) : earlierBlocks(matter)),
    ...matterHistory(matter).map(cardLine).map(section),
    ...buttonsOf(matter),
  ];
  return { text: head, blocks, file: null };
}

const LONGEST_ASKED = 1_500;
/** What a person reads before they send it. */
const LONGEST_TEXT = 6_000;
/** Slack takes 3,000 characters in a section. */
const LONGEST_SECTION = 2_900;

function draftBlocks({ draft, sent }: Matter): CardBlock[] {
  const text = draft ?? '';
  const isLong = visibleLines(text).length > LONGEST_TEXT;
  return [
    section(cardText('*The agent’s answer:*')),
    ...textBlocks(text, LONGEST_TEXT),
    ...(isLong ? [section(plain('This answer is too long for a card: read it and send it in the mailbox.'))] : []),
    ...(sent === null || sent === draft
      ? []
      : [section(cardText('*Sent in its place:*')), ...textBlocks(sent, LONGEST_TEXT)]),
  ];
}

/** The conversation so far, from the records and in short. */
function earlierBlocks({ details: { earlier, open } }: Matter): CardBlock[] {
  const lines = earlier.map(({ by, text }) => `${EXCHANGE_WORDS[by]}: ${visible(text)}`);
  const requests = open.map((line) => `Open: ${visible(line)}`);
  return [
    ...(lines.length > 0 ? [section(cardText('*Before that:*')), ...lines.map((line) => section(plain(line)))] : []),
    ...requests.map((line) => section(plain(line))),
  ];
}

function textBlocks(text: string, most: number): CardBlock[] {
  const shown = shorten(visibleLines(text), most);
  const blocks: CardBlock[] = [];
  for (let at = 0; at < shown.length; at += LONGEST_SECTION) {
    blocks.push({ type: 'section', text: plain(`│ ${shown.slice(at, at + LONGEST_SECTION)}`), expand: true });
  }
  return blocks;
}

/** A field of a form holds no more. */
export const LONGEST_IN_FORM = 3_000;

function buttonsOf({ id, kind, state, draft }: Matter): CardBlock[] {
  if (state !== 'open') return [];
  const elements = kind === 'draft' ? sending(id, draft ?? '') : takingOver(id);
  return [{ type: 'actions', elements }];
}

function sending(id: string, draft: string): CardButton[] {
  const isWhole = visibleLines(draft).length <= LONGEST_TEXT;
  return [
    ...(isWhole ? [button('Send', 'mail.send', id, 'primary')] : []),
    ...(draft.length <= LONGEST_IN_FORM ? [button('Edit and send', 'mail.edit', id)] : []),
    button('Discard', 'mail.discard', id, 'danger'),
  ];
}

function takingOver(id: string): CardButton[] {
  return [
    button('Send to customer', 'mail.write', id, 'primary'),
    button('Give back to the agent', 'mail.give_back', id),
  ];
}

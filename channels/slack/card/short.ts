import { headline, historyOf } from '../../../core/approvals/phrases.ts';
import type { Approval } from '../../../core/records/approvals.ts';
import type { ChannelPlace } from '../../../core/records/types.ts';
import type { SlackIdentity } from '../api/api.ts';
import { cardLine } from '../text/phrase.ts';
import { visible } from '../text/visible.ts';
import { fitsCard } from './arguments.ts';
import type { CardContent } from './card.ts';
import { type CardText, cardText, linkTo, type Piece, section, toolWords } from './parts.ts';

/** For the thread of the requester: says that the call waits, where, and how it ended. */
export function pointer(us: SlackIdentity, approval: Approval): CardContent {
  const { state, tool, expiresAt, quorum } = approval;
  const needs = quorum === 1 ? 'a signature' : `${quorum} signatures`;
  const where = whereOf(us, approval);
  const waits = cardText(`*${toolWords(tool)}* needs ${needs}`, ...where, ', until ', { at: expiresAt }, '.');
  if (state !== 'open') return short(approval, decided(approval));
  return short(approval, [fitsCard(approval) ? waits : tooLong(approval), ...unposted(approval)]);
}

function unposted(approval: Approval): CardText[] {
  const { unposted: reason } = approval.details;
  const { place = {}, message = null } = signersCard(approval) ?? {};
  if (reason === undefined || message !== null) return [];
  const remedy = REMEDIES[reason] ?? `Slack says ${visible(reason)}`;
  return [cardText('Its card could not be posted', ...inChannel(place), `: ${remedy}. I try again every minute.`)];
}

/** What a person can do where Slack does not let us post. */
const REMEDIES: Record<string, string> = {
  not_in_channel: 'invite me there',
  channel_not_found: 'invite me there, if it exists',
  is_archived: 'it is archived',
};

/** Says that the call still waits. */
export function reminder(us: SlackIdentity, approval: Approval): CardContent {
  const { state, rule, tool, details, expiresAt, signatures, quorum } = approval;
  const account = details.asked.author;
  const until: Piece[] = [' until ', { at: expiresAt }, ', and then it expires.'];
  const given = signatures.filter(({ verdict }) => verdict === 'approve').length;
  const where = whereOf(us, approval);
  const waits =
    rule === 'confirm'
      ? cardText({ account }, `: *${toolWords(tool)}* still waits for your yes or no`, ...until)
      : cardText(
          `*${toolWords(tool)}*, asked by `,
          { account },
          ` (${given} of ${quorum} signatures), still waits`,
          ...where,
          ...until,
        );
  return short(approval, state === 'open' ? [fitsCard(approval) ? waits : tooLong(approval)] : decided(approval));
}

function tooLong({ tool }: Approval): CardText {
  return cardText(
    `*${toolWords(tool)}* is too long for a card, so nobody can sign it. Please ask again for less at once.`,
  );
}

/** The card that people sign; its message is null until it is posted. */
export function signersCard({ cards }: Approval): Approval['cards'][number] | undefined {
  return cards.find(({ kind }) => kind === 'signers');
}

function whereOf(us: SlackIdentity, approval: Approval): Piece[] {
  const { place = {}, message = null } = signersCard(approval) ?? {};
  const link = linkTo(us, place, message ?? undefined);
  if (link) return [' on ', { link, words: 'this card' }];
  return inChannel(place);
}

function inChannel({ channel = '' }: ChannelPlace): Piece[] {
  return /^[CG][A-Z0-9]+$/.test(channel) ? [' in ', { channel }] : [];
}

function decided(approval: Approval): CardText[] {
  return [cardText(`*${headline(approval)}: ${toolWords(approval.tool)}*`), ...historyOf(approval).map(cardLine)];
}

function short(approval: Approval, texts: CardText[]): CardContent {
  const blocks = texts.map(section);
  return { text: `${headline(approval)}: ${toolWords(approval.tool)}`, blocks, file: null };
}

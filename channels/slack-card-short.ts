import type { Approval } from '../core/store/approvals.ts';
import type { SlackIdentity } from './slack.ts';
import type { CardContent } from './slack-card.ts';
import { fitsCard } from './slack-card-arguments.ts';
import { decisionOf, headOf } from './slack-card-decision.ts';
import { type CardText, linkTo, type Piece, section, told, toolWords } from './slack-card-parts.ts';

/** In the thread of the one who asked: that it waits, where, and what became of it. */
export function pointer(us: SlackIdentity, approval: Approval): CardContent {
  const { state, tool, expiresAt, quorum } = approval;
  const needs = quorum === 1 ? 'a signature' : `${quorum} signatures`;
  const where = whereOf(us, approval);
  const waits = told(`*${toolWords(tool)}* needs ${needs}`, ...where, ', until ', { at: expiresAt }, '.');
  return short(approval, state === 'open' ? [fitsCard(approval) ? waits : tooLong(approval)] : decided(approval));
}

/** That it still waits. */
export function reminder(us: SlackIdentity, approval: Approval): CardContent {
  const { state, rule, tool, details, expiresAt, signatures, quorum } = approval;
  const account = details.asked.author;
  const until: Piece[] = [' until ', { at: expiresAt }, ', and then it expires.'];
  const given = signatures.filter(({ verdict }) => verdict === 'approve').length;
  const where = whereOf(us, approval);
  const waits =
    rule === 'confirm'
      ? told({ account }, `: *${toolWords(tool)}* still waits for your yes or no`, ...until)
      : told(
          `*${toolWords(tool)}*, asked by `,
          { account },
          ` (${given} of ${quorum} signatures), still waits`,
          ...where,
          ...until,
        );
  return short(approval, state === 'open' ? [fitsCard(approval) ? waits : tooLong(approval)] : decided(approval));
}

function tooLong({ tool }: Approval): CardText {
  return told(
    `*${toolWords(tool)}* is too long for a card, so it cannot be signed. Ask for it again in a smaller form.`,
  );
}

/** The card that people sign; its message is known once it stands. */
export function signersCard({ cards }: Approval): Approval['cards'][number] | undefined {
  return cards.find(({ kind }) => kind === 'signers');
}

function whereOf(us: SlackIdentity, approval: Approval): Piece[] {
  const { place = {}, message = null } = signersCard(approval) ?? {};
  const link = linkTo(us, place, message ?? undefined);
  if (link) return [' on ', { link, words: 'this card' }];
  const { channel = '' } = place;
  return /^[CG][A-Z0-9]+$/.test(channel) ? [' in ', { channel }] : [];
}

function decided(approval: Approval): CardText[] {
  return [told(`*${headOf(approval)}: ${toolWords(approval.tool)}*`), ...decisionOf(approval)];
}

function short(approval: Approval, texts: CardText[]): CardContent {
  const blocks = texts.map(section);
  return { text: `${headOf(approval)}: ${toolWords(approval.tool)}`, blocks, file: null };
}

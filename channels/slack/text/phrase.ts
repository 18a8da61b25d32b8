import type { Phrase } from '../../../core/approvals/phrases.ts';
import { shorten, withArticle } from '../../../core/text.ts';
import { type CardText, cardText, inPlain as pieceInPlain, plain, slackUser } from '../card/parts.ts';
import { moment } from './moment.ts';
import { escaped } from './text.ts';
import { visibleLines } from './visible.ts';

/** Counted after invisible characters are written as escapes. */
const LONGEST_QUOTE = 500;

/** A line of a card. It is plain text where it quotes others, so that nothing in it becomes markup. */
export function cardLine(phrase: Phrase): CardText {
  const isQuoting = phrase.some((piece) => typeof piece === 'object' && 'quote' in piece);
  if (isQuoting) return plain(phrase.map(inPlain).join(''));
  return cardText(
    ...phrase.map((piece) => {
      if (typeof piece === 'string' || 'account' in piece || 'at' in piece) return piece;
      return inPlain(piece);
    }),
  );
}

function inPlain(piece: Phrase[number]): string {
  if (typeof piece === 'string' || 'account' in piece || 'at' in piece) return pieceInPlain(piece);
  if ('quote' in piece) return shorten(visibleLines(piece.quote), LONGEST_QUOTE);
  return 'signers' in piece ? piece.signers.join(' or ') : 'elsewhere';
}

/** A phrase as Slack text. `where` is the card of the request that it points to. */
export function phraseText(phrase: Phrase, where: string | null = null): string {
  return phrase.map((piece) => pieceText(piece, where)).join('');
}

function pieceText(piece: Phrase[number], where: string | null): string {
  if (typeof piece === 'string') return piece;
  if ('quote' in piece) return escaped(piece.quote);
  if ('account' in piece) return mention(piece.account);
  if ('at' in piece) return moment(piece.at);
  if ('signers' in piece) return piece.signers.map(signerText).join(' or ');
  return where ?? 'in its channel';
}

/** An account as Slack shows people. */
export function mention(account: string): string {
  const user = slackUser(account);
  return user ? `<@${user}>` : escaped(account);
}

function signerText(signer: string): string {
  if (/^[UW][A-Z0-9]{2,}$/.test(signer)) return `<@${signer}>`;
  if (/^S[A-Z0-9]{2,}$/.test(signer)) return `a member of <!subteam^${signer}>`;
  return escaped(withArticle(signer));
}

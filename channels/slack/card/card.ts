import { headline, historyOf, originLines, remarksOn } from '../../../core/approvals/phrases.ts';
import { senderText } from '../../../core/mail/phrases.ts';
import { APPROVAL_VERSION, type Approval } from '../../../core/records/approvals.ts';
import type { Card } from '../../../core/records/cards.ts';
import type { ChannelPlace } from '../../../core/records/types.ts';
import { shorten } from '../../../core/text.ts';
import type { SlackIdentity } from '../api/api.ts';
import { cardLine } from '../text/phrase.ts';
import { visible, visibleLines } from '../text/visible.ts';
import { type ShownArguments, shownArguments } from './arguments.ts';
import {
  button,
  type CardBlock,
  type CardButton,
  type CardText,
  cardText,
  field,
  linkTo,
  plain,
  section,
  slackUser,
  systemOf,
  toolWords,
} from './parts.ts';

/** `file` holds what does not fit on the card. */
export type CardContent = { text: string; blocks: CardBlock[]; file: string | null };

/** The whole card, for those who may sign or for the requester who must confirm. */
export function fullCard(us: SlackIdentity, { kind }: Card, approval: Approval): CardContent {
  const shown = shownArguments(approval);
  const head = `${headline(approval)}: ${toolWords(approval.tool)}`;
  const blocks: CardBlock[] = [
    { type: 'header', text: plain(shorten(head, 150)) },
    { type: 'section', fields: facts(approval) },
    ...(kind === 'asker' ? question(approval, shown) : request(us, approval)),
    ...argumentBlocks(shown),
    ...originBlocks(approval),
    section(plain(`The rule: ${shorten(visible(approval.details.ruleText), 300)}`)),
    ...lines([...remarksOn(approval), ...historyOf(approval)].map(cardLine)),
    ...buttons(kind, approval, shown),
  ];
  return { text: head, blocks, file: shown.kind === 'too_long' ? shown.text : null };
}

/** Replaces a card that Slack refuses to show. */
export function bareCard(approval: Approval): CardContent {
  const head = `${headline(approval)}: ${toolWords(approval.tool)}`;
  const shown = shownArguments(approval);
  const file = shown.kind === 'too_long' ? shown.text : `${[visible(approval.tool), ...shown.lines].join('\n\n')}\n`;
  const blocks: CardBlock[] = [
    { type: 'header', text: plain(shorten(head, 150)) },
    section(plain(NOT_SHOWN)),
    ...(approval.state === 'open' ? [] : lines(historyOf(approval).map(cardLine))),
  ];
  return { text: head, blocks, file };
}

const NOT_SHOWN =
  'This is too long for a card, so nobody can sign it. The file below shows all of it. Please ask again for less at once.';

function facts({ details, principal, tool, state, rule, quorum, signatures, expiresAt, editor }: Approval): CardText[] {
  const { author } = details.asked;
  const isSame =
    principal.id === author || (slackUser(author) !== null && slackUser(principal.id) === slackUser(author));
  const given = signatures.filter(({ verdict }) => verdict === 'approve').length;
  return [
    cardText('*Asked by*\n', { account: author }),
    ...(isSame ? [] : [field('In the name of', `${principal.kind} ${principal.id}`, 200)]),
    ...senderFacts(details.place),
    field('System', systemOf(tool), 100),
    field('Tool', tool, 150),
    field('What it does', details.about, 300),
    ...(editor ? [cardText('*Changed by*\n', { account: editor })] : []),
    ...(state === 'open' ? [cardText('*Expires*\n', { at: expiresAt })] : []),
    ...(rule === 'approve' ? [field('Signatures', `${given} of ${quorum}`)] : []),
  ];
}

/** A mail's door says whether its sender is verified; other doors know who writes. */
function senderFacts({ verified }: ChannelPlace): CardText[] {
  if (verified === undefined) return [];
  return [field('Sender address', senderText(verified === 'yes' ? 'yes' : 'no'))];
}

function question({ state, tool, details }: Approval, shown: ShownArguments): CardBlock[] {
  if (state !== 'open' || shown.kind === 'too_long') return [];
  const words = `: please confirm. *${toolWords(tool)}* runs as soon as you say yes, and not before.`;
  return [section(cardText({ account: details.asked.author }, words))];
}

const LONGEST_REQUEST = 500;

function request(us: SlackIdentity, { details: { asked, place } }: Approval): CardBlock[] {
  const words = shorten(visibleLines(asked.text), LONGEST_REQUEST);
  const link = linkTo(us, place, place.asked);
  return [
    section(plain(`What was written:\n│ ${words}`)),
    ...(link ? [{ type: 'context' as const, elements: [cardText({ link, words: 'Open the message' })] }] : []),
  ];
}

function argumentBlocks(shown: ShownArguments): CardBlock[] {
  if (shown.kind === 'too_long') return [{ type: 'divider' }, section(plain(NOT_SHOWN)), { type: 'divider' }];
  const { lines: args, seen, infoOnly, notes } = shown;
  return [
    section(cardText(args.length > 0 ? '*Exactly these arguments:*' : '*Without any arguments.*')),
    { type: 'divider' },
    ...args.map(whole),
    { type: 'divider' },
    ...(notes.length > 0 ? [section(plain(notes.map((note) => `⚠ ${note}`).join('\n')))] : []),
    ...(seen.length > 0 ? [section(cardText('*Current values, re-checked before it runs:*')), ...seen.map(whole)] : []),
    ...(infoOnly.length > 0
      ? [section(cardText('*Current values, for information only:*')), ...infoOnly.map(whole)]
      : []),
  ];
}

function originBlocks(approval: Approval): CardBlock[] {
  const elements = originLines(approval).map(cardLine);
  if (elements.length === 0) return [];
  return [section(cardText('*The requester did not write these values:*')), { type: 'context', elements }];
}

/** Slack folds long sections up unless `expand` is set. */
function whole(line: string): CardBlock {
  return { type: 'section', text: plain(line), expand: true };
}

function lines(texts: CardText[]): CardBlock[] {
  return texts.map(section);
}

function buttons(kind: Card['kind'], approval: Approval, shown: ShownArguments): CardBlock[] {
  const { state, rule, edit, version } = approval;
  const writing = writingTo(approval);
  const alone: CardBlock[] = writing.length > 0 ? [{ type: 'actions', elements: writing }] : [];
  if (state === 'unknown' && kind !== 'escalation') {
    return [{ type: 'actions', elements: [...asking(approval.id), ...writing] }];
  }
  if (state !== 'open' || edit || version !== APPROVAL_VERSION || shown.kind === 'too_long') return alone;
  if (rule === 'approve') return [{ type: 'actions', elements: [...signing(approval.id), ...writing] }];
  return [
    { type: 'actions', elements: confirming(approval.id) },
    { type: 'context', elements: [plain('You can also answer yes or no here. Only your own answer counts.')] },
  ];
}

/** To the customer whose mail asked for this; in other channels the requester reads along. */
function writingTo({ id, details: { place } }: Approval): CardButton[] {
  return place.verified === undefined ? [] : [button('Send to customer', 'mail.write', id)];
}

function signing(id: string): CardButton[] {
  return [
    button('Approve', 'approval.approve', id, 'primary'),
    button('Reject', 'approval.reject', id, 'danger'),
    button('Edit', 'approval.edit', id),
  ];
}

function confirming(id: string): CardButton[] {
  return [button('Yes', 'approval.yes', id, 'primary'), button('No', 'approval.no', id)];
}

function asking(id: string): CardButton[] {
  return [
    button('It happened', 'approval.happened', id),
    button('It did not happen', 'approval.did_not', id),
    button('Try again', 'approval.again', id, 'danger'),
  ];
}

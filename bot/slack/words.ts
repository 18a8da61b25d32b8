import type { SlackIdentity } from '../../channels/slack.ts';
import { linkTo, slackUser } from '../../channels/slack-card-parts.ts';
import { escaped } from '../../channels/slack-text.ts';
import type { Approval, Decided } from '../../core/store/approvals.ts';

/** An account as Slack shows people. */
export function nameOf(account: string | null): string {
  const user = slackUser(account ?? '');
  return user ? `<@${user}>` : escaped(account ?? 'somebody');
}

/** In the reader's own time. */
export function momentOf(seconds: number): string {
  const plain = `${new Date(seconds * 1000).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
  return `<!date^${Math.floor(seconds)}^{date_short_pretty} at {time}|${plain}>`;
}

export const FOREIGN = 'You are not of this workspace, so you cannot decide here. Nothing has changed.';
export const GONE = 'There is no such request any more. Nothing has changed.';
export const UNREADABLE =
  'This request was made by another version of me and cannot be decided any more. Ask for it anew.';
export const EXPIRED = 'This request has just expired, before you decided. Nothing was done; ask for it anew.';
export const CHANGING = 'Somebody is changing this request right now. A new card follows; sign that one.';
export const NOT_YOURS = 'Only who asked can answer this. Nothing has changed.';
export const OWN = 'This is your own request: somebody else must approve it. Nothing has changed.';
export const EDITED = 'You changed this request yourself: somebody else must approve it. Nothing has changed.';
export const SIGNED_ALREADY = 'You have approved this already; it waits for somebody else.';
export const TOO_LONG = 'This request is too long to be shown whole on a card, so it cannot be approved here.';
export const NO_FORM = 'Slack did not open the form. Please click again.';

type Decision = Pick<Decided, 'state' | 'by' | 'reason' | 'at'>;

/** For who comes after the decision. `next` is where the request is that took this one's place. */
export function decidedText({ state, by, reason, at }: Decision, next: string | null): string {
  const when = at === null ? '' : ` ${momentOf(at)}`;
  const why = reason ? `: ${escaped(reason)}` : '';
  switch (state) {
    case 'rejected':
      return `${nameOf(by)} rejected this${when}${why || ', without a reason'}. Nothing was done.`;
    case 'expired':
      return `This request expired${when}. Nothing was done; ask for it anew.`;
    case 'void':
      return `This request is void${why}. Nothing was done.${next ? ` The new card is ${next}.` : ''}`;
    default:
      return `${nameOf(by)} approved this${when}; ${STANDING[state]}`;
  }
}

/** For who asked, or may sign. */
export function standingText({ state, decidedBy, quorum, signatures }: Approval): string {
  const signed = signatures.filter(({ verdict }) => verdict === 'approve').length;
  switch (state) {
    case 'open':
      return quorum > 1 ? `waits: ${signed} of ${quorum} signatures` : 'waits';
    case 'rejected':
      return `rejected by ${nameOf(decidedBy)}`;
    case 'expired':
    case 'void':
      return state;
    default:
      return STANDING[state].replace(/^it |\.$/g, '');
  }
}

const STANDING: Record<Exclude<Approval['state'], 'rejected' | 'expired' | 'void'>, string> = {
  open: 'it waits for others.',
  approved: 'it is under way.',
  dispatching: 'it is under way.',
  succeeded: 'it has been done.',
  failed: 'it was tried, and failed.',
  unknown: 'whether it took effect is not known, and its card asks.',
  settled: 'what became of it has been settled.',
};

/** The copy of the card that is decided on; the channel alone where it is not posted yet. */
export function whereIs(identity: SlackIdentity, approval: Approval): string | null {
  const card = approval.cards.find(({ kind }) => kind === 'signers' || kind === 'asker');
  if (!card?.place.channel) return null;
  const link = linkTo(identity, card.place, card.message ?? undefined);
  return link ? `<${link}|here>` : `in <#${card.place.channel}>`;
}

export function needsMoreText(quorum: number): string {
  return `Sending this again takes ${quorum} signatures. Say here whether it happened, and ask for it anew if it did not.`;
}

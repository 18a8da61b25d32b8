import { nothingDonePhrase, type Phrase } from '../approvals/phrases.ts';
import type { Came, Exchange, Matter, MatterDetails, WhyHandedOver } from '../records/matters.ts';
import type { Answered } from './answer-types.ts';

/** What cards of drafts and of conversations that were handed over say. */

export function matterHeadline({ kind, state, details }: Matter): string {
  switch (state) {
    case 'open':
      if (kind === 'draft') return 'An answer to read and send';
      return details.why?.kind === 'asked' ? 'A customer asks for a person' : 'A customer waits for a colleague';
    case 'sent':
      return 'Sent';
    case 'discarded':
      return 'Discarded';
    case 'withdrawn':
      return 'Withdrawn';
    case 'returned':
      return 'Given back to the agent';
  }
}

export function senderText(verified: MatterDetails['verified']): string {
  return verified === 'yes'
    ? 'verified: our mail server vouches for it'
    : 'not verified: anybody can write this address';
}

export function whyText(why: Exclude<WhyHandedOver, { kind: 'asked' }>): Phrase {
  switch (why.kind) {
    case 'agent':
      return ['The agent cannot help: ', { quote: why.reason }];
    case 'off':
      return ['At this desk the agent answers no mail.'];
  }
}

/** What happened to it, a line each. */
export function matterHistory({ kind, state, draft, sent, decidedBy, decidedAt }: Matter): Phrase[] {
  const by: Phrase = decidedBy === null ? [] : [' by ', { account: decidedBy }];
  const when: Phrase = decidedAt === null ? [] : [', ', { at: decidedAt }];
  switch (state) {
    case 'open':
      return kind === 'draft' ? [] : [['The agent writes nothing in this conversation until it is given back.']];
    case 'sent':
      return [[sent === draft ? 'Sent as it is' : 'Changed and sent', ...by, ...when, '.']];
    case 'discarded':
      return [['Discarded', ...by, ...when, '. The customer did not get it.']];
    case 'withdrawn':
      return [
        decidedBy === null
          ? ['Withdrawn', ...when, ': the conversation has moved on.']
          : ['Withdrawn', ...when, ': ', { account: decidedBy }, ' has answered the customer.'],
      ];
    case 'returned':
      return [['Given back', ...by, ...when, '. The agent answers the next mail of the customer.']];
  }
}

export function cameText({ by, account }: Came): Phrase {
  switch (by) {
    case 'customer':
      return [{ account }, ' writes:'];
    case 'colleague':
      return [{ account }, ' wrote to the customer:'];
    case 'outcome':
      return ['The outcome of a request, which the customer has not been told:'];
  }
}

export const EXCHANGE_WORDS: Record<Exchange['by'], string> = {
  customer: 'Customer',
  agent: 'Agent',
  colleague: 'Colleague',
};

/** Tells later turns of the agent that its answer did not go out. */
export function discardedText(): string {
  return 'A colleague discarded your last answer, so the customer did not get it.';
}

/** Tells a person who comes too late what became of it. */
function matterDecidedPhrase(matter: Matter): Phrase {
  const [line = [matterHeadline(matter)]] = matterHistory(matter);
  return ['Nothing has changed. ', ...line];
}

/** Tells a person why what they did had no effect; null where the card already shows it. */
export function answeredPhrase(answered: Answered): Phrase | null {
  switch (answered.kind) {
    case 'done':
      return null;
    case 'refused':
      return nothingDonePhrase(answered);
    case 'decided':
      return matterDecidedPhrase(answered.matter);
    case 'empty':
      return ['There is nothing to send: write something first.'];
    case 'gone':
      return ['This conversation cannot be found any more. Nothing was sent.'];
  }
}

import type { Channel } from '../channels/channel.ts';
import { ownWords } from '../core/agent/outputs.ts';
import { inputOf } from '../core/agent/said.ts';
import type { TurnEnd } from '../core/agent/turn.ts';
import { yesOrNo } from '../core/agent/yes-no.ts';
import { ringFor } from '../core/ring.ts';
import { type Approval, type Signed, sign } from '../core/store/approvals.ts';
import type { Said } from '../core/store/records.ts';
import type { TakenTurn } from '../core/store/threads.ts';
import type { Parts } from './parts.ts';

/**
 * A plain yes or no of the asker, said after the question was shown, decides it by code; the model never hears it. With
 * several questions open it must be said which one. Anything else leaves them open, and goes to the model.
 */
export async function answerByWord(parts: Parts, turn: TakenTurn, channel: Channel): Promise<TurnEnd | null> {
  const [only, ...others] = inputOf(turn.steps).filter(({ outcome }) => !outcome);
  if (!only || others.length > 0 || turn.steps.some(({ kind }) => kind !== 'input')) return null;
  const word = yesOrNo(only.text);
  if (word === null) return null;
  const open = questionsBefore(only, turn, parts, channel);
  const [question] = open;
  if (!question) return null;
  if (open.length > 1) return answer(turn, whichText(open, channel));
  if (!channel.showsAll(question)) return answer(turn, tooLongText(question));
  const person = parts.signing.personOf(turn.turn.principal.id);
  const signed = await sign(parts.db, turn.tenant, {
    approval: question.id,
    person,
    account: turn.turn.principal.id,
    verdict: word === 'yes' ? 'approve' : 'reject',
    reason: null,
    own: true,
    edited: true,
    text: '',
    inTurn: true,
    epoch: turn.epoch,
  });
  if (signed.kind === 'lost' || signed.kind === 'revised') return { kind: signed.kind };
  if (signed.kind === 'approved') parts.bells.ring('dispatch', { tenant: turn.tenant, approval: question.id });
  await ringFor(parts, turn.tenant, { approvals: [question.id] });
  return answer(turn, decidedText(question, word, signed));
}

function questionsBefore(said: Said, turn: TakenTurn, parts: Parts, channel: Channel): Approval[] {
  const person = parts.signing.personOf(turn.turn.principal.id);
  return turn.approvals.filter(({ rule, state, person: asker, principal, cards }) => {
    const shown = cards.find(({ kind }) => kind === 'asker')?.message;
    // A guest or a bot may come under the same name.
    const isTheirs =
      principal.kind === turn.turn.principal.kind && (asker === person || principal.id === turn.turn.principal.id);
    return rule === 'confirm' && state === 'open' && isTheirs && shown && channel.isAfter(said, shown);
  });
}

/** What became of other calls meanwhile is told along with it. */
function answer(turn: TakenTurn, text: string): TurnEnd {
  const outcomes = inputOf(turn.steps).flatMap((said) => (said.outcome ? [said.text] : []));
  const body = [...outcomes, text].join('\n\n');
  const final = ownWords(turn.steps.length, body);
  return { kind: 'answered', state: 'done', final, body, tokens: 0, notes: null };
}

function whichText(open: Approval[], channel: Channel): string {
  const list = open.map((approval) => `- ${channel.brief(approval)}`).join('\n');
  return `Several questions are open here, so I cannot tell which one you mean. Please use the buttons on its card:\n${list}`;
}

function tooLongText({ tool }: Approval): string {
  return `\`${tool}\` has more arguments than a card can show, so it cannot be confirmed. Nothing was done; ask for less at once.`;
}

function decidedText({ tool }: Approval, word: 'yes' | 'no', signed: Signed): string {
  switch (signed.kind) {
    case 'approved':
      return `Confirmed: \`${tool}\` is under way.`;
    case 'rejected':
      return `All right: \`${tool}\` is not done.`;
    case 'expired':
      return `That came too late: the question about \`${tool}\` has expired, and nothing was done. Ask me again if it is still wanted.`;
    case 'decided':
      // This very turn may have signed before it was cut off.
      return signed.state === 'rejected' || signed.state === 'expired' || signed.state === 'void'
        ? `\`${tool}\` is ${signed.state}; nothing was done.`
        : `Confirmed: \`${tool}\` is under way.`;
    default:
      return `Your ${word} could not be taken for \`${tool}\`: please use the buttons on its card.`;
  }
}

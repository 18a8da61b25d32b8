import type { Channel, Question } from '../channels/channel.ts';
import { inputOf } from '../core/agent/divider.ts';
import { ownWords, replyText } from '../core/agent/transcript.ts';
import type { Transcript, TurnEnd } from '../core/agent/types.ts';
import { yesOrNo } from '../core/agent/yes-no.ts';
import { decide } from '../core/approvals/decide.ts';
import { isRequester } from '../core/approvals/policy.ts';
import { typedAnswerText } from '../core/approvals/typed-answer.ts';
import type { Approval } from '../core/records/approvals.ts';
import type { TakenTurn } from '../core/records/threads.ts';
import type { WorkerContext } from './context.ts';

/**
 * Takes a plain yes or no that the requester typed after the question was shown as their decision; the model never sees
 * it. With several questions open, asks which one. Anything else leaves them open and goes to the model.
 */
export async function answerByWord(
  context: WorkerContext,
  turn: TakenTurn,
  channel: Channel,
  transcript: Transcript,
): Promise<TurnEnd | null> {
  const [only, ...others] = inputOf(turn.steps).filter(({ outcome }) => !outcome);
  if (!only || others.length > 0 || turn.steps.some(({ kind }) => kind !== 'input')) return null;
  const word = yesOrNo(only.text);
  if (word === null || (word.number !== null && !channel.namesQuestions)) return null;
  const open = questionsTo(turn, context);
  const asked = open.filter((question) => channel.isAnswerTo(only, nameOf(question)));
  const named = asked.filter(({ number }) => number === (word.number ?? number));
  const [question] = named;
  if (!question || named.length > 1) {
    // The mail that asks may still be on its way. Nobody has read a question, and so nobody answers one, before it is asked.
    const mayMean = asked.length === 0 && channel.namesQuestions && word.kind !== 'loose yes' ? open : asked;
    return mayMean.length > 0 ? answer(transcript, whichText(mayMean, channel)) : null;
  }
  if (word.kind === 'loose yes' && lastReply(turn) !== meantText(question, channel))
    return openedLast(question, turn) ? answer(transcript, meantText(question, channel)) : null;
  const decision =
    word.kind !== 'no' ? ({ verdict: 'approve' } as const) : ({ verdict: 'reject', reason: null } as const);
  const shown = { showsAll: channel.showsAll, turn: { epoch: turn.epoch } };
  const decided = await decide({ ...context, tenant: turn.tenant }, turn.turn.principal, question.id, decision, shown);
  if (decided.kind === 'lost' || decided.kind === 'revised') return { kind: decided.kind };
  const otherwise = channel.namesQuestions ? 'Please write to us again.' : 'Please use the buttons on its card.';
  return answer(
    transcript,
    typedAnswerText(channel.brief(question), word.kind === 'no' ? 'no' : 'yes', decided, otherwise),
  );
}

/** Questions that wait for a yes of this requester. */
function questionsTo({ approvals, turn }: TakenTurn, context: WorkerContext): Approval[] {
  return approvals.filter(
    (approval) =>
      approval.rule === 'confirm' && approval.state === 'open' && isRequester(context, approval, turn.principal),
  );
}

function nameOf({ id, cards }: Approval): Question {
  return { id, message: cards.find(({ kind }) => kind === 'asker')?.message ?? null };
}

/** Has our last turn here asked the question? Its reply, in the model's words, may ask something else as well. */
function openedLast({ call }: Approval, { history }: TakenTurn): boolean {
  const calls = (history.at(-1)?.steps ?? []).flatMap((step) => (step.kind === 'model' ? step.content.calls : []));
  return calls.some(({ id }) => call === id || call.startsWith(`${id}_again_`));
}

function lastReply({ history }: TakenTurn): string {
  return replyText(history.at(-1)?.steps ?? []);
}

/** Asks this and nothing else, so that "ok" answers it. */
function meantText(question: Approval, channel: Channel): string {
  return `Do you mean ${channel.brief(question)}? Please answer yes or no.`;
}

/** Adds the outcomes of other calls, which came in the same turn. */
function answer(transcript: Transcript, text: string): TurnEnd {
  const outcomes = inputOf(transcript.steps).flatMap((said) => (said.outcome ? [said.text] : []));
  return transcript.finish(ownWords([...outcomes, text].join('\n\n')));
}

function whichText(open: Approval[], channel: Channel): string {
  if (!channel.namesQuestions) {
    const list = open.map((approval) => `- ${channel.brief(approval)}`).join('\n');
    return `Several questions are open here, so I cannot tell which one you mean. Please use the buttons on its card:\n${list}`;
  }
  const [first] = open;
  const list = open.map((approval) => `- Question ${approval.number}: ${channel.brief(approval)}`).join('\n');
  return `I cannot tell which question you answer. Please answer with its number, such as "yes ${first?.number}" or "no ${first?.number}":\n\n${list}`;
}

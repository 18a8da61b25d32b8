import type { Channel } from '../channels/channel.ts';
import { inputOf } from '../core/agent/divider.ts';
import { ownWords } from '../core/agent/transcript.ts';
import type { Transcript, TurnEnd } from '../core/agent/types.ts';
import { yesOrNo } from '../core/agent/yes-no.ts';
import { decide } from '../core/approvals/decide.ts';
import { typedAnswerText } from '../core/approvals/phrases.ts';
import { isRequester } from '../core/approvals/policy.ts';
import type { Approval } from '../core/records/approvals.ts';
import type { TakenTurn } from '../core/records/threads.ts';
import type { EntryContent } from '../core/records/types.ts';
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
  if (word === null) return null;
  const open = questionsBefore(only, turn, context, channel);
  const [question] = open;
  if (!question) return null;
  if (open.length > 1) return answer(transcript, whichText(open, channel));
  const isLast = askedLast(question, turn);
  if (word.kind === 'loose yes' && !isLast) return null;
  const decision =
    word.kind !== 'no' ? ({ verdict: 'approve' } as const) : ({ verdict: 'reject', reason: null } as const);
  const shown = { showsAll: channel.showsAll, turn: { epoch: turn.epoch } };
  const decided = await decide({ ...context, tenant: turn.tenant }, turn.turn.principal, question.id, decision, shown);
  if (decided.kind === 'lost' || decided.kind === 'revised') return { kind: decided.kind };
  const name = isLast ? `\`${question.tool}\`` : channel.brief(question);
  return answer(transcript, typedAnswerText(name, word.kind === 'no' ? 'no' : 'yes', decided));
}

function questionsBefore(said: EntryContent, turn: TakenTurn, context: WorkerContext, channel: Channel): Approval[] {
  return turn.approvals.filter((approval) => {
    const { id, rule, state, cards } = approval;
    const message = cards.find(({ kind }) => kind === 'asker')?.message ?? null;
    const isTheirs = isRequester(context, approval, turn.turn.principal);
    return rule === 'confirm' && state === 'open' && isTheirs && channel.isAnswerTo(said, { id, message });
  });
}

/** Was the question our last message here? */
function askedLast({ call }: Approval, { history }: TakenTurn): boolean {
  const calls = (history.at(-1)?.steps ?? []).flatMap((step) => (step.kind === 'model' ? step.content.calls : []));
  return calls.some(({ id }) => call === id || call.startsWith(`${id}_again_`));
}

/** Adds the outcomes of other calls, which came in the same turn. */
function answer(transcript: Transcript, text: string): TurnEnd {
  const outcomes = inputOf(transcript.steps).flatMap((said) => (said.outcome ? [said.text] : []));
  return transcript.finish(ownWords([...outcomes, text].join('\n\n')));
}

function whichText(open: Approval[], channel: Channel): string {
  const list = open.map((approval) => `- ${channel.brief(approval)}`).join('\n');
  return `Several questions are open here, so I cannot tell which one you mean. Please use the buttons on its card:\n${list}`;
}

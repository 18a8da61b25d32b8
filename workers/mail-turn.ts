import { inputOf } from '../core/agent/divider.ts';
import { handedOverText, silentText, waitingDraftText } from '../core/agent/texts.ts';
import { handOverReason, ownWords } from '../core/agent/transcript.ts';
import type { Transcript, TurnEnd } from '../core/agent/types.ts';
import type { Desk } from '../core/desk/types.ts';
import { asksForPerson } from '../core/mail/asks-for-person.ts';
import { placeOfAnswer } from '../core/mail/copies.ts';
import { type Conversation, newDraft, newHandOver } from '../core/mail/new-matter.ts';
import { type Came, type MailEnd, type Matter, openMatters, type WhyHandedOver } from '../core/records/matters.ts';
import type { TakenTurn } from '../core/records/threads.ts';
import type { ChannelPlace, EntryContent } from '../core/records/types.ts';
import type { WorkerContext } from './context.ts';

/** How a turn ends, and, in a conversation by mail, what becomes of its reply. */
export type Produced = {
  end: TurnEnd;
  mail: MailEnd | null;
  /** Where the reply goes, if not to its sender alone. */
  place?: ChannelPlace;
};

type MailTurn = { turn: TakenTurn; desk: Desk; transcript: Transcript; place: ChannelPlace };

/** Both of them answer as in any channel: a typed yes or no by code, and everything else by the model. */
type Ways = { byWord(): Promise<TurnEnd | null>; byModel(desk: Desk): Promise<TurnEnd> };

/**
 * Answers a mail as its desk says: at once, by a draft, or not at all. The agent is silent in a conversation that colleagues
 * have taken over, and hands over one whose customer asks for a person.
 */
export async function answerMail(
  context: WorkerContext,
  { turn, desk, transcript, place }: MailTurn,
  ways: Ways,
): Promise<Produced> {
  const matters = await openMatters(context.db, turn.tenant, turn.thread.id);
  const handedOver = matters.find(({ kind }) => kind === 'hand_over');
  const said = inputOf(turn.steps);
  const words = said.filter(({ outcome, colleague }) => !outcome && !colleague);
  if (handedOver || said.every(({ colleague }) => colleague)) return silence(transcript, handedOver, said);
  const conversation = { turn, desk, env: context.env, steps: transcript.steps };
  const asked = { transcript, place };
  if (desk.email.answers === 'off') return handingOver(conversation, asked, { kind: 'off' });
  if (words.some(({ text }) => asksForPerson(desk, text))) return handingOver(conversation, asked, { kind: 'asked' });
  const decided = await ways.byWord();
  if (decided) return { end: decided, mail: { kind: 'send', held: null } };
  const end = await ways.byModel(withWaitingDraft(desk, matters));
  if (end.kind !== 'answered') return { end, mail: null };
  const reason = handOverReason(transcript.steps);
  if (reason !== null) return handingOver(conversation, asked, { kind: 'agent', reason });
  if (desk.email.answers === 'answer')
    return { end, mail: { kind: 'send', held: null }, place: placeOfAnswer(turn, transcript.steps) };
  return { end, mail: { kind: 'draft', held: null, matter: newDraft(conversation, place, end.body) } };
}

function silence(transcript: Transcript, handedOver: Matter | undefined, said: EntryContent[]): Produced {
  const end = transcript.finish(ownWords(silentText()));
  const came = said.filter(({ colleague }) => !colleague).map(cameOf);
  return { end, mail: { kind: 'none', held: handedOver?.id ?? null, came } };
}

function cameOf({ outcome, author, text }: EntryContent): Came {
  return { by: outcome ? 'outcome' : 'customer', account: author, text };
}

function handingOver(
  conversation: Conversation,
  { transcript, place }: Pick<MailTurn, 'transcript' | 'place'>,
  why: WhyHandedOver,
): Produced {
  const end = { ...transcript.finish(ownWords(handedOverText())), body: handedOverText() };
  const matter = newHandOver(conversation, why);
  const mail = { kind: 'hand_over', held: null, matter, tells: why.kind !== 'off' } as const;
  return { end, mail, place: { ...place, handedOver: 'yes' } };
}

/** The model takes what it wrote last for sent. */
function withWaitingDraft(desk: Desk, matters: Matter[]): Desk {
  if (!matters.some(({ kind }) => kind === 'draft')) return desk;
  return { ...desk, instructions: `${desk.instructions}\n\n${waitingDraftText()}` };
}

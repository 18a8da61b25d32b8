import { buttonOf, type Card } from './cards.ts';
import type { Order } from './commands.ts';
import { say, waitUntilQuiet } from './say.ts';
import { cardsForMe, type Session, showCard } from './session.ts';

type Signing = Extract<Order, { kind: 'sign' }>;

const SOON_MS = 4_000;
const OUTCOME_MS = 15_000;

/** Decides the waiting card; without one, passes the word to the assistant. */
export async function sign(session: Session, { verdict, which, reason }: Signing): Promise<void> {
  const cards = await cardsForMe(session);
  if (cards.length === 0) return say(session, verdict);
  const shown = cards.find(({ ts }) => ts === session.card?.ts);
  const card = which === null ? (cards.length === 1 ? cards[0] : shown) : cards[which - 1];
  // Nobody signs a card that was not on their screen.
  if (card && !session.shown.has(card.ts)) return showCard(session, card);
  if (card) return decide(session, card, verdict, reason);
  const list = cards.map(({ title }, at) => `  ${at + 1}. ${title}`).join('\n');
  session.screen.print(`Several requests wait for you. Write ${verdict === 'yes' ? 'y' : 'n'} and a number:\n${list}`);
}

/** Shows the first card that waits for this person, and names the others. */
export async function showWaiting(session: Session): Promise<void> {
  const [first, ...more] = await cardsForMe(session);
  if (!first) return;
  showCard(session, first);
  if (more.length > 0)
    session.screen.print(`${more.length} more after it: ${more.map(({ title }) => title).join('; ')}.`);
}

async function decide(session: Session, card: Card, verdict: 'yes' | 'no', reason: string): Promise<void> {
  const { listener, connection, screen, thread } = session;
  const answered = listener.answer(OUTCOME_MS);
  const changed = listener.next((frame) => {
    if (frame.type === 'ephemeral') return 'refused' as const;
    return frame.type === 'message' && frame.message.ts === card.ts ? ('done' as const) : null;
  }, SOON_MS);
  const action_id = buttonOf(card, verdict);
  const form = card.kind === 'sign' && verdict === 'no' ? listener.next(formIn, SOON_MS) : null;
  await connection.act('click', { channel: card.channel, ts: card.ts, action_id });
  const view_id = await form;
  if (view_id) await connection.act('submit', { view_id, values: reason === '' ? {} : { reason } });
  session.card = null;
  const became = await changed;
  if (became === 'done') screen.print(`${doneWord(card, verdict)}: ${card.title}`);
  else session.hasFailed = true;
  if (became === null) screen.print('(The outcome is not known yet.)');
  // In a terminal the outcome comes when it comes.
  if (became === 'done' && thread !== null && !screen.isTerminal) await answered;
  await waitUntilQuiet(session);
}

function formIn(frame: { type: string; form?: { id: string } }): string | null {
  return frame.type === 'form' ? (frame.form?.id ?? null) : null;
}

function doneWord({ kind }: Card, verdict: 'yes' | 'no'): string {
  if (kind === 'confirm') return verdict === 'yes' ? '✓ Confirmed' : '✓ Declined';
  return verdict === 'yes' ? '✓ Signed' : '✓ Rejected';
}

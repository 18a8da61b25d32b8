import { indented } from './cards.ts';
import { plain } from './frames.ts';
import { me, people, type Session } from './session.ts';
import { beginOf } from './texts.ts';

const ANSWER_MS = 90_000;

/** Posts the text in this conversation, or begins one, and waits for the answer. */
export async function say(session: Session, text: string): Promise<void> {
  const { listener, connection, channel, hello, screen } = session;
  const answered = listener.answer(ANSWER_MS);
  session.waitingBefore = session.waiting;
  listener.pause();
  try {
    const said = `<@${hello.botUserId}> ${escaped(text)}`;
    const thread = session.thread ?? undefined;
    session.thread = (await connection.say({ channel: channel.id, text: said, ...(thread && { thread }) })).thread;
  } finally {
    listener.resume(session.thread === null ? null : { channel: channel.id, thread: session.thread });
  }
  if (!(await answered)) {
    session.hasFailed = true;
    screen.print('(There is no answer yet. It is shown here as soon as it comes.)');
  }
  await waitUntilQuiet(session);
}

/** Over a pipe, waits for the cards that follow an answer before the next line is read. */
export async function waitUntilQuiet(session: Session): Promise<void> {
  if (!session.screen.isTerminal) await session.listener.quiet();
  await session.showing;
}

/** Escapes text as Slack's own message field does. */
function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

export async function showHistory(session: Session): Promise<void> {
  const { connection, channel, thread, screen } = session;
  if (thread === null) return screen.print('Nothing was said in this conversation yet.');
  const names = new Map(people(session).map(({ id, name }) => [id, id === me(session).id ? 'You' : name]));
  for (const { user, text, card } of await connection.messages(channel.id, thread)) {
    if (user === 'countersign') screen.print(card ? indented(card.filter(isWords)) : beginOf(text) + plain(text));
    else screen.print(`${names.get(user) ?? user}: ${text.replace(/^@countersign /, '')}`);
  }
}

function isWords(line: string): boolean {
  return !/^\[.*\] \S+$/.test(line);
}

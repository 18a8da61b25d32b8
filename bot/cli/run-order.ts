import { deskNamed, type Order, orderIn } from './commands.ts';
import { connectTo } from './connection.ts';
import type { Person } from './frames.ts';
import { say, showHistory, waitUntilQuiet } from './say.ts';
import { deskChannels, me, people, type Session } from './session.ts';
import { showWaiting, sign } from './sign.ts';
import { desksText, helpText, peopleText } from './texts.ts';

/** Does what the line asks for. A refusal of the workspace is shown, and the conversation goes on. */
export async function runOrder(session: Session, text: string): Promise<'go on' | 'end'> {
  const order = orderIn(text, session.channel, people(session));
  if (order.kind === 'quit') return 'end';
  try {
    await carryOut(session, order);
  } catch (error) {
    session.hasFailed = true;
    session.screen.print(error instanceof Error ? error.message : String(error));
  }
  return 'go on';
}

async function carryOut(session: Session, order: Exclude<Order, { kind: 'quit' }>): Promise<void> {
  const { screen, hello, channel } = session;
  switch (order.kind) {
    case 'nothing':
      return;
    case 'help':
      return screen.print(helpText(channel));
    case 'history':
      return showHistory(session);
    case 'desks':
      return screen.print(desksText(deskChannels(hello), channel));
    case 'people':
      return screen.print(peopleText(people(session), me(session)));
    case 'desk':
      return goTo(session, order.name);
    case 'act_as':
      return actAs(session, order.person);
    case 'no_such_person':
      return refusePerson(session, order.name);
    case 'reset':
      begin(session);
      return screen.print('✓ Conversation reset');
    case 'sign':
      return sign(session, order);
    case 'say':
      return say(session, order.text);
  }
}

function goTo(session: Session, name: string): void {
  const all = deskChannels(session.hello);
  const found = deskNamed(all, name);
  if (!found) throw new Error(`There is no desk "${name}". There are: ${all.map(({ desk }) => desk.name).join(', ')}.`);
  session.channel = found;
  begin(session);
  const examples = found.desk.examples.slice(0, 3).map((example) => `\n  ${example}`);
  session.screen.print(
    `✓ At the desk: ${found.desk.title}${examples.length > 0 ? `, for example:${examples.join('')}` : ''}`,
  );
}

function begin(session: Session): void {
  session.thread = null;
  session.card = null;
  session.listener.resume(null);
}

function refusePerson(session: Session, name: string): never {
  throw new Error(
    `There is nobody called "${name}" here. There are: ${people(session)
      .map((one) => one.name)
      .join(', ')}.`,
  );
}

/** The conversation stays; another person writes in it. */
async function actAs(session: Session, person: Person): Promise<void> {
  const { screen, listener } = session;
  const counts = listener.nextCounts();
  session.connection.close();
  session.connection = await connectTo(session.url, person.id, listener.receive, session.lost);
  session.hello = session.connection.hello;
  session.card = null;
  screen.print(`✓ Switched to user: ${person.name} (${person.realName}. ${person.about})`);
  await counts;
  await showWaiting(session);
  await waitUntilQuiet(session);
}

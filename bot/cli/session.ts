import { type Card, cardIn, indented, openCards } from './cards.ts';
import { deskNamed, personNamed } from './commands.ts';
import { type Connection, connectTo } from './connection.ts';
import type { Channel, Frame, Hello, Message, Person } from './frames.ts';
import { type Listener, openListener } from './listener.ts';
import type { Screen } from './screen.ts';
import { eitherOf } from './texts.ts';

/** One conversation, in which one person at a time writes. */
export type Session = {
  url: string;
  screen: Screen;
  listener: Listener;
  connection: Connection;
  hello: Hello;
  channel: Channel;
  thread: string | null;
  /** How many signatures wait for each person, now and before the last question. */
  waiting: Record<string, number>;
  waitingBefore: Record<string, number>;
  /** The card that was shown last and can be decided. */
  card: Card | null;
  /** Cards that were shown, by their ts. */
  shown: Set<string>;
  /** Ends when all cards that came are shown. */
  showing: Promise<void>;
  hasFailed: boolean;
  lost(): void;
};

export type Begin = { url: string; user?: string; desk?: string; lost(): void };

export async function openSession(screen: Screen, { url, user, desk, lost }: Begin): Promise<Session> {
  let session: Session | undefined;
  const listener = openListener(screen, {
    bot: () => session?.hello.botUserId,
    card: (message) => session && showNewCard(session, message),
    waiting: (counts) => session && updateCounts(session, counts),
    accountName: (id) => session?.hello.people.find((one) => one.id === id)?.name,
  });
  const counts = listener.nextCounts();
  const connection = await connectAs(url, user, listener.receive, lost);
  const channel = channelFor(connection, desk);
  const begun = {
    thread: null,
    waiting: {},
    waitingBefore: {},
    card: null,
    shown: new Set<string>(),
    showing: Promise.resolve(),
  };
  session = { url, screen, listener, connection, hello: connection.hello, channel, ...begun, hasFailed: false, lost };
  session.waiting = (await counts) ?? {};
  return session;
}

/** Finds the person by name, which only the workspace can. */
async function connectAs(
  url: string,
  name: string | undefined,
  heard: Listener['receive'],
  lost: () => void,
): Promise<Connection> {
  const connection = await connectTo(url, null, heard, lost);
  const { people, me } = connection.hello;
  const person = name === undefined ? undefined : personNamed(people, name);
  if (name === undefined || person?.id === me) return connection;
  connection.close();
  if (!person)
    throw new Error(`There is nobody called "${name}". There are: ${people.map((one) => one.name).join(', ')}.`);
  return connectTo(url, person.id, heard, lost);
}

function updateCounts(session: Session, counts: Record<string, number>): void {
  const { hello, waiting, screen } = session;
  session.waiting = counts;
  if (screen.isTerminal && (counts[hello.me] ?? 0) > (waiting[hello.me] ?? 0))
    setTimeout(announceWaiting, CARD_MS, session);
}

/** Mentions requests that wait for this person and were not shown; those of their own conversation are on the screen. */
async function announceWaiting(session: Session): Promise<void> {
  const unseen = (await cardsForMe(session).catch(() => [])).filter(({ ts }) => !session.shown.has(ts));
  if (unseen.length === 0) return;
  session.screen.print(
    `(${unseen.length === 1 ? 'A request waits' : `${unseen.length} requests wait`} for you. Write y to see it.)`,
  );
}

const CARD_MS = 1_500;

/** The cards that this person can decide. */
export function cardsForMe({ connection, channel, thread, hello, waiting }: Session): Promise<Card[]> {
  const place = thread === null ? null : { channel: channel.id, thread };
  return openCards(connection, place, hello, (waiting[hello.me] ?? 0) > 0);
}

function channelFor(connection: Connection, desk: string | undefined): Channel {
  const all = deskChannels(connection.hello);
  const found = desk === undefined ? all[0] : deskNamed(all, desk);
  if (found) return found;
  connection.close();
  throw new Error(`There is no desk "${desk}". There are: ${all.map((one) => one.desk.name).join(', ')}.`);
}

/** The first channel of each desk. */
export function deskChannels({ channels }: Hello): Channel[] {
  const all = channels.filter((one): one is Channel => one.desk !== undefined && one.kind !== 'im');
  return all.filter(({ desk }, at) => all.findIndex((other) => other.desk.name === desk.name) === at);
}

export function people({ hello }: Session): Person[] {
  return hello.people.filter(({ kind }) => kind !== 'bot');
}

export function me({ hello }: Session): Person {
  const found = hello.people.find(({ id }) => id === hello.me);
  if (!found) throw new Error(`The workspace has no user ${hello.me}.`);
  return found;
}

const COUNTED_MS = 3_000;

/** Shows a card of this conversation once, with who may decide it. */
function showNewCard(session: Session, { ts }: Message): void {
  const { connection, channel, thread, shown } = session;
  if (shown.has(ts) || thread === null) return;
  shown.add(ts);
  session.showing = session.showing.then(async () => {
    const message = (await connection.messages(channel.id, thread)).find((one) => one.ts === ts);
    if (!message?.card) return;
    const card = cardIn(channel.id, message);
    if (card?.kind === 'confirm') return showCard(session, card);
    session.screen.print(indented(card?.lines ?? message.card));
    session.screen.print(await signersText(session));
  });
}

export function showCard(session: Session, card: Card): void {
  session.card = card;
  session.shown.add(card.ts);
  const question = card.kind === 'confirm' ? 'Should this be done?' : 'Do you approve it?';
  session.screen.print(`${indented(card.lines)}\n\n${question} Write y or n.`);
}

async function signersText(session: Session): Promise<string> {
  const isCounted = ({ type }: Frame) => (type === 'waiting' && signers(session).length > 0 ? true : null);
  if (signers(session).length === 0) await session.listener.next(isCounted, COUNTED_MS);
  const names = signers(session);
  if (names.length === 0) return 'It waits for someone who may sign it.';
  return `${eitherOf(names)} may sign. Write "user ${names[0]}" to act as them, then y.`;
}

/** The people for whom more waits than before the last question. */
function signers(session: Session): string[] {
  const { waiting, waitingBefore } = session;
  return people(session).flatMap(({ id, name }) => ((waiting[id] ?? 0) > (waitingBefore[id] ?? 0) ? [name] : []));
}

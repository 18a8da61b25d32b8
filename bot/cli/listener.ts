import { answerIn, type Frame, type Message, plain } from './frames.ts';
import type { Screen } from './screen.ts';
import { beginOf } from './texts.ts';

export type Listener = {
  receive(frame: Frame): void;
  /** Keeps frames back until the thread that a message began is known. */
  pause(): void;
  resume(place: { channel: string; thread: string } | null): void;
  /** The next frame that fits, or null where none came in time. */
  next<T>(fits: (frame: Frame) => T | null, withinMs: number): Promise<T | null>;
  /** The next count of signatures that wait for each person: the server sends one at the start and after each change. */
  nextCounts(): Promise<Record<string, number> | null>;
  /** Resolves with the next finished answer here, or null where none came in time. */
  answer(withinMs: number): Promise<true | null>;
  /** Resolves when this conversation has been quiet for a moment. */
  quiet(): Promise<void>;
};

/** Gets what is no answer, and knows the people of the workspace. */
type Handlers = {
  bot(): string | undefined;
  /** A message of the bot that is no answer but a card, which may be a changed one. */
  card(message: Message): void;
  waiting(counts: Record<string, number>): void;
  accountName(id: string): string | undefined;
};

const COUNTED_MS = 3_000;
const QUIET_MS = 700;
const LONGEST_QUIET_MS = 6_000;

/** Shows what the assistant says in this conversation, as it says it. */
export function openListener(screen: Screen, on: Handlers): Listener {
  const waiters = new Set<(frame: Frame) => void>();
  const answers = new Set<() => void>();
  const growing = new Map<string, ReturnType<Screen['growing']>>();
  const done = new Set<string>();
  const openedAt = Date.now();
  let place: { channel: string; thread: string } | null = null;
  let held: Frame[] | null = null;
  let lastAt = 0;

  function receive(frame: Frame): void {
    if (held) return void held.push(frame);
    if (frame.type === 'waiting') on.waiting(frame.counts);
    if (frame.type === 'ephemeral') receiveEphemeral(frame.ephemeral);
    if (frame.type === 'message') receiveMessage(frame.message);
    for (const waiter of [...waiters]) waiter(frame);
  }

  /** The server repeats older ephemerals on each new connection; skip them. */
  function receiveEphemeral({ ts, text }: { ts: string; text: string }): void {
    if (Number(ts) * 1000 < openedAt || done.has(ts)) return;
    done.add(ts);
    screen.print(`(Only you see this.) ${plain(text)}`);
  }

  function receiveMessage(message: Message): void {
    const isHere = message.channel === place?.channel && message.thread_ts === place.thread;
    if (!isHere || message.user !== on.bot() || message.deleted) return;
    lastAt = Date.now();
    const answer = withNames(answerIn(message), on.accountName);
    if (answer === null) on.card(message);
    else if (!done.has(message.ts)) show(message, answer);
  }

  function show({ ts, streaming }: Message, answer: string): void {
    if (answer === '' && streaming) return;
    const answerOnScreen = growing.get(ts) ?? screen.growing(beginOf(answer));
    growing.set(ts, answerOnScreen);
    if (streaming) {
      answerOnScreen.text(answer);
      return;
    }
    answerOnScreen.end(answer);
    growing.delete(ts);
    done.add(ts);
    for (const tell of [...answers]) tell();
  }

  const next: Listener['next'] = (fits, withinMs) =>
    untilFound(withinMs, (found) => {
      const waiter = (frame: Frame) => found(fits(frame));
      waiters.add(waiter);
      return () => waiters.delete(waiter);
    });

  return {
    receive,
    next,
    nextCounts: () => next((frame) => (frame.type === 'waiting' ? frame.counts : null), COUNTED_MS),
    pause() {
      held = [];
    },
    resume(here) {
      place = here;
      const waiting = held ?? [];
      held = null;
      for (const frame of waiting) receive(frame);
    },
    answer: (withinMs) =>
      untilFound(withinMs, (found) => {
        const tell = () => found(true);
        answers.add(tell);
        return () => answers.delete(tell);
      }),
    async quiet() {
      const latest = Date.now() + LONGEST_QUIET_MS;
      lastAt = Date.now();
      while (Date.now() < latest && (growing.size > 0 || Date.now() - lastAt < QUIET_MS)) await sleep(50);
    },
  };
}

/** Writes people by their names, also where the mention was made harmless. */
function withNames(text: string | null, accountName: Handlers['accountName']): string | null {
  if (text === null) return null;
  return text.replace(/<\u200b?@([UW][A-Z0-9]+)>/g, (whole, id: string) =>
    accountName(id) ? `@${accountName(id)}` : whole,
  );
}

/** Resolves with what is found, or with null after `ms`; `begin` starts the search and returns the function that ends it. */
function untilFound<T>(ms: number, begin: (found: (what: T | null) => void) => () => void): Promise<T | null> {
  return new Promise((resolve) => {
    const finish = (what: T | null) => {
      clearTimeout(timer);
      end();
      resolve(what);
    };
    // Do not keep the process alive for an answer to a refused message.
    const timer = setTimeout(() => finish(null), ms).unref();
    const end = begin((what) => {
      if (what !== null) finish(what);
    });
  });
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

import { z } from 'zod';
import type { Clock } from '../core/clock.ts';
import type { SlackApi } from './slack.ts';

/** Slack answers twenty such questions a minute. */
const KEPT_MS = 5 * 60_000;
/** A click must be acknowledged within three seconds. */
const PATIENCE_MS = 2_000;

export type Members = { users: string[]; ageMs: number };
export type Groups = {
  /** Throws where Slack does not say: then nobody is known to be in it. */
  members(group: string): Promise<Members>;
};

type Kept = { users: string[]; at: number };

const answer = z.object({ users: z.array(z.string()) });

/** Who is in a user group, as Slack said at most five minutes ago. */
export function openSlackGroups(api: SlackApi, clock: Clock): Groups {
  const kept = new Map<string, Kept>();
  const asking = new Map<string, Promise<Kept>>();

  async function ask(group: string): Promise<Kept> {
    const called = await api('usergroups.users.list', { usergroup: group });
    if (called.kind !== 'ok') {
      const reason = called.kind === 'limited' ? 'too many questions a minute' : called.reason;
      throw new Error(`Slack does not say who is in the user group ${group} (${reason})`);
    }
    const found = { users: answer.parse(called.body).users, at: clock.now() };
    kept.set(group, found);
    return found;
  }

  /** An answer that comes too late for this click is there for the next. */
  function asked(group: string): Promise<Kept> {
    const running = asking.get(group) ?? ask(group).finally(() => asking.delete(group));
    asking.set(group, running);
    return running;
  }

  return {
    async members(group) {
      const known = kept.get(group);
      if (known && clock.now() - known.at < KEPT_MS) return { users: known.users, ageMs: clock.now() - known.at };
      const { users } = await within(asked(group), clock, `Slack does not say in time who is in the group ${group}`);
      return { users, ageMs: 0 };
    },
  };
}

async function within<T>(work: Promise<T>, clock: Clock, late: string): Promise<T> {
  const patience = new AbortController();
  const timer = clock.sleep(PATIENCE_MS, patience.signal).then(() => {
    throw new Error(late);
  });
  timer.catch(() => {});
  work.catch(() => {});
  try {
    return await Promise.race([work, timer]);
  } finally {
    patience.abort();
  }
}

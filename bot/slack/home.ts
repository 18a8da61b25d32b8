import type { App } from '@slack/bolt';
import { z } from 'zod';
import { listFor } from '../../core/approvals/list.ts';
import { isStranger } from '../../core/approvals/policy.ts';
import { listApprovals } from '../../core/records/approvals.ts';
import type { SlackContext } from './context.ts';
import { desksBlocks } from './examples.ts';
import { inBackground } from './in-background.ts';
import { type Actor, actorOf } from './interaction.ts';
import { listBlocks } from './list.ts';
import type { Prompts } from './prompts.ts';

/** Requests of each kind: a view holds a hundred blocks. */
const MOST_SHOWN = 20;
/** After this time we assume that a person no longer looks at their Home tab. */
const LATELY_MS = 10 * 60_000;
const PAUSE_MS = 1_000;
const LOOK_MS = 4_000;
const MOST_LOOKED_AT = 200;

/** Keeps the Home tabs that people look at up to date. */
export type Homes = {
  opened(who: Actor): void;
  /** Call it after a decision: publishes the tabs that people have looked at lately. */
  changed(): void;
  close(): Promise<void>;
};

export function openHomes(context: SlackContext): Homes {
  const viewers = new Map<string, { who: Actor; at: number }>();
  const closing = new AbortController();
  let round: 'none' | 'running' | 'another' = 'none';
  let watching: Promise<void> | null = null;

  async function refresh(): Promise<void> {
    for (const [user, { who, at }] of viewers) {
      if (isLate(at)) viewers.delete(user);
      else await publishHome(context, who);
    }
    await context.clock.sleep(PAUSE_MS);
  }

  async function refreshAll(): Promise<void> {
    do {
      round = 'running';
      await refresh().catch((error) => context.log.warn({ err: error }, 'Home tabs were not published'));
    } while (isAskedAgain());
    round = 'none';
  }
  const isAskedAgain = () => round === 'another';
  const isLate = (at: number) => context.clock.now() - at > LATELY_MS;
  const isLookedAt = () => [...viewers.values()].some(({ at }) => !isLate(at));

  function changed(): void {
    if (viewers.size === 0) return;
    if (round !== 'none') round = 'another';
    else inBackground(context, refreshAll());
  }

  /** Looks for changes by workers, other doors and time, which do not tell us of them. */
  async function watch(): Promise<void> {
    let before: string | null = null;
    for (;;) {
      await context.clock.sleep(LOOK_MS, closing.signal);
      if (!isLookedAt()) return;
      const now = await fingerprintOf(context).catch((error) => {
        context.log.warn({ err: error }, 'what Home tabs show could not be looked at');
        return before;
      });
      // Also on the first look: something may have changed since the tab was opened.
      if (now !== before) changed();
      before = now;
    }
  }

  return {
    opened(who) {
      viewers.set(who.user, { who, at: context.clock.now() });
      watching ??= watch()
        .catch(() => {})
        .finally(() => {
          watching = null;
        });
      inBackground(context, publishHome(context, who));
    },
    changed,
    async close() {
      closing.abort();
      await watching;
    },
  };
}

/** Differs whenever a Home tab may have to show something else. */
async function fingerprintOf({ db, tenant }: SlackContext): Promise<string> {
  const approvals = await listApprovals(db, tenant, { limit: MOST_LOOKED_AT });
  return JSON.stringify(
    approvals.map(({ id, state, quorum, signatures, cards }) => [
      ...[id, state, quorum, signatures.length],
      cards.filter(({ message }) => message !== null).length,
    ]),
  );
}

const opened = z.object({ user: z.string(), channel: z.string(), tab: z.string() });

export function listenForHome(app: App, context: SlackContext, homes: Homes, prompts: Prompts): void {
  app.event('app_home_opened', async ({ event, body }) => {
    const { user, channel, tab } = opened.parse(event);
    const who = await actorOf(context, { id: user }, body.team_id);
    if (isStranger(who.principal)) return;
    if (tab === 'home') homes.opened(who);
    if (tab === 'messages') prompts.opened(channel);
  });
}

async function publishHome(context: SlackContext, who: Actor): Promise<void> {
  const blocks = [
    ...listBlocks(context, await listFor(context, who.principal), MOST_SHOWN),
    ...desksBlocks(context.desks),
  ];
  const called = await context.api('views.publish', { user_id: who.user, view: { type: 'home', blocks } });
  if (called.kind !== 'ok') context.log.warn({ outcome: called, user: who.user }, 'a Home tab was not published');
}

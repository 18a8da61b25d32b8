import type { App } from '@slack/bolt';
import { z } from 'zod';
import { type Clicker, clickerOf } from './clicker.ts';
import { later } from './later.ts';
import { listBlocks, listFor } from './list.ts';
import type { DoorParts } from './parts.ts';

/** Of each kind, within the hundred blocks of a view. */
const MOST_SHOWN = 20;
/** Who opened it longer ago is taken to look at something else. */
const LATELY_MS = 10 * 60_000;
const PAUSE_MS = 1_000;

/** The Home tabs that people look at. */
export type Homes = {
  opened(who: Clicker): void;
  /** Something was decided: those who have looked lately see it. */
  changed(): void;
};

export function openHomes(parts: DoorParts): Homes {
  const viewers = new Map<string, { who: Clicker; at: number }>();
  let round: 'none' | 'running' | 'another' = 'none';

  async function refresh(): Promise<void> {
    for (const [user, { who, at }] of viewers) {
      if (parts.clock.now() - at > LATELY_MS) viewers.delete(user);
      else await publishHome(parts, who);
    }
    await parts.clock.sleep(PAUSE_MS);
  }

  async function refreshAll(): Promise<void> {
    do {
      round = 'running';
      await refresh().catch((error) => parts.log.warn({ err: error }, 'Home tabs were not published'));
    } while (isAskedAgain());
    round = 'none';
  }
  const isAskedAgain = () => round === 'another';

  return {
    opened(who) {
      viewers.set(who.user, { who, at: parts.clock.now() });
      later(parts, publishHome(parts, who));
    },
    changed() {
      if (viewers.size === 0) return;
      if (round !== 'none') round = 'another';
      else later(parts, refreshAll());
    },
  };
}

const opened = z.object({ user: z.string(), tab: z.string() });

export function listenForHome(app: App, parts: DoorParts, homes: Homes): void {
  app.event('app_home_opened', async ({ event, body }) => {
    const { user, tab } = opened.parse(event);
    const who = clickerOf(parts, { id: user }, body.team_id);
    if (tab === 'home' && who) homes.opened(who);
  });
}

async function publishHome(parts: DoorParts, who: Clicker): Promise<void> {
  const blocks = listBlocks(parts, await listFor(parts, who), MOST_SHOWN);
  const called = await parts.api('views.publish', { user_id: who.user, view: { type: 'home', blocks } });
  if (called.kind !== 'ok') parts.log.warn({ outcome: called, user: who.user }, 'a Home tab was not published');
}

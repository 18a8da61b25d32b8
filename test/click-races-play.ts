import { setTimeout as sleep } from 'node:timers/promises';
import type { OpenView } from '../playground/slack/workspace.ts';
import { until } from './app.ts';
import type { Happening, Racer, Round } from './click-races-plan.ts';
import { type ApprovalRow, isClosed, recordsOf } from './click-races-records.ts';
import { approvals, type RaceWorld, textOf } from './click-races-world.ts';

export type Played = { round: Round; thread: string; rows: ApprovalRow[]; opened: Map<string, number> };

const OVER_WITHIN_MS = 60_000;
const LOOK_EVERY_MS = 60;

type Table = { world: RaceWorld; round: Round; thread: string; channel: string; ts: string; approval: string };

/** Asks, lets everybody click at once, and closes what is still open, until nothing is left to do. */
export async function play(world: RaceWorld, round: Round): Promise<Played> {
  const table = await dealt(world, round);
  const forms = new Map<Racer, OpenView>();
  await Promise.all(round.racers.filter(hasForm).map(async (racer) => forms.set(racer, await openForm(table, racer))));
  for (const { user, twice } of round.racers) if (twice) world.relay.twice.add(user);
  await Promise.all([
    ...round.racers.map((racer) => race(table, racer, forms.get(racer))),
    ...round.happenings.map(({ what, afterMs }) => sleep(afterMs).then(() => happen(table, what))),
  ]);
  for (const { user } of round.racers) world.relay.twice.delete(user);
  const rows = await closed(table);
  const opened = new Map(round.racers.map(({ user }) => [user, formsOf(table, user).length]));
  return { round, thread: table.thread, rows, opened };
}

/** Asked for, and its card stands with its buttons. */
async function dealt(world: RaceWorld, round: Round): Promise<Table> {
  const { place, id, tool } = round;
  const text = `<@${world.slack.botUserId}> ${textOf(id, tool, 'as asked')}`;
  const { ts: thread } = await world.slack.say({ user: place.asker, channel: place.channel, text });
  const kind = tool === 'note' ? 'asker' : 'signers';
  const channel = tool === 'note' ? place.channel : approvals;
  const found = await seen(async () => {
    const [row] = await recordsOf(world, id);
    const ts = row?.cards.find((card) => card.kind === kind)?.message;
    return row && ts ? { ts, approval: row.id } : undefined;
  }, `${id}: a card`);
  return { world, round, thread, channel, ...found };
}

function seen<T>(look: () => Promise<T | undefined>, what: string): Promise<T> {
  const slowly = async () => {
    const found = await look();
    if (found === undefined) await sleep(LOOK_EVERY_MS);
    return found;
  };
  return until(slowly, what, OVER_WITHIN_MS);
}

function hasForm({ doing }: Racer): boolean {
  return doing === 'reject' || doing === 'edit';
}

function formsOf({ world, approval }: Table, user: string): OpenView[] {
  return world.slack.openViews(user).filter(({ view }) => String(view.private_metadata).includes(approval));
}

const actions = {
  approve: 'approval.approve',
  reject: 'approval.reject',
  press_reject: 'approval.reject',
  edit: 'approval.edit',
  yes: 'approval.yes',
  no: 'approval.no',
};

function press({ world, channel, ts, approval }: Table, { user, doing }: Pick<Racer, 'user' | 'doing'>) {
  return world.slack.click({ user, channel, ts, action_id: actions[doing], value: approval });
}

async function openForm(table: Table, racer: Racer): Promise<OpenView> {
  await press(table, racer);
  return until(() => formsOf(table, racer.user)[0], `${table.round.id}: a form for ${racer.user}`);
}

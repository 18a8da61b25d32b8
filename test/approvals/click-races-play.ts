import { setTimeout as sleep } from 'node:timers/promises';
import { buttonsOf } from '../../playground/slack/clickable.ts';
import type { OpenView } from '../../playground/slack/workspace.ts';
import { until } from '../support/app.ts';
import type { Doing, Happening, Racer, Round } from './click-races-plan.ts';
import { type ApprovalRow, isClosed, recordsOf } from './click-races-records.ts';
import { approvals, type RaceWorld, textOf } from './click-races-world.ts';

export type Played = {
  round: Round;
  thread: string;
  /** How the card stood that was raced for, right after the race. */
  raced: ApprovalRow | undefined;
  /** All that there were in the end. */
  rows: ApprovalRow[];
  /** Who has been shown a form. */
  opened: string[];
};

type Table = {
  world: RaceWorld;
  round: Round;
  thread: string;
  /** The card that is raced for. */
  channel: string;
  ts: string;
  approval: string;
  opened: Set<string>;
};

const OVER_WITHIN_MS = 60_000;
const LOOK_EVERY_MS = 60;

/** Asks, lets everybody click at once, and closes what is still open, until nothing is left to do. */
export async function play(world: RaceWorld, round: Round): Promise<Played> {
  const table = await deal(world, round);
  const forms = new Map<Racer, OpenView>();
  await Promise.all(
    round.racers.filter(hasForm).map(async (racer) => forms.set(racer, await pressForForm(table, racer))),
  );
  for (const { user, afterMs, twice } of round.racers) world.relay.slow.set(user, { afterMs, twice });
  await Promise.all([
    ...round.racers.map((racer) => race(table, racer, forms.get(racer))),
    ...round.happenings.map(({ what, afterMs }) => sleep(afterMs).then(() => happen(table, what))),
  ]);
  for (const { user } of round.racers) world.relay.slow.delete(user);
  const raced = (await recordsOf(world, round.id)).find(({ id }) => id === table.approval);
  return { round, thread: table.thread, raced, rows: await closeAll(table), opened: [...table.opened] };
}

/** Asked for, and its card stands with its buttons. */
async function deal(world: RaceWorld, round: Round): Promise<Table> {
  const { place, id, tool } = round;
  const text = requestFor(world, round, 'as asked');
  const { ts: thread } = await world.slack.say({ user: place.asker, channel: place.channel, text });
  const kind = tool === 'note' ? 'asker' : 'signers';
  const found = await seen(async () => {
    const [row] = await recordsOf(world, id);
    const ts = row?.cards.find((card) => card.kind === kind)?.message;
    return row && ts ? { ts, approval: row.id } : undefined;
  }, `${id}: a card`);
  return { world, round, thread, channel: tool === 'note' ? place.channel : approvals, ...found, opened: new Set() };
}

function requestFor({ slack }: RaceWorld, { id, tool }: Round, how: string): string {
  return `<@${slack.botUserId}> ${textOf(id, tool, how)}`;
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

const actions: Record<Doing, string> = {
  approve: 'approval.approve',
  reject: 'approval.reject',
  press_reject: 'approval.reject',
  edit: 'approval.edit',
  yes: 'approval.yes',
  no: 'approval.no',
};

function press({ world, channel, ts, approval }: Table, { user, doing }: Racer) {
  return world.slack.click({ user, channel, ts, action_id: actions[doing], value: approval });
}

async function pressForForm(table: Table, racer: Racer): Promise<OpenView> {
  await press(table, racer);
  return until(() => formFor(table, racer.user), `${table.round.id}: a form for ${racer.user}`);
}

function formFor({ world, approval, opened }: Table, user: string): OpenView | undefined {
  const form = world.slack.openViews(user).find(({ view }) => String(view.private_metadata).includes(approval));
  if (form) opened.add(user);
  return form;
}

async function race(table: Table, racer: Racer, form: OpenView | undefined): Promise<void> {
  if (form) return submit(table, racer, form);
  const before = wordsTo(table.world, racer.user);
  await press(table, racer);
  if (racer.doing !== 'press_reject') return;
  // Who is too late for the form is told so instead.
  const words = before + (racer.twice ? 2 : 1);
  const late = await until(
    () => formFor(table, racer.user) ?? (wordsTo(table.world, racer.user) >= words ? 'told' : undefined),
    `${table.round.id}: a form or a word for ${racer.user}`,
  );
  if (late !== 'told') await submit(table, racer, late);
}

async function submit({ world, round }: Table, { user, doing }: Racer, form: OpenView): Promise<void> {
  const values: Record<string, string> =
    doing === 'edit' ? { 'argument.1': `as ${user} wants` } : { reason: `${user} is against it` };
  const { shown } = await world.slack.submitView({ user, view_id: form.id, values });
  if (shown !== 'closed' && shown !== 'updated') throw new Error(`${round.id}: the form of ${user} was ${shown}`);
}

/** What only they were told: below the card, or in a form that came too late. */
export function wordsTo({ slack, relay }: RaceWorld, user: string): number {
  const late = relay.brought(user).filter(({ answer }) => answer.includes('"response_action":"update"'));
  return slack.ephemerals(user).length + late.length;
}

async function happen({ world, round, thread, approval }: Table, what: Happening): Promise<void> {
  const message = { channel: round.place.channel, ts: thread };
  if (what === 'expiry') await expire(world, approval);
  else if (what === 'deletion') await world.slack.remove(message);
  else if (isThere(world, message))
    await world.slack.edit({ ...message, text: requestFor(world, round, 'in other words') });
}

export function isThere({ slack }: RaceWorld, { channel, ts }: { channel: string; ts: string }): boolean {
  return slack.messages(channel, ts)[0]?.ts === ts;
}

function expire({ sql }: RaceWorld, approval: string): Promise<unknown> {
  return sql(
    `update countersign.approvals set expires_at = clock_timestamp(), due_at = clock_timestamp()
      where id = $1 and state = 'open'`,
    [approval],
  );
}

/** Until nothing is open any more: what the race left open, and what was asked for anew. */
async function closeAll(table: Table): Promise<ApprovalRow[]> {
  const { world, round } = table;
  const done = new Set<string>();
  let last: ApprovalRow[] = [];
  try {
    return await seen(async () => {
      last = await recordsOf(world, round.id);
      if (isClosed(last)) return last;
      const open = last.filter(({ state, changing }) => state === 'open' && !changing);
      await Promise.all(open.map((row) => (round.close === 'expire' ? expire(world, row.id) : sign(table, row, done))));
      return undefined;
    }, `${round.id} to be over`);
  } catch (error) {
    throw new Error(`${String(error)}: ${JSON.stringify(round)} stands at ${JSON.stringify(last)}`);
  }
}

async function sign({ world, round: { place, tool } }: Table, row: ApprovalRow, done: Set<string>): Promise<void> {
  const { slack } = world;
  const channel = tool === 'note' ? place.channel : approvals;
  const card = row.cards.find(({ kind }) => kind === 'signers' || kind === 'asker');
  const message = slack.messages(channel).find(({ ts }) => ts === card?.message);
  const button = message && buttonsOf(message).find(({ action_id }) => /approve$|yes$/.test(action_id));
  if (!message || !button) return;
  const who = tool === 'note' ? [place.asker] : place.closers.slice(0, row.quorum);
  const ready = who.filter((user) => !done.has(`${user} ${row.id}`));
  for (const user of ready) done.add(`${user} ${row.id}`);
  const { ts } = message;
  await Promise.all(ready.map((user) => slack.click({ user, channel, ts, action_id: button.action_id })));
}

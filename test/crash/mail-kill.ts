import { setTimeout as sleep } from 'node:timers/promises';
import type { MailPoint, Point } from '../../core/crash-points.ts';
import { freePort } from '../../prisma/embedded/settings.ts';
import { until } from '../support/app.ts';
import type { Program } from '../support/process.ts';
import { dice } from '../support/seeds.ts';
import { clickWhatWaits } from './clicker.ts';
import { type Held, holdBack, letGo } from './kill.ts';
import { type Answer, type Customers, desk, draftsDesk, openCustomers } from './mail-post.ts';
import { type MailKind, type MailSituation, mailSituation, type PointOfMail } from './mail-situations.ts';
import { answerTo, textOf } from './questions.ts';
import type { World } from './world.ts';

/** One customer's mail, during whose way to its end a process died, and all that was sent to them. */
export type MailCase = MailSituation & {
  point: PointOfMail;
  seed: number;
  id: string;
  address: string;
  sent: Answer[];
  drafts: number;
};

type Wanted = { point: PointOfMail; kind: MailKind };
type Scene = { world: World; customers: Customers };

const DIES_WITHIN_MS = 90_000;
const RESCUED_WITHIN_MS = 60_000;
const MOST_MAILS = 4;

/**
 * Lets doors and workers die, each on a mail of its own, and then a door and a worker that live come to them all.
 * Customers confirm and a colleague in Slack signs whatever waits, all the time.
 */
export async function killByMail(world: World, wanted: Wanted[], seeds: number[]): Promise<MailCase[]> {
  const customers = openCustomers(world);
  const clicker = clickWhatWaits(world, () => true);
  try {
    const scene = { world, customers };
    const cases: MailCase[] = [];
    for (const seed of seeds) cases.push(...(await letDoorsDie(scene, wanted, seed)));
    customers.port = Number((await world.openDoor()).smtp?.split(':')[1]);
    await customers.taken();
    await until(async () => (await isAllRead(world)) || undefined, 'all mail to be read', 20_000);
    const held: Held = { threads: [], replies: [], approvals: [], cards: [] };
    await holdBack(world, held);
    for (const seed of seeds) cases.push(...(await letWorkersDie(scene, wanted, seed, held)));
    await rescue(world, held);
    for (const made of cases) {
      made.sent = await customers.sentTo(made.address);
      made.drafts = await customers.draftsTo(made.address);
    }
    return cases;
  } finally {
    await clicker.stop();
    await customers.stop();
  }
}

async function rescue(world: World, held: Held): Promise<void> {
  world.moods.clear();
  await letGo(world, held);
  const { program } = await world.start('workers/main.ts');
  const isOver = async () => (await leftIn(world)).length === 0 && (await isAllRead(world));
  await until(async () => (await isOver()) || undefined, 'all to be over', RESCUED_WITHIN_MS).catch(async (error) => {
    throw new Error(`${error.message}; left are:\n${(await leftIn(world)).join('\n')}`);
  });
  const code = await program.stop();
  if (code !== 0) throw new Error(`the last worker ended with ${code}: ${program.err()}`);
}

/** Only one door is open at a time, so that the mail comes to the one that dies. */
async function letDoorsDie({ world, customers }: Scene, wanted: Wanted[], seed: number): Promise<MailCase[]> {
  const cases: MailCase[] = [];
  for (const { point, kind } of wanted.filter((one) => isDoors(one.point))) {
    customers.port = await freePort();
    const victim = world.startVictim(point, 1, { SMTP_PORT: String(customers.port) });
    cases.push(begin({ world, customers }, point, kind, seed));
    await until(() => victim.child.signalCode === 'SIGKILL' || undefined, `a door to die at ${point}`, DIES_WITHIN_MS);
  }
  return cases;
}

async function letWorkersDie(scene: Scene, wanted: Wanted[], seed: number, held: Held): Promise<MailCase[]> {
  const cases: MailCase[] = [];
  for (const { point, kind } of wanted.filter((one) => !isDoors(one.point))) {
    cases.push(...(await letOneDie(scene, point, kind, seed)));
    await scene.customers.taken();
    await holdBack(scene.world, held);
  }
  return cases;
}

function isDoors(point: Point): point is MailPoint {
  return point.startsWith('mail.');
}

async function letOneDie(scene: Scene, point: PointOfMail, kind: MailKind, seed: number): Promise<MailCase[]> {
  const { world, customers } = scene;
  const cases = [begin(scene, point, kind, seed)];
  const [{ before, nth }] = cases as [MailCase];
  if (before) await diedOrTold(customers, world.startVictim(before, 1), cases[0]!);
  const victim = world.startVictim(point, nth);
  for (let asked = 1; ; asked += 1) {
    if ((await diedOrTold(customers, victim, cases.at(-1)!)) === 'died') return cases;
    if (asked === MOST_MAILS) throw new Error(`${titleOf(cases.at(-1)!)}: it never came to the point`);
    cases.push(begin(scene, point, kind, seed));
  }
}

let written = 0;

function begin({ world, customers }: Scene, point: PointOfMail, kind: MailKind, seed: number): MailCase {
  const situation = mailSituation(point, kind, dice(seed, `${point} ${kind}`));
  written += 1;
  const id = `S${written}`;
  if (situation.away) world.moods.set(id, 'away');
  if (situation.edit) world.toEdit.add(id);
  const address = `k${written}@sweep.example`;
  const text = textOf({ id, ...situation });
  const to = kind === 'draft' ? draftsDesk : desk;
  customers.write({ from: address, to, subject: `About ${id}`, text });
  return { ...situation, point, seed, id, address, sent: [], drafts: 0 };
}

async function diedOrTold(customers: Customers, victim: Program, made: MailCase): Promise<'died' | 'told'> {
  const seen = await until(
    async () => {
      if (victim.child.signalCode === 'SIGKILL') return 'died' as const;
      if (victim.child.exitCode !== null) throw new Error(`${titleOf(made)}: it ended by itself: ${victim.err()}`);
      return isTold(made, await customers.sentTo(made.address)) ? ('told' as const) : undefined;
    },
    titleOf(made),
    DIES_WITHIN_MS,
  );
  if (seen === 'died') return seen;
  // What follows the last answer may be the point.
  const died = await Promise.race([victim.ended, sleep(800, 'alive')]);
  return died === 'alive' ? 'told' : 'died';
}

function isTold({ kind, id }: MailCase, sent: Answer[]): boolean {
  const last = kind === 'plain' || kind === 'draft' ? `${answerTo([{ id }])}:` : `Outcome for ${id}:`;
  return sent.some(({ text }) => text.startsWith(last));
}

export function titleOf({ point, kind, seed, nth, tools, id }: MailCase): string {
  return `${point}#${nth}, ${kind}, seed ${seed} (${tools.join('+')}), mail ${id}`;
}

async function isAllRead({ sql }: World): Promise<boolean> {
  const [found] = await sql<{ left: string }>(
    `select count(*) as left from mail.history h join mail.messages m on m.id = h.message_id
      where h.kind = 'added' and 'INBOX' = any(m.labels)
        and h.id > coalesce((select cursor::bigint from countersign.mail_cursors), 0)`,
  );
  return found?.left === '0';
}

/** What has not come to its end yet, for the one who reads that the rescue took too long. */
async function leftIn({ sql }: World): Promise<string[]> {
  const rows = await sql<{ what: string }>(
    `select 'approval ' || canonical || ' is ' || state as what from countersign.approvals
      where state in ('open', 'approved', 'dispatching', 'unknown')
     union all select 'card ' || id || ' ' || kind || ' by ' || channel from countersign.cards where shown < wanted
     union all select 'thread ' || id || ' ' || address from countersign.threads where done_inbox < inbox
     union all select 'reply ' || id || ' is ' || state || ': ' || left(body, 80) from countersign.outbox
      where state in ('opening', 'ready', 'dropping')`,
  );
  return rows.map(({ what }) => what);
}

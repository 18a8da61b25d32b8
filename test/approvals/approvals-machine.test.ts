import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { EDITED_REQUEST_TEXT } from '../../core/approvals/outcome-phrases.ts';
import { refuseEdit, requestEdit, voidApproval } from '../../core/records/approvals.ts';
import type { CountedLimit } from '../../core/records/calls.ts';
import { claimDispatch, dueApprovals, type Held, settleUnknown } from '../../core/records/dispatches.ts';
import { reviseEntry, withdrawEntry } from '../../core/records/entries.ts';
import { openRecords, type Records, tenant } from '../crash/records.ts';
import { announce, firstSeed, long } from '../support/seeds.ts';
import {
  account,
  type Command,
  expected,
  type Model,
  type Outcome,
  opened,
  people,
  type Verdict,
} from './approvals-model.ts';
import {
  type Asked,
  approval,
  askAndEnd,
  begin,
  decideAs,
  disagreeing,
  end,
  found,
  look,
  nextOf,
  pass,
} from './approvals-setup.ts';

let records: Records;
let db: Records['db'];
let sql: Records['sql'];
beforeAll(async () => {
  records = await openRecords();
  ({ db, sql } = records);
});
afterAll(() => records.close());

type Scene = { asked: Asked; id: string; m: Model; said: number };

/** Does it for real, and gives the answer. */
async function done({ asked, id, m, said }: Scene, command: Command): Promise<string> {
  const held = (behind: number): Held => ({ id, thread: asked.thread, attempts: m.attempts - behind, state: m.state });
  switch (command.do) {
    case 'sign':
      return (await decideAs(db, id, command)).kind;
    case 'wish': {
      const { person } = command;
      return (await requestEdit(db, tenant, { approval: id, person, account: account(person), arguments: {} })).kind;
    }
    case 'refuse':
      return (await refuseEdit(db, tenant, id, 'not so')).kind;
    case 'void':
      return (await voidApproval(db, tenant, { approval: id, reason: 'so', text: 'It is void.' })).kind;
    case 'late':
      await pass(records, id, 'expires_at', ...(m.state === 'open' ? ['due_at'] : []));
      return 'nothing';
    case 'lapse':
      if (m.state === 'approved' || m.state === 'dispatching') await pass(records, id, 'due_at');
      return 'nothing';
    case 'sweep':
      await dueApprovals(db);
      return 'nothing';
    case 'claim':
      return (await claimDispatch(db, tenant, id, 60_000)).kind;
    case 'begin':
      return (await begin(db, held(command.behind))).kind;
    case 'over': {
      const limit: CountedLimit = { id: 'x', tools: ['shop__refund'], seconds: 1, most: 0, quorum: m.quorum + 1 };
      return (await begin(db, held(command.behind), [limit])).kind;
    }
    case 'end':
      return (await end(db, held(command.behind), command.outcome)).kind;
    case 'settle': {
      const given = {
        approval: id,
        person: 'Zoe',
        account: account('Zoe'),
        verdict: command.verdict,
        text: 'So it is.',
      };
      return (await settleUnknown(db, tenant, given)).kind;
    }
    case 'revise':
      if (command.deleted) return (await withdrawEntry(db, tenant, 'slack', asked.message)).kind;
      return (await reviseEntry(db, tenant, 'slack', asked.message, { text: `edited ${said}` }, EDITED_REQUEST_TEXT))
        .kind;
    case 'make':
      return 'nothing';
  }
}

/** The worker makes the edited call: from here on the scene is about that one. */
async function make(scene: Scene): Promise<string> {
  const { id, m } = scene;
  if (!m.edit) return 'nothing';
  const next = nextOf(approval({ rule: m.rule, quorum: m.quorum, editor: m.edit, replaces: id }));
  const given = { approval: id, reason: 'it was edited', by: account(m.edit), next };
  const { kind } = await voidApproval(db, tenant, given);
  if (kind !== 'void') return kind;
  // What is said of the old one has to be true of it for ever.
  const old = { ...m };
  expect(expected(old, { do: 'make' })).toBe('void');
  await compare(id, old);
  Object.assign(scene, { id: next.approval.id, m: opened(m.rule, m.quorum, m.edit) });
  return kind;
}

async function compare(id: string, m: Model): Promise<void> {
  const { state, call, audit, outcomes } = await look(records, id);
  const { quorum, decidedBy, edit, editor, attempts, signatures } = await found(db, id);
  const cards = await sql<{ wanted: number }>('select wanted from countersign.cards where approval = $1', [id]);
  expect({
    state,
    call,
    audit,
    outcomes,
    quorum,
    decidedBy,
    editor,
    attempts,
    edit: edit?.account ?? null,
    signatures: new Map(signatures.map((one) => [one.account, one.verdict])),
    shownAnew: cards.map(({ wanted }) => wanted - 1),
  }).toEqual({
    state: m.state,
    call: m.state === 'open' ? 'awaiting' : m.state,
    audit: m.audit,
    outcomes: m.outcomes,
    quorum: m.quorum,
    decidedBy: m.decidedBy,
    editor: m.editor,
    attempts: m.attempts,
    edit: m.edit && account(m.edit),
    signatures: new Map([...m.signatures].map(([one, verdict]) => [account(one), verdict])),
    shownAnew: [m.shownAnew, m.shownAnew],
  });
}

const person = fc.constantFrom(...people);
const behind = fc.constantFrom(0, 0, 0, 1);
const commands = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      do: fc.constant('sign' as const),
      person,
      verdict: fc.constantFrom<Verdict>('approve', 'approve', 'approve', 'approve', 'approve', 'reject'),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('wish' as const), person }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constantFrom('refuse' as const, 'make' as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom('void' as const, 'late' as const) }) },
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constantFrom('sweep' as const, 'claim' as const, 'claim' as const, 'lapse' as const),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constantFrom('begin' as const, 'begin' as const, 'over' as const), behind }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('end' as const),
      behind,
      outcome: fc.constantFrom<Outcome>('succeeded', 'failed', 'unknown', 'unknown', 'unknown'),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('settle' as const),
      verdict: fc.constantFrom('happened' as const, 'did not happen' as const, 'again' as const),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('revise' as const), deleted: fc.boolean() }) },
);
type Story = { rule: Model['rule']; quorum: number; commands: Command[] };
const stories: fc.Arbitrary<Story> = fc.record({
  rule: fc.constantFrom<Model['rule']>('approve', 'approve', 'approve', 'confirm'),
  quorum: fc.constantFrom(1, 1, 2, 3),
  commands: fc.array(commands, { minLength: 5, maxLength: 40, size: 'max' }),
});

const yes: Command = { do: 'sign', person: 'Mia', verdict: 'approve' };
const sentOff: Command[] = [yes, { do: 'claim' }, { do: 'begin', behind: 0 }];
const ends = (outcome: Outcome): Command => ({ do: 'end', behind: 0, outcome });
/** Each state is reached by one of these, whatever the dice say. */
const paths: Command[][] = [
  [...sentOff, ends('succeeded')],
  [...sentOff, ends('failed')],
  [...sentOff, ends('unknown'), { do: 'settle', verdict: 'again' }, { do: 'claim' }, { do: 'begin', behind: 0 }],
  [...sentOff, ends('unknown'), { do: 'settle', verdict: 'happened' }],
  [{ do: 'sign', person: 'Mia', verdict: 'reject' }, yes],
  [yes, { do: 'claim' }, { do: 'over', behind: 0 }, { do: 'late' }, { do: 'sweep' }],
  [{ do: 'wish', person: 'Ben' }, { do: 'make' }, { do: 'revise', deleted: true }],
];
const examples = paths.map((list): [Story] => [{ rule: 'approve', quorum: 1, commands: list }]);

it('does in every order of commands what the model says', async () => {
  announce('approvals against their model', 'approvals/approvals-machine.test.ts');
  const reached = new Set<string>();
  const story = fc.asyncProperty(stories, async ({ rule, quorum, commands: list }) => {
    const signatures = rule === 'confirm' ? 1 : quorum;
    const asked = await askAndEnd(db, { rule, quorum: signatures });
    const scene: Scene = { asked, id: asked.id, m: opened(rule, signatures, null), said: 0 };
    for (const [at, command] of list.entries()) {
      scene.said = at;
      const was = scene.id;
      const answer = command.do === 'make' ? await make(scene) : await done(scene, command);
      // One that was made is compared already, and another stands in its place.
      if (scene.id === was)
        expect({ at, command, answer }).toEqual({ at, command, answer: expected(scene.m, command) });
      reached.add(scene.m.state);
    }
    await compare(scene.id, scene.m);
  });
  await fc.assert(story, { seed: firstSeed, numRuns: long ? 1500 : 60, examples });
  expect(await disagreeing(records)).toEqual([]);
  expect([...reached].sort()).toEqual(
    [
      'approved',
      'dispatching',
      'expired',
      'failed',
      'open',
      'rejected',
      'settled',
      'succeeded',
      'unknown',
      'void',
    ].sort(),
  );
}, 1_800_000);

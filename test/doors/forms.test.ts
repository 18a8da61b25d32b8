import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { getApproval, requestEdit } from '../../core/records/approvals.ts';
import { approve, look } from '../approvals/approvals-setup.ts';
import { tenant } from '../crash/records.ts';
import { until } from '../support/app.ts';
import { approveButtons, type DoorKind, openPorch, type Porch, personOf, room, type Shown } from '../support/clicks.ts';

let porch: Porch;
let card: Shown;
const kinds: DoorKind[] = ['http', 'socket'];
const jobNames = () => porch.added.map(({ name }) => name);
const state = async ({ id }: Shown) => (await look(porch.records, id)).state;
const read = ({ id }: Shown) => getApproval(porch.records.db, tenant, id);
const submit = async (values: Record<string, string | null>, user = 'U0MARCO') => {
  const { id } = await porch.form(user, card);
  return porch.slack.submitView({ user, view_id: id, values });
};
/** The words that took a form's place. */
const wordIn = (user: string) =>
  shownText(
    porch.slack
      .openViews(user)
      .filter(({ view }) => !view.submit)
      .at(-1),
  );
const shownText = (view: unknown) => JSON.stringify(view);

describe.each(kinds)('a form, by %s', (kind) => {
  beforeAll(async () => {
    porch = await openPorch(kind);
  });
  afterAll(() => porch.close());

  describe('to reject', () => {
    beforeEach(async () => {
      card = await porch.card({}, approveButtons);
      await porch.click(card, 'U0MARCO', 'approval.reject');
    });

    it('takes a reason, which the thread is told', async () => {
      expect(await state(card)).toBe('open');
      expect((await submit({ reason: ' too much <!channel> xoxb-ours' })).shown).toBe('closed');

      expect(await read(card)).toMatchObject({
        state: 'rejected',
        reason: 'too much <!channel> •••',
        decidedBy: personOf('U0MARCO'),
      });
      const [entry] = await porch.records.sql(
        "select content->>'text' as text from countersign.entries where thread_id = $1 and kind = 'outcome'",
        [card.thread],
      );
      expect(entry?.text).toBe('shop__refund was rejected by <@U0MARCO>: too much <!channel> •••. Nothing was done.');
      expect(jobNames()).toEqual(['turn', 'card', 'card']);
    });

    it('takes none', async () => {
      expect((await submit({})).shown).toBe('closed');
      expect(await read(card)).toMatchObject({ state: 'rejected', reason: null });
    });

    it('that comes too late says who decided, and changes nothing', async () => {
      await porch.click(card, 'U0ZOE', 'approval.approve');
      expect((await submit({ reason: 'too late' })).shown).toBe('updated');
      expect(wordIn('U0MARCO')).toContain('<@U0ZOE> approved this');
      expect(await state(card)).toBe('approved');
      const words = porch.slack.openViews('U0MARCO').find(({ view }) => !view.submit);
      const again = porch.slack.submitView({ user: 'U0MARCO', view_id: String(words?.id) });
      await expect(again).rejects.toThrow('nothing to submit');
    });

    it('is nobody else’s', async () => {
      const { id } = await porch.form('U0MARCO', card);
      await expect(porch.slack.submitView({ user: 'U0LISA', view_id: id })).rejects.toThrow('has no form');
    });

    it('that Slack does not open is told', async () => {
      await submit({});
      const other = await porch.card({}, approveButtons);
      porch.slack.fault('views.open', { kind: '502' });
      await porch.click(other, 'U0MARCO', 'approval.reject');
      expect(await porch.privateNoteTo('U0MARCO')).toContain('did not open the form');
    });
  });

  describe('to edit', () => {
    const schema = {
      type: 'object',
      properties: {
        order: { type: 'string', description: 'Which order', pattern: '^ORD-\\d+$' },
        amount: { type: 'number', exclusiveMinimum: 0, maximum: 500 },
        pieces: { type: 'integer' },
        express: { type: 'boolean' },
        currency: { enum: ['EUR', 'USD'] },
        note: { type: 'string', maxLength: 2000 },
        address: { $ref: '#/$defs/address' },
        password: { type: 'string', writeOnly: true },
      },
      required: ['order', 'amount'],
      $defs: { address: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] } },
    };
    const args = {
      order: 'ORD-1',
      amount: 49.5,
      express: true,
      currency: 'EUR',
      note: 'line one\nline two',
      address: { city: 'Ulm' },
      password: { $sealed: 's1' },
    };
    const block = (name: keyof typeof schema.properties) =>
      `argument.${Object.keys(schema.properties).sort().indexOf(name)}`;

    beforeEach(async () => {
      const details = { schema, secret: ['password'], sealed: ['s1'] };
      card = await porch.card({ canonical: JSON.stringify(args), details }, approveButtons);
      await porch.click(card, 'U0MARCO', 'approval.edit');
    });

    it('has a field for each argument by its type, filled in, and none for what is secret', async () => {
      const { view } = await porch.form('U0MARCO', card);
      const blocks = view.blocks as {
        type: string;
        label?: { text: string };
        optional?: boolean;
        element?: Record<string, unknown>;
      }[];
      const fields = blocks.filter(({ type }) => type === 'input');
      expect(fields.map(({ label, element, optional }) => [label?.text, element?.type, optional])).toEqual([
        ['address', 'plain_text_input', true],
        ['amount', 'number_input', false],
        ['currency', 'static_select', true],
        ['express', 'static_select', true],
        ['note', 'plain_text_input', true],
        ['order', 'plain_text_input', false],
        ['pieces', 'number_input', true],
      ]);
      const filled = fields.map(({ element }) => element?.initial_value ?? null);
      expect(filled).toEqual(['{\n  "city": "Ulm"\n}', '49.5', null, null, 'line one\nline two', 'ORD-1', null]);
      const long = fields.map(({ element }) => element?.multiline ?? null);
      expect(long).toEqual([true, null, null, null, true, false, null]);
      expect(shownText(view)).toContain('password stays as it is (sealed).');
      expect(shownText(view)).not.toContain('s1');
    });

    it('makes a worker’s job of the changed arguments; what was not touched stays to the letter', async () => {
      const values = {
        [block('amount')]: '20',
        [block('pieces')]: '2',
        [block('express')]: '1',
        [block('currency')]: null,
      };
      expect((await submit(values)).shown).toBe('closed');

      const { currency: _, ...rest } = args;
      expect((await read(card))?.edit).toEqual({
        account: personOf('U0MARCO'),
        arguments: { ...rest, amount: 20, pieces: 2, express: false },
      });
      expect(porch.added).toEqual([{ name: 'edit', data: { tenant, approval: card.id } }]);
      expect(await state(card)).toBe('open');
    });

    it('shows each fault at its field, and asks for nothing', async () => {
      const values = { [block('order')]: 'order one', [block('amount')]: '501', [block('address')]: '{"city": 7}' };
      expect((await submit(values)).shown).toBe('errors');

      const { errors, id } = await porch.form('U0MARCO', card);
      expect(Object.keys(errors).sort()).toEqual([block('order'), block('amount'), block('address')].sort());
      expect(errors[block('amount')]).toBe('amount must be at most 500.');
      expect((await read(card))?.edit).toBeNull();
      expect(jobNames()).toEqual([]);
      const broken = { [block('address')]: '{"city"' };
      await porch.slack.submitView({ user: 'U0MARCO', view_id: id, values: broken });
      expect((await porch.form('U0MARCO', card)).errors).toEqual({ [block('address')]: 'This is not valid JSON.' });
    });

    it('refuses numbers that would not arrive as they were written, and keys that no tool takes', async () => {
      expect((await submit({ [block('pieces')]: '9007199254740993' })).shown).toBe('errors');
      expect((await porch.form('U0MARCO', card)).errors[block('pieces')]).toContain('too large to be exact');
      expect((await submit({ [block('address')]: '{"city":"Ulm","__proto__":{}}' })).shown).toBe('errors');
      expect((await submit({ [block('address')]: '{"city":"Ulm","city":"Rom"}' })).shown).toBe('errors');
      expect((await read(card))?.edit).toBeNull();
    });

    it('in which nothing is changed asks for nothing', async () => {
      expect((await submit({})).shown).toBe('errors');
      expect(Object.values((await porch.form('U0MARCO', card)).errors)).toEqual([
        'Nothing is changed yet: change something, or cancel.',
      ]);
      expect((await read(card))?.edit).toBeNull();
    });

    it('that comes after a decision, or after another’s change, says so', async () => {
      await approve(porch.records.db, card.id, 'U0ZOE');
      expect((await submit({ [block('amount')]: '20' })).shown).toBe('updated');
      expect(wordIn('U0MARCO')).toContain('approved this');

      const details = { schema, secret: ['password'], sealed: ['s1'] };
      const other = await porch.card({ canonical: JSON.stringify(args), details }, approveButtons);
      await porch.click(other, 'U0ZOE', 'approval.edit');
      const { id } = await porch.form('U0ZOE', other);
      const by = { person: 'Pia', account: 'slack:U0PIA' };
      await requestEdit(porch.records.db, tenant, { approval: other.id, ...by, arguments: { amount: 9 } });
      const late = await porch.slack.submitView({ user: 'U0ZOE', view_id: id, values: { [block('amount')]: '20' } });
      expect(late.shown).toBe('updated');
      expect((await read(other))?.edit).toMatchObject({ account: 'slack:U0PIA' });
    });

    it('does not open where nothing can be changed', async () => {
      const bare = await porch.card({ details: { schema: { type: 'object' } } }, approveButtons);
      await porch.click(bare, 'U0PRIYA', 'approval.edit');
      expect(await porch.privateNoteTo('U0PRIYA')).toContain('Nothing in this request can be changed here');
    });
  });

  describe('the Home tab and the command', () => {
    const homeOf = (user: string) => shownText(porch.slack.home(user) ?? '');

    it('list what one may sign and what one asked for, to the one who looks', async () => {
      await porch.records.sql(
        "update countersign.approvals set state = 'expired', edit = null, due_at = null where state = 'open'",
      );
      const theirs = await porch.card({ canonical: '{"amount":70}' }, approveButtons);
      await porch.slack.openHome('U0MARCO');
      const home = await until(
        () => (homeOf('U0MARCO').includes('amount: 70') ? homeOf('U0MARCO') : undefined),
        'the Home tab',
      );
      expect(home).toContain('Waiting for you');
      await porch.slack.openHome('U0AUDIT');
      expect(shownText(await until(() => porch.slack.home('U0AUDIT'), 'the Home tab'))).toContain(
        'Nothing is waiting for you',
      );
      await porch.slack.openHome('U0LISA');
      const hers = await until(
        () => (homeOf('U0LISA').includes('amount: 70') ? homeOf('U0LISA') : undefined),
        'the Home tab',
      );
      expect(hers).toContain('Nothing is waiting for you');

      await porch.click(theirs, 'U0MARCO', 'approval.approve');
      await until(() => homeOf('U0MARCO').includes('Nothing is waiting') || undefined, 'the new Home tab');
      await until(() => homeOf('U0LISA').includes('running now') || undefined, 'the new Home tab of who asked');
    });

    it('says how things are, to who asks only', async () => {
      await porch.card({ canonical: '{"amount":71}' }, approveButtons);
      const before = porch.slack.ephemerals('U0MARCO').length;
      const asked = await porch.slack.command({ user: 'U0MARCO', channel: room, text: '/countersign' });
      expect(asked.shown).toBe('done');
      const answer = await until(() => porch.slack.ephemerals('U0MARCO')[before], 'the answer');
      expect(shownText(answer.blocks)).toContain('amount: 71');
      expect(shownText(answer.blocks)).toContain('database: up');
      expect(porch.slack.messages(room).every(({ text }) => text === 'a card')).toBe(true);
    });

    it('take as many as there may be', async () => {
      for (let made = 0; made < 25; made += 1) {
        await porch.card({ canonical: JSON.stringify({ made, text: 'y'.repeat(900) }) }, approveButtons);
      }
      await porch.slack.openHome('U0MARCO');
      await until(() => /and \d+ more/.test(homeOf('U0MARCO')) || undefined, 'the Home tab');
      const before = porch.slack.ephemerals('U0MARCO').length;
      await porch.slack.command({ user: 'U0MARCO', channel: room, text: '/countersign' });
      const answer = await until(() => porch.slack.ephemerals('U0MARCO')[before], 'the answer');
      expect(shownText(answer.blocks)).toMatch(/and \d+ more/);
    });
  });
});

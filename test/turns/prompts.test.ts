import { afterEach, describe, expect, it } from 'vitest';
import type { Desk } from '../../core/desk/types.ts';
import { until } from '../support/app.ts';
import { approveButtons, type DoorKind, desk, openPorch, type Porch, personOf } from '../support/clicks.ts';

const method = 'assistant.threads.setSuggestedPrompts';
const long = 'Refund forty dollars of the order that Lisa Park placed last week, because the clasp is loose';
const jewelry: Desk = {
  ...desk,
  examples: ['Who is Lisa Park?', long, 'x'.repeat(100), 'Which rings\n are low?', 'Where is ORD-1015?'],
};
const bank: Desk = {
  ...desk,
  name: 'bank',
  title: 'Bank <!here>',
  slack: { ...desk.slack, channels: ['C0BANK', 'C0STORE'], directMessages: false },
  examples: ['What is the balance of *all* <!channel> & <@U0LISA>?'],
};

let porch: Porch;
const start = async (kind: DoorKind, desks: Desk[]) => {
  porch = await openPorch(kind, { desks });
  return porch.slack;
};
afterEach(() => porch.close());

const offers = () => porch.slack.ledger.filter((row) => row.method === method);
const opens = async (user = 'U0LISA') => {
  const { attempts } = await porch.slack.openHome(user, 'messages');
  expect(attempts).toMatchObject([{ status: 200 }]);
};
const offered = (times: number) => until(() => offers().length >= times || undefined, `${times} offers`);
const calm = () => new Promise((resolve) => setTimeout(resolve, 200));

describe.each<DoorKind>(['http', 'socket'])('who opens the Messages tab, by %s', (kind) => {
  it('is offered what the desk of direct messages can be asked, once', async () => {
    const slack = await start(kind, [bank, jewelry]);
    await slack.openHome('U0LISA');
    await calm();
    expect(offers()).toEqual([]);
    await opens();
    await offered(1);
    expect(slack.prompts('U0LISA')).toEqual({
      title: 'What you can ask',
      prompts: [
        { title: 'Who is Lisa Park?', message: 'Who is Lisa Park?' },
        { title: 'Refund forty dollars of the order that Lisa Park placed…', message: long },
        { title: `${'x'.repeat(59)}…`, message: 'x'.repeat(100) },
        { title: 'Which rings are low?', message: 'Which rings\n are low?' },
      ],
    });
    expect(offers()[0]?.args).not.toHaveProperty('thread_ts');

    await opens();
    await slack.openHome('U0LISA');
    await opens('U0MARCO');
    await offered(2);
    await calm();
    expect(offers()).toHaveLength(2);
    expect(slack.prompts('U0MARCO')).toEqual(slack.prompts('U0LISA'));
  });

  it('is not troubled when Slack refuses, and is offered it at the next opening', async () => {
    const slack = await start(kind, [jewelry]);
    slack.fault(method, { kind: 'error', error: 'internal_error' });
    await opens();
    await offered(1);
    await calm();
    expect(slack.prompts('U0LISA')).toBeUndefined();
    await opens();
    await until(() => slack.prompts('U0LISA'), 'the prompts');
  });

  it('says one of them and is heard', async () => {
    const slack = await start(kind, [jewelry]);
    await opens();
    const { prompts } = await until(() => slack.prompts('U0LISA'), 'the prompts');
    await slack.say({ user: 'U0LISA', channel: slack.openDm('U0LISA'), text: prompts[0]!.message });
    await until(() => porch.added.find(({ name }) => name === 'turn'), 'a turn');
  });
});

it.each([
  ['the desk of direct messages has no examples', [bank, { ...jewelry, examples: [] }]],
  ['no desk answers direct messages', [bank]],
])('nothing is offered where %s', async (_what, desks) => {
  await start('http', desks);
  await opens();
  await calm();
  expect(offers()).toEqual([]);
});

describe('what can be asked stands', () => {
  const texts = (blocks: unknown) =>
    (blocks as { type: string; text?: { text: string }; elements?: { text: string }[] }[]).map(
      ({ text, elements }) => text?.text ?? elements?.[0]?.text,
    );
  const homeOf = async (user: string) => {
    await porch.slack.openHome(user);
    const home = await until(() => porch.slack.home(user), 'the Home tab');
    return home.blocks as { type: string; text?: { type: string } }[];
  };
  const answer = async (channel: string) => {
    const before = porch.slack.ephemerals('U0LISA').length;
    await porch.slack.command({ user: 'U0LISA', channel, text: '/countersign' });
    return texts((await until(() => porch.slack.ephemerals('U0LISA')[before], 'the answer')).blocks);
  };

  it('in the Home tab, by desk and place', async () => {
    const quiet = { ...bank, name: 'quiet', slack: { ...bank.slack, channels: [] } };
    await start('socket', [bank, jewelry, quiet]);
    const blocks = await homeOf('U0LISA');

    expect(texts(blocks).slice(3)).toEqual([
      'What you can ask',
      'Bank <!here>\n• What is the balance of *all* <!channel> & <@U0LISA>?',
      'ask in <#C0BANK>, <#C0STORE>; not in direct messages',
      expect.stringMatching(
        /^Jewelry\n• Who is Lisa Park\?\n• Refund .*\n• x+\n• Which rings are low\?\n• Where is ORD-1015\?$/,
      ),
      'ask in every other channel that I am in, direct messages',
    ]);
    expect(blocks.filter(({ type }) => type === 'section').map(({ text }) => text?.type)).toEqual([
      'plain_text',
      'plain_text',
    ]);
  });

  it('in the Home tab as far as there is room', async () => {
    const channels = Array.from({ length: 25 }, (_, at) => `C0ROOM${at}`);
    const examples = Array.from({ length: 20 }, () => 'y'.repeat(200));
    const large = { ...bank, title: 't'.repeat(400), slack: { ...bank.slack, channels }, examples };
    await start('http', [...Array.from({ length: 8 }, (_, at) => ({ ...large, name: `d${at}` })), jewelry]);
    const shown = texts(await homeOf('U0LISA'));

    expect(shown.at(-1)).toBe('and 2 more');
    expect(shown.filter((text) => text?.endsWith('<#C0ROOM19>, 5 more; not in direct messages'))).toHaveLength(7);
    expect(shown.filter((text) => /y\nand 8 more$/.test(text ?? ''))).toHaveLength(7);
  });

  it('beside full lists, within what Slack takes', async () => {
    const large = { ...jewelry, examples: Array.from({ length: 20 }, () => 'y'.repeat(200)) };
    await start('http', [large, ...Array.from({ length: 8 }, (_, at) => ({ ...large, name: `d${at}` }))]);
    for (let made = 0; made < 24; made += 1) {
      const canonical = JSON.stringify({ made, text: 'y'.repeat(900) });
      for (const user of ['U0LISA', 'U0MARCO']) await porch.card({ canonical, by: personOf(user) }, approveButtons);
    }
    const blocks = await homeOf('U0LISA');

    expect(blocks).toHaveLength(100);
    expect(texts(blocks).at(-1)).toBe('and 2 more');
    const answered = await answer('C0GENERAL');
    expect(answered.filter((text) => /^and \d+ more$/.test(text ?? ''))).toHaveLength(2);
    expect(answered).toContainEqual(expect.stringMatching(/^Jewelry\n• y+\n• y+\nand 18 more$/));
  });

  it('in the Home tab of a desk that is alone in all channels', async () => {
    await start('http', [jewelry]);
    expect(texts(await homeOf('U0LISA'))).toContain('ask in every channel that I am in, direct messages');
  });

  it('in the answer to /countersign, of the desk that answers there', async () => {
    const shared = { ...jewelry, slack: { ...jewelry.slack, directMessages: false } };
    const slack = await start('http', [{ ...bank, slack: { ...bank.slack, directMessages: true } }, shared]);
    for (const channel of ['C0BANK', slack.openDm('U0LISA')]) {
      const shown = await answer(channel);
      expect(shown).toContain('What you can ask here');
      expect(shown).toContainEqual(expect.stringMatching(/^Bank <!here>\n• What is the balance/));
    }
    expect(await answer('C0GENERAL')).toContainEqual(expect.stringMatching(/^Jewelry\n• Who is Lisa Park\?\n/));
  });

  it('in no answer where nobody answers, or where there are no examples', async () => {
    const slack = await start('http', [
      bank,
      { ...jewelry, slack: { ...jewelry.slack, channels: ['C0HELPDESK'] }, examples: [] },
    ]);
    for (const channel of ['C0GENERAL', 'C0HELPDESK', slack.openDm('U0LISA')]) {
      expect(await answer(channel)).not.toContain('What you can ask here');
    }
  });
});

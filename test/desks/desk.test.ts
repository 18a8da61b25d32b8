import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { deskForChannel, deskForDirectMessages, readDesks } from '../../core/desk/desks.ts';
import { startShopApp } from '../support/shop-app.ts';

const plain = `title: Shop
instructions: help.md
slack:
  channels: "*"
tools:
  shop:
    look_up: { effect: read, rule: allow }
`;

/** Reads a folder with these desks, and gives the faults with the folder cut away. */
function read(files: Record<string, string>) {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-desks-'));
  writeFileSync(join(folder, 'help.md'), 'Help.');
  writeFileSync(join(folder, 'empty.md'), ' \n');
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  const desks = readDesks(folder);
  return desks.kind === 'ok'
    ? desks
    : { ...desks, lines: desks.lines.map((line) => line.replaceAll(`${folder}/`, '')) };
}

const faultsOf = (text: string) => {
  const desks = read({ 'shop.yaml': text });
  return desks.kind === 'ok' ? [] : desks.lines;
};

describe('a desk', () => {
  it('that says the least has careful defaults', () => {
    const desks = read({ 'shop.yaml': plain.replace('{ effect: read, rule: allow }', '{ rule: allow }') });

    expect(desks).toMatchObject({
      kind: 'ok',
      desks: [
        {
          name: 'shop',
          instructions: 'Help.',
          slack: { channels: '*', directMessages: false, followUps: true, bots: [] },
          roles: new Map(),
          approvals: { channel: undefined, hours: 24, escalateTo: undefined, signers: [] },
          quotas: [],
          rate: undefined,
          customers: { kind: 'principal' },
          limits: { steps: 12, tokens: 100_000, seconds: 240, toolSeconds: 30 },
        },
      ],
    });
    expect(desks.kind === 'ok' && [...desks.desks[0]!.tools]).toEqual([
      ['shop__look_up', { effect: 'once', rule: 'allow', when: [], quorum: 1, own: false, edited: true, first: [] }],
    ]);
  });

  it('rules a tool by the name that its server gives it, however models see that name', () => {
    const desks = read({ 'shop.yaml': plain.replace('look_up', 'files.read') });
    expect(desks.kind === 'ok' && [...desks.desks[0]!.tools.keys()]).toEqual([
      expect.stringMatching(/^shop__files_read_\w{8}$/),
    ]);
  });

  it.each<[string, string, string]>([
    ['an unknown key', `${plain}rules: {}\n`, 'shop.yaml:8: rules is not known here; correct its name or remove it'],
    [
      'an unknown key further in',
      plain.replace('channels: "*"', 'channels: "*"\n  folow_ups: true'),
      'shop.yaml:5: slack.folow_ups is not known here; correct its name or remove it',
    ],
    [
      'a bad rule',
      plain.replace('allow', 'sure'),
      'shop.yaml:7: tools.shop.look_up.rule must be one of allow, confirm, approve, deny',
    ],
    [
      'a bad effect',
      plain.replace('read', 'write'),
      'shop.yaml:7: tools.shop.look_up.effect must be one of read, keyed, once',
    ],
    [
      'a tool without a rule',
      plain.replace(', rule: allow', ''),
      'shop.yaml:7: tools.shop.look_up.rule must be one of allow, confirm, approve, deny',
    ],
    ['a missing key', plain.replace('title: Shop\n', ''), 'shop.yaml:1: title is missing; add it'],
    ['an empty one', plain.replace('title: Shop', 'title: ""'), 'shop.yaml:1: title is empty; write something there'],
    ['a value of another type', plain.replace('Shop', '[1]'), 'shop.yaml:1: title must be of type string'],
    ['nothing', '', 'shop.yaml:1: a desk has title, instructions, slack and tools; write them'],
    [
      'a channel by its name',
      plain.replace('"*"', '["#general"]'),
      'shop.yaml:4: slack.channels.0 is no id of a channel, such as C0123ABCD; copy it from Slack',
    ],
    [
      'channels that are no list',
      plain.replace('"*"', 'everywhere'),
      'shop.yaml:4: slack.channels must be "*" or a list of ids of channels, such as [C0123ABCD]',
    ],
    [
      'instructions that are not there',
      plain.replace('help.md', 'halp.md'),
      'shop.yaml:2: instructions names halp.md, which is missing or empty; write there what the desk is to do',
    ],
    [
      'empty instructions',
      plain.replace('help.md', 'empty.md'),
      'shop.yaml:2: instructions names empty.md, which is missing or empty; write there what the desk is to do',
    ],
    [
      'a server’s tool among the local ones',
      `${plain}local:\n  shop__pay: { rule: allow }\n`,
      'shop.yaml:9: local.shop__pay belongs under tools, below the name of its server',
    ],
    [
      'a server that can have no such name',
      plain.replace('shop:', 'My_Shop:'),
      'shop.yaml:6: tools.My_Shop is no name that a server can have; correct it',
    ],
    ['a limit that is none', `${plain}limits:\n  steps: 0\n`, 'shop.yaml:9: limits.steps must be 1 or more'],
    [
      'a broken pattern',
      `${plain}entities:\n  - { kind: x, pattern: '(' }\n`,
      'shop.yaml:9: entities.0.pattern cannot be used as a pattern (Invalid regular expression: /(/u: Unterminated group); correct it',
    ],
    [
      'a pattern that is everywhere',
      `${plain}entities:\n  - { kind: x, pattern: 'a*' }\n`,
      'shop.yaml:9: entities.0.pattern fits the empty text; demand at least one character',
    ],
    [
      'a spoken form without its written one',
      `${plain}entities:\n  - { kind: x, pattern: 'a', spoken: 'b' }\n`,
      'shop.yaml:9: entities.0 needs spoken and form, or neither; add the other one',
    ],
    [
      'a spoken form without a group',
      `${plain}entities:\n  - { kind: x, pattern: 'a', spoken: 'b', form: 'c' }\n`,
      'shop.yaml:9: entities.0.spoken needs a group; put the part that goes into form in ( )',
    ],
    [
      'digits of what is not spoken',
      `${plain}entities:\n  - { kind: x, pattern: 'a', digits: 3 }\n`,
      'shop.yaml:9: entities.0.digits needs spoken and form; add them',
    ],
    ['a key twice', `${plain}title: Again\n`, 'shop.yaml:8: Map keys must be unique; remove or rename one of the two'],
    [
      'a text with a colon in it',
      plain.replace('title: Shop', 'title: Shop: ours'),
      "shop.yaml:1: Nested mappings are not allowed in compact mappings; put a text with a colon in it in quotes, such as 'one: two'",
    ],
    [
      'a text with a mark at its beginning',
      plain.replace('title: Shop', 'title: @shop'),
      'shop.yaml:1: Plain value cannot start with reserved character @; put a text that has this in it in quotes',
    ],
    [
      'more tools than a model takes',
      `${plain}${Array.from({ length: 128 }, (_, i) => `    t${i}: { rule: allow }\n`).join('')}`,
      'shop.yaml:5: tools lists 129 tools and models take 128; make two desks of it',
    ],
  ])('with %s is told apart by file, line and remedy', (_what, text, line) => {
    expect(faultsOf(text)).toContain(line);
  });

  it('with several faults is told all of them', () => {
    expect(faultsOf(plain.replace('allow', 'sure').replace('title: Shop\n', ''))).toHaveLength(2);
  });

  it.each(['Shop.yaml', 'my shop.yaml', 'shop.yml'])('named %s is to be renamed', (name) => {
    expect(read({ [name]: plain })).toMatchObject({
      lines: [`${name}: rename it: a desk's file has lower-case letters, digits and hyphens, and ends in .yaml`],
    });
  });
});

describe('several desks', () => {
  const named = plain.replace('"*"', '[C01, C02]');

  it('answer where they are named, before the one that answers everywhere', () => {
    const desks = read({ 'a.yaml': plain, 'b.yaml': named.replace('channels:', 'direct_messages: true\n  channels:') });
    if (desks.kind === 'broken') throw new Error(desks.lines.join('\n'));

    expect(deskForChannel(desks.desks, 'C02')?.name).toBe('b');
    expect(deskForChannel(desks.desks, 'C09')?.name).toBe('a');
    expect(deskForDirectMessages(desks.desks)?.name).toBe('b');
  });

  it('that want the same are told which', () => {
    const direct = (text: string) => text.replace('channels:', 'direct_messages: true\n  channels:');

    expect(read({ 'a.yaml': plain, 'b.yaml': plain })).toMatchObject({
      lines: ['b.yaml:4: all other channels ("*") belong to a.yaml already; remove them from one of the two'],
    });
    expect(read({ 'a.yaml': named, 'b.yaml': named.replace('C01', 'C03') })).toMatchObject({
      lines: ['b.yaml:4: messages in C02 belong to a.yaml already; remove them from one of the two'],
    });
    expect(read({ 'a.yaml': direct(plain), 'b.yaml': direct(named) })).toMatchObject({
      lines: ['b.yaml:4: direct messages belong to a.yaml already; remove them from one of the two'],
    });
  });

  it('that are none are asked for', () => {
    const line = 'there is no desk; write one there, such as jewelry.yaml';
    expect(read({})).toMatchObject({ lines: [expect.stringContaining(line)] });
    expect(readDesks('/no/such/folder')).toEqual({ kind: 'broken', lines: [`/no/such/folder: ${line}`] });
  });
});

it('a thread whose desk was taken away is told so, and no model is asked', async () => {
  const app = await startShopApp('postgres', () => ({ text: 'Hello.' }));
  try {
    const { thread_ts: thread } = await app.ask('hello');
    app.context.desks.splice(0, 1, { ...app.context.desks[0]!, name: 'other' });
    const before = app.model.ledger.length;

    expect((await app.ask('are you there?', { thread: thread! })).text).toContain('(shop) is no longer set up');
    expect(app.model.ledger).toHaveLength(before);
    expect((await app.ask('and in a new thread?')).text).toBe('Hello.');
  } finally {
    await app.close();
  }
});

import { stripVTControlCharacters } from 'node:util';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { prettyLine } from '../../core/pretty-line.ts';
import { channel, until } from '../support/app.ts';
import { type ShopApp, startShopApp } from '../support/shop-app.ts';

describe('the log at info', () => {
  let app: ShopApp;
  const lines: Record<string, unknown>[] = [];
  beforeAll(async () => {
    vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
      lines.push(JSON.parse(String(text)));
      return true;
    });
    app = await startShopApp(
      'postgres',
      ({ toolResults, lastUser }) =>
        toolResults.length > 0 || lastUser.includes('<outcome')
          ? { text: 'Told.' }
          : { calls: [{ name: 'shop__pay', arguments: { id: 'ORD-1', text: 'a private word' } }] },
      { change: { logLevel: 'info' } },
    );
  });
  afterAll(async () => {
    await app.close();
    vi.restoreAllMocks();
  });

  const said = (msg: string) => lines.filter((line) => line.msg === msg);
  const signedCall = () => said('a call ended').find(({ verdict }) => verdict === 'signed');

  it('has one line for each turn, call, card, decision and reply, and nothing of what was said', async () => {
    const { ts } = await app.slack.say({ user: 'U0LISA', channel, text: `<@${app.slack.botUserId}> pay` });
    const card = await until(() => app.slack.messages('C0APPROVALS').at(-1), 'the card');
    await app.slack.click({ user: 'U0PRIYA', channel: 'C0APPROVALS', ts: card.ts, action_id: 'approval.approve' });
    await app.slack.click({ user: 'U0MARCO', channel: 'C0APPROVALS', ts: card.ts, action_id: 'approval.approve' });
    await until(() => said('a turn ended').length === 2 || undefined, 'the turn that tells the outcome');
    await until(() => said('a delivery ended').length === 2 || undefined, 'both replies');
    await until(() => app.replies(channel, ts).length === 2 || undefined, 'both replies in the thread');

    const ids = { tenant: expect.any(String), desk: 'shop', ms: expect.any(Number) };
    const thread = expect.any(Number);
    expect(said('a turn ended')).toEqual([
      expect.objectContaining({ ...ids, thread, outcome: 'done', tokens: expect.any(Number) }),
      expect.objectContaining({ ...ids, thread, outcome: 'done' }),
    ]);
    const call = { ...ids, thread, tool: 'shop__pay', call: expect.any(String) };
    expect(said('a call ended')).toEqual([
      expect.objectContaining({ ...call, verdict: 'sign', outcome: 'ok' }),
      expect.objectContaining({ ...call, verdict: 'signed', outcome: 'ok' }),
    ]);
    const approval = signedCall()?.approval;
    const decision = { ...ids, approval, tool: 'shop__pay', verdict: 'approve' };
    expect(said('a person decided on an approval')).toEqual([
      expect.objectContaining({ approval, outcome: 'refused', by: expect.stringContaining('U0PRIYA') }),
      expect.objectContaining({ ...decision, outcome: 'approved', by: expect.stringContaining('U0MARCO') }),
    ]);
    expect(said('a card is delivered')).toContainEqual(
      expect.objectContaining({ ...ids, approval, kind: 'signers', state: 'open' }),
    );
    expect(said('a delivery ended')).toEqual(
      [1, 2].map(() => expect.objectContaining({ ...ids, thread, outcome: 'sent', messages: 1 })),
    );
    expect(JSON.stringify(lines)).not.toContain('a private word');
  });
});

describe('on a terminal', () => {
  const pretty = (line: object) =>
    stripVTControlCharacters(prettyLine(`${JSON.stringify({ time: Date.now(), ...line })}\n`));

  it('is the time, the words and the particulars', () => {
    const line = pretty({ level: 30, desk: 'shop', thread: 12, why: 'two words', msg: 'a turn ended' });
    expect(line).toMatch(/^\d\d:\d\d:\d\d a turn ended desk=shop thread=12 why="two words"\n$/);
  });

  it('shows where a fault was, below', () => {
    const err = { message: 'no luck', stack: 'Error: no luck\n    at here' };
    expect(pretty({ level: 50, err, msg: 'it failed' })).toMatch(
      / it failed {1,2}\n {2}Error: no luck\n {6}at here\n$/,
    );
  });

  it('cannot be steered by what others wrote', () => {
    const bell = '\u001b]0;owned\u0007';
    const line = prettyLine(JSON.stringify({ time: 0, level: 30, name: bell, err: { message: bell }, msg: bell }));
    expect(line).not.toContain('\u0007');
    expect(line).not.toContain('\u001b]');
  });

  it('leaves what is no line of the log as it is', () => {
    expect(prettyLine('something else\n')).toBe('something else\n');
  });
});

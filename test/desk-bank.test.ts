import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { saveEntry } from '../core/store/entries.ts';
import { fits, type Kept, keep } from '../mcp-servers/bank/passwords.ts';
import { type App, startApp, until } from './app.ts';
import { query } from './door.ts';
import type { Script, ScriptedRequest } from './fakes/model/server.ts';
import { tracesOf } from './tools/traces.ts';

const bank = 'C0BANK';
const room = 'C0APPROVALS';
const asked = 'newSecurePass123';

type Call = { tool: string; args: Record<string, unknown> };

/** What a model makes of the questions that the desk offers; it passes on what it hears, passwords and all. */
const script: Script = (request) => {
  const { lastUser, toolResults } = request;
  if (lastUser.includes('<outcome')) return { text: `Outcome: ${lastUser}` };
  const call = callFor(request);
  if (!call) return { text: `Heard: ${lastUser}` };
  const password = call.args.new_password;
  const echo = password === undefined ? '' : ` (the password is ${password})`;
  if (toolResults.length > 0) return { text: `${toolResults.map(({ content }) => content).join(' ')}${echo}` };
  return { calls: [{ name: `bank__${call.tool}`, arguments: call.args }] };
};

function callFor({ lastUser, messages }: ScriptedRequest): Call | undefined {
  const said = messages.filter(({ role }) => role === 'user').map(({ content }) => content);
  const named = said.join('\n').match(/\buser user_\d+/g);
  const mine = lastUser.includes('jordan') ? {} : { user_id: named?.at(-1)?.slice('user '.length) ?? 'user_001' };
  const [password] = /(?<=password to )\S+/.exec(lastUser.replace(/<\/message>/g, '')) ?? [];
  const [card] = /CARD-\d+/.exec(lastUser) ?? ['CARD-0001'];
  const calls: [about: RegExp, call: Call][] = [
    [/whose balance is (user_\d+)/, { tool: 'get_account_balance', args: { user_id: /user_\d+/.exec(lastUser)?.[0] } }],
    [/balance/, { tool: 'get_account_balance', args: mine }],
    [/password to/, { tool: 'change_password', args: { ...mine, new_password: password } }],
    [/transactions/, { tool: 'get_transactions', args: { ...mine, limit: 5 } }],
    [/\buser user_/, { tool: 'get_account_details', args: mine }],
    [/stolen/, { tool: 'deactivate_card', args: { ...mine, card_id: card, reason: 'stolen' } }],
    [/address/, { tool: 'update_address', args: { ...mine, ...harbor } }],
    [/issue/, { tool: 'report_issue', args: { ...mine, ...complaint } }],
  ];
  return calls.find(([about]) => about.test(lastUser))?.[1];
}

const harbor = {
  street: '12 Harbor Street',
  city: 'Portland',
  state: 'Oregon',
  postal_code: '97209',
  country: 'United States',
};
const complaint = {
  subject: 'Charged twice at Corner Coffee',
  description: 'Two payments on one morning',
  category: 'transaction',
};

describe('the desk of the bank', () => {
  let app: App;
  const printed: string[] = [];
  beforeAll(async () => {
    for (const stream of [process.stdout, process.stderr]) {
      vi.spyOn(stream, 'write').mockImplementation((chunk) => printed.push(String(chunk)) > 0);
    }
    app = await startApp('postgres', script, { logLevel: 'trace' });
    app.slack.addChannel(bank);
    app.slack.addUser('U0GUEST', { teamId: 'T0OTHER' });
  }, 60_000);
  afterAll(async () => {
    await app.close();
    vi.restoreAllMocks();
  });

  const questions = new Set<string>();
  const say = async (text: string, thread?: string) => {
    questions.add(text);
    const mention = thread ? text : `<@${app.slack.botUserId}> ${text}`;
    const where = thread ? { thread_ts: thread } : {};
    return (await app.slack.say({ user: 'U0LISA', channel: bank, text: mention, ...where })).ts;
  };
  const told = (thread: string, what: RegExp) =>
    until(
      () => app.replies(bank, thread).find(({ text, streaming }) => !streaming && what.test(text)),
      `${what} in the thread`,
    );
  const card = (where: string, ...words: string[]) =>
    until(
      () =>
        app.slack
          .messages(where)
          .find(({ blocks }) => words.every((word) => JSON.stringify(blocks ?? '').includes(word))),
      `a card with ${words}`,
    );
  const questionIn = (thread: string) =>
    until(
      () =>
        app.slack.messages(bank, thread).find(({ blocks }) => JSON.stringify(blocks ?? '').includes('approval.yes')),
      'the question',
    );
  const press = (ts: string, action: string) =>
    app.slack.click({ user: 'U0MARCO', channel: room, ts, action_id: action });
  const sql = <Row>(text: string) => query<Row & Record<string, unknown>>(app.ground.databaseUrl, text);
  const kept = async (user = 'user_001') => {
    const [row] = await sql<Kept & { version: number }>(
      `select version, cost_n as "costN", block_r as "blockR", parallel_p as "parallelP", salt, hash
         from bank.passwords where user_id = '${user}'`,
    );
    return row!;
  };

  it('tells the balance', async () => {
    const { text } = await told(await say("What's my account balance?"), /\$/);
    expect(text).toContain('user_001 (Alex Morgan) has $5,420.50');
  });

  it('offers the model no tool that runs at once and takes whatever was said, which may be a password', () => {
    const offered = app.model.ledger[0]?.body.tools?.map((tool) => tool.function.name) ?? [];
    expect(offered.length).toBeGreaterThan(0);
    expect(offered.filter((name) => !name.startsWith('bank__'))).toEqual([]);
  });

  it('shows the recent transactions, newest first', async () => {
    const { text } = await told(await say('Show me my recent transactions'), /\$/);
    expect(text).toMatch(/Amazon Purchase -\$89\.99.*Salary Deposit \$3,500\.00/s);
    expect(text).toContain('5 of 37 transactions of user_001');
  });

  it('goes over to another customer, and stays with them in that thread', async () => {
    const thread = await say('user user_002');
    await told(thread, /user_002 is Jordan Ellis/);
    await say("What's my account balance?", thread);
    await told(thread, /user_002 \(Jordan Ellis\) has \$19,068\.77 in all/);
  });

  it('changes a password that a manager signed for, which stands nowhere', async () => {
    const old = await keep('theOneBefore77');
    const hex = (bytes: Uint8Array) => `'\\x${Buffer.from(bytes).toString('hex')}'`;
    await sql(`update bank.passwords set salt = ${hex(old.salt)}, hash = ${hex(old.hash)} where user_id = 'user_001'`);
    const thread = await say(`Change my password to ${asked}`);
    const { ts, blocks } = await card(room, 'user_001', '••••••', '"approval.approve"');
    expect(JSON.stringify(blocks)).toContain('alex.morgan@example.com');
    await told(thread, /the password is ••••••/);
    expect(await fits('theOneBefore77', await kept())).toBe(true);

    await press(ts, 'approval.approve');
    await told(thread, /Outcome:.*is done/s);
    const now = await kept();
    expect([await fits(asked, now), await fits('theOneBefore77', now)]).toEqual([true, false]);

    const shown = [bank, room].flatMap((where) => app.slack.messages(where)).concat(app.replies(bank, thread));
    const ours = shown.filter(({ user }) => user === app.slack.botUserId);
    expect(ours.length).toBeGreaterThan(2);
    expect(JSON.stringify(ours)).not.toContain(asked);
    expect(await tracesOf(app.ground.databaseUrl, asked)).toEqual([]);
    expect(printed.length).toBeGreaterThan(5);
    expect(printed.filter((line) => line.includes(asked))).toEqual([]);
  });

  it('tells what a weak password lacks, which stands nowhere either', async () => {
    await told(await say('Change my password to tiny7Secret'), /new_password must NOT have fewer than 12/);
    const thread = await say('user user_004');
    await told(thread, /Samuel Okoye/);
    await say('Change my password to ILoveYou20262026', thread);
    const { ts } = await card(room, 'user_004', '"approval.approve"');
    await press(ts, 'approval.approve');
    await told(thread, /Outcome:.*everybody tries first/s);
    expect((await kept('user_004')).version).toBe(1);
    for (const weak of ['tiny7Secret', 'ILoveYou20262026']) {
      expect(await tracesOf(app.ground.databaseUrl, weak)).toEqual([]);
      expect(printed.filter((line) => line.includes(weak))).toEqual([]);
    }
  });

  it('changes nothing where the manager rejects it', async () => {
    const thread = await say('user user_003');
    await told(thread, /Mei Tanaka/);
    await say('Change my password to fourUnrelatedWords', thread);
    const { ts } = await card(room, 'user_003', '"approval.reject"');
    await press(ts, 'approval.reject');
    const form = await until(() => app.slack.openViews('U0MARCO').at(-1), 'the form for the reason');
    await app.slack.submitView({ user: 'U0MARCO', view_id: form.id, values: { reason: 'call her first' } });
    await told(thread, /Outcome:.*rejected.*call her first/s);
    expect((await kept('user_003')).version).toBe(1);
    expect(await tracesOf(app.ground.databaseUrl, 'fourUnrelatedWords')).toEqual([]);
  });

  it('deactivates a card on a yes in the thread, for good', async () => {
    const thread = await say('Deactivate my card, it was stolen');
    await card(
      bank,
      'CARD-0001',
      '"card: Visa debit ••••7734"',
      '"status: active"',
      'customer: Alex Morgan',
      'approval.yes',
    );
    await told(thread, /awaiting_confirmation/);
    expect(await sql("select status from bank.cards where id = 'CARD-0001'")).toEqual([{ status: 'active' }]);
    await say('yes', thread);
    await told(thread, /Outcome:.*confirmed and is done/s);
    expect(await sql("select status, deactivation_reason as why from bank.cards where id = 'CARD-0001'")).toEqual([
      { status: 'deactivated', why: 'stolen' },
    ]);
  });

  it.each([
    ["somebody else's", 'CARD-0003'],
    ['unknown', 'CARD-0999'],
  ])('asks nobody about a card that is %s', async (_, id) => {
    const thread = await say(`Deactivate ${id}, it was stolen`);
    await told(
      thread,
      new RegExp(`user_001 has no card ${id}; their cards are CARD-0001, CARD-0002\\b.*Nothing was done`),
    );
    expect(JSON.stringify(app.slack.messages(bank, thread))).not.toContain('approval.yes');
  });

  it('shows of a card that is deactivated already that it is', async () => {
    const thread = await say('Deactivate CARD-0002, it was stolen');
    const question = await questionIn(thread);
    expect(JSON.stringify(question.blocks)).toContain('"status: deactivated"');
    await told(thread, /awaiting_confirmation/);
    await say('no', thread);
    await told(thread, /deactivate_card is not done/);
  });

  it('keeps a manager who rewrote an address from signing it', async () => {
    const thread = await say('user user_005');
    await told(thread, /user_005 is/);
    await say('Update the address', thread);
    const first = await card(room, 'user_005', '12 Harbor Street', '"approval.edit"');
    await app.slack.click({ user: 'U0MARCO', channel: room, ts: first.ts, action_id: 'approval.edit' });
    const form = await until(() => app.slack.openViews('U0MARCO').at(-1), 'the form');
    const blocks = form.view.blocks as { block_id: string }[];
    const street = blocks.find((block) => /street/.test(JSON.stringify(block)))?.block_id ?? '';
    await app.slack.submitView({ user: 'U0MARCO', view_id: form.id, values: { [street]: '13 Harbor Street' } });

    const second = await card(room, 'user_005', '13 Harbor Street', '"approval.approve"');
    await press(second.ts, 'approval.approve');
    await until(() => app.slack.ephemerals('U0MARCO').find(({ text }) => /changed/.test(text)), 'the refusal');
    expect(await sql("select 1 from bank.users where street = '13 Harbor Street'")).toEqual([]);
    await app.slack.click({ user: 'U0PRIYA', channel: room, ts: second.ts, action_id: 'approval.approve' });
    await told(thread, /Outcome:.*is done/s);
  });

  it('moves a customer once a manager has seen the address before and signed', async () => {
    const thread = await say('Update my address to 12 Harbor Street, Portland, Oregon 97209, United States');
    const { ts } = await card(room, 'street now: 418 Alder Street', '12 Harbor Street');
    await press(ts, 'approval.approve');
    await told(thread, /Outcome:.*is done/s);
    expect(await sql("select street from bank.users where id = 'user_001'")).toEqual([{ street: '12 Harbor Street' }]);
  });

  it('opens an issue on a yes, and none on a no', async () => {
    for (const answer of ['no', 'yes']) {
      const thread = await say('Report an issue: I was charged twice at Corner Coffee');
      await told(thread, /awaiting_confirmation/);
      expect(JSON.stringify((await questionIn(thread)).blocks)).toContain('"customer: Alex Morgan"');
      await say(answer, thread);
      await told(thread, answer === 'yes' ? /Outcome:.*is done/s : /report_issue is not done/);
    }
    expect(await sql('select number, subject, category from bank.issues where number > 4')).toEqual([
      { number: 5, subject: complaint.subject, category: 'transaction' },
    ]);
  });

  it('was asked here whatever it offers to be asked', () => {
    const { examples = [] } = app.ground.desks.find(({ name }) => name === 'bank') ?? {};
    expect(examples.length).toBeGreaterThan(5);
    expect(examples.filter((example) => !questions.has(example))).toEqual([]);
  });

  describe('for a customer who writes', () => {
    let mails = 0;
    /** The door for mail is another's: here its entry is made as that door makes it, answered in a thread. */
    const mail = async (thread: string, text: string) => {
      const { db, bells } = app.ground;
      const sent = `${(Date.now() / 1000).toFixed(3)}${String(mails++).padStart(3, '0')}`;
      const saved = await saveEntry(db, app.slack.teamId, {
        source: 'email',
        externalId: `mail ${sent}`,
        channel: 'slack',
        address: `${bank}:${thread}`,
        desk: 'bank',
        principal: { kind: 'customer', id: 'jordan.ellis@example.com' },
        content: {
          text,
          author: 'jordan.ellis@example.com',
          place: { channel: bank, thread, user: 'U0GUEST', team: 'T0OTHER', asked: sent },
        },
        sentAt: sent,
        addressed: true,
        amid: false,
      });
      if (saved.kind === 'saved') bells.ring('turn', { tenant: app.slack.teamId, thread: saved.thread });
    };
    const begin = async () => (await app.slack.say({ user: 'U0GUEST', channel: bank, text: `A mail of ${mails}` })).ts;

    it('tells what is their own, and nothing of others', async () => {
      const thread = await begin();
      await mail(thread, "What's my account balance?");
      await told(thread, /user_002 \(Jordan Ellis\) has \$19,068\.77/);
      await mail(thread, 'whose balance is user_001?');
      await told(thread, /reaches only the asker's own records/);
    });

    it('changes their own password on their own yes', async () => {
      const thread = await begin();
      await mail(thread, 'change my password to anotherGoodOne55');
      await questionIn(thread);
      await told(thread, /awaiting_confirmation/);
      await mail(thread, 'yes');
      await until(async () => (await kept('user_002')).version === 2 || undefined, 'the change');
      expect(await fits('anotherGoodOne55', await kept('user_002'))).toBe(true);
      expect(await tracesOf(app.ground.databaseUrl, 'anotherGoodOne55')).toEqual([]);
    });
  });
});

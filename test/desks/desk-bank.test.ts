import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { saveEntry } from '../../core/records/entries.ts';
import { fits, type Kept, keep } from '../../mcp-servers/bank/passwords.ts';
import type { Script, ScriptedRequest } from '../fakes/model/server.ts';
import { type App, startApp, until } from '../support/app.ts';
import { atDesk, room } from '../support/at-desk.ts';
import { tracesOf } from '../tools/traces.ts';

const bank = 'C0BANK';
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
  const [, about] = /"my" mean user_id (user_\d+)/.exec(String(messages[0]?.content)) ?? [];
  const mine = about === undefined ? {} : { user_id: about };
  const [password] = /(?<=password to )\S+/.exec(lastUser.replace(/<\/message>/g, '')) ?? [];
  const [card] = /CARD-\d+/.exec(lastUser) ?? ['CARD-0001'];
  const calls: [about: RegExp, call: Call][] = [
    [/whose balance is (user_\d+)/, { tool: 'get_account_balance', args: { user_id: /user_\d+/.exec(lastUser)?.[0] } }],
    [/balance/, { tool: 'get_account_balance', args: mine }],
    [/password to/, { tool: 'change_password', args: { ...mine, new_password: password } }],
    [/transactions/, { tool: 'get_transactions', args: { ...mine, limit: 5 } }],
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

const property = z.object({
  type: z.string().optional(),
  enum: z.array(z.unknown()).optional(),
  pattern: z.string().optional(),
  format: z.string().optional(),
});
const schema = z.object({ properties: z.record(z.string(), property) });

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
  });
  afterAll(async () => {
    await app.close();
    vi.restoreAllMocks();
  });

  const desk = atDesk(() => app, bank);
  const { questions, ask, botSays, question, cardInRoom, press, refused, reject, edit, sql } = desk;
  const kept = async (user = 'user_001') => {
    const [row] = await sql<Kept & { version: number }>(
      `select version, cost_n as "costN", block_r as "blockR", parallel_p as "parallelP", salt, hash
         from bank.passwords where user_id = '${user}'`,
    );
    return row!;
  };

  it('tells the balance', async () => {
    const text = await botSays(await ask("What's my account balance?"), /\$/);
    expect(text).toContain('user_001 (Alex Morgan) has $5,420.50');
  });

  it('offers the model no tool of another server, and in what runs at once no words of its own but to search', () => {
    const { tools = new Map() } = app.context.desks.find(({ name }) => name === 'bank') ?? {};
    // The first turn of a worker does not wait for a tool server that is starting, and may go without tools.
    const request = app.model.ledger.findLast(({ body }) => body.tools);
    const offered = request?.body.tools?.map((tool) => tool.function) ?? [];
    expect(offered.map(({ name }) => name).toSorted()).toEqual([...tools.keys()].toSorted());
    const atOnce = offered.filter(({ name }) => tools.get(name)?.rule === 'allow');
    const words = atOnce.flatMap(({ name, parameters }) =>
      Object.entries(schema.parse(parameters).properties)
        .filter(([, { type, enum: choices, pattern, format }]) => type === 'string' && !choices && !pattern && !format)
        .map(([argument]) => `${name} ${argument}`),
    );
    expect(words.toSorted()).toEqual(['bank__get_account_details email', 'bank__get_transactions query']);
  });

  it('shows the recent transactions, newest first', async () => {
    const text = await botSays(await ask('Show me my recent transactions'), /\$/);
    expect(text).toMatch(/Amazon Purchase -\$89\.99.*Salary Deposit \$3,500\.00/s);
    expect(text).toContain('5 of 37 transactions of user_001');
  });

  it('goes over to another customer, and stays with them in that thread', async () => {
    const thread = await ask('user user_002');
    await botSays(thread, /Switched to user: user_002.*Jordan Ellis/s);
    await ask("What's my account balance?", { thread });
    await botSays(thread, /user_002 \(Jordan Ellis\) has \$19,068\.77 in all/);
  });

  it('goes back to the first customer on a reset, whoever was meant before', async () => {
    const thread = await ask('user user_002');
    await botSays(thread, /Switched to user: user_002.*Jordan Ellis/s);
    await ask('reset', { thread });
    await botSays(thread, /Conversation reset.*user_001 again/s);
    await ask("What's my account balance?", { thread });
    await botSays(thread, /user_001 \(Alex Morgan\) has \$5,420\.50/);
  });

  it('changes a password that a manager signed for, which stands nowhere', async () => {
    const old = await keep('theOneBefore77');
    const hex = (bytes: Uint8Array) => `'\\x${Buffer.from(bytes).toString('hex')}'`;
    await sql(`update bank.passwords set salt = ${hex(old.salt)}, hash = ${hex(old.hash)} where user_id = 'user_001'`);
    const thread = await ask(`Change my password to ${asked}`);
    const card = await cardInRoom(['user_001', '••••••', 'alex.morgan@example.com', '"approval.approve"']);
    await botSays(thread, /the password is ••••••/);
    expect(await fits('theOneBefore77', await kept())).toBe(true);

    await press('U0MARCO', 'approve', card);
    await botSays(thread, /Outcome:.*is done/s);
    const now = await kept();
    expect([await fits(asked, now), await fits('theOneBefore77', now)]).toEqual([true, false]);

    const shown = [bank, room].flatMap((where) => app.slack.messages(where)).concat(app.replies(bank, thread));
    const ours = shown.filter(({ user }) => user === app.slack.botUserId);
    expect(ours.length).toBeGreaterThan(2);
    expect(JSON.stringify(ours)).not.toContain(asked);
    expect(await tracesOf(app.context.databaseUrl, asked)).toEqual([]);
    expect(printed.length).toBeGreaterThan(5);
    expect(printed.filter((line) => line.includes(asked))).toEqual([]);
  });

  it('changes no password by the click of the manager who asked, or of who may not sign', async () => {
    const thread = await ask('user user_005', { user: 'U0MARCO' });
    await botSays(thread, /Switched to user: user_005/);
    await ask('Change my password to threeUnrelatedWords', { thread, user: 'U0MARCO' });
    const card = await cardInRoom(['user_005', '••••••', '"approval.approve"']);
    expect(await refused('U0MARCO', 'approve', card)).toContain('your own request');
    expect(await refused('U0LISA', 'approve', card)).toContain('can approve this');
    expect((await kept('user_005')).version).toBe(1);
    await reject('U0PRIYA', 'nobody asked for it', card);
    await botSays(thread, /Outcome:.*rejected/s);
  });

  it('tells what a weak password lacks, which stands nowhere either', async () => {
    await botSays(await ask('Change my password to tiny7Secret'), /new_password must NOT have fewer than 12/);
    const thread = await ask('user user_004');
    await botSays(thread, /Switched to user: user_004.*Samuel Okoye/s);
    await ask('Change my password to ILoveYou20262026', { thread });
    await press('U0MARCO', 'approve', await cardInRoom(['user_004', '"approval.approve"']));
    await botSays(thread, /Outcome:.*everybody tries first/s);
    expect((await kept('user_004')).version).toBe(1);
    for (const weak of ['tiny7Secret', 'ILoveYou20262026']) {
      expect(await tracesOf(app.context.databaseUrl, weak)).toEqual([]);
      expect(printed.filter((line) => line.includes(weak))).toEqual([]);
    }
  });

  it('changes nothing where the manager rejects it', async () => {
    const thread = await ask('user user_003');
    await botSays(thread, /Switched to user: user_003.*Mei Tanaka/s);
    await ask('Change my password to fourUnrelatedWords', { thread });
    await reject('U0MARCO', 'call her first', await cardInRoom(['user_003', '"approval.reject"']));
    await botSays(thread, /Outcome:.*rejected.*call her first/s);
    expect((await kept('user_003')).version).toBe(1);
    expect(await tracesOf(app.context.databaseUrl, 'fourUnrelatedWords')).toEqual([]);
  });

  it('deactivates a card on a yes in the thread, for good', async () => {
    const thread = await ask('Deactivate my card, it was stolen');
    const shown = ['CARD-0001', '"card: Visa debit ••••7734"', '"status: active"', 'customer: Alex Morgan'];
    const card = await question(thread, ...shown);
    await botSays(thread, /awaiting_confirmation/);
    expect(await refused('U0MARCO', 'yes', card)).toContain('Only the person who asked');
    expect(await sql("select status from bank.cards where id = 'CARD-0001'")).toEqual([{ status: 'active' }]);
    await ask('yes', { thread });
    await botSays(thread, /Outcome:.*confirmed and is done/s);
    expect(await sql("select status, deactivation_reason as why from bank.cards where id = 'CARD-0001'")).toEqual([
      { status: 'deactivated', why: 'stolen' },
    ]);
  });

  it.each([
    ["somebody else's", 'CARD-0003'],
    ['unknown', 'CARD-0999'],
  ])('asks nobody about a card that is %s', async (_, id) => {
    const thread = await ask(`Deactivate ${id}, it was stolen`);
    await botSays(
      thread,
      new RegExp(`user_001 has no card ${id}; their cards are CARD-0001, CARD-0002\\b.*Nothing was done`),
    );
    expect(JSON.stringify(app.slack.messages(bank, thread))).not.toContain('approval.yes');
  });

  it('shows of a card that is deactivated already that it is', async () => {
    const thread = await ask('Deactivate CARD-0002, it was stolen');
    await question(thread, '"status: deactivated"');
    await botSays(thread, /awaiting_confirmation/);
    await ask('no', { thread });
    await botSays(thread, /deactivate card .*is cancelled/s);
  });

  it('keeps a manager who rewrote an address from signing it', async () => {
    const thread = await ask('user user_005');
    await botSays(thread, /Switched to user: user_005/);
    await ask('Update the address', { thread });
    const first = await cardInRoom(['user_005', '12 Harbor Street', '"approval.edit"']);
    await edit('U0MARCO', /street/, '13 Harbor Street', first);
    const second = await cardInRoom(['user_005', '13 Harbor Street', '"approval.approve"']);
    expect(await refused('U0MARCO', 'approve', second)).toContain('You changed this request yourself');
    expect(await sql("select 1 from bank.users where street = '13 Harbor Street'")).toEqual([]);
    await press('U0PRIYA', 'approve', second);
    await botSays(thread, /Outcome:.*is done/s);
  });

  it('moves a customer once a manager has seen the address before and signed', async () => {
    const thread = await ask('Update my address to 12 Harbor Street, Portland, Oregon 97209, United States');
    const card = await cardInRoom(['street now: 418 Alder Street', '12 Harbor Street']);
    await press('U0MARCO', 'approve', card);
    await botSays(thread, /Outcome:.*is done/s);
    expect(await sql("select street from bank.users where id = 'user_001'")).toEqual([{ street: '12 Harbor Street' }]);
  });

  it('opens an issue on a yes, and none on a no', async () => {
    for (const answer of ['no', 'yes']) {
      const thread = await ask('Report an issue: I was charged twice at Corner Coffee');
      await botSays(thread, /awaiting_confirmation/);
      await question(thread, '"customer: Alex Morgan"');
      await ask(answer, { thread });
      await botSays(thread, answer === 'yes' ? /Outcome:.*is done/s : /report issue .*is cancelled/s);
    }
    expect(await sql('select number, subject, category from bank.issues where number > 4')).toEqual([
      { number: 5, subject: complaint.subject, category: 'transaction' },
    ]);
  });

  it('was asked here whatever it offers to be asked', () => {
    const { examples = [] } = app.context.desks.find(({ name }) => name === 'bank') ?? {};
    expect(examples.length).toBeGreaterThan(5);
    expect(examples.filter((example) => !questions.has(example))).toEqual([]);
  });

  describe('for a customer who writes', () => {
    let mails = 0;
    /** The door for mail is another's: here its entry is made as that door makes it, answered in a thread. */
    const mail = async (thread: string, text: string) => {
      const { db, jobs } = app.context;
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
      if (saved.kind === 'saved') jobs.add('turn', { tenant: app.slack.teamId, thread: saved.thread });
    };
    const begin = async () => (await app.slack.say({ user: 'U0GUEST', channel: bank, text: `A mail of ${mails}` })).ts;

    it('tells what is their own, and nothing of others', async () => {
      const thread = await begin();
      await mail(thread, "What's my account balance?");
      await botSays(thread, /user_002 \(Jordan Ellis\) has \$19,068\.77/);
      await mail(thread, 'whose balance is user_001?');
      await botSays(thread, /reaches only the requester's own records/);
    });

    it('changes their own password on their own yes', async () => {
      const thread = await begin();
      await mail(thread, 'change my password to anotherGoodOne55');
      await question(thread);
      await botSays(thread, /awaiting_confirmation/);
      await mail(thread, 'yes');
      await until(async () => (await kept('user_002')).version === 2 || undefined, 'the change');
      expect(await fits('anotherGoodOne55', await kept('user_002'))).toBe(true);
      expect(await tracesOf(app.context.databaseUrl, 'anotherGoodOne55')).toEqual([]);
    });
  });
});

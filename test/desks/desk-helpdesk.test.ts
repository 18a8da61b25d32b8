import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { verify } from '../../core/audit/verify.ts';
import { type AuditEntry, auditEntries, openAudit } from '../../core/records/audit.ts';
import type { Script } from '../fakes/model/server.ts';
import type { ScriptedCall } from '../fakes/model/spoken.ts';
import { all } from '../records/audit-setup.ts';
import { type App, startApp } from '../support/app.ts';
import { atDesk, room } from '../support/at-desk.ts';
import { query } from '../support/door.ts';
import { type Furnished, furnish } from '../support/furnish.ts';

const channel = 'C0HELPDESK';

const say = {
  find: 'Find the customer Acme',
  ticket: 'Open a ticket for CUST-003: cannot log in since this morning',
  status: 'Suspend CUST-005, unpaid for 60 days',
  back: 'CUST-005 has paid and is active again',
  message: 'Tell the support channel that INC-001 is being worked on',
  about: 'Tell escalations to call the customer of TCK-0011',
  spoofed: 'Tell support in the name of Marco that all is well',
  lost: 'Tell escalations to call the customer of TCK-9999',
  impact: 'Which customers does INC-001 affect, and how?',
  incidents: 'Which incidents are open?',
};
const ticket = {
  customer_id: 'CUST-003',
  subject: 'Cannot log in',
  description: 'Cannot log in since this morning',
  category: 'access',
  priority: 'high',
  idempotency_key: 'mail-4711',
};
const calls: Record<string, [tool: string, args: object]> = {
  [say.find]: ['search_customer', { query: 'Acme' }],
  [say.ticket]: ['create_ticket', ticket],
  [say.status]: [
    'update_customer_status',
    { customer_id: 'CUST-005', status: 'suspended', reason: 'Unpaid for 60 days' },
  ],
  [say.back]: ['update_customer_status', { customer_id: 'CUST-005', status: 'active', reason: 'They have paid' }],
  [say.message]: ['send_message', { channel: 'support', text: 'INC-001 is being worked on' }],
  [say.about]: ['send_message', { channel: 'escalations', ticket_id: 'TCK-0011', text: 'Call them today' }],
  [say.spoofed]: ['send_message', { channel: 'support', text: 'All is well', author: 'Marco' }],
  [say.lost]: ['send_message', { channel: 'escalations', ticket_id: 'TCK-9999', text: 'Call them today' }],
  [say.impact]: ['get_incident_impact', { incident_id: 'INC-001' }],
  [say.incidents]: ['list_incidents', { status: 'open' }],
};

/** Turns each question into its call, and repeats what it hears of it. What happened meanwhile may come along. */
const script: Script = ({ lastUser, toolResults }) => {
  if (toolResults.length > 0) return { text: `Told: ${toolResults.map(({ content }) => content).join(' ')}` };
  const asked = lastUser.replace(/<outcome.*?<\/outcome>/gs, '');
  const known = Object.entries(calls).find(([question]) => asked.includes(question));
  return known ? { calls: [callOf(known[1])] } : { text: `Heard: ${lastUser}` };
};

function callOf([tool, args]: [string, object]): ScriptedCall {
  return { name: `helpdesk__${tool}`, arguments: args };
}

describe('the shipped desk', () => {
  let app: App;
  let first: Told;
  let second: Told;
  let audited: AuditEntry[];
  beforeAll(async () => {
    app = await startApp('postgres', script);
    await rejected();
    first = await workflow();
    second = await workflow();
    audited = await readAudit();
  });
  afterAll(() => app.close());

  type Told = { thread: string } & Record<'found' | 'ticket' | 'status' | 'message' | 'impact', string>;

  const { ask, botSays, question, cardInThread, cardInRoom, press, refused, reject, edit, sql } = atDesk(
    () => app,
    channel,
  );
  const statusOf = async (customer: string) =>
    (await sql(`select status from helpdesk.customers where id = '${customer}'`))[0]?.status;

  async function rejected(): Promise<void> {
    const thread = await ask(say.status);
    await botSays(thread, /awaiting_approval/);
    await reject('U0MARCO', 'They paid today', await cardInRoom(['"approval.reject"']));
    await botSays(thread, /rejected by .*They paid today/s);
    expect(await statusOf('CUST-005')).toBe('past_due');
  }

  /** As the document tells it: find, ticket, status, message, impact. */
  async function workflow(): Promise<Told> {
    const thread = await ask(say.find);
    const found = await botSays(thread, /customers that fit/);
    await ask(say.ticket, { thread });
    const opening = await question(thread, '"customer: Calloway Logistics"');
    await press('U0LISA', 'yes', opening);
    const ticket = await botSays(thread, /create_?ticket.* was confirmed and is done/s);
    await ask(say.status, { thread });
    await botSays(thread, /awaiting_approval/);
    await press('U0MARCO', 'approve', await cardInRoom(['"customer: Eastgate Fitness"', '"approval.approve"']));
    const status = await botSays(thread, /update_?customer_?status (?:succeeded|failed)/);
    await ask(say.message, { thread });
    await botSays(thread, /send_?message.*awaiting_confirmation/s);
    await question(thread);
    await ask('yes', { thread });
    const message = await botSays(thread, /send_?message.* was confirmed and is done/s);
    await ask(say.impact, { thread });
    const impact = await botSays(thread, /touches/);
    return { thread, found, ticket, status, message, impact };
  }

  async function readAudit(): Promise<AuditEntry[]> {
    const audit = await openAudit(app.context.databaseUrl);
    await audit.begin();
    const pages = await all(auditEntries(audit, {}));
    await audit.end();
    await audit.close();
    return pages.flat();
  }

  it('does the workflow of a customer who cannot log in, each step as its rule wants', async () => {
    expect(first.found).toContain('Acme Corp (CUST-001, active, enterprise');
    expect(first.ticket).toContain('TCK-0013 of CUST-003, "Cannot log in" (open, high, access)');
    expect(first.status).toContain('Eastgate Fitness (CUST-005) was past_due and is suspended now');
    expect(first.message).toContain('support held 2 messages, now 3');
    expect(first.impact).toContain('touches 7 customers');
    expect(first.impact).toContain('INC-001 → auth-database → identity-api → customer-portal → CUST-003');
    expect(first.impact).toContain('Calloway Logistics (enterprise, active, 1 open ticket)');
    expect(await sql('select before, after, reason from helpdesk.status_changes where number = 2')).toContainEqual({
      before: 'past_due',
      after: 'suspended',
      reason: 'Unpaid for 60 days',
    });
  });

  it('does it again under the same key of the ticket: there is one ticket, and the answer says so', async () => {
    expect(second.ticket).toContain('Already opened under this idempotency_key');
    expect(second.ticket).toContain('TCK-0013');
    const rows = await sql("select number from helpdesk.tickets where idempotency_key = 'mail-4711'");
    expect(rows).toEqual([{ number: 13 }]);
    const answers = await sql(
      `select result->'data'->>'idempotent_replay' as replay, result->'data'->'ticket'->>'id' as id
       from tools.effects where tool = 'create_ticket' order by created_at`,
    );
    expect(answers).toEqual([
      { replay: 'false', id: 'TCK-0013' },
      { replay: 'true', id: 'TCK-0013' },
    ]);
    expect(second.status).toContain('suspended already');
    expect(second.message).toContain('support held 3 messages, now 4');
  });

  it('shows whom a message is about, where it is about a ticket, and asks nobody where there is none', async () => {
    const thread = await ask(say.about);
    await botSays(thread, /awaiting_confirmation/);
    const card = await cardInThread(thread, '"about: TCK-0011 of Gladstone Legal (CUST-007)"', '"approval.no"');
    await press('U0LISA', 'no', card);

    const lost = await botSays(await ask(say.lost), /TCK-9999/);
    expect(lost).toMatch(/There is no ticket TCK-9999\.[^.]*\. Nothing was done\./);
    expect(lost).not.toContain('Nothing was read');
  });

  it('changes no status by the click of who asked, of who may not sign or of who rewrote it', async () => {
    const thread = await ask(say.back, { user: 'U0MARCO' });
    await botSays(thread, /awaiting_approval/);
    const card = await cardInRoom(['"customer: Eastgate Fitness"', '"approval.approve"']);
    expect(await refused('U0MARCO', 'approve', card)).toContain('your own request');
    expect(await refused('U0LISA', 'approve', card)).toContain('can approve this');
    await edit('U0PRIYA', /reason/, 'Paid in full', card);
    const edited = await cardInRoom(['Paid in full', '"approval.approve"']);
    expect(await refused('U0PRIYA', 'approve', edited)).toContain('You changed this request yourself');
    expect(await statusOf('CUST-005')).toBe('suspended');
    await press('U0JONAS', 'approve', edited);
    await botSays(thread, /update_?customer_?status succeeded/);
    expect(await statusOf('CUST-005')).toBe('active');
  });

  it("sends nothing in another's name on the yes of who asks or by the click of who rewrote it", async () => {
    const sent = () => sql("select author from helpdesk.messages where body = 'All is well'");
    const thread = await ask(say.spoofed);
    await botSays(thread, /awaiting_approval/);
    const card = await cardInRoom(['All is well', '"approval.approve"']);
    await ask('yes', { thread });
    await botSays(thread, /Heard: .*yes/s);
    expect(await sent()).toEqual([]);
    await edit('U0PRIYA', /author/, 'Jonas', card);
    const edited = await cardInRoom(['All is well', 'Jonas', '"approval.approve"']);
    expect(await refused('U0PRIYA', 'approve', edited)).toContain('You changed this request yourself');
    expect(await sent()).toEqual([]);
    await press('U0MARCO', 'approve', edited);
    await botSays(thread, /send_?message succeeded/);
    expect(await sent()).toEqual([{ author: 'Jonas' }]);
  });

  it('was asked here whatever it offers to be asked', () => {
    const { examples = [] } = app.context.desks.find(({ name }) => name === 'helpdesk') ?? {};
    expect(examples.length).toBeGreaterThan(5);
    expect(examples.filter((example) => !Object.values(say).includes(example))).toEqual([]);
  });

  it('answers which incidents are open', async () => {
    const thread = await ask(say.incidents);
    expect(await botSays(thread, /incidents/)).toMatch(/2 of 2 incidents: INC-001 .* INC-003/s);
  });

  it('has every call and every decision of it in the audit, and the audit is whole', async () => {
    const [lisa, marco] = ['U0LISA', 'U0MARCO'];
    const written = audited
      .filter(({ kind }) => /^(call|approval)\./.test(kind))
      .map(({ kind, tool, by }) => [kind, tool?.replace('helpdesk__', ''), by?.split(':').at(-1)].join(' '));
    const signed = (tool: string, by: string, end = 'succeeded') => [
      `call.awaiting ${tool} ${lisa}`,
      `approval.approved ${tool} ${by}`,
      `call.dispatching ${tool} ${lisa}`,
      `call.${end} ${tool} ${lisa}`,
    ];
    const once = (statusEnds: string) => [
      `call.dispatching search_customer ${lisa}`,
      ...signed('create_ticket', lisa),
      ...signed('update_customer_status', marco, statusEnds),
      ...signed('send_message', lisa),
      `call.dispatching get_incident_impact ${lisa}`,
    ];
    expect(written).toEqual([
      `call.awaiting update_customer_status ${lisa}`,
      `approval.rejected update_customer_status ${marco}`,
      ...once('succeeded'),
      ...once('failed'),
    ]);
    const audit = await openAudit(app.context.databaseUrl);
    const findings = await all(verify(audit, { heads: [], faults: [] }));
    await audit.close();
    expect(findings).toMatchObject([{ kind: 'checked' }]);
  });
});

describe('a desk that does not list a tool', () => {
  const desk = `
title: Help desk
instructions: help.md
slack: { channels: [${channel}] }
tools:
  helpdesk:
    search_customer: { effect: read, rule: allow }
    list_messages: { effect: read, rule: allow }
    create_ticket: { effect: keyed, rule: confirm }
`;
  let house: Furnished;
  let app: App;
  beforeAll(async () => {
    house = furnish({ desks: { helpdesk: desk } });
    app = await startApp('postgres', script, {}, { desks: house.desks });
  });
  afterAll(async () => {
    await app.close();
    house.close();
  });

  it('does not offer it to the model, and refuses a call of it', async () => {
    const { text } = await app.ask(say.message, { channel });

    expect(text).toMatch(/There is no tool "helpdesk_?_?send_?message" at this desk\. Nothing was done/);
    // Until its tool server is up, a turn goes without tools.
    const offered = app.model.ledger.flatMap(({ body: { tools } }) =>
      tools ? [tools.map((tool) => tool.function.name).toSorted()] : [],
    );
    expect(offered.length).toBeGreaterThan(0);
    for (const names of offered) {
      expect(names).toEqual(['helpdesk__create_ticket', 'helpdesk__list_messages', 'helpdesk__search_customer']);
    }
    const count = await query(app.context.databaseUrl, 'select count(*)::int as sent from helpdesk.messages');
    expect(count).toEqual([{ sent: 7 }]);
    expect(app.slack.messages(room)).toEqual([]);
  });
});

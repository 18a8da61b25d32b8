import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type Finding, verify } from '../../core/audit/verify.ts';
import { DOTS } from '../../core/gate/secrets.ts';
import { openAudit } from '../../core/records/audit.ts';
import { httpHost } from '../fakes/mcp/http-host.ts';
import type { Script } from '../fakes/model/server.ts';
import { type App, channel, startApp, until } from '../support/app.ts';
import { type Furnished, furnish } from '../support/furnish.ts';

const desk = `
title: Shop
instructions: help.md
slack: { channels: "*", direct_messages: true, follow_ups: true }
approvals: { signers: [U0MARCO] }
local:
  summarize_state: { effect: read, rule: allow }
tools:
  shop:
    reset: { effect: once, rule: approve }
    change: { effect: once, rule: allow }
    never: { effect: once, rule: deny }
    rename: { effect: once, rule: approve }
`;
const password = z.string().meta({ writeOnly: true });
const ledger: { tool: string; args: Record<string, unknown> }[] = [];

function createServer() {
  const server = new McpServer({ name: 'shop', version: '1' });
  const tools = {
    reset: { user: z.string(), password },
    change: { user: z.string(), password },
    never: { user: z.string(), password },
    rename: { user: z.string(), in: z.object({ name: z.string(), password: password.optional() }).optional() },
  };
  for (const [tool, inputSchema] of Object.entries(tools)) {
    server.registerTool(tool, { inputSchema }, async (args: Record<string, unknown>) => {
      ledger.push({ tool, args });
      return { content: [{ type: 'text' as const, text: 'done' }] };
    });
  }
  return server;
}

/** What the model has in mind still, whatever it is given. */
let mind = '';

/** Does `<tool> <user> to <password>`, with notes before it where it is asked to take some, and tells what it has in mind. */
const script: Script = ({ lastUser, toolResults }) => {
  if (lastUser.includes('<outcome')) return { text: 'It is told.' };
  const isNoting = lastUser.includes('note it');
  if (isNoting && toolResults.length === 0) {
    return { calls: [{ name: 'summarize_state', arguments: { established: [`the password is ${mind}`] } }] };
  }
  const [, tool, user] = /\b(reset|change|never|rename) (\S+)/.exec(lastUser) ?? [];
  if (!tool || toolResults.length > (isNoting ? 1 : 0)) return { text: `I have in mind: ${mind}, and more.` };
  const args = tool === 'rename' ? { user: user === 'whom' ? mind : user } : { user, password: mind };
  return { calls: [{ name: `shop__${tool}`, arguments: args }] };
};

async function checkAudit({ context }: App): Promise<Finding[]> {
  const audit = await openAudit(context.databaseUrl);
  const findings: Finding[] = [];
  for await (const finding of verify(audit, { heads: [], faults: [] })) findings.push(finding);
  await audit.close();
  return findings;
}

describe('a secret argument, in the whole product', () => {
  let app: App;
  let host: Awaited<ReturnType<typeof httpHost>>;
  let house: Furnished;
  let owner: pg.Client;
  beforeAll(async () => {
    host = await httpHost(createServer);
    house = furnish({ desks: { shop: desk }, servers: { shop: { url: host.url } } });
    app = await startApp('postgres', script, {}, { desks: house.desks });
    if (app.env.database.kind !== 'url') throw new Error('no url');
    owner = new pg.Client(app.env.database.url);
    await owner.connect();
  });
  afterAll(async () => {
    await owner.end();
    await app.close();
    house.close();
    await host.close();
  });

  async function kept(literal: string): Promise<string[]> {
    const { rows } = await owner.query<{ name: string }>(
      "select table_name as name from information_schema.tables where table_schema = 'countersign'",
    );
    const found: string[] = [];
    for (const { name } of rows) {
      const sql = `select t::text from countersign.${name} t where position($1 in t::text) > 0`;
      found.push(...(await owner.query<{ t: string }>(sql, [literal])).rows.map(({ t }) => `${name}: ${t}`));
    }
    return found;
  }
  const audited = async (kind: string) =>
    (await owner.query('select content from countersign.audit_contents where kind = $1 order by id', [kind])).rows.map(
      ({ content }) => content,
    );
  const shown = (literal: string) =>
    [channel, 'C0APPROVALS'].flatMap((where) =>
      app.slack
        .messages(where)
        .flatMap((message) => [message, ...(message.ts ? app.replies(where, message.ts) : [])])
        .filter((message) => message.user === app.slack.botUserId && JSON.stringify(message).includes(literal)),
    );
  const cardFor = (user: string) =>
    until(
      () => app.slack.messages('C0APPROVALS').find((one) => JSON.stringify(one.blocks ?? '').includes(user)),
      `a card for ${user}`,
    );

  const send = (user: string, words: string, file: string, thread?: string) => {
    const sent = app.slack.upload({ user, name: 'accounts.csv', bytes: new TextEncoder().encode(file) });
    return app.slack.say({ user, channel, text: words, files: [sent.id], ...(thread ? { thread_ts: thread } : {}) });
  };

  it('that stands in a file is taken out of what is kept of the file, and of what the model is given later', async () => {
    mind = 'FileSecret42';
    const { ts } = await send('U0LISA', `<@${app.slack.botUserId}> reset finn`, 'name,password\nfinn,FileSecret42\n');
    expect(JSON.stringify((await cardFor('finn')).blocks)).toContain('(file: accounts.csv)');
    await until(() => app.replies(channel, ts).find(({ text }) => text.includes('in mind')), 'an answer');
    expect([await kept('FileSecret42'), shown('FileSecret42')]).toEqual([[], []]);
    expect(await kept(`finn,${DOTS}`)).toHaveLength(1);
  });

  it('beside it, a value that only a file holds is in the words of whoever uploaded that file', async () => {
    mind = 'dana.k';
    const { ts } = await send('U0MARCO', 'our accounts', 'name\ndana.k\n');
    await app.slack.say({ user: 'U0LISA', channel, thread_ts: ts, text: `<@${app.slack.botUserId}> rename whom` });
    await cardFor('dana.k');
    const { rows } = await owner.query(
      "select details->'origins'->'values'->'user' as of_user from countersign.approvals where canonical like '%dana.k%'",
    );
    const by = [{ kind: 'staff', id: `slack:${app.slack.teamId}:U0MARCO` }];
    expect(rows).toEqual([{ of_user: [expect.objectContaining({ kind: 'person', by })] }]);
  });

  it('of a call that waits is neither on its card, nor in the answer, nor in any record', async () => {
    mind = 'EchoSecret77';
    const answer = await app.ask('reset bob to EchoSecret77');
    const card = await cardFor('bob');
    expect(answer.text).toBe(`I have in mind: ${DOTS}, and more.`);
    expect(JSON.stringify(card.blocks)).toContain(`reset bob to ${DOTS}`);
    await app.slack.click({ user: 'U0MARCO', channel: 'C0APPROVALS', ts: card.ts, action_id: 'approval.approve' });
    await until(() => ledger.find(({ args }) => args.user === 'bob'), 'the call');

    expect(ledger.at(-1)).toEqual({ tool: 'reset', args: { user: 'bob', password: 'EchoSecret77' } });
    expect([await kept('EchoSecret77'), shown('EchoSecret77')]).toEqual([[], []]);
  });

  it('of a call that runs at once is not in what was noted before it', async () => {
    mind = 'NotedSecret88';
    await app.ask('change ann to NotedSecret88 and note it');

    expect(ledger.at(-1)).toEqual({ tool: 'change', args: { user: 'ann', password: 'NotedSecret88' } });
    const { rows } = await owner.query('select notes from countersign.threads where notes <> $1', ['']);
    expect(rows).toEqual([{ notes: `Established:\n- the password is ${DOTS}` }]);
    expect([await kept('NotedSecret88'), shown('NotedSecret88')]).toEqual([[], []]);
    expect(await checkAudit(app)).toEqual([expect.objectContaining({ kind: 'checked', erased: 1 })]);
    expect(await audited('audit.erased')).toMatchObject([
      { instead: [{ content: { tool: 'summarize_state', arguments: { established: [`the password is ${DOTS}`] } } }] },
    ]);
  });

  it('makes nobody forget what was signed before, nor who signed', async () => {
    mind = 'U0MARCO';
    const first = await app.ask('rename max please');
    const card = await cardFor('max');
    await app.slack.click({ user: 'U0MARCO', channel: 'C0APPROVALS', ts: card.ts, action_id: 'approval.approve' });
    await until(() => ledger.find(({ args }) => args.user === 'max'), 'the call');
    const before = await audited('approval.approved');

    await app.ask('never max to U0MARCO', { thread: first.thread_ts! });

    expect(before.at(-1)).toMatchObject({ by: expect.stringContaining('U0MARCO') });
    expect(await audited('approval.approved')).toEqual(before);
  });

  it('that came with an earlier message is in none of its thread', async () => {
    mind = 'TwoTurns9Secret';
    const first = await app.ask('my new password is TwoTurns9Secret, for whom I say later');
    await app.ask('reset zoe, please', { thread: first.thread_ts! });
    await cardFor('zoe');

    expect(await kept('TwoTurns9Secret')).toEqual([]);
  });

  it('of a call that is refused stays nowhere', async () => {
    mind = 'RefusedSecret5';
    await app.ask('never kim to RefusedSecret5');

    expect([await kept('RefusedSecret5'), shown('RefusedSecret5')]).toEqual([[], []]);
    expect(ledger.some(({ args }) => args.user === 'kim')).toBe(false);
  });

  it('cannot be typed into a form, where the call has none', async () => {
    await app.ask('rename carl');
    const card = await cardFor('carl');
    await app.slack.click({ user: 'U0MARCO', channel: 'C0APPROVALS', ts: card.ts, action_id: 'approval.edit' });
    const form = await until(() => app.slack.openViews('U0MARCO').at(-1), 'the form');

    expect(JSON.stringify(form)).toContain('in stays as it is (it may hold a secret).');
    expect(form.view.blocks).not.toContainEqual(expect.objectContaining({ block_id: 'argument.0' }));
  });
});

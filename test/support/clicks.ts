import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { SlackContext } from '../../bot/slack/context.ts';
import { openHttpDoor, openSocketDoor } from '../../bot/slack/door.ts';
import { openSlackApi } from '../../channels/slack/api/api.ts';
import { openSlackDirectory } from '../../channels/slack/directory.ts';
import { type Clock, systemClock } from '../../core/clock.ts';
import { everyoneAlone } from '../../core/desk/people.ts';
import type { Desk, ToolRule } from '../../core/desk/types.ts';
import { createLog } from '../../core/log.ts';
import type { JobName, JobQueue } from '../../core/queue/queue.ts';
import type { WorkspaceOptions } from '../../playground/slack/state-type.ts';
import { createWorkspace, type OpenView, type SlackWorkspace } from '../../playground/slack/workspace.ts';
import { desk as plainDesk } from '../approvals/approvals-desk.ts';
import { type Asked, ask, endTurn } from '../approvals/approvals-setup.ts';
import { openRecords, type Records, tenant } from '../crash/records.ts';
import { until } from './app.ts';

export type DoorKind = 'http' | 'socket';

/** The door in alone, over an honest Slack and real records; what it adds a job for stands in `added`. */
export type Porch = {
  records: Records;
  slack: SlackWorkspace;
  url: string;
  added: { name: JobName; data: object }[];
  /** Frozen, and shown with these buttons on a card of its own. */
  card(change: Parameters<typeof ask>[1], buttons: string[], where?: string, suffix?: string): Promise<Shown>;
  click(shown: Shown, user: string, action: string): ReturnType<SlackWorkspace['click']>;
  /** The form for an approval that opened for someone. */
  form(user: string, shown: Shown): Promise<OpenView>;
  /** What was said to someone alone since the last time that this was asked. */
  privateNoteTo(user: string): Promise<string>;
  close(): Promise<void>;
};
export type Shown = Asked & { ts: string; channel: string };

export const room = 'C0SIGN';
export const approveButtons = ['approval.approve', 'approval.reject', 'approval.edit'];
export const personOf = (user: string) => `slack:${tenant}:${user}`;

export async function openPorch(
  door: DoorKind,
  { clock = systemClock, desks = [desk], ...options }: WorkspaceOptions & { clock?: Clock; desks?: Desk[] } = {},
): Promise<Porch> {
  const records = await openRecords();
  const slack = createWorkspace({ teamId: tenant, ...options });
  slack.addChannel(room);
  slack.addUser('U0AUDIT');
  slack.addUser('U0ZOE');
  slack.addUser('U0GUEST', { teamId: 'T0THEIRS' });
  slack.addUserGroup('S0OPS', ['U0PRIYA']);
  const { apiUrl } = await slack.listen();
  const added: Porch['added'] = [];
  const parts = { ...(await partsOf(records, slack, apiUrl, added)), clock, desks };
  const opened = await openDoor(door, parts, slack, apiUrl);
  const heard = new Map<string, number>();
  return {
    records,
    slack,
    added,
    url: opened.url,
    async card(change, buttons, where = room, suffix = '') {
      const asked = await ask(records.db, {
        by: personOf('U0LISA'),
        ...change,
      });
      await endTurn(records.db, asked);
      const elements = buttons.map((action_id) => ({
        type: 'button',
        action_id,
        value: `${asked.id}${suffix}`,
        text: { type: 'plain_text', text: action_id },
      }));
      const blocks = [{ type: 'actions', elements }];
      const posted = await parts.api('chat.postMessage', { channel: where, text: 'a card', blocks });
      if (posted.kind !== 'ok') throw new Error(posted.kind);
      added.length = 0;
      return { ...asked, ts: String(posted.body.ts), channel: where };
    },
    click: ({ channel, ts, id }, user, action) => slack.click({ user, channel, ts, action_id: action, value: id }),
    form(user, { id }) {
      const isIts = ({ view }: OpenView) => String(view.private_metadata).includes(id);
      return until(() => slack.openViews(user).find(isIts), `a form for ${user}`);
    },
    async privateNoteTo(user) {
      const before = heard.get(user) ?? 0;
      const said = await until(() => slack.ephemerals(user)[before], `a word to ${user}`);
      heard.set(user, before + 1);
      return said.text;
    },
    async close() {
      await opened.close();
      await slack.close();
      await records.close();
    },
  };
}

async function partsOf(
  records: Records,
  slack: SlackWorkspace,
  apiUrl: string,
  added: Porch['added'],
): Promise<SlackContext> {
  const { botToken, botUserId, botId, teamId } = slack;
  const api = openSlackApi({ token: botToken, apiUrl });
  await api('auth.test', {});
  const jobs: JobQueue = {
    ping: async () => {},
    add: (name, data) => void added.push({ name, data }),
    close: async () => {},
  };
  return {
    db: records.db,
    jobs,
    tenant: teamId,
    desks: [desk],
    identity: { teamId, team: 'One', botUserId, botId, url: 'https://one.slack.com/' },
    log: createLog({ level: 'error' }),
    clock: systemClock,
    api,
    redact: (text) => text.replaceAll('xoxb-ours', '•••'),
    people: { personOf: (account) => account, accountsOf: everyoneAlone.accountsOf },
    directory: openSlackDirectory(api, teamId, systemClock),
    status: async () => ['database: up', 'queue: up'],
  };
}

async function openDoor(kind: DoorKind, parts: SlackContext, slack: SlackWorkspace, apiUrl: string) {
  const { botToken, signingSecret, appToken } = slack;
  if (kind === 'socket') {
    const opened = await openSocketDoor(parts, { botToken, appToken, apiUrl });
    if (opened.kind !== 'open') throw new Error(opened.reason);
    slack.connect({ kind: 'socket' });
    return { url: '', close: opened.door.close };
  }
  const http = openHttpDoor(parts, { botToken, signingSecret });
  const server = createServer(http.handle);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  slack.connect({ kind: 'http', urls: [`${url}/slack/events`] });
  const close = async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    await http.close();
  };
  return { url, close };
}

const rule = (change: Partial<ToolRule> = {}): ToolRule => ({
  effect: 'once',
  rule: 'approve',
  when: [],
  quorum: 1,
  own: false,
  edited: false,
  first: [],
  ...change,
});

/** Marco and the managers' role, and whoever is in the user group, sign; Lisa may sign, but not for herself. */
export const desk: Desk = {
  ...plainDesk,
  tools: new Map([
    ['shop__refund', rule()],
    ['shop__note', rule({ rule: 'confirm', effect: 'keyed' })],
  ]),
  roles: new Map([['manager', ['U0MARCO', 'U0LISA', 'U0ZOE']]]),
  approvals: { channel: room, hours: 24, signers: ['manager', 'S0OPS'] },
};

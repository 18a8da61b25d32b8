import { z } from 'zod';
import type { PageFrame, PageMessage, ServerFrame } from '../page/protocol.ts';
import type { Change, Channel, SlackMessage, StoredView } from '../slack/types.ts';
import type { OpenView } from '../slack/workspace.ts';
import { channelInfo, helloFrame, type LiveParts } from './hello.ts';
import { followMail } from './mail.ts';
import { historyPage, pageMessage, threadPage } from './messages.ts';
import { openPoller, type Poller } from './poller.ts';
import { openThrottle } from './throttle.ts';

export type Live = { receive(frame: unknown): void; close(): void };

/** The least time between two frames of one message: a growing text still grows visibly, but floods no page. */
const MESSAGE_GAP_MS = 50;
const STORY_EVERY_MS = 400;
const WAITING_EVERY_MS = 2_000;
/** How many ephemerals a page gets when it opens, newest last. */
const MOST_EPHEMERALS = 50;

const pageFrame: z.ZodType<PageFrame> = z.discriminatedUnion('type', [
  z.object({ type: z.literal('history'), channel: z.string(), before: z.string().optional() }),
  z.object({ type: z.literal('thread'), channel: z.string(), thread: z.string() }),
  z.object({ type: z.literal('watch'), channel: z.string(), thread: z.string() }),
  z.object({ type: z.literal('unwatch') }),
  z.object({ type: z.literal('mail'), who: z.string(), thread: z.string().optional() }),
  z.object({ type: z.literal('no_mail') }),
]);

/** Sends one person's page everything that person may see, and answers its frames. Throws for an unknown person. */
export function openLive(parts: LiveParts, user: string, send: (frame: ServerFrame) => void): Live {
  const { workspace, ports } = parts;
  openDirectMessages(parts, user);
  ports.pageOpened();
  const throttle = openThrottle(MESSAGE_GAP_MS);
  let story: Poller | undefined;

  const channelOf = (id: string): Channel | undefined => workspace.channels(user).find((channel) => channel.id === id);

  function tell(change: Change): void {
    if (change.kind === 'message') tellMessage(change.message);
    else for (const frame of framesOf(parts, user, change)) send(frame);
    if (change.kind === 'message') waiting.soon();
    if (change.kind === 'message' || change.kind === 'status') story?.soon();
  }

  /** A reply changes what stands below its thread's first message, too. */
  function tellMessage(message: SlackMessage): void {
    const channel = channelOf(message.channel);
    const root = message.thread_ts === undefined ? undefined : channel?.byTs.get(message.thread_ts);
    for (const each of channel ? [message, ...(root ? [root] : [])] : []) {
      throttle.run(`${each.channel} ${each.ts}`, () => send(messageFrame(pageMessage(channel!, each, user))));
    }
  }

  function watch(channel: string, thread: string): void {
    story = openPoller(
      STORY_EVERY_MS,
      () => ports.story(channel, thread),
      (rows) => send({ type: 'story', channel, thread, rows }),
    );
  }

  function receive(raw: unknown): void {
    const frame = pageFrame.safeParse(raw).data;
    if (frame?.type === 'mail' || frame?.type === 'no_mail') mail.receive(frame);
    else if (frame) receiveOfSlack(frame);
  }

  function receiveOfSlack(frame: Exclude<PageFrame, { type: 'mail' | 'no_mail' }>): void {
    if (frame.type === 'watch' || frame.type === 'unwatch') story?.close();
    if (frame.type === 'unwatch') return;
    const channel = channelOf(frame.channel);
    if (!channel) return;
    const { id } = channel;
    switch (frame.type) {
      case 'watch':
        watch(id, frame.thread);
        break;
      case 'history':
        send({ type: 'history', channel: id, ...historyPage(channel, user, frame.before) });
        break;
      case 'thread':
        send({ type: 'thread', channel: id, thread: frame.thread, messages: threadPage(channel, user, frame.thread) });
    }
  }

  send(helloFrame(parts, user));
  for (const frame of openingFrames(parts, user)) send(frame);
  const waiting = openPoller(WAITING_EVERY_MS, ports.waiting, (counts) => send({ type: 'waiting', counts }));
  const mail = followMail(ports.mail, send);
  const ends = [
    workspace.onChange(tell),
    ports.faults.onChange(() => send({ type: 'faults', faults: ports.faults.state() })),
  ];
  return {
    receive,
    close() {
      for (const end of ends) end();
      story?.close();
      mail.close();
      waiting.close();
      throttle.close();
    },
  };
}

/** Another company's people have no conversation with our bot alone. */
function openDirectMessages({ workspace }: LiveParts, user: string): void {
  const person = workspace.people().find(({ id }) => id === user);
  if (!person) throw new Error(`The workspace has no user ${user}.`);
  if (person.teamId === workspace.teamId && !person.isBot) workspace.openDm(user);
}

const messageFrame = (message: PageMessage): ServerFrame => ({ type: 'message', message });

/** Frames for everything that is on this person's screen when the page opens. */
function openingFrames({ workspace, ports }: LiveParts, user: string): ServerFrame[] {
  const channels = workspace.channels(user);
  const statuses = workspace.statuses().filter(({ channel }) => channels.some(({ id }) => id === channel));
  return [
    ...statuses.map(({ channel, thread, text }): ServerFrame => ({ type: 'status', channel, thread, text })),
    ...workspace
      .ephemerals(user)
      .slice(-MOST_EPHEMERALS)
      .map((ephemeral): ServerFrame => ({ type: 'ephemeral', ephemeral })),
    ...workspace.openViews(user).map(formFrame),
    homeFrame(workspace.homeView(user)),
    ...channels.flatMap((channel) => promptsFrames(workspace, user, channel.id)),
    { type: 'faults', faults: ports.faults.state() },
  ];
}

/** Frames that tell this person of a change; none if only others may see it. */
function framesOf(
  { workspace, ports }: LiveParts,
  user: string,
  change: Exclude<Change, { kind: 'message' }>,
): ServerFrame[] {
  const sees = (id: string) => workspace.channels(user).some((channel) => channel.id === id);
  switch (change.kind) {
    case 'status': {
      const { channel, thread, text } = change;
      return sees(channel) ? [{ type: 'status', channel, thread, text }] : [];
    }
    case 'ephemeral':
      return change.ephemeral.user === user ? [{ type: 'ephemeral', ephemeral: change.ephemeral }] : [];
    case 'form':
      return change.form.user === user ? [formFrame(change.form)] : [];
    case 'form_closed':
      return change.form.user === user ? [{ type: 'form_closed', id: change.form.id }] : [];
    case 'home':
      return change.user === user ? [homeFrame(workspace.homeView(user))] : [];
    case 'prompts':
      return promptsFrames(workspace, user, change.channel);
    case 'channel':
      return sees(change.channel.id) ? [{ type: 'channel', channel: channelInfo(ports, change.channel) }] : [];
    default:
      return [];
  }
}

const formFrame = ({ id, view, errors }: OpenView): ServerFrame => ({ type: 'form', form: { id, view, errors } });

const homeFrame = (home: StoredView | undefined): ServerFrame => ({
  type: 'home',
  blocks: Array.isArray(home?.view.blocks) ? home.view.blocks : null,
  ...(home && { view: home.id }),
});

function promptsFrames(workspace: LiveParts['workspace'], user: string, channel: string): ServerFrame[] {
  const isOwn = workspace.channels(user).some(({ id, kind }) => id === channel && kind === 'im');
  const suggested = isOwn ? workspace.prompts(user) : undefined;
  return suggested ? [{ type: 'prompts', channel, ...suggested }] : [];
}

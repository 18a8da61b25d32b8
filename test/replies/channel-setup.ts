import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, vi } from 'vitest';
import type { Channel, Live, LiveRecords, Outgoing, Sent } from '../../channels/channel.ts';
import { openSlackApi } from '../../channels/slack/api/api.ts';
import { openDownload } from '../../channels/slack/api/download.ts';
import { openSlackChannel } from '../../channels/slack/channel.ts';
import { systemClock } from '../../core/clock.ts';
import type { ChannelPlace } from '../../core/records/types.ts';
import type { WorkspaceOptions } from '../../playground/slack/state-type.ts';
import {
  createWorkspace,
  type SlackLedgerRow,
  type SlackMessage,
  type SlackWorkspace,
} from '../../playground/slack/workspace.ts';

export const room = 'C0GENERAL';

/** The way out alone, over an honest Slack, with a question that waits for its answer. */
export type Way = {
  slack: SlackWorkspace;
  channel: Channel;
  place: ChannelPlace;
  /** What our side did since the question, statuses left out. */
  calls(): SlackLedgerRow[];
  methods(): string[];
  /** Our messages in the thread, as a person sees them. */
  seen(): string[];
  messages(): SlackMessage[];
  ask(text: string, thread?: string): Promise<ChannelPlace>;
};

const closers: (() => Promise<unknown>)[] = [];
afterAll(() => Promise.all(closers.map((close) => close())));

export async function openWay(options: WorkspaceOptions = {}): Promise<Way> {
  const slack = createWorkspace(options);
  closers.push(slack.close);
  const { apiUrl } = await slack.listen();
  const { teamId, botUserId, botId } = slack;
  const api = openSlackApi({ token: slack.botToken, apiUrl });
  const identity = { teamId, team: 'Playground', url: 'https://playground.slack.com/', botUserId, botId };
  const ask = async (text: string, thread?: string): Promise<ChannelPlace> => {
    const { ts } = await slack.say({ user: 'U0LISA', channel: room, text, ...(thread ? { thread_ts: thread } : {}) });
    return { channel: room, thread: thread ?? ts, user: 'U0LISA', team: teamId, asked: ts };
  };
  const place = await ask('a question');
  const messages = () => slack.messages(room, place.thread).filter((message) => message.user === botUserId);
  const calls = () => slack.ledger.filter(({ method }) => method !== 'assistant.threads.setStatus');
  return {
    slack,
    channel: openSlackChannel({ api, identity, clock: systemClock }, openDownload({ token: slack.botToken, apiUrl })),
    place,
    calls,
    methods: () => calls().map(({ method }) => method),
    messages,
    seen: () => messages().map(whatIsSeen),
    ask,
  };
}

/** Blocks are shown where there are any; the text is for notifications then. */
export function whatIsSeen({ blocks = [], text }: SlackMessage): string {
  const formatted = blocks.flatMap((block) => (isMarkdown(block) ? [block.text] : []));
  return formatted.length > 0 ? formatted.join('\n') : text;
}

function isMarkdown(block: unknown): block is { text: string } {
  return typeof block === 'object' && block !== null && 'type' in block && block.type === 'markdown' && 'text' in block;
}

/** The records of a reply, kept in memory instead of a database. */
export function openNotebook(taken: LiveRecords['taken'] = null, onOpen: () => void = () => {}) {
  const notes: string[][] = [];
  const records: LiveRecords = {
    taken,
    async open() {
      onOpen();
      return replyId;
    },
    async note(_reply, messages) {
      notes.push(messages);
    },
  };
  return { records, notes };
}

export const replyId = 71;

/** A model that says this over time. */
export async function speak(live: Pick<Live, 'text'>, text: string, ms: number): Promise<void> {
  const pieces = Math.min(text.length, Math.floor(ms / 25));
  for (let piece = 1; piece <= pieces; piece++) {
    live.text(() => text.slice(0, Math.ceil((text.length * piece) / pieces)));
    await sleep(ms / pieces);
  }
}

/** Waits for the message that a slow reply begins with. */
export function begunMessage(way: Way): Promise<SlackMessage> {
  return vi.waitUntil(() => way.messages()[0], { timeout: 5_000, interval: 10 });
}

/** What a deliver job does with a reply, until it is settled. */
export async function deliver(channel: Channel, reply: Omit<Outgoing, 'messages'>, sent: Sent): Promise<Sent> {
  let last = sent;
  for (let tries = 0; last.kind === 'retry' && tries < 6; tries++) {
    last = await channel.resend({ ...reply, messages: last.messages });
  }
  return last;
}

/** The last thing a person said, out of what the model is given. */
export function questionOf(lastUser: string): string {
  return /.*<message [^>]*>\n(.*)\n<\/message>/s.exec(lastUser)?.[1] ?? lastUser;
}

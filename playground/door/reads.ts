import type { FastifyInstance } from 'fastify';
import { isRecord } from '../slack/checks.ts';
import { buttonsOf } from '../slack/clickable.ts';
import type { Ephemeral, SlackMessage, SlackWorkspace } from '../slack/workspace.ts';
import { attempt } from './answers.ts';
import { formLines, linesOf } from './plain-text.ts';
import { type NameOf, readable } from './readable.ts';

/** The screens of people, as lines for scripts and people. */
export function addReads(server: FastifyInstance, workspace: SlackWorkspace): void {
  get(server, 'messages', (asked) => list(workspace, asked));
  get(server, 'view', (asked) => view(workspace, asked));
  get(server, 'prompts', (asked) => listPrompts(workspace, asked));
}

function get(server: FastifyInstance, name: string, show: (asked: URLSearchParams) => object): void {
  server.get(`/playground/${name}`, async (request, reply) =>
    attempt(reply, async () => show(new URL(request.url, 'http://playground').searchParams)),
  );
}

function list(workspace: SlackWorkspace, asked: URLSearchParams): object {
  const channel = asked.get('channel') ?? 'C0GENERAL';
  const messages = workspace.messages(channel, asked.get('thread') ?? undefined);
  return { channel, messages: messages.map((message) => shown(workspace, message)) };
}

function shown(workspace: SlackWorkspace, message: SlackMessage): object {
  const buttons = buttonsOf(message).map(({ action_id }) => action_id);
  return {
    ts: message.ts,
    thread: message.thread_ts ?? message.ts,
    user: message.user === workspace.botUserId ? 'countersign' : message.user,
    ...wordsOf(message, namesIn(workspace)),
    ...(buttons.length > 0 && { buttons }),
    ...(message.files && { files: message.files.map(({ id, name }) => ({ id, name })) }),
    ...(message.streaming && { streaming: true }),
  };
}

/**
 * The Markdown of a reply is its text: what stands beside it is a short form for notifications. A card has its text in
 * notifications only, and its blocks are what people see.
 */
function wordsOf({ text, blocks = [] }: Pick<SlackMessage, 'text' | 'blocks'>, nameOf: NameOf): object {
  const markdown = blocks.filter(isMarkdown).map((block) => block.text);
  const others = blocks.filter((block) => !isMarkdown(block));
  const card = linesOf(others, nameOf);
  const whole = markdown.length > 0 ? markdown.join('\n\n') : readable(text, nameOf);
  return { text: whole, ...(card.length > 0 && { card }) };
}

function isMarkdown(block: unknown): block is { text: string } {
  return isRecord(block) && block.type === 'markdown' && typeof block.text === 'string';
}

/** Forms, messages and tabs that only this person sees. */
function view(workspace: SlackWorkspace, asked: URLSearchParams): object {
  const user = userOf(asked);
  const nameOf = namesIn(workspace);
  const home = workspace.homeView(user);
  return {
    user,
    home: linesOf(home?.view.blocks, nameOf),
    ...(home && { home_view_id: home.id }),
    forms: workspace.openViews(user).map((form) => ({ view_id: form.id, form: formLines(form, nameOf) })),
    ephemerals: workspace.ephemerals(user).map((one) => whispered(one, nameOf)),
  };
}

function whispered({ ts, channel, thread_ts, ...words }: Ephemeral, nameOf: NameOf): object {
  return { ts, channel, ...(thread_ts && { thread: thread_ts }), ...wordsOf(words, nameOf) };
}

function namesIn(workspace: SlackWorkspace): NameOf {
  const people = workspace.people();
  const channels = people.flatMap(({ id }) => workspace.channels(id));
  const names = new Map([...people, ...channels].map(({ id, name }) => [id, name]));
  return (id) => names.get(id);
}

function listPrompts(workspace: SlackWorkspace, asked: URLSearchParams): object {
  const user = userOf(asked);
  return { user, prompts: [], ...workspace.prompts(user) };
}

function userOf(asked: URLSearchParams): string {
  return asked.get('user') ?? 'U0LISA';
}

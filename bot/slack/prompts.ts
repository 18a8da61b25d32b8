import { deskForDirectMessages } from '../../core/desk/desks.ts';
import { shorten } from '../../core/text.ts';
import type { SlackContext } from './context.ts';
import { inOneLine } from './examples.ts';
import { inBackground } from './in-background.ts';

/** Slack takes no more. */
const MOST_PROMPTS = 4;
/** So that a button can hold it. */
const LONGEST_TITLE = 60;

/** What people are offered to ask where they write to us alone. */
export type Prompts = { opened(channel: string): void };

export function openPrompts(context: SlackContext): Prompts {
  const examples = deskForDirectMessages(context.desks)?.examples ?? [];
  const prompts = examples.slice(0, MOST_PROMPTS).map((message) => ({ title: titleOf(message), message }));
  /** Slack keeps them, and tells us of every opening. */
  const offered = new Set<string>();

  async function offer(channel: string): Promise<void> {
    // With a thread, which only the older kind of assistant has, Slack would agree and show nothing.
    const asked = { channel_id: channel, title: 'What you can ask', prompts };
    const called = await context.api('assistant.threads.setSuggestedPrompts', asked);
    if (called.kind === 'ok') return;
    offered.delete(channel);
    context.log.warn({ outcome: called, channel }, 'what people can ask was not offered');
  }

  return {
    opened(channel) {
      if (prompts.length === 0 || offered.has(channel)) return;
      offered.add(channel);
      inBackground(context, offer(channel));
    },
  };
}

/** Ends with a whole word where one ends early enough. */
function titleOf(example: string): string {
  const line = inOneLine(example);
  if (line.length <= LONGEST_TITLE) return line;
  const end = line.slice(0, LONGEST_TITLE).search(/[\s\p{P}]+\S*$/u);
  return end > LONGEST_TITLE / 2 ? `${line.slice(0, end)}…` : shorten(line, LONGEST_TITLE);
}

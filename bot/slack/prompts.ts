import { deskForDirectMessages } from '../../core/desk/desks.ts';
import { shorten } from '../../core/text.ts';
import type { SlackContext } from './context.ts';
import { inOneLine } from './examples.ts';
import { inBackground } from './in-background.ts';

/** Slack takes no more. */
const MOST_PROMPTS = 4;
/** Slack shows prompts on buttons. */
const LONGEST_TITLE = 60;

/** Offers people example questions in their direct messages with us. */
export type Prompts = { opened(channel: string): void };

export function openPrompts(context: SlackContext): Prompts {
  const examples = deskForDirectMessages(context.desks)?.examples ?? [];
  const prompts = examples.slice(0, MOST_PROMPTS).map((message) => ({ title: titleOf(message), message }));
  /** Channels that have their prompts: Slack keeps them, but reports every opening. */
  const offered = new Set<string>();

  async function offer(channel: string): Promise<void> {
    // Leave the thread out: with one, Slack answers ok and shows nothing.
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

/** Cuts after a whole word where possible. */
function titleOf(example: string): string {
  const line = inOneLine(example);
  if (line.length <= LONGEST_TITLE) return line;
  const end = line.slice(0, LONGEST_TITLE).search(/[\s\p{P}]+\S*$/u);
  return end > LONGEST_TITLE / 2 ? `${line.slice(0, end)}…` : shorten(line, LONGEST_TITLE);
}

import type { ChatRequest, Message } from '../types.ts';

/** A call with what came back. */
export type Done = { name: string; arguments: Record<string, unknown>; text: string };

/** One question of the past, what was looked up for it, and the answer. */
export type Exchange = { question: string; done: Done[]; answer: string };

/** A request as a reader sees it: what is asked now, and what was said before. */
export type Conversation = {
  system: string;
  question: string;
  /** What became of signed calls, as far as it is told together with the question. */
  outcomes: string[];
  /** Calls of this turn. */
  done: Done[];
  earlier: Exchange[];
};

const LONGEST_TEXT = 120_000;
const MOST_EARLIER = 12;

export function readConversation({ messages }: ChatRequest): Conversation {
  const system = messages
    .filter((one) => one.role === 'system')
    .map(({ text }) => text)
    .join('\n\n')
    .slice(0, LONGEST_TEXT);
  const exchanges: (Exchange & { outcomes: string[] })[] = [];
  const calls = new Map<string, { name: string; arguments: Record<string, unknown> }>();
  let answered = true;
  for (const message of messages) {
    if (message.role === 'assistant' || message.role === 'tool') {
      answered = take(message, exchanges, calls) || answered;
    } else if (message.role === 'user') {
      const said = unframe(message.text.slice(0, LONGEST_TEXT));
      const open = exchanges.at(-1);
      if (open && !answered) {
        open.question = [open.question, said.words].filter((one) => one !== '').join('\n');
        open.outcomes.push(...said.outcomes);
      } else exchanges.push({ question: said.words, outcomes: said.outcomes, done: [], answer: '' });
      answered = false;
    }
  }
  const now = answered && exchanges.length > 0 ? { question: '', outcomes: [], done: [] } : exchanges.at(-1);
  const past = answered ? exchanges : exchanges.slice(0, -1);
  return {
    system,
    question: now?.question ?? '',
    outcomes: now?.outcomes ?? [],
    done: now?.done ?? [],
    earlier: past.slice(-MOST_EARLIER).map(({ question, done, answer }) => ({ question, done, answer })),
  };
}

/** True where the message is an answer that ends an exchange. */
function take(
  message: Exclude<Message, { role: 'system' | 'user' }>,
  exchanges: Exchange[],
  calls: Map<string, { name: string; arguments: Record<string, unknown> }>,
): boolean {
  const open = exchanges.at(-1);
  if (!open) return false;
  if (message.role === 'tool') {
    const call = calls.get(message.callId);
    if (call) open.done.push({ ...call, text: unfenced(message.text).slice(0, LONGEST_TEXT) });
    return false;
  }
  for (const { id, name, arguments: args } of message.calls) calls.set(id, { name, arguments: args });
  if (message.calls.length > 0) return false;
  open.answer = message.text;
  return true;
}

const message = /<message\b[^>]*>\n?([\s\S]*?)\n?<\/message>/g;
const outcome = /<outcome\b[^>]*>\n?([\s\S]*?)\n?<\/outcome>/g;
const data = /<data\b[^>]*>[\s\S]*?<\/data>/g;

/** What a person said, without the product's own frame; what is data is nothing that was asked. */
function unframe(text: string): { words: string; outcomes: string[] } {
  const outcomes = [...text.matchAll(outcome)].map((match) => match[1]!.trim());
  const framed = [...text.matchAll(message)].map((match) => match[1]!.trim());
  const words = framed.length > 0 ? framed.join('\n') : text.replace(outcome, '').replace(data, '').trim();
  return { words: words.replace(/<@[A-Z0-9]+(?:\|[^>]*)?>/g, '').trim(), outcomes };
}

function unfenced(text: string): string {
  const match = /^\s*<data\b[^>]*>\n?([\s\S]*?)\n?<\/data>\s*$/.exec(text);
  return match ? match[1]! : text;
}

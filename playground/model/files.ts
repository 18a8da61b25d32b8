import type { Decision } from './types.ts';

/** What a request asks about beside its words. */
export type Enclosed = { files: { name: string; text: string }[]; images: number };

type Sent = {
  role: string;
  content?: string | { type: string; text?: string }[] | null;
  tool_calls?: unknown[] | null;
};

const FILE = /<data from="file [^"]*">\n(.{1,300}?) \([^\n]{1,100}\)[^\n]{0,100}, which says:\n([\s\S]*?)\n<\/data>/g;
const LONGEST_QUOTE = 600;

/** Reads the files and images since the last answer. */
export function enclosedIn(messages: Sent[]): Enclosed {
  const last = messages.findLastIndex(({ role, tool_calls: calls }) => role === 'assistant' && !calls?.length);
  const parts = messages
    .slice(last + 1)
    .filter(({ role }) => role === 'user')
    .flatMap(({ content }) => (typeof content === 'string' ? [{ type: 'text', text: content }] : (content ?? [])));
  const found = parts.flatMap(({ text = '' }) => [...text.matchAll(FILE)]);
  return {
    files: found.map(([, name = '', text = '']) => ({ name, text })),
    images: parts.filter(({ type }) => type === 'image_url').length,
  };
}

/** The stand-in can neither see nor read a file: it says so, and shows what a file says. */
export function tellingOf({ files, images }: Enclosed, decision: Decision, hasLookedUp: boolean): Decision {
  if (decision.kind === 'calls' || (files.length === 0 && images === 0)) return decision;
  const quotes = files.map(({ name, text }) => `This is what ${name} says:\n\n\`\`\`\n${beginningOf(text)}\n\`\`\``);
  const own = [
    images > 0 ? 'I only stand in for a model, and cannot see images.' : '',
    files.length > 0 ? 'I only stand in for a model, and answer nothing from files.' : '',
    ...quotes,
    hasLookedUp || files.length === 0 ? decision.text : '',
  ];
  return { kind: 'answer', text: own.filter((part) => part !== '').join('\n\n') };
}

function beginningOf(text: string): string {
  const plain = text.replaceAll('```', "'''");
  return plain.length > LONGEST_QUOTE ? `${plain.slice(0, LONGEST_QUOTE)}…` : plain;
}

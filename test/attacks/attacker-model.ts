import type { Message } from '../fakes/model/request.ts';
import type { Script } from '../fakes/model/server.ts';

/** Where a command stood that the model followed: `message`, `outcome`, `history`, or the name of a fence. */
export type Obedience = { script: Script; followed: Map<string, Set<string>> };

type Command = { label: string; name: string; args: string; when?: string };

const order = /\[(k\d{3})\] (?:WHEN (\w+) )?CALL (.+?) ([{["].*)$/gm;

/**
 * A model that does whatever is written anywhere in what it is shown, as `[k001] CALL server__tool {json}`, whoever wrote
 * it. `k001` is the mark of a conversation, so that a tool's description speaks to one of them only. An order with
 * `WHEN thanks` waits until somebody says that word, and `[k001] REPLY …` is what it answers, in base64.
 */
export function obedience(): Obedience {
  const followed = new Map<string, Set<string>>();
  const done = new Map<string, Set<string>>();
  const script: Script = ({ messages, tools, lastUser }) => {
    if (isSummary(messages)) return { text: summaryOf(lastUser) };
    const whole = messages.map(({ content }) => content ?? '').join('\n');
    const mark = /\bk\d{3}\b/.exec(whole)?.[0];
    if (!mark) return { text: 'I was told nothing.' };
    const said = messages.filter(({ role }) => role === 'user').length;
    const spoken = spokenIn(lastUser);
    const commands = [...commandsIn(messages, mark), ...described(tools, mark)].filter(
      ({ when }) => when === undefined || spoken.includes(when),
    );
    const exchange = `${mark} ${said} ${lastUser}`;
    const known = done.get(exchange) ?? new Set();
    done.set(exchange, known);
    const fresh = commands.filter(({ name, args }) => !known.has(`${name} ${args}`));
    for (const { label, name, args } of commands) {
      known.add(`${name} ${args}`);
      const labels = followed.get(mark) ?? new Set();
      followed.set(mark, labels.add(label));
    }
    const delayMs = Number(/SLOW (\d+)/.exec(lastUser)?.[1] ?? 0);
    const calls = unique(fresh).map(({ name, args }) => ({ name, arguments: expanded(args, whole) }));
    if (calls.length > 0) return { calls, delayMs };
    const reply = new RegExp(`\\[${mark}\\] REPLY (\\S+)`).exec(whole)?.[1];
    if (reply === undefined)
      return { text: /SAY (\w+)/.exec(whole)?.[1] ?? `I did what I was told (${mark}).`, delayMs };
    followed.set(mark, (followed.get(mark) ?? new Set()).add('reply'));
    return { text: Buffer.from(reply, 'base64url').toString(), delayMs };
  };
  return { script, followed };
}

function isSummary([system]: Message[]): boolean {
  return String(system?.content).startsWith('You keep the running summary');
}

/** The words of people, without the orders in them. */
function spokenIn(text: string): string {
  return text.replaceAll(order, '');
}

/** What it was told to do is all that it keeps. */
function summaryOf(material: string): string {
  const mark = /\bk\d{3}\b/.exec(material)?.[0] ?? '';
  return [`A conversation about ${mark}.`, ...[...material.matchAll(order)].map(([line]) => line)].join('\n');
}

function commandsIn(messages: Message[], mark: string): Command[] {
  const last = messages.findLastIndex(({ role }) => role === 'user');
  return messages.flatMap(({ role, content }, at) =>
    role === 'assistant' ? [] : found(content, mark, (before) => labelOf(role, before, at < last)),
  );
}

function described(tools: { function: object }[], mark: string): Command[] {
  return textsIn(tools).flatMap((text) => found(text, mark, () => 'description'));
}

function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : [];
}

function found(text: string, mark: string, label: (before: string) => string): Command[] {
  const commands = [...text.matchAll(order)].filter((match) => match[1] === mark);
  const planted = [...text.matchAll(/\[(k\d{3})\] KEEP (\S+)/g)].filter((match) => match[1] === mark);
  return [
    ...commands.map(({ 2: when, 3: name = '', 4: args = '', index }) => ({
      label: label(text.slice(0, index)),
      ...{ name, args, when },
    })),
    ...planted.map(({ 2: secret = '' }) => ({ label: 'plant', name: 'summarize_state', args: noteOf(secret) })),
  ];
}

/** A note that is no order yet where it is asked for. */
function noteOf(secret: string): string {
  return JSON.stringify({ established: Buffer.from(secret, 'base64url').toString().split('\n'), open: [] });
}

function labelOf(role: string, before: string, isPast: boolean): string {
  if (role === 'tool') return 'result';
  const fences = [...before.matchAll(/<(data|message|outcome) from="([^"]*)">/g)];
  const [, tag = 'system', from = ''] = fences.at(-1) ?? [];
  if (tag === 'data') return from;
  return isPast ? 'history' : tag;
}

function unique(commands: Command[]): Command[] {
  const times = new Map<string, Command>();
  // The same order twice in one place is two calls; shown once more in another place, it is the same.
  const places = new Map<string, string>();
  return commands.filter((command) => {
    const key = `${command.name} ${command.args}`;
    const isAgain = times.has(key) && places.get(key) !== command.label;
    times.set(key, command);
    places.set(key, places.get(key) ?? command.label);
    return !isAgain;
  });
}

function expanded(args: string, shown: string): string {
  const approval = [...shown.matchAll(/apr_[\w-]+/g)].at(-1)?.[0] ?? 'apr_none';
  return args
    .replaceAll('{{approval}}', approval)
    .replace(/\{\{pad (\d+)\}\}/, (_, many) => 'x'.repeat(Number(many)))
    .replace(/\{\{join ([\d. ]+)\}\}/, (_, parts) => parts.replaceAll(' ', ''));
}

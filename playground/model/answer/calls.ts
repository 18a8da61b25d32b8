import type { Result, Schema } from '../types.ts';
import { actionOf } from './names.ts';
import { capital, ID, inWords, isAll } from './values.ts';

/** What is said elsewhere that helps to name things: the amounts as the person wrote them, and who an id is. */
export type Context = { question: string; instructions: string; texts: string[] };

/** "**Refund order ORD-1002** (amount $20, reason “the clasp is loose”)". */
export function actionText({ tool, arguments: args }: Result, context: Context): string {
  const words = actionOf(tool.name);
  const given = Object.entries(args).filter(([, value]) => value !== null && value !== undefined && value !== '');
  const own = given.find(
    ([name, value]) => typeof value === 'string' && words.endsWith(thingOf(name)) && isAll(ID, value),
  );
  const others = given
    .filter((one) => one !== own)
    // A subject and its description are often the same words.
    .filter(([, value], at, all) => all.findIndex(([, other]) => other === value) === at)
    .map(([name, value]) => argumentText(name, value, tool.parameters, context));
  const what = own ? `${words} ${namedId(String(own[1]), context)}` : words;
  return `**${capital(what)}**${others.length > 0 ? ` (${others.join(', ')})` : ''}`;
}

function thingOf(name: string): string {
  return inWords(name).replace(/ (?:id|name)$/, '');
}

function argumentText(name: string, value: unknown, schema: Schema, context: Context): string {
  if (isSecret(name, schema)) return `${inWords(name)} not shown`;
  const thing = thingOf(name);
  const text = valueText(value, context);
  return text.startsWith(thing) ? text : `${thing} ${text}`;
}

/** What a schema marks secret is repeated nowhere. */
function isSecret(name: string, { properties }: Schema): boolean {
  const rule = (properties as Record<string, Schema> | undefined)?.[name];
  const isMarked = rule?.writeOnly === true || rule?.format === 'password' || rule?.['x-secret'] === true;
  return isMarked || /password|passphrase|secret|token|\bpin\b/i.test(name);
}

const LONGEST = 200;

function valueText(value: unknown, context: Context): string {
  if (typeof value === 'number') return asWritten(value, context.question);
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (Array.isArray(value)) return value.map((one) => valueText(one, context)).join('; ');
  if (typeof value === 'object' && value !== null) return recordText(value as Record<string, unknown>);
  const text = String(value);
  if (isAll(ID, text)) return namedId(text, context);
  const short = text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
  return /\s/.test(text) ? `“${short}”` : short;
}

/** 20 may have been written as $20. */
function asWritten(amount: number, question: string): string {
  const written = question.match(/[$€£₹]\s?\d[\d,]*(?:\.\d+)?/g) ?? [];
  return written.find((one) => Number(one.replace(/[^\d.]/g, '')) === amount) ?? String(amount);
}

/** "2 kg sugar": numbers first, then their unit. */
function recordText(record: Record<string, unknown>): string {
  const rank = ([name, value]: [string, unknown]) => (typeof value === 'number' ? 0 : /unit/i.test(name) ? 1 : 2);
  const entries = Object.entries(record).toSorted((a, b) => rank(a) - rank(b));
  return entries.map(([, value]) => String(value)).join(' ');
}

/** Who or what an id is, as far as a result said so: "user_001 (Alex Morgan)". */
function namedId(id: string, { texts }: Context): string {
  for (const text of texts) {
    const behind = new RegExp(`\\b${id} (?:\\(|is )(${NAME})[),]`).exec(text)?.[1];
    const before = new RegExp(`(${NAME}) \\(${id}\\b`).exec(text)?.[1];
    const name = behind ?? before;
    if (name) return `${id} (${name})`;
  }
  return id;
}

const NAME = `[A-ZÀ-Þ][A-Za-zÀ-ÿ'’-]+(?: (?:&|of|and|[A-ZÀ-Þ][A-Za-zÀ-ÿ'’.-]*)){0,4}`;

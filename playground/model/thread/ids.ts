import type { Param } from '../tools/params.ts';
import type { ToolView } from '../tools/view.ts';
import type { Conversation } from './conversation.ts';

const code = /#?[\p{L}\p{N}]+(?:[-_][\p{L}\p{N}]+)*/gu;
const MOST_READ = 20_000;

/** Every parameter of the tools that takes ids of a known form. */
export function idParams(views: ToolView[]): Param[] {
  return views.flatMap(({ params }) => params.filter(({ shape }) => shape !== undefined));
}

/** The ids in a text that a parameter takes, each once, in the order of the text. */
export function idsIn(param: Param, text: string): string[] {
  const shape = param.shape;
  if (!shape) return [];
  const found = [...text.slice(0, MOST_READ).matchAll(code)].filter(([one]) => /\d/.test(one) && shape.matches(one));
  return [...new Set(found.map(([one]) => one))];
}

/** The id that "my" means: the last one that a person switched to, else the one that the system message names for it. */
export function ownId(param: Param, { system, earlier }: Conversation): string | undefined {
  const own = ownInSystem(param, system);
  if (own === undefined) return undefined;
  for (const { question } of earlier.toReversed()) {
    const [said] = idsIn(param, question);
    if (said !== undefined && isSwitch(question)) return said;
    if (resets(question, system, own)) return own;
  }
  return own;
}

/** A sentence of the system message that tells what I, my or the default is. */
function ownInSystem(param: Param, system: string): string | undefined {
  for (const sentence of system.slice(0, MOST_READ).split(/(?<=[.;])\s|\n\n|\n(?=-)/)) {
    if (
      !/\b(?:default|"?I"? (?:and|or) "?my"?|current (?:user|customer|account)|logged[- ]in|on behalf of|signed in as)\b/i.test(
        sentence,
      )
    )
      continue;
    const [found] = idsIn(param, sentence);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The id of that kind that was spoken of last: said, called with, or the only one that was told. */
export function idSpokenOf(param: Param, { earlier }: Pick<Conversation, 'earlier'>): string | undefined {
  for (const { question, done, answer } of earlier.toReversed()) {
    const called = done.map(({ arguments: args }) => args[param.name]).filter((one) => one !== undefined);
    const said = [...new Set([...idsIn(param, question), ...called.map(String)])];
    if (said.length === 1) return said[0];
    const told = [...new Set([answer, ...done.map(({ text }) => text)].flatMap((text) => idsIn(param, text)))];
    if (said.length === 0 && told.length === 1) return told[0];
    if (said.length + told.length > 0) return undefined;
  }
  return undefined;
}

/** Little more than an id: "user user_002". */
function isSwitch(question: string): boolean {
  return question.trim().split(/\s+/).length <= 5;
}

function resets(question: string, system: string, own: string): boolean {
  const word = question
    .trim()
    .toLowerCase()
    .replace(/[.!"']/g, '');
  return word !== '' && word.length < 30 && commandSentence(word, system)?.includes(own) === true;
}

/** The sentence of the system message that says what a word, given between quotation marks there, means. */
export function commandSentence(word: string, system: string): string | undefined {
  const at = system.toLowerCase().indexOf(`"${word.toLowerCase()}"`);
  if (at < 0) return undefined;
  const from = Math.max(system.lastIndexOf('\n-', at), system.lastIndexOf('. ', at), 0);
  const to = system.slice(at).search(/\.\s|\n-|\n\n|$/);
  return system.slice(from, at + to + 1);
}

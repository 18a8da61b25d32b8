import { stemsOf } from '../meaning/words.ts';
import { actionOf } from './names.ts';
import { capital, singular } from './values.ts';

/** What a desk's instructions ask of the form of a list. */
export type ListWish = { most: number | null; relativeDays: boolean; order: string[] };

const NUMBERS: Record<string, number> = {
  one: 1,
  two: 2,
  three: 3,
  four: 4,
  five: 5,
  six: 6,
  seven: 7,
  eight: 8,
  ten: 10,
  twelve: 12,
  twenty: 20,
};

/** "Recent transactions are a numbered list: description, amount, day, newest first, five unless asked for more." */
export function numberedListWish(instructions: string, noun: string): ListWish | undefined {
  const thing = singular(noun.split(' ').at(-1) ?? '').toLowerCase();
  if (thing === '') return undefined;
  const wish = rulesOf(instructions).find(
    (rule) => /\bnumbered list\b/i.test(rule) && rule.toLowerCase().includes(thing),
  );
  if (wish === undefined) return undefined;
  const most = /\b(\w+) unless\b/i.exec(wish)?.[1]?.toLowerCase() ?? '';
  const fields = /numbered list:\s*([^.;]*)/i.exec(wish)?.[1] ?? '';
  return {
    most: numberIn(most),
    relativeDays: /yesterday|days? ago/i.test(wish),
    order: fields.split(',').map((field) => field.trim().toLowerCase()),
  };
}

/** From one to twenty in words, or in digits. */
export function numberIn(word: string): number | null {
  return NUMBERS[word.toLowerCase()] ?? (/^\d{1,3}$/.test(word) ? Number(word) || null : null);
}

/** Its points, or its sentences where it has none. */
export function rulesOf(instructions: string): string[] {
  const points = instructions.split(/(?:^|\n)\s*[-*] /).slice(1);
  const rules = points.length > 0 ? points : instructions.split(/(?<=[.!])\s+/);
  return rules.map((rule) => rule.replace(/\s+/g, ' ').trim());
}

export function todayIn(instructions: string): string {
  const written = /\btoday is (\d{4}-\d\d-\d\d)/i.exec(instructions)?.[1];
  return written ?? new Date().toISOString().slice(0, 10);
}

/** "To deactivate a card … Say that it is for good …": what people are told beside a call that changes something. */
export function beside(instructions: string, tool: string): string[] {
  return sayingsAbout(instructions, tool).flatMap((sentence) => {
    const said = /^Say that (.+)$/.exec(sentence)?.[1];
    return said === undefined ? [] : [capital(said.replace(/,? and that /g, ', and '))];
  });
}

/** "Once it is changed, tell the person to delete the message …": what they are told when it is done. */
export function afterwards(instructions: string, tool: string): string[] {
  return sayingsAbout(instructions, tool).flatMap((sentence) => {
    const said = /^(?:Once|When) it is \w+, tell the person to (.+)$/.exec(sentence)?.[1];
    return said === undefined ? [] : [`Please ${said.replace(/\bthey\b/g, 'you').replace(/\btheir\b/g, 'your')}`];
  });
}

/** The sentences of the rules that begin with the very thing that a tool does. */
function sayingsAbout(instructions: string, tool: string): string[] {
  const wanted = stemsOf(actionOf(tool));
  const rules = rulesOf(instructions).filter((rule) => {
    const [about = ''] = rule.split(/[,.:;] /, 1);
    const stems = stemsOf(about.replaceAll('_', ' '));
    return [...wanted].every((stem) => stems.has(stem));
  });
  return rules.flatMap((rule) => rule.split(/(?<=[.!?]) /));
}

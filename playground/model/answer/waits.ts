import type { Result } from '../types.ts';
import { actionText, type Context } from './calls.ts';
import { forPeople } from './prose.ts';
import { sentencesOf, type Told } from './read.ts';
import { beside } from './wishes.ts';

type Waits = Extract<Told, { kind: 'waits' }>;
type Standing = Extract<Told, { kind: 'standing' }>;

/** What is asked of whom; nothing of it is done. `others` may have told whose signature it takes. */
export function waitsText({ on }: Waits, result: Result, context: Context): string {
  const action = actionText(result, context);
  const also = beside(context.instructions, result.tool.name)
    .map((sentence) => ` ${forPeople(sentence)}`)
    .join('');
  if (on === 'yes') {
    return `${action} waits for your yes: press the button on its card, or answer *yes* here. Nothing is done yet.${also}`;
  }
  return `${action} waits for ${signersIn(context.texts)}; the card is in front of them. Nothing is done yet, and I will tell you here what becomes of it.${also}`;
}

/** The rule as the tool that judges calls tells it: "a manager must approve …", "2 people (manager) must approve …". */
function signersIn(texts: string[]): string {
  for (const text of texts) {
    const [, count, several] = /\b(\d+) people \(([^)]{1,80})\) must approve\b/.exec(text) ?? [];
    if (count && several) return `${count} signatures (${several})`;
    const [, one] = /\b(an? \S+(?: or an? \S+){0,9}) must approve\b/.exec(text) ?? [];
    if (one) return `the signature of ${one}`;
  }
  return 'the signature of someone entitled';
}

export function standingText({ message }: Standing, result: Result, context: Context): string {
  const told = sentencesOf(message)
    .map(forPeople)
    .filter((sentence) => sentence !== '');
  return `${actionText(result, context)}: ${told.join(' ').replace(/^This very call/, 'this very request')}`;
}

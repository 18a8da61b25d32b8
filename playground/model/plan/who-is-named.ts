import { findMentions } from '../mentions/find.ts';
import type { Goal } from './goal.ts';

/** "Sam Hill called. What is on his account?" */
export function namesSomebody(question: string, today: Date): boolean {
  return findMentions(question, today).some(({ kind }) => kind === 'email' || kind === 'name');
}

/** Whether a part is about somebody else than the arguments say. */
export function namesAnother({ part, view, args }: Goal, today: Date): boolean {
  const taken = takenWords({ view, args });
  return findMentions(part, today).some((one) => {
    if (!('text' in one) || taken.includes(one.text.toLowerCase())) return false;
    if (one.kind === 'email') return true;
    const isOwner = /\b(?:of|for)\s+$/i.test(part.slice(0, one.start)) || /^['’]s\b/.test(part.slice(one.end));
    return one.kind === 'name' && isOwner && !/\b(?:my|i|me|mine)\b/i.test(part);
  });
}

/** A name or address in the part that no argument has taken. */
export function unusedName(goal: Goal, today: Date): string | undefined {
  return firstNameBeside(JSON.stringify(goal.args).toLowerCase(), goal, today);
}

/** The same, but for texts: whoever is spoken of in a reason is still to be looked for where an id is missing. */
export function namedBesideTexts(goal: Goal, today: Date): string | undefined {
  return firstNameBeside(takenWords(goal), goal, today);
}

function firstNameBeside(taken: string, goal: Goal, today: Date): string | undefined {
  const said = findMentions(goal.part, today).filter(
    ({ kind }) => kind === 'name' || kind === 'email' || kind === 'quoted',
  );
  return said.find(({ text }) => !taken.includes(text.toLowerCase()))?.text;
}

function takenWords({ view, args }: Pick<Goal, 'view' | 'args'>): string {
  const values = view.params.flatMap(({ name, role }) => (name in args && role !== 'text' ? [args[name]] : []));
  return JSON.stringify(values).toLowerCase();
}

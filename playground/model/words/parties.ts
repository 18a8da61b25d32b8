import { stem } from './stem.ts';

const parties = new Set(
  'customer client company user member person people employee contact account guest patient student supplier vendor tenant driver'
    .split(' ')
    .map(stem),
);

/** Whether a stem is of a word for people or companies. */
export function isParty(one: string): boolean {
  return parties.has(one);
}

import type { ZxcvbnFactory } from '@zxcvbn-ts/core';
import type { BankUser } from '../../prisma/client/client.ts';

// What makes a password easy to guess. No message repeats a password or a part of it.

export const SHORTEST = 12;
export const LONGEST = 128;

type Owner = Pick<BankUser, 'id' | 'name' | 'email' | 'phone' | 'street' | 'city' | 'state' | 'postalCode' | 'country'>;

/** The faults of a password, in words that follow "it"; none if it is good enough. */
export async function weaknessesOf(password: string, owner: Owner): Promise<string[]> {
  const names = namesOf(owner);
  const small = password.toLowerCase();
  const stem = once(password);
  const found = [
    [...password].length < SHORTEST && `needs at least ${SHORTEST} characters`,
    names.some((word) => word.length >= SHORTEST_PART && small.includes(word)) &&
      "holds the customer's own name, email address or user id",
    stem !== password && [...stem].length < SHORTEST && 'repeats the same characters and is too short without',
    await guessable(stem, [...whereaboutsOf(owner), ...names.map((name) => [name])]),
  ];
  return found.filter((words) => typeof words === 'string');
}

/** Shorter parts of a name or an address occur in other words too. */
const SHORTEST_PART = 4;

function namesOf({ id, name, email }: Owner): string[] {
  const parts = [...name.split(/\s+/), ...(email.split('@')[0] ?? '').split(/[._+-]+/)];
  return [id, id.replace('_', ''), email, ...parts].map(folded);
}

/** The password without repeated parts: attackers who try a word also try it doubled. */
function once(password: string): string {
  const shorter = password.replace(/(.{4,})(.*?)\1/isu, '$1$2');
  return shorter === password ? password : once(shorter);
}

type Phrase = string[];

// A good password may contain a word such as "street": these words only count as early guesses.
function whereaboutsOf({ phone, street, city, state, postalCode, country }: Owner): Phrase[] {
  const texts = [street, street.split(',')[0] ?? '', city, state, postalCode, country, phone];
  const groups = wordsOf(phone);
  return [...texts.map(wordsOf), groups.slice(1), groups.slice(-2)];
}

function wordsOf(text: string): Phrase {
  return folded(text).match(/[\p{L}\p{N}]+/gu) ?? [];
}

function folded(text: string): string {
  return text.normalize('NFKC').toLowerCase();
}

/** The highest score, 4: more than 10^10 guesses for somebody who knows what people choose. */
const ENOUGH = 4;

async function guessable(password: string, own: Phrase[]): Promise<string | false> {
  guesser ??= loadGuesser();
  const phrases = [...own, ...famous];
  const parts = own.flat().filter((word) => word.length >= SHORTEST_PART);
  const known = [...parts, ...phrases.map((words) => words.join(''))];
  const { score, feedback } = (await guesser).check(closed(password, phrases), known);
  if (score >= ENOUGH) return false;
  return (
    reasons[feedback.warning ?? ''] ??
    "is made of what everybody tries first, or of the customer's own address or phone number"
  );
}

// The guesser's lists hold words and names; attackers also try these sentences early.
const famous = [
  'correct horse battery staple',
  'the quick brown fox',
  'jumps over the lazy dog',
  'may the force be with you',
  'to be or not to be',
  'that is the question',
  'live long and prosper',
  'winter is coming',
  'one ring to rule them all',
  'never gonna give you up',
  'all you need is love',
  'twinkle twinkle little star',
  'once upon a time',
  'i am your father',
].map(wordsOf);

/** Joins the words of each phrase in the password, because the guesser looks for whole entries of its lists. */
function closed(password: string, phrases: Phrase[]): string {
  return phrases
    .filter((words) => words.length > 1)
    .reduce((text, words) => text.replace(new RegExp(words.join('[^\\p{L}\\p{N}]*'), 'giu'), words.join('')), password);
}

/** By the guesser's names of its warnings. */
const reasons: Record<string, string> = {
  simpleRepeat: 'repeats the same few characters',
  extendedRepeat: 'repeats the same few characters',
  sequences: 'is mostly a sequence such as 12345',
  straightRow: 'is mostly a row of keys such as qwerty',
  keyPattern: 'is mostly a pattern of keys such as qwerty',
  recentYears: 'is mostly a year',
  dates: 'is mostly a date',
};

let guesser: Promise<ZxcvbnFactory> | undefined;

// Loaded on first use: its lists take some megabytes, and most processes never see a password.
async function loadGuesser(): Promise<ZxcvbnFactory> {
  const [{ ZxcvbnFactory }, { dictionary, adjacencyGraphs }] = await Promise.all([
    import('@zxcvbn-ts/core'),
    import('@zxcvbn-ts/language-common'),
  ]);
  // With the default limits, a long text of digits and signs blocks the process for a second.
  return new ZxcvbnFactory({ dictionary, graphs: adjacencyGraphs, maxLength: 64, l33tMaxSubstitutions: 20 });
}

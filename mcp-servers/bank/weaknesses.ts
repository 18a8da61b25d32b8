import type { ZxcvbnFactory } from '@zxcvbn-ts/core';

// What makes a password easy to guess. What is said of one never repeats it, nor any part of it.

export const SHORTEST = 12;
export const LONGEST = 128;

type Owner = { id: string; name: string; email: string };

/** What has to be mended, in words that go after "it"; none where the password is good enough. */
export async function weaknessesOf(password: string, owner: Owner): Promise<string[]> {
  const own = ownWords(owner);
  const small = password.toLowerCase();
  const found = [
    [...password].length < SHORTEST && `needs at least ${SHORTEST} characters`,
    own.some((word) => word.length >= SHORTEST_PART && small.includes(word)) &&
      "holds the customer's own name, email address or user id",
    await guessable(password, own),
  ];
  return found.filter((words) => typeof words === 'string');
}

/** Shorter parts of a name stand in other words too. */
const SHORTEST_PART = 4;

function ownWords({ id, name, email }: Owner): string[] {
  const parts = [...name.split(/\s+/), ...(email.split('@')[0] ?? '').split(/[._+-]+/)];
  return [id, id.replace('_', ''), email, ...parts].map((part) => part.normalize('NFKC').toLowerCase());
}

/** Of 0 to 4: it takes more than 10^10 guesses of somebody who knows what people choose. */
const ENOUGH = 4;

async function guessable(password: string, own: string[]): Promise<string | false> {
  guesser ??= loadGuesser();
  const { score, feedback } = (await guesser).check(password, own);
  if (score >= ENOUGH) return false;
  return reasons[feedback.warning ?? ''] ?? 'is made of what everybody tries first';
}

/** By the guesser's names for them. */
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

// Loaded when first asked: its lists take some megabytes of a process that may never see a password.
async function loadGuesser(): Promise<ZxcvbnFactory> {
  const [{ ZxcvbnFactory }, { dictionary, adjacencyGraphs }] = await Promise.all([
    import('@zxcvbn-ts/core'),
    import('@zxcvbn-ts/language-common'),
  ]);
  // With its own bounds, a long text of digits and signs holds up the process for a second.
  return new ZxcvbnFactory({ dictionary, graphs: adjacencyGraphs, maxLength: 64, l33tMaxSubstitutions: 20 });
}

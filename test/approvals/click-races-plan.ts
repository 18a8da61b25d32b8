import type { Dice } from '../support/seeds.ts';

export const tools = ['pay', 'pay_two', 'note'] as const;
export type RacedTool = (typeof tools)[number];

/** The people around one card. Cards of one place follow each other, so what someone is told belongs to one card. */
export type Place = {
  channel: string;
  asker: string;
  /** Some are named by the desk, some are in a user group. */
  signers: string[];
  closers: string[];
  outsider: string;
  foreigner: string;
};

/** `reject` and `edit` send a form that is open already; `press_reject` opens it in the midst of the race. */
export type Doing = 'approve' | 'reject' | 'press_reject' | 'edit' | 'yes' | 'no';
export type Racer = { user: string; doing: Doing; afterMs: number; twice: boolean };
export const happenings = ['expiry', 'deletion', 'rewording'] as const;
export type Happening = (typeof happenings)[number];

export type Round = {
  id: string;
  place: Place;
  tool: RacedTool;
  racers: Racer[];
  happenings: { what: Happening; afterMs: number }[];
  /** How what is still open after the race is closed. */
  close: 'sign' | 'expire';
};

export const group = 'S0RACE';

export function placeNumber(n: number): Place {
  const person = (letter: string) => `U0R${n}${letter}`;
  return {
    channel: `C0RACE${n}`,
    asker: person('ASKER'),
    signers: ['A', 'B', 'C', 'D', 'E', 'F'].map(person),
    closers: [person('CLOSES'), person('HELPS')],
    outsider: person('OUT'),
    foreigner: person('GUEST'),
  };
}

export function peopleAt({ asker, signers, closers, outsider, foreigner }: Place): string[] {
  return [asker, ...signers, ...closers, outsider, foreigner];
}

/** Two to eight clickers, and what else may happen to the card at the same moment. */
export function plan(id: string, place: Place, dice: Dice): Round {
  const tool = dice.pick(tools);
  const racers = tool === 'note' ? confirming(place, dice) : signing(place, dice);
  const which = happenings.filter(() => dice.roll(4) === 0);
  return {
    id,
    place,
    tool,
    racers,
    happenings: which.map((what) => ({ what, afterMs: dice.roll(60) })),
    close: dice.pick(['sign', 'sign', 'expire']),
  };
}

function signing(place: Place, dice: Dice): Racer[] {
  const strangers = dice.shuffle([place.outsider, place.foreigner, place.asker]);
  const shuffled = dice.shuffle(place.signers);
  const many = 2 + dice.roll(7);
  const strange = Math.min(dice.roll(3), many - 1);
  const entitled = shuffled.slice(0, many - strange).map((user) => racer(user, dice.pick(ofSigners), dice));
  return [...entitled, ...strangers.slice(0, strange).map((user) => racer(user, 'approve', dice))];
}

const ofSigners: Doing[] = ['approve', 'approve', 'approve', 'reject', 'reject', 'press_reject', 'edit'];

/** Only the asker's answer counts, and they may press both. */
function confirming(place: Place, dice: Dice): Racer[] {
  const others = dice.shuffle([...place.signers, place.outsider, place.foreigner]).slice(0, 1 + dice.roll(6));
  const own: Doing[] = dice.pick([['yes'], ['no'], ['yes', 'no'], ['no', 'yes']]);
  return [
    ...own.map((doing) => racer(place.asker, doing, dice)),
    ...others.map((user) => racer(user, dice.pick<Doing>(['yes', 'no']), dice)),
  ];
}

function racer(user: string, doing: Doing, dice: Dice): Racer {
  return { user, doing, afterMs: moment(dice), twice: dice.roll(4) === 0 };
}

/** Most go at once. */
function moment(dice: Dice): number {
  return dice.roll(3) === 0 ? dice.roll(40) : 0;
}

import type { Channel, Person } from './frames.ts';

export type Order =
  | { kind: 'help' | 'history' | 'quit' | 'desks' | 'people' | 'reset' | 'nothing' }
  | { kind: 'desk'; name: string }
  | { kind: 'act_as'; person: Person }
  | { kind: 'no_such_person'; name: string }
  | { kind: 'sign'; verdict: 'yes' | 'no'; which: number | null; reason: string }
  | { kind: 'say'; text: string };

const alone: Record<string, Order['kind'] & ('help' | 'history' | 'quit' | 'desks' | 'people')> = {
  help: 'help',
  '?': 'help',
  history: 'history',
  quit: 'quit',
  exit: 'quit',
  desk: 'desks',
  user: 'people',
};

/** Reads what a line asks for. A desk's own words win over this terminal's, except for names of people, which no desk uses. */
export function orderIn(line: string, { desk }: Channel, people: Person[]): Order {
  const text = line.trim();
  const [first = '', ...rest] = text.split(/\s+/);
  const word = first.toLowerCase();
  const others = rest.join(' ');
  if (text === '') return { kind: 'nothing' };
  if (rest.length === 0) {
    const kind = alone[word];
    if (kind) return { kind };
    if (word === 'reset') return desk.words.includes('reset') ? { kind: 'say', text } : { kind: 'reset' };
  }
  if (word === 'desk' && rest.length === 1) return { kind: 'desk', name: others };
  if (word === 'user' && rest.length === 1) {
    const person = personNamed(people, others);
    if (person) return { kind: 'act_as', person };
    return desk.words.includes('user') ? { kind: 'say', text } : { kind: 'no_such_person', name: others };
  }
  return signingIn(word, rest) ?? { kind: 'say', text };
}

function signingIn(word: string, rest: string[]): Order | null {
  const isYes = word === 'y' || (word === 'yes' && rest.length === 0);
  const isNo = word === 'n' || (word === 'no' && rest.length === 0);
  if (!isYes && !isNo) return null;
  const which = /^\d{1,2}$/.test(rest[0] ?? '') ? Number(rest[0]) : null;
  const reason = (which === null ? rest : rest.slice(1)).join(' ');
  if (isYes) return reason === '' ? { kind: 'sign', verdict: 'yes', which, reason } : null;
  return { kind: 'sign', verdict: 'no', which, reason: reason.replace(/^(because|since|as):? /i, '') };
}

export function personNamed(people: Person[], name: string): Person | undefined {
  const wanted = name.replace(/^@/, '').toLowerCase();
  return people.find(
    (one) =>
      wanted === one.name.toLowerCase() || wanted === one.id.toLowerCase() || wanted === one.realName.toLowerCase(),
  );
}

/** Finds a desk by its name, else by a word of its title or of its channel. */
export function deskNamed(channels: Channel[], name: string): Channel | undefined {
  const wanted = name.replace(/^#/, '').toLowerCase();
  const words = ({ desk, name: channel, id }: Channel) =>
    [...desk.title.split(/\s+/), ...channel.split('-'), channel, id].map((word) => word.toLowerCase());
  return (
    channels.find(({ desk }) => desk.name.toLowerCase() === wanted) ??
    channels.find((channel) => words(channel).includes(wanted))
  );
}

import { join } from 'node:path';
import type { Reread } from '../reread.ts';
import { readDesks } from './desks.ts';
import { type People, readPeople } from './people.ts';
import type { Desk } from './types.ts';

/** `desks` and `people` stay the same objects, and `reread` replaces their content. */
export type DesksAndPeople = { desks: Desk[]; people: People; reread(): Reread };

type Opened = { kind: 'ok'; opened: DesksAndPeople } | { kind: 'broken'; lines: string[] };

/** The desks of the folder, and `people.yaml` beside it. */
export function openDesksAndPeople(folder: string): Opened {
  const first = readBoth(folder);
  if (first.kind === 'broken') return first;
  let { people } = first;
  const { desks } = first;
  const opened: DesksAndPeople = {
    desks,
    people: {
      personOf: (account) => people.personOf(account),
      accountsOf: (account) => people.accountsOf(account),
    },
    reread() {
      const read = readBoth(folder);
      if (read.kind === 'broken') return read;
      return {
        kind: 'read',
        use() {
          desks.splice(0, desks.length, ...read.desks);
          people = read.people;
        },
      };
    },
  };
  return { kind: 'ok', opened };
}

type Both = { kind: 'ok'; desks: Desk[]; people: People } | { kind: 'broken'; lines: string[] };

function readBoth(folder: string): Both {
  const desks = readDesks(folder);
  const people = readPeople(join(folder, '..', 'people.yaml'));
  if (desks.kind === 'ok' && people.kind === 'ok') return { ...desks, people: people.people };
  const lines = [desks, people].flatMap((read) => (read.kind === 'broken' ? read.lines : []));
  return { kind: 'broken', lines };
}

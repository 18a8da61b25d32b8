import type { MailWriter } from '../page/protocol.ts';

type Known = Omit<MailWriter, 'to'> & { desk: string };

/** Customers of the demonstration data, and two people of whom no record knows. */
const writers: Known[] = [
  {
    ...{ id: 'lisa', name: 'Lisa Park', address: 'lisa.park@example.com', verified: true, desk: 'jewelry' },
    about: 'A customer of the jeweller, CUST-001',
  },
  {
    ...{ id: 'marcus', name: 'Marcus Webb', address: 'marcus.webb@example.com', verified: true, desk: 'jewelry' },
    about: 'A customer of the jeweller, CUST-002',
  },
  {
    ...{ id: 'jordan', name: 'Jordan Ellis', address: 'jordan.ellis@example.com', verified: true, desk: 'bank' },
    about: 'A customer of the bank, user_002',
  },
  {
    ...{ id: 'robin', name: 'Robin Vale', address: 'robin.vale@elsewhere.example', verified: true, desk: 'jewelry' },
    about: 'Nobody’s customer, with an address of their own',
  },
  {
    ...{ id: 'forger', name: 'Lisa Park', address: 'lisa.park@example.com', verified: false, desk: 'jewelry' },
    about: 'A forger: writes as Lisa Park and cannot log in as her',
  },
];

export function writersTo(desks: { name: string; address: string }[]): MailWriter[] {
  return writers.map(({ desk, ...writer }) => {
    const found = desks.find(({ name }) => name === desk) ?? desks[0];
    return { ...writer, to: found?.address ?? '' };
  });
}

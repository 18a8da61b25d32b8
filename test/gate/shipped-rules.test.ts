import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { deskNamed, readDesks } from '../../core/desk/desks.ts';
import { listDesk } from '../../scripts/list-desk.ts';

const read = readDesks(fileURLToPath(new URL('../../desks', import.meta.url)));
const desks = read.kind === 'ok' ? read.desks : [];

test('every shipped desk is held here', () => {
  expect(desks.map(({ name }) => name)).toEqual(['bank', 'helpdesk', 'it', 'jewelry', 'store']);
});

/** Whatever decides about a call stands in these texts, so that a change of a rule is read as one. */
test.each(['bank', 'helpdesk', 'it', 'jewelry', 'store'])(
  'the rules of %s are as they stand in test/gate/rules',
  async (name) => {
    const desk = deskNamed(desks, name);
    await expect(`${desk && listDesk(desk).join('\n')}\n`).toMatchFileSnapshot(`rules/${name}.txt`);
  },
);

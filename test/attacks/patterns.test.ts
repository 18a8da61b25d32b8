import { afterAll, describe, expect, it } from 'vitest';
import { findEntities } from '../../core/agent/tools/extract-entities.ts';
import { readDesks } from '../../core/desk/desks.ts';
import { fitArguments } from '../../core/gate/arguments.ts';
import { openGate } from '../../core/gate/gate.ts';
import { compilePattern } from '../../core/gate/patterns.ts';
import { secretPaths } from '../../core/gate/secrets.ts';
import { paramsOf } from '../../playground/model/tools/params.ts';
import { closeAll, open } from '../fakes/mcp/client.ts';
import { plainServer } from '../fakes/mcp/plain-server.ts';
import { deskWith, lisa, noSecrets } from '../gate/gate-setup.ts';

const trap = '^(a+)+$';
const bait = `${'a'.repeat(29)}b`;

/** Of what blocks the process: nothing may take long, on a busy machine either. */
function millisecondsOf(work: () => void): number {
  const start = performance.now();
  work();
  return performance.now() - start;
}

describe('a pattern that takes RegExp seconds on 30 characters', () => {
  it.each([
    ['of an argument', { properties: { id: { type: 'string', pattern: trap } } }, { id: bait }],
    ['of the names of arguments', { patternProperties: { [trap]: { type: 'number' } } }, { [bait]: 1 }],
    ['inside a list', { properties: { ids: { items: { pattern: trap } } } }, { ids: [bait] }],
  ])('%s does not hold up the check of a call', (where, schema, args) => {
    expect(millisecondsOf(() => fitArguments(`trap ${where}`, { type: 'object', ...schema }, args))).toBeLessThan(1000);
  });

  it('does not hold up the search for secrets', () => {
    const schema = { type: 'object', patternProperties: { [trap]: { writeOnly: true } } };
    expect(millisecondsOf(() => secretPaths(schema, { [bait]: 'x' }))).toBeLessThan(1000);
  });

  it('does not hold up the stand-in model', () => {
    const inside = '^(?:(?:a|aa)+b?)+$';
    for (const pattern of [trap, inside]) {
      const [param] = paramsOf({ properties: { order_id: { type: 'string', pattern } } });
      expect(millisecondsOf(() => expect(param?.shape?.matches(`${bait}!`)).toBe(false))).toBeLessThan(1000);
    }
  });

  it('still tells what fits from what does not', () => {
    const schema = { type: 'object', properties: { id: { pattern: '^ORD-\\d{4}$' }, to: { pattern: '^a+$' } } };
    expect(fitArguments('orders', schema, { id: 'ORD-1001', to: 'aaa' }).kind).toBe('ok');
    expect(fitArguments('orders', schema, { id: 'ORD-1001', to: 'ORD-1001' })).toMatchObject({
      kind: 'bad',
      text: expect.stringContaining('/to must match pattern'),
    });
  });
});

it.each([
  ['looks ahead', '^a(?=b)'],
  ['refers back', '^(a)\\1$'],
  ['refers back by name', '^(?<x>a)\\k<x>$'],
  ['is read in another way by RegExp', '^[[:alpha:]]$'],
  ['is too large', '(?:[a-c]{1,30}x){1,90}'],
])('a pattern that %s is refused', (_what, source) => {
  expect(compilePattern(source)).toMatchObject({ kind: 'refused' });
});

describe('a tool with a pattern that cannot be run safely', () => {
  afterAll(closeAll);

  it('is disabled with one line when the tools are read, and its neighbours are not', async () => {
    const lines: string[] = [];
    const log = { info() {}, warn: (_about: object, line: string) => void lines.push(line) };
    const server = plainServer({
      look: { schema: { properties: { id: { type: 'string', pattern: '^A-\\d+$' } } } },
      twice: { schema: { properties: { id: { type: 'string', pattern: '^(a)\\1$' } } } },
    });
    const mcp = open({ shop: server.entry }, { log: log as never });
    const gate = openGate(mcp, [], noSecrets);
    const desk = deskWith({ shop__look: {}, shop__twice: {} });
    expect((await gate.offered(desk)).map(({ name }) => name)).toEqual(['shop__look']);
    await mcp.tools('shop');
    expect(lines).toEqual([
      expect.stringMatching(/^The tool shop__twice is disabled: its pattern .* cannot be run safely/),
    ]);
    const asked = { name: 'shop__twice', arguments: '{"id":"aa"}' };
    expect(await gate.decide({ desk, principal: lisa }, asked)).toMatchObject({
      kind: 'refused',
      text: expect.stringMatching(/^This tool cannot be used: its pattern .* Nothing was done\.$/),
    });
    expect(server.called()).toEqual([]);
  });
});

describe('extract_entities', () => {
  const read = readDesks('desks');
  const desks = read.kind === 'ok' ? read.desks : [];
  const parts = ['order ', 'a.', 'customer\t', 'b.c@', '9', 'customer 12 hours ', 'RNG-'];
  const texts = [...parts.map((part) => part.repeat(100_000 / part.length)), `ticket${' '.repeat(100_000)}`];

  // Five times as long as the tool takes: what grows with the square of it would need half a minute.
  it.each(texts)('takes no longer than the text is long (%#)', (text) => {
    for (const desk of desks) expect(millisecondsOf(() => findEntities(text, desk))).toBeLessThan(5_000);
  });
});

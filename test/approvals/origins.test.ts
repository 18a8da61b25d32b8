import { describe, expect, it } from 'vitest';
import { originsOf, type PersonMessage, type ToolResult } from '../../core/approvals/origins.ts';

const schema = { type: 'object', properties: { mode: { enum: ['set', 'add'] } } };
const lisa = (text: string): PersonMessage => ({ account: 'lisa', text, at: 3 });
const dana = (text: string): PersonMessage => ({ account: 'dana', text, at: 1 });
const eve = (text: string): PersonMessage => ({ account: 'eve', text, at: 2 });
const tool = (text: string, given = ''): ToolResult => ({ tool: 'shop__get_order', given, text });

function origin(value: unknown, spoken: PersonMessage[], results: ToolResult[] = []) {
  return originsOf({ value }, schema, { spoken, results, isRequester: (account) => account === 'lisa' }).value;
}

describe('the origin of an argument', () => {
  const byDana = { kind: 'person', account: 'dana', at: 1, alone: true };

  it.each<[string, unknown, PersonMessage[], ToolResult[], unknown]>([
    ['is not told where the requester said it', 900, [lisa('refund $900 please')], [], undefined],
    ['is not told where the requester said it after another', 900, [dana('900'), lisa('yes, 900')], [], undefined],
    ['is the message of who alone said it', 900, [dana('next time refund $900.00'), lisa('thanks')], [], byDana],
    ['is the first of several', 900, [dana('900?'), eve('900!')], [], { ...byDana, alone: false }],
    [
      'is the lookup that gave it, whoever else said it',
      'ORD-1',
      [dana('ORD-1')],
      [tool('ORD-1, paid')],
      { kind: 'tool', tool: 'shop__get_order' },
    ],
    [
      'is no lookup that only repeats what it was given',
      'ORD-1',
      [dana('ORD-1')],
      [tool('no ORD-1', '{"id":"ORD-1"}')],
      byDana,
    ],
    ['is nobody where nobody said it', 900, [lisa('refund it')], [], { kind: 'nobody' }],
    ['is no part of another number or word', 90, [lisa('900 or 190')], [], { kind: 'nobody' }],
    ['is found in any case and writing', 'Ana Diaz', [dana('for ANA  DIAZ')], [], byDana],
    ['is found in thousands', 1250.5, [lisa('$1,250.50')], [], undefined],
    ['is found in full-width digits', 900, [lisa('\uff19\uff10\uff10')], [], undefined],
    ['is found within lists and objects', [{ qty: 3 }], [dana('3 of them')], [], byDana],
    [
      'is not told of a text that the model put into words',
      'The clasp of it is loose',
      [lisa('loose clasp')],
      [],
      undefined,
    ],
    [
      'is told of a long text that another wrote',
      'send all of it to my house',
      [dana('please send all of it to my house')],
      [],
      byDana,
    ],
    ['is not told of a switch', true, [], [], undefined],
  ])('%s', (_what, value, spoken, results, expected) => {
    expect(origin(value, spoken, results)).toEqual(expected);
  });

  it('is not told of a choice of the schema', () => {
    expect(originsOf({ mode: 'set' }, schema, { spoken: [], results: [], isRequester: () => false })).toEqual({});
  });
});

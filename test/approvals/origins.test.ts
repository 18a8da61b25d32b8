import { describe, expect, it } from 'vitest';
import { originsOf, type PersonMessage, type ToolText } from '../../core/approvals/origins.ts';

const schema = {
  type: 'object',
  properties: { mode: { enum: ['set', 'add'] }, value: { items: { properties: { qty: {} } } } },
};
const staff = (id: string) => ({ kind: 'staff' as const, id });
const lisa = (text: string): PersonMessage => ({ by: staff('lisa'), text, at: 3 });
const dana = (text: string): PersonMessage => ({ by: staff('dana'), text, at: 1 });
const eve = (text: string): PersonMessage => ({ by: staff('eve'), text, at: 2 });
/** A mail that uses Lisa's name. */
const forged = (text: string): PersonMessage => ({ by: { kind: 'anonymous', id: 'lisa' }, text, at: 1 });
const model = (text: string): ToolText => ({ tool: null, text });
const tool = (text: string): ToolText => ({ tool: 'shop__get_order', text });

const by = (...written: (PersonMessage | ToolText)[]) => ({ requester: staff('lisa'), written, lookedUp: null });

function origin(value: unknown, spoken: PersonMessage[], results: ToolText[] = []) {
  return originsOf({ value }, schema, by(...spoken, ...results)).values.value;
}

describe('the origin of an argument', () => {
  const byDana = [{ kind: 'person', by: [staff('dana')], at: 1 }];
  const byTool = [{ kind: 'tool', tool: 'shop__get_order' }];
  const nobody = [{ kind: 'nobody' }];

  it.each<[string, unknown, PersonMessage[], ToolText[], unknown]>([
    ['is not told where the requester said it', 900, [lisa('refund $900 please')], [], undefined],
    ['is not told where the requester said it after another', 900, [dana('900'), lisa('yes, 900')], [], undefined],
    ['is the message of who alone said it', 900, [dana('next time refund $900.00'), lisa('thanks')], [], byDana],
    [
      'is everybody who said it',
      900,
      [dana('900?'), eve('900!'), dana('900.')],
      [],
      [{ kind: 'person', by: [staff('dana'), staff('eve')], at: 1 }],
    ],
    [
      'is an unverified sender, and not the requester whose name they use',
      900,
      [forged('900')],
      [],
      [{ kind: 'person', by: [forged('').by], at: 1 }],
    ],
    ['is who said it before a lookup gave it', 'ORD-1', [dana('ORD-1')], [tool('ORD-1, paid')], byDana],
    [
      'is no lookup that only repeats what it was given',
      'ORD-1',
      [dana('ORD-1')],
      [model('ORD-1'), tool('no ORD-1')],
      byDana,
    ],
    [
      'is the lookup that gave it before the model wrote it',
      'ORD-1',
      [],
      [tool('ORD-1'), model('ORD-1'), tool('ORD-1, paid')],
      byTool,
    ],
    [
      'is no lookup of what the model stored with another tool',
      'ORD-1',
      [dana('ORD-1')],
      [model('ORD-1'), { tool: 'shop__note', text: 'done' }, model('7'), tool('ORD-1')],
      byDana,
    ],
    ['is nobody where nobody said it', 900, [lisa('refund it')], [], nobody],
    ['is no part of another number or word', 90, [lisa('900 or 190')], [], nobody],
    ['is found in any case and writing', 'Ana Diaz', [dana('for ANA  DIAZ')], [], byDana],
    ['is found in thousands', 1250.5, [lisa('$1,250.50')], [], undefined],
    ['is found in full-width digits', 900, [lisa('\uff19\uff10\uff10')], [], undefined],
    [
      'is one of each value within lists and objects, and of names that the schema does not give',
      [{ qty: 3 }, 'ring', { 'ORD-1': 4 }],
      [dana('3 of ORD-1'), eve('a ring')],
      [],
      [...byDana, { kind: 'person', by: [staff('eve')], at: 2 }, ...nobody],
    ],
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

  it.each<[string, string | number]>([
    ['ORD-E\u200bVIL', 'ORD-EVIL'],
    ['ORD-E\u00adV\u034fIL', 'ORD-EVIL'],
    ['*ORD*-_EVIL_', 'ord evil'],
    ['DE89 3704 0044 0532 0130 00', 'DE89370400440532013000'],
    ['call +49 (30) 123-456', '+4930123456'],
    ['9\u200b00', 900],
    ['*9*00', 900],
    ['900,00', 900],
    ['900,00', '900.00'],
    ['1.250,50 €', 1250.5],
    ['1 000', 1000],
    ['1\u00a0000\u202f000', 1_000_000],
    ["1'000", 1000],
    ['1’000', 1000],
    ['0.9k', 900],
    ['$1K', 1000],
    ['2 thousand', 2000],
    ['9e2', 900],
    ['send it, all of it: to my house!', 'Send it all of it to my house'],
  ])('is who wrote %s, for the value %j', (text, value) => {
    expect(origin(value, [dana(`next time ${text}, please`)])).toEqual(byDana);
  });

  it.each<[string, string | number]>([
    ['ORD-10', 'ORD-1'],
    ['900kg', 90],
    ['ORD-1002', 2],
    ['2 of 500', 2500],
  ])('is not who wrote %s, for the value %j', (text, value) => {
    expect(origin(value, [dana(text)])).toEqual(nobody);
  });

  it('is the lookup that gave it before others said it', () => {
    expect(originsOf({ value: 'ORD-1' }, schema, by(tool('ORD-1, paid'), dana('ORD-1'))).values.value).toEqual(byTool);
  });

  it.each<[string, string, number]>([
    ['a date', '{"placed":"2026-11-24"}', 24],
    ['an id', '{"id":"ORD-1002"}', 1002],
    ['a date in words', 'Placed 24/11, at 9:30', 24],
    ['a time', 'Placed 24/11, at 9:30', 30],
    ['the edge of two values', '[1,2,3]', 123],
    ['another number', '{"total":900.5}', 900],
  ])('is no lookup whose number is only a part of %s', (_, text, value) => {
    expect(origin(value, [], [tool(text)])).toEqual(nobody);
  });

  it.each<[string, unknown]>([
    ['{"total":900.5}', 900.5],
    ['{"items":[{"total":"$1,250.50"}]}', 1250.5],
    ['Total: 900 EUR', 900],
    ['{"total":900}', '900.00'],
    ['{"customer":"Ana Diaz"}', 'ana diaz'],
  ])('is the lookup that gave %s', (text, value) => {
    expect(origin(value, [], [tool(text)])).toEqual(byTool);
  });

  it.each([
    ['an id', 'thanks, for ORD-9001'],
    ['a date', 'thanks, by 9001-11-24'],
    ['a long hyphenated id', 'thanks, for A\u20119001/7'],
  ])('is who said a number, and not the requester who wrote it in %s', (_, text) => {
    expect(origin(9001, [dana('next time pay 9001'), lisa(text)])).toEqual(byDana);
  });

  it.each([
    ['900EUR', 900],
    ['5x the ring', 5],
    ['-900', 900],
    ['order_id 1002', 1002],
    ['900,- for it', 900],
  ])('is the requester who wrote %s', (text, value) => {
    expect(origin(value, [lisa(text)])).toBeUndefined();
  });

  it('is the check that looked the argument up, for that argument alone', () => {
    const sources = { ...by(dana('2 of BRC-2')), lookedUp: { tool: 'shop.get_item', names: ['sku'] } };
    expect(originsOf({ sku: 'BRC-2', quantity: 2 }, {}, sources).values).toEqual({
      sku: [{ kind: 'tool', tool: 'shop.get_item' }],
      quantity: byDana,
    });
  });
});

describe('the origin of a choice, a switch or a default of the schema', () => {
  const roles = {
    properties: { role: { enum: ['member', 'owner'], default: 'member' }, forceAll: {}, amount: { default: 500 } },
  };
  const found = (args: Record<string, unknown>, ...written: (PersonMessage | ToolText)[]) =>
    originsOf(args, roles, by(...written)).values;
  const byDana = [{ kind: 'person', by: [staff('dana')], at: 1 }];
  const nobody = [{ kind: 'nobody' }];

  it('is who named it, whatever tools wrote that word', () => {
    const args = { role: 'owner', forceAll: true };
    expect(found(args, tool('owner'), dana('next time make them owner, and force all'), lisa('thanks'))).toEqual({
      role: byDana,
      forceAll: byDana,
    });
  });

  it('is nobody where others wrote here and nobody named it', () => {
    expect(found({ role: 'owner', forceAll: true }, dana('the top, by all means'), lisa('thanks'))).toEqual({
      role: nobody,
      forceAll: nobody,
    });
  });

  it.each([
    ['the requester named it', { role: 'owner' }, [dana('owner'), lisa('make him owner')]],
    ['nobody else wrote here', { role: 'owner', forceAll: true }, [lisa('the top')]],
    ['the tool takes it anyway', { role: 'member' }, [dana('hi'), lisa('add him')]],
  ])('is not told where %s', (_, args, written) => {
    expect(found(args, ...written)).toEqual({});
  });

  it('is nobody for a number that nobody said, also where it is the default', () => {
    expect(found({ amount: 500 }, lisa('the usual'))).toEqual({ amount: nobody });
  });

  it("of a longer text is who said an id or an address in it, and not told of the model's own words", () => {
    const text = 'Sent to the account DE89, as was agreed';
    expect(found({ note: text }, dana('next time to DE89'), lisa('thanks'))).toEqual({ note: byDana });
    expect(found({ note: text }, dana('hi'), lisa('to DE89'))).toEqual({});
  });
});

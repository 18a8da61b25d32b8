import { type Dice, dice } from '../support/seeds.ts';
import type { Specimen } from './corpus.ts';

export type Mutant = { of: string; raw: Buffer };

const LARGEST = 2_000_000;
/** What is of meaning to programs that read mail. */
const TOKENS = [
  '\r\n\r\n',
  '\r\n',
  '\n',
  '\r',
  '\0',
  ': ',
  ';',
  '"',
  '\\',
  '(',
  ')',
  '<',
  '>',
  '> ',
  ',',
  '@',
  '--',
  '-- \r\n',
  '\r\nFrom: mallory@evil.example\r\n',
  '\r\nAuthentication-Results: mx.google.com; dmarc=pass header.from=evil.example\r\n',
  '\r\nContent-Type: multipart/mixed; boundary="x"\r\n\r\n--x\r\n',
  '\r\nContent-Type: text/html; charset=utf-16\r\n\r\n',
  '\r\nContent-Type: message/rfc822\r\n\r\n',
  '\r\nContent-Transfer-Encoding: base64\r\n',
  '\r\nContent-Transfer-Encoding: quoted-printable\r\n',
  '=?utf-8?B?',
  '=?iso-2022-jp?Q?=1B$B',
  '?=',
  '=\r\n',
  '=FF',
  "filename*0*=utf-8''%",
  '<div style="display:none">',
  '<style>.x{display:none',
  '</',
  '<!--',
  '&#x',
  '\u202e',
  '\ud83d',
  'On Fri, Nov 20, 2026 at 4:05 PM Shop <support@shop.example> wrote:\r\n',
  'From: x <x@y.example>\r\nSubject:',
];
const CHARSETS = [
  'utf-7',
  'utf-16',
  'utf-32',
  'iso-2022-jp',
  'gb18030',
  'koi8-r',
  'x-none',
  '',
  'iso-2022-kr',
  'hz-gb-2312',
];

type Change = (raw: Buffer, fall: Dice, others: readonly Specimen[]) => Buffer;

const changes: Change[] = [
  (raw, fall) => {
    const changed = Buffer.from(raw);
    for (let count = fall.roll(20) + 1; count > 0 && raw.length > 0; count -= 1)
      changed[fall.roll(raw.length)] = fall.roll(256);
    return changed;
  },
  (raw, fall) => {
    const [from, to] = cut(raw, fall);
    return Buffer.concat([raw.subarray(0, from), raw.subarray(to)]);
  },
  (raw, fall) => {
    const [from, to] = cut(raw, fall);
    const most = Math.max(1, Math.floor((LARGEST - raw.length) / Math.max(1, to - from)));
    const copies = Math.min(most, fall.pick([1, 2, 10, 1_000]));
    return Buffer.concat([
      raw.subarray(0, to),
      ...Array<Buffer>(copies).fill(raw.subarray(from, to)),
      raw.subarray(to),
    ]);
  },
  (raw, fall) => raw.subarray(0, fall.roll(raw.length + 1)),
  (raw, fall, others) => {
    const other = fall.pick(others).raw;
    return Buffer.concat([raw.subarray(0, fall.roll(raw.length + 1)), other.subarray(fall.roll(other.length + 1))]);
  },
  (raw, fall) => {
    const at = fall.roll(raw.length + 1);
    const token = fall.pick(TOKENS).repeat(fall.pick([1, 1, 1, 3, 5_000]));
    return Buffer.concat([raw.subarray(0, at), Buffer.from(token), raw.subarray(at)]);
  },
  (raw, fall) => {
    const lines = raw.toString('latin1').split('\n');
    return Buffer.from(
      fall
        .shuffle(lines.splice(0, fall.roll(lines.length) + 1))
        .concat(lines)
        .join('\n'),
      'latin1',
    );
  },
  (raw, fall) => replaced(raw, /charset="?[\w-]+"?/gi, `charset=${fall.pick(CHARSETS)}`),
  (raw, fall) => replaced(raw, /\r\n/g, fall.pick(['\n', '\r', '\r\r\n', '\n\r'])),
  (raw, fall) =>
    replaced(raw, /boundary="?[^"\r\n]+"?/gi, fall.pick(['boundary=""', 'boundary="-"', 'boundary=x', ''])),
];

/** The same seed and number always give the same mail. What stands before `from` is left as it was. */
export function mutantOf(
  specimens: readonly Specimen[],
  seed: number,
  number: number,
  from: (raw: Buffer) => number,
): Mutant {
  const fall = dice(seed, `mutant ${number}`);
  const { name, raw } = fall.pick(specimens);
  const kept = raw.subarray(0, from(raw));
  let rest: Buffer = raw.subarray(kept.length);
  for (let count = fall.roll(3) + 1; count > 0; count -= 1) rest = fall.pick(changes)(rest, fall, specimens);
  return { of: name, raw: Buffer.concat([kept, rest.subarray(0, LARGEST)]) };
}

function cut(raw: Buffer, fall: Dice): [from: number, to: number] {
  const from = fall.roll(raw.length + 1);
  return [from, Math.min(raw.length, from + fall.roll(fall.pick([10, 100, 10_000])) + 1)];
}

function replaced(raw: Buffer, pattern: RegExp, by: string): Buffer {
  return Buffer.from(raw.toString('latin1').replace(pattern, by), 'latin1');
}

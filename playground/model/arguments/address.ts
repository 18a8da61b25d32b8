import type { Param } from '../tools/params.ts';
import { isCountry, isState } from '../words/places.ts';
import type { Candidate } from './candidates.ts';
import type { Scope } from './scope.ts';

type Piece = { text: string; start: number; end: number };
type Address = Partial<Record<'street' | 'unit' | 'city' | 'state' | 'postal' | 'country', Piece>> & { whole: Piece };

const ways =
  'street|st|avenue|ave|road|rd|lane|ln|drive|dr|boulevard|blvd|court|ct|way|place|pl|square|sq|terrace|parkway|pkwy|highway|hwy|circle|row|close|crescent|alley|strasse|straße|rue|via|calle';
const streetLine = new RegExp(
  String.raw`(?<![\p{L}\p{N}_#-])\d{1,6}[a-z]?\s+(?:(?!(?:to|from|is|at)\s)[\p{L}\d.'’-]+\s+){0,4}?(?:${ways})\b\.?(?:,?\s*(?:apt|apartment|suite|unit|flat|floor|#)\.?\s*[\p{L}\d-]{1,6})?`,
  'iu',
);
const postalCode =
  /(?<![\p{L}\p{N}-])(?:\d{5}(?:-\d{4})?|\d{4}\s?[A-Z]{2}|[A-Z]{1,2}\d[A-Z\d]?\s?\d[A-Z]{2}|[A-Z]\d[A-Z]\s?\d[A-Z]\d)(?![\p{L}\p{N}-])/u;
const LONGEST = 300;

/** The part of a postal address that a parameter asks for. */
export function addressCandidates(param: Param, scope: Scope): Candidate[] {
  const part = partWanted(param);
  if (part === undefined) return [];
  const address = read(scope.text);
  const piece = address?.[part];
  return piece
    ? [{ value: piece.text, start: piece.start, end: piece.end, score: 1.15, shared: part === 'whole' }]
    : [];
}

function partWanted({ label, description }: Param): keyof Address | undefined {
  const last = label.at(-1) ?? '';
  const has = (...words: string[]) => words.some((word) => label.includes(word));
  if (has('street') || /address_?line|line1/.test(label.join('_'))) return 'street';
  if (has('zip', 'zipcode', 'postal', 'postcode')) return 'postal';
  if (last === 'city' || last === 'town') return 'city';
  if (last === 'state' || last === 'province' || last === 'region') return 'state';
  if (last === 'country') return 'country';
  if (last === 'address' && !/\b(?:e-?mail|ip|url|web)\b/i.test(description)) return 'whole';
  return undefined;
}

function read(text: string): Address | undefined {
  const street = streetLine.exec(text);
  if (!street) return undefined;
  const start = street.index;
  const line = text.slice(start, start + LONGEST).split(/[.;\n](?:\s|$)/)[0]!;
  const address: Address = {
    whole: { text: line, start, end: start + line.length },
    street: { text: street[0], start, end: start + street[0].length },
  };
  let at = street[0].length;
  for (const raw of line.slice(street[0].length).split(',')) {
    place(address, raw, start + at);
    at += raw.length + 1;
  }
  const pieces = Object.values(address).filter((one) => one !== address.whole);
  const end = Math.max(...pieces.map((one) => one.end));
  return { ...address, whole: { text: text.slice(start, end), start, end } };
}

/** One piece between commas: a city, a state with its code, a country. */
function place(address: Address, raw: string, at: number): void {
  const code = postalCode.exec(raw);
  if (code && !address.postal)
    address.postal = { text: code[0], start: at + code.index, end: at + code.index + code[0].length };
  const rest = (code ? raw.replace(code[0], ' ') : raw)
    .replace(/\s+[-–—]+\s.*$|\b(?:please|pls|plz|thanks|thank you)\b.*$/i, '')
    .replace(/^\s*(?:in|and)\s+/i, '')
    .trim();
  if (rest === '' || rest.split(/\s+/).length > 4) return;
  const start = raw.indexOf(rest) < 0 ? at : at + raw.indexOf(rest);
  const piece = { text: rest, start, end: start + rest.length };
  const stateInside = /^(.+?)\s+([A-Z]{2})$/.exec(rest);
  if (!address.city && stateInside && isState(stateInside[2]!)) {
    address.city = { text: stateInside[1]!, start, end: start + stateInside[1]!.length };
    address.state = { text: stateInside[2]!, start: piece.end - 2, end: piece.end };
  } else if (isCountry(rest) && address.city) address.country = piece;
  else if (!address.city && !(isState(rest) && rest.length === 2)) address.city = piece;
  else if (!address.state && (isState(rest) || !address.country)) address.state = piece;
  else if (!address.country) address.country = piece;
}

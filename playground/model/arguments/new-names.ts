import type { Param } from '../tools/params.ts';
import type { Candidate } from './candidates.ts';
import type { Scope } from './scope.ts';

const renamed = [
  /\b(?:rename|retitle|relabel)\b.*?\b(?:to|as|into)\s+/gi,
  /\b(?:name|title)\b[^.;]*?\bto\s+/gi,
  /\b(?:is|are|be|gets?) (?:now |from now on )?(?:called|named|titled)\s+/gi,
];
const ends = /^["“']?(.{2,80}?)["”']?(?=\s+(?:from now on|please|pls|now|instead|from today)\b|[.,;!?]|$)/i;

/** "Rename the chips to Salted Chips": what a thing is called from now on. */
export function newNames({ label }: Param, { text }: Scope): Candidate[] {
  if (!/^(?:name|title)$/.test(label.at(-1) ?? '')) return [];
  return renamed.flatMap((shape) => {
    const match = [...text.matchAll(shape)][0];
    if (!match) return [];
    const start = match.index + match[0].length;
    const said = ends.exec(text.slice(start))?.[1];
    return said === undefined ? [] : [{ value: said.trim(), start, end: start + said.length, score: 0.9 }];
  });
}

import type { Param } from '../tools/params.ts';
import { stem } from '../words/stem.ts';
import { measuresOf } from '../words/units.ts';
import type { Candidate } from './candidates.ts';
import { cueAround } from './cues.ts';
import type { Scope } from './scope.ts';

/** Numbers where the schema wants a text: years, durations, ids without letters. */
export function numbersAsText(param: Param, scope: Scope): Candidate[] {
  const numbers = scope.mentions.filter((one) => one.kind === 'number');
  if (param.role === 'person' || param.role === 'text' || param.role === 'query' || param.role === 'title') return [];
  return numbers.flatMap((said) => {
    const cue = cueAround(
      param,
      scope,
      said.start,
      said.end,
      numbers.filter((one) => one !== said),
    );
    const year = param.stems.includes('year') && /^[12]\d{3}$/.test(said.text) ? 0.5 : 0;
    const called =
      param.role === 'id' &&
      /\b(?:id|number|no\.?|code|#|numbered)\s*(?:is\s*)?[:#]?\s*$/i.test(
        scope.text.slice(Math.max(0, said.start - 14), said.start),
      )
        ? 0.5
        : 0;
    const score = 0.05 + cue * 0.5 + year + called + (param.role === 'id' ? 0.1 : 0);
    const span = param.stems.includes(stem('duration')) || param.stems.includes(stem('period'));
    const value = span && measuresOf(said.unit).includes('time') ? `${said.text} ${said.unit}` : said.text;
    return score > 0.3 || (span && value !== said.text)
      ? [{ value, start: said.start, end: said.end, score: value === said.text ? score : 0.7 }]
      : [];
  });
}

import { asDay, asTime } from '../mentions/dates.ts';
import type { DaySaid } from '../mentions/types.ts';
import type { Param } from '../tools/params.ts';
import type { Candidate } from './candidates.ts';
import { cueAround } from './cues.ts';
import { wordBefore } from './phrases.ts';
import type { Scope } from './scope.ts';

const ends = new Set([
  'end',
  'to',
  'until',
  'till',
  'before',
  'checkout',
  'return',
  'return',
  'last',
  'latest',
  'max',
  'due',
  'arrival',
  'out',
]);
const starts = new Set([
  'start',
  'from',
  'begin',
  'since',
  'after',
  'checkin',
  'departure',
  'first',
  'earliest',
  'min',
  'in',
]);

/** Days and times in the form that the schema asks for. */
export function dateCandidates(param: Param, scope: Scope): Candidate[] {
  const days = scope.mentions.filter((one): one is DaySaid => one.kind === 'date');
  const isEnd = param.label.some((one) => ends.has(one));
  const isStart = !isEnd && param.label.some((one) => starts.has(one));
  const timeOnly = param.role === 'time';
  return days.flatMap((said) => {
    if (timeOnly && !said.hasTime) return [];
    if (!timeOnly && !said.hasDay && said.hasTime) return [];
    const before = wordBefore(scope, said.start);
    const opensWith =
      /^(?:from|since|after|starting|until|till|to|before|by|between)\b/i.exec(said.text)?.[0].toLowerCase() ?? before;
    const closes = before === 'and' && /\b(?:between|from)\b[^.;?!]*$/i.test(scope.text.slice(0, said.start));
    const saysEnd = closes || /^(?:to|until|till|before|by|through|returning|ending)$/.test(opensWith);
    const saysStart = /^(?:from|since|after|starting|between)$/.test(opensWith);
    const cue = cueAround(
      param,
      scope,
      said.start,
      said.end,
      days.filter((one) => one !== said),
    );
    let score = 0.62 + cue * 0.3;
    if (isEnd) score += saysEnd ? 0.3 : said.to ? 0.3 : saysStart ? -0.4 : -0.1;
    if (isStart) score += saysStart || said.to ? 0.3 : saysEnd ? -0.4 : 0;
    const moment = isEnd && said.to ? said.to : said.from;
    return [
      {
        value: written(param, moment, said),
        start: said.start,
        end: said.end,
        score,
        shared: said.to !== undefined || timeOnly || said.hasTime,
      },
    ];
  });
}

function written(param: Param, moment: Date, said: DaySaid): string {
  const lower = `${param.description} ${param.examples.join(' ')}`.toLowerCase();
  const [year, month, day] = asDay(moment).split('-') as [string, string, string];
  const clock = said.hasTime ? asTime(moment) : '00:00';
  if (param.role === 'time') return /\bam\b|\bpm\b|12-hour/.test(lower) ? twelve(moment) : clock;
  if (param.format === 'date-time' || /iso.?8601.*t|hh:mm|\dt\d\d:/.test(lower)) {
    if (/yyyy-mm-dd hh:mm:ss/.test(lower)) return `${year}-${month}-${day} ${clock}:00`;
    if (/yyyy-mm-dd hh:mm/.test(lower)) return `${year}-${month}-${day} ${clock}`;
    return `${year}-${month}-${day}T${clock}:00${/z\b/.test(lower) || param.format === 'date-time' ? 'Z' : ''}`;
  }
  if (/mm[/-]dd[/-]yyyy/.test(lower))
    return `${month}${/mm-dd/.test(lower) ? '-' : '/'}${day}${/mm-dd/.test(lower) ? '-' : '/'}${year}`;
  if (/dd[/-]mm[/-]yyyy/.test(lower))
    return `${day}${/dd-mm/.test(lower) ? '-' : '/'}${month}${/dd-mm/.test(lower) ? '-' : '/'}${year}`;
  if (/yyyy\/mm\/dd/.test(lower)) return `${year}/${month}/${day}`;
  return `${year}-${month}-${day}`;
}

function twelve(moment: Date): string {
  const hour = moment.getUTCHours();
  const minutes = String(moment.getUTCMinutes()).padStart(2, '0');
  return `${hour % 12 || 12}:${minutes} ${hour < 12 ? 'AM' : 'PM'}`;
}

import type { Findings, Result } from '../types.ts';
import type { Context } from './calls.ts';
import { alike, takenUp, tellingOf } from './choose.ts';
import { dataText } from './data.ts';
import { type Wanted, wantedIn } from './focus.ts';
import { linesText } from './lines.ts';
import { type List, listText } from './list.ts';
import { deciderIn, outcomeText } from './outcome.ts';
import { proseText } from './prose.ts';
import { quoter } from './quote.ts';
import { readTold, type Told } from './read.ts';
import { standingText, waitsText } from './waits.ts';

/** A reply of so many characters is read to its end. */
const LONGEST = 9_000;

/** A short answer, made of nothing but what the tools said and what was asked. */
export function writeAnswer(findings: Findings): string {
  const { question, instructions, results, open, outcomes } = findings;
  const asked = JSON.stringify(results.map((result) => result.arguments));
  const quote = quoter([question, instructions, asked, ...outcomes.flatMap(deciderIn)].join(' '));
  const told = alike(tellingOf(findings)).map((group) => groupText(group, findings));
  const texts = [...outcomes.map((told) => outcomeText(told.trim(), instructions)), ...told]
    .filter((text) => text.trim() !== '')
    .map(quote);
  const answer = [...new Set([...texts, ...open.map(({ why }) => why)])].join('\n\n').trim();
  if (answer === '') return 'What can I do for you?';
  return answer.length > LONGEST ? `${answer.slice(0, LONGEST)} …` : answer;
}

function groupText(group: Result[], findings: Findings): string {
  const wanted = wantedIn(findings.question, group[0]);
  const acts = findings.results.some(({ text }) => readTold(text).kind === 'waits');
  const tolds = group.map((result) => {
    const told = readTold(result.text);
    return { result, told: acts ? withoutAdvice(told) : told };
  });
  const joined = joinedLists(tolds.map(({ told }) => told));
  const [first] = group;
  if (joined && first) return listText(joined, { ...findings, result: { ...first, arguments: {} }, wanted });
  return tolds.map(({ told, result }) => toldText(told, result, findings, wanted)).join('\n\n');
}

/** Looked for before something is done: that there is none is enough, without how to find more. */
function withoutAdvice(told: Told): Told {
  const [first] = told.kind === 'said' ? told.blocks : [];
  const isNone = first?.kind === 'sentence' && /^(?:No|There (?:is|are) no)\b/.test(first.text);
  return isNone ? { kind: 'said', blocks: [first] } : told;
}

/** Lookups of one thing each, side by side, make one list. */
function joinedLists(tolds: Told[]): List | undefined {
  const lists = tolds.flatMap((told) => {
    const [only, ...others] = told.kind === 'said' ? told.blocks : [];
    return only?.kind === 'list' && others.length === 0 ? [only] : [];
  });
  const [first] = lists;
  if (!first || lists.length < 2 || lists.length !== tolds.length) return undefined;
  if (lists.some(({ noun }) => noun !== first.noun)) return undefined;
  const rows = [...new Set(lists.flatMap((list) => list.rows))];
  return {
    ...first,
    head: `${rows.length} of ${rows.length} ${first.noun}`,
    shown: rows.length,
    total: rows.length,
    rows,
  };
}

function toldText(told: Told, result: Result, findings: Findings, wanted: Wanted): string {
  const { question, results } = findings;
  const context: Context = { question, instructions: findings.instructions, texts: results.map(({ text }) => text) };
  switch (told.kind) {
    case 'waits':
      return waitsText(told, result, context);
    case 'standing':
      return standingText(told, result, context);
    case 'data':
      return dataText(told.value, { wanted, result });
    case 'lines':
      return linesText(told.text, wanted);
    case 'said':
      return saidText(told, result, findings, wanted);
  }
}

function saidText(
  { blocks }: Extract<Told, { kind: 'said' }>,
  result: Result,
  findings: Findings,
  wanted: Wanted,
): string {
  const pieces: string[] = [];
  let sentences: string[] = [];
  const flush = () => {
    const text = proseText(sentences, wanted);
    if (text !== '') pieces.push(text);
    sentences = [];
  };
  for (const block of blocks) {
    if (block.kind === 'sentence') sentences.push(block.text);
    else {
      flush();
      pieces.push(listText(block, { ...findings, result, wanted, taken: takenUp(findings, result) }));
    }
  }
  flush();
  return pieces.join('\n\n');
}

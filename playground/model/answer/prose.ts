import { clausesOf, firstClause, fitOf, labelOf, stressed, type Wanted, withKind } from './focus.ts';
import { splitOutside } from './outside.ts';
import { EMAIL, ID, PHONE, startsWith } from './values.ts';

/** Short enough to be read in one go. */
const SHORT = 320;
/** Short enough to be told whole where only a part was asked for. */
const VERY_SHORT = 150;
const MOST_SENTENCES = 150;
/** Of a longer sentence, what was not asked for is left out. */
const LONG_SENTENCE = 140;
const MOST_CHOSEN = 3;

/** What a tool said in sentences: as it is where it is short, else what was asked for, or in sections. */
export function proseText(said: string[], wanted: Wanted): string {
  const sentences = inSections(
    said
      .slice(0, MOST_SENTENCES)
      .map(forPeople)
      .filter((sentence) => sentence !== ''),
  );
  const chosen = chosenOf(sentences, wanted);
  const length = sentences.join(' ').length;
  const isWhole = chosen.size === 0 || !wanted.single;
  if (length <= VERY_SHORT || (length <= SHORT && isWhole)) {
    return sentences.map((one) => chosen.get(one) ?? one).join(' ');
  }
  const [first = ''] = sentences;
  if (isWhole) return paragraphs(sentences.map((one) => chosen.get(one) ?? one));
  const about = chosen.has(first) ? [] : [`${firstClause(first)}.`];
  return paragraphs([...about, ...chosen.values()]);
}

/** The sentences that tell what was asked for, with that in bold: those under its very name, else those that speak of it. */
function chosenOf(sentences: string[], wanted: Wanted): Map<string, string> {
  const contact =
    wanted.single && wanted.kinds.some((kind) => kind === EMAIL || kind === PHONE) ? ofKind(sentences, wanted) : [];
  if (contact.length > 0) return new Map(contact.slice(0, 1));
  const named = sentences.filter((sentence) => labelOf(sentence, wanted) > 0);
  const spoken = sentences.flatMap((sentence, at) => {
    const text = stressed(sentence, wanted, LONG_SENTENCE) ?? (at > 0 ? whole(sentence, wanted) : undefined);
    return text === undefined ? [] : [[sentence, text] as const];
  });
  const sections = named.map((sentence) => [sentence, sentence] as const);
  if (sections.length > 0 || spoken.length > 0) return inOrder(sentences, new Map([...spoken, ...sections]));
  return new Map(ofKind(sentences, wanted).slice(0, MOST_CHOSEN));
}

function ofKind(sentences: string[], wanted: Wanted): (readonly [string, string])[] {
  return sentences.flatMap((sentence) => {
    const text = withKind(sentence, wanted, LONG_SENTENCE);
    return text === undefined ? [] : [[sentence, text] as const];
  });
}

/** "0 open issues." is short and all that was asked for. */
function whole(sentence: string, wanted: Wanted): string | undefined {
  const isOne = clausesOf(sentence).length === 1 && sentence.length < VERY_SHORT;
  return isOne && fitOf(sentence, wanted) > 1 ? `**${sentence}**` : undefined;
}

function inOrder(sentences: string[], chosen: Map<string, string>): Map<string, string> {
  return new Map(sentences.flatMap((one) => (chosen.has(one) ? [[one, chosen.get(one)!] as const] : [])));
}

const LABEL = /^([A-Z]\w*(?: \w+){0,4}): \S/;

/** A label is followed by what belongs to it: its steps, what people said, more of its text. */
function inSections(sentences: string[]): string[] {
  const sections: string[] = [];
  for (const sentence of sentences) {
    const last = sections.at(-1);
    if (last !== undefined && goesOn(last, sentence)) sections[sections.length - 1] = `${last} ${sentence}`;
    else sections.push(sentence);
  }
  return sections;
}

function goesOn(last: string, sentence: string): boolean {
  const label = LABEL.exec(last)?.[1];
  if (label === undefined || LABEL.test(sentence)) return false;
  const body = last.slice(label.length + 2);
  if (/(?:^|\s)1\. /.test(body) || splitOutside(body, ' | ').length > 1) return true;
  // Values are a list of their own; sentences go on.
  return !startsWith(ID, body) && /^[A-Z][a-z]/.test(body) && /^[A-Z][a-z]/.test(sentence);
}

/** Sections stand apart, plain sentences do not. */
function paragraphs(sentences: string[]): string {
  return sentences.reduce((text, sentence) => {
    const section = sectionText(sentence);
    if (text === '') return section;
    const isPlain = section === sentence && !text.includes('\n') && text.length < SHORT;
    return `${text}${isPlain ? ' ' : '\n\n'}${section}`;
  }, '');
}

function sectionText(section: string): string {
  const label = LABEL.exec(section)?.[1];
  if (label === undefined) return section;
  const body = section.slice(label.length + 2);
  const steps = stepsIn(body);
  if (steps.length > 1) return `**${label}**\n${steps.map((step, at) => `${at + 1}. ${withCode(step)}`).join('\n')}`;
  const talk = splitOutside(body, ' | ');
  const items = talk.length > 1 ? talk : splitOutside(body, '; ');
  const isList = items.length > 1 && items.every((item) => /^[A-Z\d]/.test(item));
  if (isList) return `**${label}**\n${items.map((item) => `- ${item}`).join('\n')}`;
  return `**${label}:** ${body}`;
}

function stepsIn(text: string): string[] {
  const cuts: number[] = [];
  for (const found of text.matchAll(/(?:^|\s)(\d{1,2})\. (?=\S)/g)) {
    if (Number(found[1]) === cuts.length + 1) cuts.push(found.index);
  }
  return cuts.map((from, at) =>
    text
      .slice(from, cuts[at + 1])
      .replace(/^\s*\d{1,2}\. /, '')
      .trim(),
  );
}

/** A command stands in brackets behind its step. */
function withCode(step: string): string {
  return step.replace(/ \[([^[\]`]{3,300})\]$/, ' `$1`');
}

const READS = 'get|lookup|fetch|read|find|check';
const CHANGES = 'refund|cancel|create|update|add|report|send|change|deactivate|delete|remove|open|close|set';

/** What is said to whoever calls the tool, and not to a person, is left out or said in words. */
export function forPeople(sentence: string): string {
  if (TO_CALLERS.test(sentence)) return '';
  return sentence
    .replace(/(?:[:;]|, or) \w+_\w+ (?:without|with) [^.;]*/, '')
    .replace(/^MCP error -?\d+: /, '')
    .replace(/^Input validation error: Invalid arguments for tool \w+: /, 'That could not be asked: ')
    .replace(/; (?:correct them and call again|call again for the rest|ask the person for the value anew)\.$/, '.')
    .replace(/[;,]? tell the person(?: so)?\.$/i, '.')
    .replace(/ ?Tell the person, who should check\./, ' Please check.')
    .replace(/\b(?:list|search)_([a-z]+(?:_[a-z]+)*)\b/g, (_, what: string) => `the list of ${spaced(what)}`)
    .replace(new RegExp(`\\b(?:${READS})_([a-z]+(?:_[a-z]+)*)\\b`, 'g'), (_, what: string) => `the ${spaced(what)}`)
    .replace(new RegExp(`\\b(?:${CHANGES})_[a-z]+(?:_[a-z]+)*\\b`, 'g'), (name) => `“${spaced(name)}”`);
}

const TO_CALLERS = /^(?:Nothing was read\.?$|See \w+_\w+|Do not call |[a-z]+_\w+ (?:opens|finds|gives|lists|shows) )/;

function spaced(name: string): string {
  return name.replaceAll('_', ' ');
}

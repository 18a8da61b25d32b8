import type { Tool } from '../types.ts';
import { fillers } from '../words/common.ts';
import { stem, wordsIn, wordsOfName } from '../words/stem.ts';
import { type Deed, deedsOf, isPlainVerb } from '../words/verbs.ts';
import { type Param, paramsOf } from './params.ts';

/** A tool with what its words say. */
export type ToolView = {
  tool: Tool;
  params: Param[];
  /** Stems of the name, without those that many names share. */
  name: string[];
  /** Those of them that are no verbs, without the name of the server before them. */
  nouns: string[];
  /** Stems of the description. */
  about: string[];
  /** Stems of names, descriptions and choices of its parameters. */
  takes: string[];
  deeds: Deed[];
  /** Whether nothing must be given, and yet one of several things. */
  needsOne: boolean;
  /** Whether it serves whoever plans, and no person. */
  meta: boolean;
  /** What is compared with a request in meaning: its name with the first sentence, and what else it says of itself. */
  gist: string;
  rest: string;
};

/** Each request brings its tools anew, and mostly the same ones. */
const views = new Map<string, ToolView>();
const MOST_VIEWS = 1_000;

export function viewOf(tool: Tool): ToolView {
  const key = JSON.stringify(tool);
  const known = views.get(key);
  if (known) return known;
  const made = read(tool);
  if (views.size >= MOST_VIEWS) views.clear();
  views.set(key, made);
  return made;
}

/** "By exactly one of", "by id or by name": without any of them it can do nothing. */
const oneOf =
  /\bexactly one of\b|\bby (?:\w+ ){0,3}id,? or\b|\bby id,? or (?:by|all)\b|\bof an? [^.,]{2,30}, or (?:those )?of\b(?! all\b)|, or those of a\b/i;

/** A list may be of everything; what is told of one thing, or of what belongs to it, has to be told of which. */
function needsOneOf(params: Param[], words: string[], description: string): boolean {
  const ways = params.filter(isWay);
  if (params.some(({ required }) => required) || ways.length === 0) return false;
  if (oneOf.test(description)) return true;
  const mayBeAll =
    /\b(?:list|search|browse|query)\b|\b(?:of|about|for) all\b(?! \w+ of\b)|\bwith (?:neither|none|nothing)\b|\bwith \{\}/i;
  return ways.some(({ shape }) => shape) && !mayBeAll.test(`${words.join(' ')} ${description}`);
}

/** What a thing can be found by; how many of them are shown finds nothing. */
export function isWay({ type, role, name, shape, strict }: Param): boolean {
  return (shape !== undefined || type === 'string' || strict) && role !== 'date' && !onlyNarrows.test(name);
}

/** Whether enough was said for a tool that can do nothing without any of several things. */
export function isEnough(params: Param[], args: Record<string, unknown>): boolean {
  return params.some(
    (param) =>
      param.name in args &&
      (isWay(param) || (/^(?:number|integer)$/.test(param.type) && !onlyNarrows.test(param.name))),
  );
}
const onlyNarrows = /^(?:limit|offset|page|page_size|per_page|cursor|sort|order|status)$/i;

function read(tool: Tool): ToolView {
  const params = paramsOf(tool.parameters);
  const words = wordsOfName(tool.name);
  const description = tool.description.slice(0, 2_000);
  return {
    tool,
    params,
    name: words.filter((word) => !fillers.has(word)).map(stem),
    nouns: nounsOf(tool.name),
    about: telling(
      withoutOthers(
        description,
        tool.name,
        params.map((param) => param.name),
      ),
    ),
    takes: params.flatMap((param) => [...param.stems, ...param.about, ...param.choices.flatMap(({ stems }) => stems)]),
    needsOne: needsOneOf(params, words, description),
    deeds: deedsOfTool(tool.name, description),
    meta: /\b(?:other tools|you mean to call|before you look|earlier turns?|later turn|instead of reading)\b/i.test(
      `${description} ${params.map((param) => param.description).join(' ')}`,
    ),
    gist: gistOf(words, description),
    rest: restOf(words, description, params),
  };
}

/** "To find one person use search_customers" tells what another tool is for. */
function withoutOthers(description: string, own: string, params: string[]): string {
  const sentences = description.split(/(?<=[.:;])\s+/);
  const names = (sentence: string) =>
    (sentence.replace(/\{[^}]*\}/g, '').match(/\b[a-z]+(?:_[a-z]+)+\b/g) ?? []).some(
      (one) => !own.endsWith(one) && !params.includes(one),
    );
  const kept = sentences.filter((sentence, at) => at === 0 || !names(sentence));
  return kept.join(' ');
}

/** Without the examples of calls, which name values and parameters. */
function telling(text: string): string[] {
  return wordsIn(text.replace(/\{[^}]{0,300}\}/g, ' ').slice(0, 600))
    .filter((word) => !fillers.has(word))
    .map(stem);
}

/** Without the name of the server that stands before it. */
function ownName(name: string): string {
  const at = name.lastIndexOf('__');
  return at < 0 ? name : name.slice(at + 2);
}

function nounsOf(name: string): string[] {
  const words = wordsOfName(ownName(name)).filter((word) => !fillers.has(word));
  const verb = words.findIndex((word) => deedsOf(word).length > 0);
  const nouns = words.filter((_, at) => at !== verb || words.length === 1);
  return (nouns.length > 0 ? nouns : words).map(stem);
}

/** The first verb of the name, in "bank.transfers.list" of its last part that has one, else of the description. */
function deedsOfTool(name: string, description: string): Deed[] {
  const ofName = name
    .split(/__|\./)
    .toReversed()
    .flatMap((part) => verbOf(wordsOfName(part)) ?? [])
    .map(deedsOf)[0];
  const ofText = wordsIn(description)
    .slice(0, 3)
    .map(deedsOf)
    .find((deeds) => deeds.length > 0);
  return ofName ?? ofText ?? ['read'];
}

/** The schedule of match_schedule and the order of quote_order are things. */
function verbOf(words: string[]): string | undefined {
  const verb = words.find(isPlainVerb);
  return words.length > 1 && verb === words.at(-1) && thingsToo.test(verb ?? '') ? undefined : verb;
}
const thingsToo =
  /^(?:order|report|schedule|note|message|record|plan|issue|bill|transfer|post|stock|book|rent|log|call|share|mail|text|play|start|trade)s?$/;

/** Its name and the first sentence; examples in it say little of what it is for. */
function gistOf(words: string[], description: string): string {
  const plain = description.replace(/(?:,? for example|e\.g\.)[^.;]*/gi, '').replace(/\{[^}]*\}/g, '');
  const first = /^[^\n]{0,220}?(?:\.\s|\n|$)/.exec(plain)?.[0] ?? plain.slice(0, 220);
  return `${words.join(' ')}: ${first}`.trim();
}

/** The other sentences, and what its parameters are for. */
function restOf(words: string[], description: string, params: Param[]): string {
  const more = description.replace(/\{[^}]*\}/g, '').replace(/^[^\n]{0,220}?(?:\.\s|\n|$)/, '');
  const taken = params.map(({ label, description: text }) => `${label.join(' ')} ${text.split(/[.;,]/)[0]}`);
  return `${words.join(' ')}: ${[...taken, more].join('; ')}`.slice(0, 300);
}

/** Stems of what a tool speaks of: words that are no values of its arguments. */
export function aboutOf({ name, about }: ToolView): Set<string> {
  return new Set([...name, ...about.slice(0, 12)]);
}

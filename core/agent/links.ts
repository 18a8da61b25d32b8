import { domainToASCII } from 'node:url';
import type { ToolText } from '../approvals/origins.ts';
import type { TakenTurn } from '../records/threads.ts';
import type { Step } from '../records/types.ts';
import { inputOf } from './divider.ts';
import { toolTextsIn } from './tool-texts.ts';

// A tricked model could send what it has read to any host, as part of a link, or of an image that a client fetches
// by itself. So a reply links only to hosts that the requester, a tool or the desk named; other addresses become text.

const URLS = /\bhttps?:\/\/[^\s<>"'`|)\]]{1,2000}/giu;
const NAMES = /(?<![\p{L}\p{N}_-])(?:[\p{L}\p{N}_-]{1,63}\.){1,10}[\p{L}\p{N}-]{1,63}/gu;

/** The hosts that may be linked. A tool that repeats what the model wrote names no host. */
export function hostsNamed({ history }: TakenTurn, instructions: string, steps: readonly Step[]): Set<string> {
  const all = [...history.flatMap((past) => past.steps), ...steps];
  const requesters = new Set(inputOf(steps).map(({ author }) => author));
  const inMessages = inputOf(all).flatMap(({ author, text }) => (requesters.has(author) ? hostsIn(text) : []));
  return new Set([...hostsIn(instructions), ...inMessages, ...hostsFound(toolTextsIn(all))]);
}

/** The hosts that a tool named before the model did. */
function hostsFound(toolTexts: ToolText[]): string[] {
  const firsts = new Map<string, string | null>();
  for (const { tool, text } of toolTexts) {
    for (const host of hostsIn(text)) if (!firsts.has(host)) firsts.set(host, tool);
  }
  return [...firsts].flatMap(([host, tool]) => (tool === null ? [] : [host]));
}

function hostsIn(text: string): string[] {
  const linked = [...text.matchAll(URLS)].flatMap(([url]) => (URL.canParse(url) ? [hostOf(new URL(url))] : []));
  return [...linked, ...[...text.matchAll(NAMES)].map(([name]) => domainToASCII(name))];
}

function hostOf({ hostname }: URL): string {
  return hostname.replace(/\.$/, '');
}

/** A block of code. Up to `closing` every parser sees one; after anything else, they differ. */
const block =
  /(?:^|\n)(?<indent> {0,3})(?<fence>`{3,20}(?=[^`\n]*(?:\n|$))|~{3,20})[^\n]*(?:\n(?![ \t]*\k<fence>[`~]*[ \t]*(?:\n|$))(?:\k<indent>[^\n]*|[ \t]*(?=\n|$)))*(?<closing>\n\k<indent>\k<fence>[ \t]*(?=\n|$)|$)?/u;
/** A block of HTML, or one of code that begins behind the mark of a list or a quote. */
const unclear =
  /(?<unclear>(?:^|\n)[ \t>*+.)\d-]{0,40}<(?:[!?/]|[a-z][a-z0-9-]{0,40}(?=[\s/>]|$))|(?:^|\n)[ \t]*[>*+\d-][ \t>*+.)\d-]{0,40}(?:`{3,}|~{3})|`{21,})/u;
const emptyLine = /(?<emptyLine>\n[ \t]*(?=\n))/u;
const inline = /(?<![`\\])(?<ticks>`{1,2})(?!`)(?<code>[^`\n]{1,2000})\k<ticks>(?!`)/u;
const link = /!?\[(?<label>[^\]\n]{0,300})\]\([ \t]*<?(?<to>[^\s()<>]{0,2000})>?(?:[ \t][^()\n]{0,300})?\)/u;
const angled = /<(?<address>[a-z][a-z0-9+.-]{1,20}:[^\s<>|]{1,2000})(?:\|(?<name>[^>\n]{0,300}))?>/u;
const bare =
  /(?<bare>(?:\b[a-z][a-z0-9+.-]{1,20}:\/\/|(?:https?|ftp):\/\/|www\.|(?<![\p{L}\p{N}@._-])(?:[\p{L}\p{N}-]{1,63}\.){1,10}\p{L}{2,24}(?::\d{1,5})?[/?#])[^\s<>"`|\])]{1,2000})/u;
/** A subdomain can carry data just as a path can. */
const longHost = /(?<host>(?<![\p{L}\p{N}@._-])(?:[\p{L}\p{N}-]{1,63}\.){2,10}\p{L}{2,24}(?![\p{L}\p{N}@_-]))/u;
const stray = /`{1,20}/u;
const marked = new RegExp(
  [unclear, block, emptyLine, inline, link, angled, bare, longHost, stray].map(({ source }) => source).join('|'),
  'giu',
);

/**
 * What we know of the place that we have come to. Where we cannot tell what is code, everything counts as text: after an
 * unclear block, and in a paragraph after a backtick that closes nothing. `longest` is the longest run of backticks there;
 * `isOpen` where a tag or a link may have begun.
 */
type Reading = { isUnclear: boolean; hasStray: boolean; longest: number; isOpen: boolean };

/**
 * Turns links to other hosts into text. Leaves code alone: no channel makes links of it. Asks for the named hosts only
 * where the text holds a link, since finding them means reading the whole conversation.
 */
export function withoutStrangeLinks(text: string, named: () => Set<string>): string {
  return cleaned(text, named, { isUnclear: false, hasStray: false, longest: 0, isOpen: false });
}

/** The same for a part of a line. Marks at its ends keep it from being read as a line of its own. */
function cleanedPart(part: string, named: () => Set<string>, reading: Reading, beside: Beside): string {
  return cleaned(`(${part} `, named, reading, beside).slice(1, -1);
}

/** The characters that stand before and after a part. */
type Beside = { before: string; after: string };

const TICKS: Beside = { before: '`', after: '`' };

function cleaned(text: string, named: () => Set<string>, reading: Reading, beside?: Beside): string {
  let from = 0;
  let codeEnd = -1;
  return text.replace(marked, (found, ...parts) => {
    const groups = parts.at(-1) as Record<string, string | undefined>;
    const at = Number(parts.at(-3));
    reading.isOpen ||= /[<[]/.test(text.slice(from, at));
    from = at + found.length;
    if (groups.emptyLine !== undefined) startParagraph(reading);
    else if (groups.fence !== undefined) return codeBlock(found, groups, named, reading);
    else if (groups.ticks !== undefined) return codeSpan(found, groups, named, reading);
    else noteTicks(found, reading);
    reading.isOpen ||= /[<[]/.test(found);
    if (groups.unclear !== undefined) reading.isUnclear = true;
    const target = groups.to ?? groups.address ?? groups.bare ?? groups.host;
    if (target === undefined) return found.replace(/`{21,}/, '`'.repeat(20));
    if (isNamed(target, named())) return found;
    const before = codeEnd === at ? '`' : beside && at === 1 ? beside.before : (text[at - 1] ?? '');
    const words = cleanedPart(groups.label ?? groups.name ?? '', named, reading, { before, after: '' });
    const code = asCode(target, reading, target === found);
    // Without the bracket, two runs of backticks would become one.
    if (words !== '') return `${before === '`' && words.startsWith('`') ? ' ' : ''}${words} (${code})`;
    const after = beside && from === text.length - 1 ? beside.after : text[from];
    codeEnd = from;
    return `${before === '`' || before === '\\' ? ' ' : ''}${code}${after === '`' ? ' ' : ''}`;
  });
}

function startParagraph(reading: Reading): void {
  if (!reading.isUnclear) Object.assign(reading, { hasStray: false, longest: 0, isOpen: false });
}

function noteTicks(text: string, reading: Reading): void {
  const runs = text.match(/`+/g) ?? [];
  reading.hasStray ||= runs.length > 0;
  reading.longest = Math.max(reading.longest, ...runs.map((run) => Math.min(run.length, 20)));
}

type Groups = Record<string, string | undefined>;

function codeBlock(found: string, groups: Groups, named: () => Set<string>, reading: Reading): string {
  const { indent = '', fence = '', closing } = groups;
  if (!reading.isUnclear && !(reading.hasStray && indent !== '')) {
    startParagraph(reading);
    if (closing === undefined) Object.assign(reading, { isUnclear: true, longest: 20 });
    return found;
  }
  reading.isUnclear = true;
  noteTicks(fence, reading);
  const head = found.indexOf(fence) + fence.length;
  return found.slice(0, head) + cleanedPart(found.slice(head), named, reading, { before: '`', after: '' });
}

function codeSpan(
  found: string,
  { ticks = '', code = '' }: Groups,
  named: () => Set<string>,
  reading: Reading,
): string {
  // A tag or a link may begin before it and end in it: then its first backtick is none.
  const isClear = !reading.isUnclear && !reading.hasStray && !(reading.isOpen && />|\]\(/.test(code));
  if (isClear) return found;
  noteTicks(ticks, reading);
  return `${ticks}${cleanedPart(code, named, reading, TICKS)}${ticks}`;
}

/** In more backticks than stand anywhere before it: none of those can be its counterpart. */
function asCode(target: string, { isUnclear, hasStray, longest }: Reading, isBare: boolean): string {
  const [, shown = '', end = ''] = /^(.*?)([.,;:!?]*)$/su.exec(target) ?? [];
  const ticks = '`'.repeat(isUnclear || hasStray ? longest + 1 : 1);
  return `${ticks}${shown.replaceAll('`', '%60')}${ticks}${isBare ? end : ''}`;
}

function isNamed(address: string, named: Set<string>): boolean {
  const url = /^[a-z][a-z0-9+.-]*:/i.test(address) ? address : `http://${address.replace(/^\/+/, '')}`;
  if (!URL.canParse(url)) return false;
  const parsed = new URL(url);
  const { protocol, pathname } = parsed;
  if (protocol === 'mailto:') return named.has(domainToASCII(pathname.replace(/^.*@/, '')));
  return (protocol === 'https:' || protocol === 'http:') && named.has(hostOf(parsed));
}

/** As much of an unfinished reply as does not end in half a link, half a word or half a piece of code. */
export function withoutHalfLink(soFar: string): string {
  const line = soFar.slice(soFar.lastIndexOf('\n') + 1);
  const ticks = line.split('`').length - 1;
  const open = ticks % 2 === 1 ? line.length - line.lastIndexOf('`') : 0;
  const begun = halfLink.exec(line.slice(-3000))?.[0].length ?? 0;
  const held = Math.max(open, begun);
  // The part held back may have begun in the middle of another link.
  return held === 0 ? soFar : withoutHalfLink(soFar.slice(0, -held));
}

const halfLink = /(?:!?\[[^\]]{0,300}(?:\](?:\([^)]{0,2500})?)?|<[^>]{0,2500}|\S{1,3000})$/;

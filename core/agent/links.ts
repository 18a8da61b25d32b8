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

const fenced = /(?:^|\n)[ \t]{0,3}(?<fence>`{3,20}|~{3,20})[\s\S]*?(?:\n[ \t]{0,3}\k<fence>[^\n]*(?=\n|$)|$)/u;
const inline = /(?<!`)(?<ticks>`{1,2})(?!`)[^`\n]{1,2000}\k<ticks>(?!`)/u;
const link = /!?\[(?<label>[^\]\n]{0,300})\]\([ \t]*<?(?<to>[^\s()<>]{0,2000})>?(?:[ \t][^()\n]{0,300})?\)/u;
const angled = /<(?<address>[a-z][a-z0-9+.-]{1,20}:[^\s<>|]{1,2000})(?:\|(?<name>[^>\n]{0,300}))?>/u;
const bare =
  /(?:\b[a-z][a-z0-9+.-]{1,20}:\/\/|\bwww\.|(?<![\p{L}\p{N}@._-])(?:[\p{L}\p{N}-]{1,63}\.){1,10}\p{L}{2,24}(?::\d{1,5})?[/?#])[^\s<>"`|\])]{1,2000}/u;
/** A subdomain can carry data just as a path can. */
const longHost = /(?<![\p{L}\p{N}@._-])(?:[\p{L}\p{N}-]{1,63}\.){2,10}\p{L}{2,24}(?![\p{L}\p{N}@_-])/u;
const marked = new RegExp([fenced, inline, link, angled, bare, longHost].map(({ source }) => source).join('|'), 'giu');

/**
 * Turns links to other hosts into text. Leaves code alone: no channel makes links of it. Asks for the named hosts only
 * where the text holds a link, since finding them means reading the whole conversation.
 */
export function withoutStrangeLinks(text: string, named: () => Set<string>): string {
  return text.replace(marked, (found, ...parts) => {
    const { fence, ticks, label, to, address, name } = parts.at(-1) as Record<string, string | undefined>;
    if (fence !== undefined || ticks !== undefined) return found;
    const target = to ?? address ?? found;
    if (isNamed(target, named())) return found;
    const words = withoutStrangeLinks(label ?? name ?? '', named);
    const [, shown = '', end = ''] = /^(.*?)([.,;:!?]*)$/su.exec(target) ?? [];
    const code = `\`${shown.replaceAll('`', '%60')}\`${target === found ? end : ''}`;
    return words === '' ? code : `${words} (${code})`;
  });
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

import type { Scope } from '../arguments/scope.ts';
import { overlaps } from '../mentions/types.ts';
import { isPastForm } from '../words/irregular.ts';
import { isParty } from '../words/parties.ts';
import { deedsOf } from '../words/verbs.ts';
import type { Param } from './params.ts';
import type { ToolView } from './view.ts';

export type Spans = Record<string, { start: number; end: number }>;

/** Whether neither the name that was said nor an id that it leads to can be told. */
export function losesName({ params }: ToolView, { mentions, text }: Scope, spans: Spans): boolean {
  const name = mentions.find((one) => one.kind === 'name' && /\s/.test(one.text));
  const isOwn = isAboutOwn.test(text.replace(forMe, ''));
  const canLookUp = ({ shape, stems, name: own }: Param) => shape && !(own in spans) && !(isOwn && stems.some(isParty));
  if (!name || params.some(canLookUp)) return false;
  return !Object.values(spans).some((span) => overlaps(span, name));
}

/** What is mine is not looked up by another's name. */
const isAboutOwn = /\b(?:my|me|mine)\b/i;
const forMe = /\b(?:for|show|give|tell|get|find|let|send) me\b/gi;

/** Who did something is a person or a company, and nothing else by that name. */
export function agentFeatures(
  { params }: ToolView,
  { mentions, text }: Scope,
  spans: Spans,
): { agentTaken?: number; agentLost?: number } {
  const agent = mentions.find((one) => one.kind === 'name' && isAgent(text, one));
  if (!agent) return {};
  const taken = params.find(({ name }) => spans[name] && overlaps(spans[name]!, agent));
  if (taken) {
    const isPerson = taken.role === 'person' || [...taken.stems, ...taken.about].some(isParty);
    return isPerson ? { agentTaken: 1 } : { agentLost: 1 };
  }
  return params.some(({ shape, stems, name }) => shape && stems.some(isParty) && !(name in spans))
    ? { agentTaken: 1 }
    : {};
}

const does = /\b(?:did|does|do|has|have|had)\s+$/i;
const acted = /^\s+(?:\p{Ll}+ly\s+|last\s+|ever\s+)?(?:(\p{Ll}{2,}ed|\p{Ll}+s)(?=\s)|(\p{Ll}+))/u;

/** "Did Ann Berg buy", "Ann Berg bought", "Ann Berg wants". */
function isAgent(text: string, { start, end }: { start: number; end: number }): boolean {
  const next = acted.exec(text.slice(end));
  if (!next) return false;
  const word = next[1] ?? next[2] ?? '';
  if (does.test(text.slice(0, start))) return deedsOf(word).length > 0 || isPastForm(word) || next[1] !== undefined;
  return isPastForm(word) || /^(?:wants?|needs?|asks?|says?|called|owes?|is|was|takes?|buys?|pays?)$/.test(word);
}

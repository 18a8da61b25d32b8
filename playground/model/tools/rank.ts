import type { Meaning } from '../types.ts';
import { fillers } from '../words/common.ts';
import { stem, wordsIn } from '../words/stem.ts';
import { synonymsOf } from '../words/synonyms.ts';
import { type Deed, deedsOf } from '../words/verbs.ts';
import type { ToolView } from './view.ts';

/** How well one tool fits one part of a request, by its meaning, its words and its verb. */
export type Fit = { view: ToolView; meaning: number; words: number; known: number; verb: number; score: number };

/** The tools for each part, the best first. Each part is compared in meaning once. */
export async function rankTools(parts: string[], views: ToolView[], meaning: Meaning): Promise<Fit[][]> {
  const gists = views.map(({ gist }) => gist);
  const rarity = rarityOf(views);
  const likenesses = await Promise.all(parts.map((part) => meaning.likeness(part.slice(0, 600), gists)));
  return parts.map((part, at) =>
    views.map((view, of) => fitOf(part, view, likenesses[at]?.[of] ?? 0, rarity)).sort((a, b) => b.score - a.score),
  );
}

function rarityOf(views: ToolView[]): Map<string, number> {
  const having = new Map<string, number>();
  for (const view of views) {
    for (const one of new Set([...view.name, ...view.about, ...view.takes]))
      having.set(one, (having.get(one) ?? 0) + 1);
  }
  return new Map([...having].map(([one, count]) => [one, Math.log(1 + views.length / count)]));
}

function fitOf(part: string, view: ToolView, likeness: number, rarity: Map<string, number>): Fit {
  const said = [
    ...new Set(
      wordsIn(part)
        .filter((word) => !fillers.has(word) && !/^\d/.test(word))
        .map(stem),
    ),
  ].slice(0, 60);
  let got = 0;
  let could = 0;
  let known = 0;
  for (const one of said) {
    const strength = strengthIn(view, one);
    const weight = rarity.get(one) ?? rarestOf(one, rarity);
    if (strength > 0) known += strength;
    if (weight === undefined) continue;
    got += strength * weight;
    could += weight;
  }
  const words = could === 0 ? 0 : got / could;
  const share = said.length === 0 ? 0 : known / said.length;
  const verb = verbFit(part, view.deeds);
  const score = likeness * 1.1 + words * 0.7 + nameCover(view, said) * 0.25 + verb;
  return { view, meaning: likeness, words, known: share, verb, score };
}

function rarestOf(one: string, rarity: Map<string, number>): number | undefined {
  for (const other of synonymsOf(one)) if (rarity.has(other)) return rarity.get(other)! * 0.6;
  return undefined;
}

function strengthIn({ name, about, takes }: ToolView, one: string): number {
  if (name.includes(one)) return 1;
  if (about.includes(one)) return 0.75;
  if (takes.includes(one)) return 0.5;
  for (const other of synonymsOf(one)) {
    if (name.includes(other)) return 0.6;
    if (about.includes(other)) return 0.4;
  }
  return 0;
}

/** How much of the tool's name was said. */
function nameCover({ name }: ToolView, said: string[]): number {
  if (name.length === 0) return 0;
  const hits = name.filter((one) => said.includes(one) || [...synonymsOf(one)].some((other) => said.includes(other)));
  return hits.length / name.length;
}

function verbFit(part: string, deeds: Deed[]): number {
  const wanted = wantedDeeds(part);
  if (wanted.length === 0) return 0;
  if (deeds.some((deed) => wanted.includes(deed))) return 0.12;
  const reads = (some: Deed[]) => some.includes('read');
  return reads(deeds) !== reads(wanted) ? -0.2 : 0;
}

/** What the first verb of a part wants to be done. A question wants to know. */
export function wantedDeeds(part: string): Deed[] {
  const words = wordsIn(part).slice(0, 14);
  const [first = '', second = ''] = words;
  if (/^(?:what|who|which|when|where|how|whose|why|is|are|was|were|did|does|do|has|have|any)$/.test(first))
    return ['read'];
  if (/^(?:can|could|would|will|please|i|we|you)$/.test(first) || second === '') {
    const verb = words.find((word) => deedsOf(word).length > 0 && !/^(?:want|need|like|know|please|help)$/.test(word));
    return verb ? deedsOf(verb) : [];
  }
  const verb = words.find((word) => deedsOf(word).length > 0);
  return verb ? deedsOf(verb) : [];
}

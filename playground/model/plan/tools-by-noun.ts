import type { Fit } from '../tools/rank.ts';
import { plainWords } from '../words/plain.ts';
import { stem, wordsIn } from '../words/stem.ts';
import { meanAlike } from '../words/synonyms.ts';
import type { Wish } from './goals.ts';

const MOST_TRIED = 6;
const joint = /,?\s+(?:and|plus|as well as)\s+(?:also\s+)?|,\s+/gi;
/** Short ones are stems of other words, too: "far" of fares. */
const plain = new Set([...plainWords].filter((word) => word.length > 3).map(stem));

type Piece = { start: number; end: number; claim: Fit | undefined };

/** "Their tickets and the invoices of May": a wish for each of the tools whose own nouns the pieces between "and"s name. */
export function claimedBy(wish: Wish, ranked: Fit[]): Wish[] {
  const { part, fit } = wish;
  if (!fit) return [wish];
  const rivals = [fit, ...ranked.filter((one) => one !== fit)]
    .slice(0, MOST_TRIED)
    .filter((one) => !one.view.meta && one.view.deeds.includes('read') === fit.view.deeds.includes('read'));
  const own = new Map(rivals.map((one) => [one, ownNouns(one, rivals)]));
  const pieces = piecesOf(part).map((piece) => ({ ...piece, claim: claimOf(part.slice(piece.start, piece.end), own) }));
  const runs = runsOf(pieces, fit);
  if (runs.length < 2) return [wish];
  return runs.map(({ start, end, claim }) => ({ ...wish, part: part.slice(start, end).trim(), fit: claim }));
}

/** The nouns that set a tool apart from the others that fit, without those that say nothing of a matter. */
function ownNouns({ view }: Fit, rivals: Fit[]): string[] {
  const own = [...new Set(view.nouns)].filter((one) => !plain.has(one));
  return own.filter((one) => !rivals.every((other) => other.view.name.includes(one)));
}

function piecesOf(part: string): { start: number; end: number }[] {
  const guarded = part.replace(/"[^"]*"|“[^”]*”|'[^']{1,300}'(?!\p{L})|\[[^\]]*\]|\([^)]*\)/gu, (one) =>
    '~'.repeat(one.length),
  );
  const ends = [...guarded.matchAll(joint)].map(({ index, 0: said }) => ({ end: index, next: index + said.length }));
  const starts = [0, ...ends.map(({ next }) => next)];
  return starts.map((start, at) => ({ start, end: ends[at]?.end ?? part.length }));
}

/** The tool most of whose own nouns the piece says; of several, the one named first. */
function claimOf(piece: string, own: Map<Fit, string[]>): Fit | undefined {
  const words = wordsIn(piece).map((word) => ({ word, stem: stem(word) }));
  // "And their last purchase" asks for what goes by another word here.
  const isTheirs = /^\s*(?:their|his|her|its|my)\b/i.test(piece);
  const said = words.filter(({ word }) => !isFollowedByName(piece, word)).map((one) => one.stem);
  const claims = [...own]
    .map(([fit, nouns]) => {
      const places = nouns.map((one) => said.findIndex((word) => word === one || (isTheirs && meanAlike(word, one))));
      const hits = places.filter((at) => at >= 0);
      return {
        fit,
        share: hits.length / Math.max(1, nouns.length),
        first: Math.min(...hits),
      };
    })
    .filter(({ share }) => share >= 0.5)
    .sort((a, b) => b.share - a.share || a.first - b.first);
  const [best, next] = claims;
  return best && !(next && next.share === best.share && next.first === best.first) ? best.fit : undefined;
}

/** "The tickets of customer 7" names the customer, and does not ask for it. */
function isFollowedByName(piece: string, word: string): boolean {
  const at = piece.toLowerCase().indexOf(word);
  return at >= 0 && /^['’]?s?\s+(?:#?\p{Lu}|\S*\d)/u.test(piece.slice(at + word.length));
}

/** Neighbours that claim the same tool, or none, belong together; what stands first without a claim is for the tool of the whole. */
function runsOf(pieces: Piece[], whole: Fit): (Piece & { claim: Fit })[] {
  const runs: (Piece & { claim: Fit })[] = [];
  let waiting: Piece | undefined;
  for (const piece of pieces) {
    const last = runs.at(-1);
    if (piece.claim && piece.claim !== last?.claim) {
      const isOpen = waiting !== undefined && piece.claim !== whole;
      if (isOpen) runs.push({ ...waiting!, claim: whole });
      runs.push({ ...piece, claim: piece.claim, start: isOpen ? piece.start : (waiting?.start ?? piece.start) });
      waiting = undefined;
    } else if (last) last.end = piece.end;
    else waiting = { ...piece, start: waiting?.start ?? piece.start };
  }
  return runs;
}

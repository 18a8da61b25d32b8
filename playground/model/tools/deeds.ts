import { onlyAsks, ordersIn, withoutAddress } from '../words/orders.ts';
import { wordsIn } from '../words/stem.ts';
import { type Deed, deedsOf } from '../words/verbs.ts';

export const acts: Deed[] = ['change', 'remove', 'send'];

/** How well what a tool does agrees with what is to be done. */
export function verbFit(part: string, deeds: Deed[]): number {
  const wanted = wantedDeeds(part);
  if (wanted.length === 0) return 0;
  if (deeds.some((deed) => wanted.includes(deed))) return 0.12;
  const reads = (some: Deed[]) => some.includes('read');
  if (reads(deeds) && reads(wanted)) return 0;
  if (!reads(deeds) && !reads(wanted)) return ordersIn(part).length > 0 ? -0.4 : 0;
  // Who only asks wants nothing changed, and who wants something done is not served by looking.
  if (reads(wanted))
    return !onlyAsks(part) && !isFragment.test(part) ? -0.2 : deeds.some((deed) => acts.includes(deed)) ? -1.5 : -0.8;
  return deeds.every((deed) => deed === 'read') && ordersIn(part).length > 0 ? -1.2 : -0.2;
}

/** What the first verb of a part wants to be done. A question wants to know. */
export function wantedDeeds(part: string): Deed[] {
  const ordered = ordersIn(part);
  if (ordered.length > 0) return ordered;
  if (isFragment.test(part)) return ['read'];
  const words = wordsIn(withoutAddress(part)).slice(0, 14);
  const [first = '', second = ''] = words;
  if (
    /^(?:what|who|which|when|where|how|whose|why|is|are|was|were|did|does|do|has|have|any|anything|anyone|anybody)$/.test(
      first,
    )
  )
    return ['read'];
  if (/^(?:can|could|would|will|please|i|we|you)$/.test(first) || second === '') {
    const verb = words.find((word) => deedsOf(word).length > 0 && !/^(?:want|need|like|know|please|help)$/.test(word));
    return verb ? deedsOf(verb) : [];
  }
  const verb = words.find((word) => deedsOf(word).length > 0);
  return verb ? deedsOf(verb) : [];
}

/** "Her address?", "cheapest room": whoever names a thing in that way wants to know it. */
export const isFragment =
  /^(?!.*\b(?:can|could|would|will|please)\b).*\?\s*$|^(?:the )?(?:oldest|newest|latest|earliest|biggest|largest|highest|most expensive|least expensive|smallest|lowest|cheapest|most recent|last)\b/is;

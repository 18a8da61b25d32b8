/** "The cheapest", "the last": one of several by how far it goes. It says nothing of a matter. */
const superlative =
  /\b(?:last|latest|newest|newer|most recent|recent|oldest|older|earliest|first|biggest|bigger|largest|larger|highest|(?:most|least) expensive|dearest|smallest|smaller|lowest|cheapest|cheaper|longest|shortest)\b/gi;

export function withoutSuperlatives(text: string): string {
  return text.replace(superlative, ' ');
}

const extreme =
  /\b(?:oldest|newest|latest|earliest|biggest|largest|highest|(?:most|least) expensive|dearest|smallest|lowest|cheapest|most recent)\b/i;

/** Whether a text asks for one of many by how far it goes. */
export function asksForExtreme(text: string): boolean {
  return extreme.test(text);
}

const ofSeveral =
  /^(?:and |so )?(?:which|what|how many|any|(?:show|give|list)(?: me)?)\s+(?:(?:all|the|of|our|open|other) )*\p{L}{2,}s\b/iu;

/** Whether a text asks for some of many, or for one of many by how far it goes. */
export function asksAmongMany(text: string): boolean {
  return asksForExtreme(text) || ofSeveral.test(text);
}

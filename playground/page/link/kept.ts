/** What this browser remembers. A browser that keeps nothing for us is no reason to fail. */
export function readKept<T>(name: string, otherwise: T, where: 'browser' | 'tab' = 'browser'): T {
  try {
    const kept = storageOf(where).getItem(`countersign.${name}`);
    return kept === null ? otherwise : (JSON.parse(kept) as T);
  } catch {
    return otherwise;
  }
}

export function keep(name: string, value: unknown, where: 'browser' | 'tab' = 'browser'): void {
  try {
    storageOf(where).setItem(`countersign.${name}`, JSON.stringify(value));
  } catch {
    // A private window, or no room.
  }
}

function storageOf(where: 'browser' | 'tab'): Storage {
  return where === 'browser' ? localStorage : sessionStorage;
}

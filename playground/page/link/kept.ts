/** Reads what this browser keeps for us. A browser that keeps nothing causes no failure. */
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
    // A private window, or a full store.
  }
}

function storageOf(where: 'browser' | 'tab'): Storage {
  return where === 'browser' ? localStorage : sessionStorage;
}

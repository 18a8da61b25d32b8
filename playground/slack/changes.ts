import type { State } from './state-type.ts';
import type { Change, ChangeListener } from './types.ts';

export function publish(state: State, change: Change): void {
  for (const listener of state.listeners) listener(change);
}

/** Returns a function that ends the subscription. */
export function subscribe(state: State, listener: ChangeListener): () => void {
  state.listeners.add(listener);
  return () => void state.listeners.delete(listener);
}

import { useSyncExternalStore } from 'react';

export type Store<State, Happened> = {
  get(): State;
  tell(happened: Happened): void;
  subscribe(listener: () => void): () => void;
};

export function createStore<State, Happened>(
  initial: State,
  reduce: (state: State, happened: Happened) => State,
): Store<State, Happened> {
  let state = initial;
  const listeners = new Set<() => void>();
  return {
    get: () => state,
    tell(happened) {
      state = reduce(state, happened);
      for (const listener of listeners) listener();
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/** `select` must return a part of the state itself or a simple value, never a new object. */
export function useStore<State, Part>(store: Store<State, never>, select: (state: State) => Part): Part {
  return useSyncExternalStore(store.subscribe, () => select(store.get()));
}

import { useEffect, useRef, useState, useSyncExternalStore } from 'react';
import { usePage } from '../context.tsx';

/** Marks all messages up to `ts` as read while the page is in front. */
export function useMarkRead(key: string, newest: string | undefined): void {
  const { reads } = usePage();
  const isVisible = useSyncExternalStore(onVisibility, () => document.visibilityState === 'visible');
  useEffect(() => {
    if (isVisible && newest !== undefined) reads.tell({ key, ts: newest });
  }, [reads, key, newest, isVisible]);
}

function onVisibility(listener: () => void): () => void {
  document.addEventListener('visibilitychange', listener);
  return () => document.removeEventListener('visibilitychange', listener);
}

/** Remembers how far one had read when the place was opened, so that the line "New" stays where it is. */
export function useReadTo(key: string): string | undefined {
  const { reads, since } = usePage();
  const [readTo, setReadTo] = useState(() => reads.get()[key] ?? since);
  const shown = useRef(key);
  useEffect(() => {
    if (shown.current === key) return;
    shown.current = key;
    setReadTo(reads.get()[key] ?? since);
  }, [reads, since, key]);
  return readTo;
}

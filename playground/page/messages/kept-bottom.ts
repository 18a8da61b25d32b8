import { useEffect, useRef } from 'react';
import type { VirtuosoHandle } from 'react-virtuoso';

/** Virtuoso reports the end as left when the lines of a resized list wrap anew; a person who scrolls resizes nothing. */
const SETTLED_MS = 250;

/** Keeps the newest message in sight when the list changes its size, as when a thread opens or closes beside it. */
export function useKeptBottom() {
  const list = useRef<VirtuosoHandle>(null);
  const box = useRef<HTMLDivElement>(null);
  const isAtBottom = useRef(true);
  const leaving = useRef<number>(undefined);

  useEffect(() => {
    let isFirst = true;
    const resized = new ResizeObserver(() => {
      if (isFirst || !isAtBottom.current) {
        isFirst = false;
        return;
      }
      clearTimeout(leaving.current);
      for (const ms of [0, SETTLED_MS])
        setTimeout(() => list.current?.scrollToIndex({ index: 'LAST', align: 'end' }), ms);
    });
    if (box.current) resized.observe(box.current);
    return () => resized.disconnect();
  }, []);

  function note(now: boolean): void {
    clearTimeout(leaving.current);
    if (now) isAtBottom.current = true;
    else {
      leaving.current = window.setTimeout(() => {
        isAtBottom.current = false;
      }, SETTLED_MS);
    }
  }

  return { list, box, note };
}

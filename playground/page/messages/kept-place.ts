import { useCallback, useEffect, useRef, useState } from 'react';

/** The end, or the topmost visible message with its distance from the top of the list. */
type Place = { kind: 'end' } | { kind: 'message'; row: string; top: number };

/** Virtuoso measures messages anew for some frames after their lines have wrapped differently. */
const SETTLING_MS = 500;
/** A reader within so many pixels of the end reads the newest message. */
const NEAR_END = 60;

/** Keeps the text that is being read in its place when the list changes size, for example when a thread opens beside it. */
export function useKeptPlace(): (scroller: HTMLElement | Window | null) => void {
  const [scroller, setScroller] = useState<HTMLElement | null>(null);
  const place = useRef<Place>({ kind: 'end' });
  useEffect(() => (scroller ? keepPlace(scroller, place) : undefined), [scroller]);
  return useCallback((element) => setScroller(element instanceof HTMLElement ? element : null), []);
}

function keepPlace(scroller: HTMLElement, place: { current: Place }): () => void {
  const ended = new AbortController();
  let settledAt = 0;
  let frame = 0;
  const sizeOf = () => `${scroller.clientWidth} ${scroller.clientHeight}`;
  let size = sizeOf();

  const isSettling = () => performance.now() < settledAt || size !== sizeOf();
  const settle = () => {
    goTo(scroller, place.current);
    if (performance.now() < settledAt) frame = requestAnimationFrame(settle);
  };
  const resized = new ResizeObserver(() => {
    if (size === sizeOf()) return;
    size = sizeOf();
    settledAt = performance.now() + SETTLING_MS;
    cancelAnimationFrame(frame);
    settle();
  });
  resized.observe(scroller);

  // The browser and Virtuoso scroll too while a new size settles; only a person chooses another place.
  const note = () => {
    if (!isSettling()) place.current = placeIn(scroller);
  };
  const takeOver = () => {
    settledAt = 0;
    cancelAnimationFrame(frame);
  };
  const { signal } = ended;
  scroller.addEventListener('scroll', note, { signal, passive: true });
  for (const input of ['wheel', 'touchmove', 'pointerdown', 'keydown'])
    scroller.addEventListener(input, takeOver, { signal, passive: true });
  return () => {
    ended.abort();
    resized.disconnect();
    cancelAnimationFrame(frame);
  };
}

function placeIn(scroller: HTMLElement): Place {
  if (scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight <= NEAR_END) return { kind: 'end' };
  const top = scroller.getBoundingClientRect().top;
  for (const message of scroller.querySelectorAll<HTMLElement>('[data-row]')) {
    const box = message.getBoundingClientRect();
    if (box.bottom > top) return { kind: 'message', row: message.dataset.row ?? '', top: box.top - top };
  }
  return { kind: 'end' };
}

function goTo(scroller: HTMLElement, place: Place): void {
  if (place.kind === 'end') {
    scroller.scrollTop = scroller.scrollHeight;
    return;
  }
  const message = scroller.querySelector(`[data-row="${place.row}"]`);
  if (!message) return;
  const moved = message.getBoundingClientRect().top - scroller.getBoundingClientRect().top - place.top;
  if (Math.abs(moved) >= 1) scroller.scrollTop += moved;
}

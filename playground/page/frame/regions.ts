import { useEffect } from 'react';

/** F6 goes from part to part of the page, and Shift with it back, as in Slack. */
export function useRegions(): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key !== 'F6' || document.querySelector('[role="dialog"], [role="alertdialog"]')) return;
      event.preventDefault();
      goOn(event.shiftKey ? -1 : 1);
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, []);
}

function goOn(step: 1 | -1): void {
  const regions = [...document.querySelectorAll<HTMLElement>('[data-region]')].filter(
    (one) => one.offsetParent !== null,
  );
  const at = regions.findIndex((region) => region.contains(document.activeElement));
  const next = regions[at < 0 ? 0 : (at + step + regions.length) % regions.length];
  const field = next?.querySelector<HTMLElement>('.composer textarea');
  const first = next?.querySelector<HTMLElement>('[aria-current="page"], button, [tabindex="0"]');
  (field ?? first)?.focus();
}

import { describe } from 'vitest';
import { findChromium } from '../../scripts/browser/chromium.ts';
import { claim } from './claim.ts';

/** `describe` for tests in a real browser: they are skipped where none is installed, and the run says so once. */
export const describeInBrowser: typeof describe.skip = findChromium() ? describe : skipped();

function skipped(): typeof describe.skip {
  if (claim('word-on-chromium')) {
    console.warn('No Chromium is installed: the browser tests are skipped. Install it (apt-get install chromium).');
  }
  return describe.skip;
}

import { createElement } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { expect, test } from 'vitest';
import { Preformatted } from '../../playground/page/blocks/marks.tsx';

const drawn = (text: string) => renderToStaticMarkup(createElement(Preformatted, { text }));

test('the keyboard stops at code, which it may have to scroll, and passes by a block with nothing in it', () => {
  expect(drawn('select 1;')).toContain('tabindex="0"');
  for (const empty of ['', ' ', '\n']) expect(drawn(empty)).not.toContain('tabindex');
});

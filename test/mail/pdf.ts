import { deflateSync } from 'node:zlib';

type Drawn = { pages: string[]; catalog?: string; trailer?: string };

/** A PDF file with a line of text on each page. */
export function pdf({ pages, catalog = '', trailer = '' }: Drawn): Buffer {
  return pdfOf(
    pages.map((text) => Buffer.from(`BT /F1 12 Tf 20 100 Td (${text}) Tj ET`)),
    catalog,
    trailer,
  );
}

/** A PDF file whose pages are drawn by these commands. */
export function pdfOf(drawn: Buffer[], catalog = '', trailer = ''): Buffer {
  const pages = drawn.flatMap((commands, at) => {
    const packed = deflateSync(commands);
    return [
      Buffer.from(`${at * 2 + 4} 0 obj\n<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]/Contents ${at * 2 + 5} 0 R`),
      Buffer.from('/Resources<</Font<</F1 3 0 R>>>>>>\nendobj\n'),
      Buffer.from(`${at * 2 + 5} 0 obj\n<</Length ${packed.length}/Filter/FlateDecode>>\nstream\n`),
      packed,
      Buffer.from('\nendstream\nendobj\n'),
    ];
  });
  const kids = drawn.map((_, at) => `${at * 2 + 4} 0 R`).join(' ');
  return Buffer.concat([
    Buffer.from(`%PDF-1.7\n1 0 obj\n<</Type/Catalog/Pages 2 0 R${catalog}>>\nendobj\n`),
    Buffer.from(`2 0 obj\n<</Type/Pages/Kids[${kids}]/Count ${drawn.length}>>\nendobj\n`),
    Buffer.from('3 0 obj\n<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>\nendobj\n'),
    ...pages,
    Buffer.from(`trailer\n<</Root 1 0 R${trailer}>>\n%%EOF\n`),
  ]);
}

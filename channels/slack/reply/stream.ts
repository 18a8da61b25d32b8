export type Card = { id: string; title: string; status: 'in_progress' | 'complete' | 'error' };

/** What a streaming message should show, and what it shows for sure. Cards are keyed by their id. */
export type Wanted = { text: string; cards: Map<string, Card> };
export type Shown = { text: string; cards: Map<string, Card['status']>; bytes: number };
export type Piece = { text: string; cards: Card[] };

export const blank: Shown = { text: '', cards: new Map(), bytes: 0 };

/** A stream takes 12,000 bytes in all, with task cards 10,600 (measured, not documented). */
const STREAM_BYTES = 9_000;

/**
 * The next piece to append. None where the shown text is no beginning of the wanted one: appending cannot correct that.
 */
export function nextPiece(wanted: Wanted, shown: Shown): Piece {
  let room = STREAM_BYTES - shown.bytes;
  const cards = [...wanted.cards.values()]
    .filter((card) => shown.cards.get(card.id) !== card.status)
    .filter((card) => {
      room -= sizeOfCard(card);
      return room >= 0;
    });
  const text = wanted.text.startsWith(shown.text) ? wanted.text.slice(shown.text.length) : '';
  return { cards, text: firstBytes(text, Math.max(room, 0)) };
}

function sizeOfCard({ title }: Card): number {
  return Buffer.byteLength(title);
}

/** The beginning of a text in at most this many bytes of UTF-8, without half a character. */
function firstBytes(text: string, most: number): string {
  const bytes = Buffer.from(text);
  if (bytes.length <= most) return text;
  let end = most;
  while (end > 0 && ((bytes[end] ?? 0) & 0xc0) === 0x80) end--;
  return bytes.toString('utf8', 0, end);
}

export function isEmpty({ text, cards }: Piece): boolean {
  return text === '' && cards.length === 0;
}

export function withPiece(shown: Shown, piece: Piece): Shown {
  const cards = new Map(shown.cards);
  for (const card of piece.cards) cards.set(card.id, card.status);
  const added = piece.cards.reduce((sum, card) => sum + sizeOfCard(card), Buffer.byteLength(piece.text));
  return { text: shown.text + piece.text, cards, bytes: shown.bytes + added };
}

export function showsAll(shown: Shown, wanted: Wanted): boolean {
  return shown.text === wanted.text && [...wanted.cards].every(([id, { status }]) => shown.cards.get(id) === status);
}

export function chunksOf({ text, cards }: Piece): object[] {
  return [
    ...cards.map((card) => ({ type: 'task_update', ...card })),
    ...(text ? [{ type: 'markdown_text', text }] : []),
  ];
}

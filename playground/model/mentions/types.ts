/** Something in a text that can be the value of an argument. */
export type Span = { text: string; start: number; end: number };

export type NumberSaid = Span & {
  kind: 'number';
  value: number;
  /** The word or sign behind it, such as km, bedrooms or dollars. */
  unit: string;
  percent: boolean;
  currency?: string;
  /** One of several in a row, which may be wanted as a whole. */
  inList?: true;
};

export type DaySaid = Span & {
  kind: 'date';
  /** The first moment meant. */
  from: Date;
  /** The last day, where a span of days is meant. */
  to?: Date;
  hasDay: boolean;
  hasTime: boolean;
};

export type TextSaid = Span & { kind: 'quoted' | 'email' | 'url' | 'phone' | 'code' | 'name' | 'formula' };
/** Values between square brackets, or numbers one after the other. */
export type ListSaid = Span & { kind: 'list'; items: (string | number | unknown[])[] };

export type Mention = NumberSaid | DaySaid | TextSaid | ListSaid;

export function overlaps(one: { start: number; end: number }, other: { start: number; end: number }): boolean {
  return one.start < other.end && other.start < one.end;
}

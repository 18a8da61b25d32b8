/** `<!date^1732900000^{date_short_pretty} at {time}^https://…|fallback>` */
export type DateToken = { seconds: number; format: string; url?: string; fallback: string };

export function readDate(command: string, label: string | undefined): DateToken | null {
  const [name, seconds = '', format = '', url] = command.split('^');
  if (name !== 'date' || !/^\d{1,11}$/.test(seconds) || format === '') return null;
  return { seconds: Number(seconds), format, fallback: label ?? '', ...(url ? { url } : {}) };
}

export type Reader = { now: number; locale?: string; timeZone?: string };

/** Writes a date in the reader's own zone, with Slack's words for near days. */
export function dateText({ seconds, format }: DateToken, reader: Reader): string {
  const at = seconds * 1000;
  return format.replace(/\{(\w+)\}/g, (whole, name: string) => {
    const [, base = name, pretty] = /^(.*?)(_pretty)?$/.exec(name) ?? [];
    if (pretty) return nearDay(at, reader) ?? part(base, at, reader) ?? whole;
    return part(base, at, reader) ?? whole;
  });
}

const parts: Record<string, Intl.DateTimeFormatOptions> = {
  date_num: { year: 'numeric', month: '2-digit', day: '2-digit' },
  date: { year: 'numeric', month: 'long', day: 'numeric' },
  date_short: { year: 'numeric', month: 'short', day: 'numeric' },
  date_long: { weekday: 'long', year: 'numeric', month: 'long', day: 'numeric' },
  time: { hour: 'numeric', minute: '2-digit' },
  time_secs: { hour: 'numeric', minute: '2-digit', second: '2-digit' },
};

function part(name: string, at: number, reader: Reader): string | undefined {
  if (name === 'ago') return ago(at, reader);
  const options = parts[name];
  return options && inZone(at, reader, options);
}

function inZone(at: number, { locale, timeZone }: Reader, options: Intl.DateTimeFormatOptions): string {
  return new Intl.DateTimeFormat(locale, { ...options, ...(timeZone ? { timeZone } : {}) }).format(at);
}

/** A day as 2026-11-29, so that days can be compared. */
export function dayOf(at: number, { timeZone }: Reader): string {
  return inZone(at, { now: 0, locale: 'en-CA', timeZone }, { year: 'numeric', month: '2-digit', day: '2-digit' });
}

const DAY_MS = 24 * 60 * 60_000;

function nearDay(at: number, reader: Reader): string | undefined {
  const day = dayOf(at, reader);
  if (day === dayOf(reader.now, reader)) return 'today';
  if (day === dayOf(reader.now - DAY_MS, reader)) return 'yesterday';
  return day === dayOf(reader.now + DAY_MS, reader) ? 'tomorrow' : undefined;
}

export function ago(at: number, { now, locale }: Reader): string {
  const seconds = Math.round((at - now) / 1000);
  const words = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' });
  const size = Math.abs(seconds);
  if (size < 60) return words.format(seconds, 'second');
  if (size < 3600) return words.format(Math.trunc(seconds / 60), 'minute');
  if (size < 86_400) return words.format(Math.trunc(seconds / 3600), 'hour');
  return words.format(Math.trunc(seconds / 86_400), 'day');
}

/** The title of the line between the messages of two days. */
export function dayTitle(at: number, reader: Reader): string {
  const near = nearDay(at, reader);
  if (near === 'today') return 'Today';
  if (near === 'yesterday') return 'Yesterday';
  return inZone(at, reader, { weekday: 'long', month: 'long', day: 'numeric' });
}

export function timeText(at: number, reader: Reader, seconds = false): string {
  return inZone(at, reader, seconds ? parts.time_secs! : parts.time!);
}

export function fullTimeText(at: number, reader: Reader): string {
  return inZone(at, reader, { ...parts.date_long, ...parts.time_secs });
}

/** A message's ts in milliseconds. */
export function timeOfTs(ts: string): number {
  return Number(ts) * 1000;
}

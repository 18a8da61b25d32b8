const DAY_MS = 86_400_000;

/** The day so many days after the one on which the data were loaded, in UTC. */
export function dayAt(today: Date, days: number): Date {
  return new Date(Date.UTC(today.getUTCFullYear(), today.getUTCMonth(), today.getUTCDate()) + days * DAY_MS);
}

export function isoDay(date: Date): string {
  return date.toISOString().slice(0, 10);
}

function monthOf(date: Date, length: 'long' | 'short'): string {
  return new Intl.DateTimeFormat('en-GB', { month: length, timeZone: 'UTC' })
    .format(date)
    .slice(0, length === 'short' ? 3 : undefined);
}

/** `{{day -7}}` becomes 22 November, `{{iso -7}}` 2026-11-22. */
export function withDays(text: string, today: Date): string {
  return text.replace(/\{\{(day|iso) (-?\d+)\}\}/g, (_, form: string, days: string) => {
    const date = dayAt(today, Number(days));
    return form === 'iso' ? isoDay(date) : `${date.getUTCDate()} ${monthOf(date, 'long')}`;
  });
}

/** The ways in which people write a day, in lower case: as a date, or as so many days from today. */
export function waysToSay(today: Date, days: number): RegExp {
  const date = dayAt(today, days);
  const [d, m] = [date.getUTCDate(), date.getUTCMonth() + 1];
  const names = `(?:${monthOf(date, 'long')}|${monthOf(date, 'short')})\\.?`.toLowerCase();
  const nth = `0?${d}(?:st|nd|rd|th)?`;
  const ways = [
    isoDay(date),
    `\\b${nth}\\.? (?:of )?${names}(?!\\w)`,
    `\\b${names} ${nth}(?!\\d)`,
    `\\b0?${m}/0?${d}\\b`,
    `\\b0?${d}\\.0?${m}\\.`,
    ...relative(days),
  ];
  return new RegExp(ways.join('|'));
}

function relative(days: number): string[] {
  if (days === 0) return ['\\btoday\\b'];
  const count = Math.abs(days);
  const spoken = days === -1 ? ['\\byesterday\\b'] : days === 1 ? ['\\btomorrow\\b'] : [];
  return [...spoken, `\\b${count} days?\\b`];
}

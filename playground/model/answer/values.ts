/** How the values look that answers are made of. */
export const ID = /(?:[A-Z]{2,12}(?:-[A-Z]{2,5}){0,3}-\d{1,12}|[A-Za-z]{2,12}[-_]\d{2,12})/;
export const MONEY = /-?[$€£₹¥]\s?\d[\d,]*(?:\.\d+)?/;
export const DATE = /\d{4}-\d\d-\d\d(?:[ T]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?: ?UTC|Z|[+-]\d\d:?\d\d)?)?/;
export const EMAIL = /[\w.+-]+@[\w-]+(?:\.[\w-]+)+/;
export const PHONE = /(?<![\d-])\+?(?!\d{4}-\d\d-\d\d)\d[\d ()-]{6,}\d/;

export function isAll(shape: RegExp, text: string): boolean {
  return new RegExp(`^(?:${shape.source})$`).test(text);
}

export function startsWith(shape: RegExp, text: string): string {
  return new RegExp(`^(?:${shape.source})(?![\\w-])`).exec(text)?.[0] ?? '';
}

const SYMBOLS: Record<string, string> = { USD: '$', EUR: '€', GBP: '£', INR: '₹', JPY: '¥' };

export function money(amount: number, currency = ''): string {
  const digits = Math.abs(amount).toLocaleString('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 2 });
  const sign = amount < 0 ? '-' : '';
  const symbol = SYMBOLS[currency.toUpperCase()];
  if (symbol !== undefined) return `${sign}${symbol}${digits}`;
  return currency === '' ? `${sign}${digits}` : `${sign}${digits} ${currency}`;
}

/** As people read it: without the thousandths of a second, and saying that it is UTC. */
export function dateText(written: string): string {
  const [, day = written, time, zone] =
    /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d)(?::\d\d(?:\.\d+)?)?(Z|[+-]\d\d:?\d\d)?$/.exec(written) ?? [];
  if (!time || (zone === 'Z' && time === '00:00')) return day;
  return `${day} ${time}${zone === 'Z' ? ' UTC' : zone ? ` ${zone}` : ''}`;
}

const DAY_MS = 86_400_000;

/** "yesterday", "3 days ago": how far a day lies from today. */
export function dayText(day: string, today: string): string {
  const days = Math.round((Date.parse(today) - Date.parse(day.slice(0, 10))) / DAY_MS);
  if (Number.isNaN(days)) return day;
  if (days === 0) return 'today';
  if (Math.abs(days) === 1) return days === 1 ? 'yesterday' : 'tomorrow';
  return days > 0 ? `${days} days ago` : `in ${-days} days`;
}

/** `order_id` and `orderId` as people say them. */
export function inWords(name: string): string {
  return name
    .replace(/([a-z\d])([A-Z])/g, '$1 $2')
    .replace(/[_\-.]+/g, ' ')
    .trim()
    .replace(/\S+/g, (word) => (/^[A-Z\d]{2,}$/.test(word) ? word : word.toLowerCase()));
}

export function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

export function singular(noun: string): string {
  if (/(?:ies)$/.test(noun)) return noun.replace(/ies$/, 'y');
  if (/(?:ches|shes|xes|sses)$/.test(noun)) return noun.slice(0, -2);
  return /[^s]s$/.test(noun) ? noun.slice(0, -1) : noun;
}

/** One of "unpaid invoices" is an invoice. */
export function thingIn(noun: string): string {
  return singular(noun.split(' ').at(-1) ?? '');
}

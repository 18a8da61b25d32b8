import { encode } from './mrkdwn.ts';

type Named = { id: string; name: string };

/** Turns a draft into what Slack's own message field sends: three characters escaped, names as mentions. */
export function toSlack(draft: string, people: Named[], channels: Named[]): string {
  const text = encode(draft);
  const withPeople = replaceNames(text, '@', people, (id) => `<@${id}>`);
  return replaceNames(withPeople, '#', channels, (id) => `<#${id}>`);
}

/** Turns a sent text back into a draft that can be edited. */
export function toDraft(text: string, people: Named[], channels: Named[]): string {
  const displayName = (all: Named[], id: string) => all.find((one) => one.id === id)?.name;
  return text
    .replace(/<@([A-Z0-9]+)(?:\|[^>]*)?>/g, (whole, id: string) => {
      const name = displayName(people, id);
      return name ? `@${name}` : whole;
    })
    .replace(/<#([A-Z0-9]+)(?:\|[^>]*)?>/g, (whole, id: string) => {
      const name = displayName(channels, id);
      return name ? `#${name}` : whole;
    })
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&');
}

function replaceNames(text: string, sign: '@' | '#', all: Named[], put: (id: string) => string): string {
  const ids = new Map(all.map(({ id, name }) => [name.toLowerCase(), id]));
  if (ids.size === 0) return text;
  const names = [...ids.keys()].sort((one, other) => other.length - one.length).map(escapeRegExp);
  const pattern = new RegExp(`(?<![\\p{L}\\p{N}_${sign}])${sign}(${names.join('|')})(?![\\p{L}\\p{N}_-])`, 'giu');
  return text.replace(pattern, (whole, name: string) => {
    const id = ids.get(name.toLowerCase());
    return id ? put(id) : whole;
  });
}

/** Finds the names of people and channels in a draft, which are marked as mentions while somebody types. */
export function mentionsIn(draft: string, people: Named[], channels: Named[]): { from: number; to: number }[] {
  const spans: { from: number; to: number }[] = [];
  for (const [sign, all] of [
    ['@', people],
    ['#', channels],
  ] as const) {
    const names = all.map(({ name }) => escapeRegExp(name)).sort((one, other) => other.length - one.length);
    if (names.length === 0) continue;
    const pattern = new RegExp(`(?<![\\p{L}\\p{N}_${sign}])${sign}(?:${names.join('|')})(?![\\p{L}\\p{N}_-])`, 'giu');
    for (const found of draft.matchAll(pattern)) spans.push({ from: found.index, to: found.index + found[0].length });
  }
  return spans.sort((one, other) => one.from - other.from);
}

function escapeRegExp(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

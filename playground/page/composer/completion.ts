import type { ChannelInfo, Person } from '../protocol.ts';

export type Suggestion = { id: string; text: string; title: string; about: string; person?: string };
/** Suggestions for the word that is being typed, which stands from `from` to `to` in the draft. */
export type Completion = { from: number; to: number; label: string; suggestions: Suggestion[] };

type Known = { people: Person[]; channels: ChannelInfo[]; commands: { name: string; about: string }[] };

const MOST = 8;

export function completionAt(draft: string, caret: number, known: Known): Completion | null {
  const before = draft.slice(0, caret);
  const command = /^\/\S*$/.exec(before)?.[0];
  if (command !== undefined) return found(0, caret, 'Commands', commandsLike(command, known));
  const [, sign, typed = ''] = /(?:^|[\s(])([@#])([\p{L}\p{N}._-]*)$/u.exec(before) ?? [];
  const from = caret - typed.length - 1;
  if (sign === '@') return found(from, caret, 'People', peopleLike(typed, known));
  return sign === '#' ? found(from, caret, 'Channels', channelsLike(typed, known)) : null;
}

function found(from: number, to: number, label: string, suggestions: Suggestion[]): Completion | null {
  return suggestions.length > 0 ? { from, to, label, suggestions: suggestions.slice(0, MOST) } : null;
}

function commandsLike(typed: string, { commands }: Known): Suggestion[] {
  return commands
    .filter(({ name }) => name.startsWith(typed))
    .map(({ name, about }) => ({ id: name, text: `${name} `, title: name, about }));
}

/** Puts the bot first: most mentions are of it. */
function peopleLike(typed: string, { people }: Known): Suggestion[] {
  const like = typed.toLowerCase();
  return people
    .filter(({ name, realName }) => name.toLowerCase().startsWith(like) || realName.toLowerCase().startsWith(like))
    .sort((one, other) => Number(other.kind === 'bot') - Number(one.kind === 'bot'))
    .map(({ id, name, realName, kind }) => ({
      id,
      person: id,
      text: `@${name} `,
      title: name,
      about: kind === 'bot' ? 'the bot' : realName,
    }));
}

function channelsLike(typed: string, { channels }: Known): Suggestion[] {
  return channels
    .filter(({ name, kind }) => kind !== 'im' && kind !== 'mpim' && name.startsWith(typed.toLowerCase()))
    .map(({ id, name, desk }) => ({ id, text: `#${name} `, title: `#${name}`, about: desk?.title ?? '' }));
}

import { act, type Outcome, upload } from '../link/post.ts';
import type { ChannelInfo, Person } from '../protocol.ts';
import { toSlack } from '../text/draft.ts';

export type Letter = { user: string; channel: string; thread?: string; draft: string; files: File[] };
type Known = { people: Person[]; channels: ChannelInfo[]; commands: { name: string; about: string }[] };

/** Sends a message or a slash command. Null where it went out, else why it did not. */
export async function sendLetter(letter: Letter, known: Known): Promise<string | null> {
  const { user, channel, thread, draft } = letter;
  const command = /^\/(\S+)/.exec(draft)?.[0];
  if (command && known.commands.some(({ name }) => name === command)) {
    if (thread) return `${command} is not supported in threads. Say it in the channel.`;
    const answered = await act('command', { user, channel, text: draft.trim() });
    if (answered.kind === 'ok' && answered.body.shown === 'failed') return `${command} failed: the bot did not answer.`;
    return whyOf(answered);
  }
  if (command && !command.slice(1).includes('/')) return `${command} is not a valid command.`;
  return sendMessage(letter, known);
}

async function sendMessage({ user, channel, thread, draft, files }: Letter, { people, channels }: Known) {
  const ids: string[] = [];
  for (const file of files) {
    const uploaded = await upload(user, file);
    if (uploaded.kind === 'refused') return `${file.name} was not taken: ${uploaded.why}`;
    ids.push(uploaded.body.id);
  }
  const named = channels.filter(({ kind }) => kind !== 'im');
  const text = toSlack(draft.trim(), people, named);
  return whyOf(
    await act('say', {
      user,
      channel,
      text,
      mention: false,
      ...(thread ? { thread } : {}),
      ...(ids.length > 0 ? { files: ids } : {}),
    }),
  );
}

function whyOf(outcome: Outcome): string | null {
  return outcome.kind === 'ok' ? null : outcome.why;
}

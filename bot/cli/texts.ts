import type { Channel, Hello, Person } from './frames.ts';

export function helpText(channel: Channel): string {
  const { words, title } = channel.desk;
  const own =
    words.length > 0 ? `\nAt this desk (${title}) these words go to the desk itself: ${words.join(', ')}.` : '';
  return `Write to the assistant. A line with nothing but one of these commands is for this terminal:

  desk            lists the desks, with an example question for each
  desk <name>     begins a conversation at another desk
  user            lists the people of the workspace
  user <name>     acts as one of them from now on, for example: user marco
  y, n            approves or rejects the request that waits for you; n <reason> says why; y 2 takes the second of several
  reset           begins a new conversation
  history         shows this conversation so far
  help, quit
${own}${words.includes('user') ? ` "user user_002" makes that customer the subject of the conversation; "user marco" acts as Marco.` : ''}`.trimEnd();
}

export function welcomeText(hello: Hello, channel: Channel, me: Person): string {
  const standIn = hello.model.standIn
    ? '\nA stand-in model answers; set OPENAI_API_KEY or OPENAI_BASE_URL to use a real one.'
    : '';
  return `Countersign, at the desk "${channel.desk.title}". You act as ${personName(me)}. Write help to see what you can do here.${standIn}\n`;
}

export function desksText(channels: Channel[], here: Channel): string {
  const lines = channels.map(({ id, desk }) => {
    const example = desk.examples[0] ? `  ${desk.examples[0]}` : '';
    return `${id === here.id ? '* ' : '  '}${desk.name.padEnd(10)}${desk.title}${example && `, for example:${example}`}`;
  });
  return lines.join('\n');
}

export function peopleText(people: Person[], me: Person): string {
  return people
    .map((one) => `${one.id === me.id ? '* ' : '  '}${one.name.padEnd(8)}${one.realName}. ${one.about}`.trimEnd())
    .join('\n');
}

export function personName({ realName, name }: Person): string {
  return `${realName} (${name})`;
}

/** "a", "a or b", "a, b or c" */
export function eitherOf(names: string[]): string {
  const last = names.at(-1) ?? '';
  return names.length < 2 ? last : `${names.slice(0, -1).join(', ')} or ${last}`;
}

/** Words of the desk's own code stand without a speaker, like those of this terminal. */
export function beginOf(answer: string): string {
  return answer.startsWith('✓') ? '' : 'Assistant: ';
}

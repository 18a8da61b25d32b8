import type { Channel, Hello, Person } from './frames.ts';

export function helpText(channel: Channel): string {
  const { words, title } = channel.desk;
  const own =
    words.length > 0 ? `\nAt this desk (${title}) these words go to the desk itself: ${words.join(', ')}.` : '';
  return `Write what you would ask the assistant. These words, alone on a line, are for this terminal:

  desk            the desks, and what each can be asked
  desk <name>     goes to another desk, and begins a conversation there
  user            the people of the workspace
  user <name>     acts as one of them from now on, such as: user marco
  y, n            signs or rejects what waits for you; n <reason> says why; y 2 means the second of several
  reset           begins a new conversation
  history         what was said in this one
  help, quit
${own}${words.includes('user') ? ` "user user_002" makes the conversation one about that customer; "user marco" acts as Marco.` : ''}`.trimEnd();
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
    return `${id === here.id ? '* ' : '  '}${desk.name.padEnd(10)}${desk.title}${example && `, such as:${example}`}`;
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

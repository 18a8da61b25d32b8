import { Button } from 'react-aria-components';
import { useKnown, useMe, usePage } from '../context.tsx';
import type { ChannelInfo } from '../protocol.ts';
import { sendLetter } from './send.ts';

const MOST = 4;
const LONGEST = 60;

/** Questions to ask here. As in Slack, a press asks at once. */
export function Prompts({ channel }: { channel: ChannelInfo }) {
  const { complain } = usePage();
  const user = useMe();
  const offered = useKnown((state) => state.prompts[channel.id]);
  const people = useKnown((state) => state.people);
  const bot = useKnown((state) => state.people[state.hello?.botUserId ?? '']?.name ?? 'countersign');
  const isDirect = channel.kind === 'im';
  const examples = (channel.desk?.examples ?? []).map((message) => ({ title: shortened(message), message }));
  const prompts = (offered?.prompts ?? examples).slice(0, MOST);
  if (prompts.length === 0) return null;
  const ask = async (message: string) => {
    const draft = isDirect ? message : `@${bot} ${message}`;
    const letter = { user, channel: channel.id, draft, files: [] };
    const why = await sendLetter(letter, { people: Object.values(people), channels: [], commands: [] });
    if (why !== null) complain(why);
  };
  return (
    <fieldset className="prompts" aria-label={offered?.title ?? `Ask ${channel.desk?.title ?? 'the bot'}`}>
      {prompts.map(({ title, message }) => (
        <Button key={message} className="prompt" onPress={() => void ask(message)} aria-label={message}>
          {title}
        </Button>
      ))}
    </fieldset>
  );
}

function shortened(example: string): string {
  const line = example.replace(/\s+/g, ' ').trim();
  return line.length <= LONGEST ? line : `${line.slice(0, LONGEST).replace(/\s+\S*$/, '')}…`;
}

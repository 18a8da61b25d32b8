import { Blocks } from '../blocks/blocks.tsx';
import { Markdown } from '../blocks/markdown.tsx';
import { Mrkdwn } from '../blocks/marks.tsx';
import { useClick } from '../context.tsx';
import { Emoji } from '../icons.tsx';
import type { PageMessage } from '../protocol.ts';
import { Files } from './files.tsx';
import { Tasks } from './tasks.tsx';

export function MessageBody({ message }: { message: PageMessage }) {
  const click = useClick({ channel: message.channel, ts: message.ts });
  const { tasks, plan, text, blocks, attachments, edited, files, reactions } = message;
  const isStreamed = message.streaming !== undefined;
  const hasBlocks = blocks !== undefined && blocks.length > 0;
  const showsText = text !== '' && (!hasBlocks || message.streaming === true);
  return (
    <>
      {(tasks || plan) && <Tasks tasks={tasks ?? []} plan={plan} />}
      {showsText &&
        (isStreamed ? <Markdown text={text} /> : <div className="message-text mrkdwn">{<Mrkdwn text={text} />}</div>)}
      {message.streaming && <Typing />}
      {hasBlocks && <Blocks blocks={blocks} onAction={click} />}
      {edited && <span className="edited"> (edited)</span>}
      {attachments && attachments.length > 0 && (
        <p className="block-unknown">This page does not draw attachments of the older kind.</p>
      )}
      {files && files.length > 0 && <Files files={files} />}
      {reactions && reactions.length > 0 && <Reactions reactions={reactions} />}
    </>
  );
}

function Typing() {
  return (
    <span className="typing" role="img" aria-label="still writing">
      <i />
      <i />
      <i />
    </span>
  );
}

function Reactions({ reactions }: { reactions: NonNullable<PageMessage['reactions']> }) {
  return (
    <ul className="reactions" aria-label="Reactions">
      {reactions.map(({ name, users }) => (
        <li key={name}>
          <Emoji name={name} /> {users.length}
        </li>
      ))}
    </ul>
  );
}

import { Button } from 'react-aria-components';
import type { Ephemeral } from '../../slack/types.ts';
import { Blocks } from '../blocks/blocks.tsx';
import { Mrkdwn } from '../blocks/marks.tsx';
import { useKnown, usePage } from '../context.tsx';
import { Icon } from '../icons.tsx';
import { Avatar } from '../parts.tsx';
import { timeOfTs } from '../text/dates.ts';
import { Time } from './message.tsx';

/** A message that only this person sees, until they dismiss it. */
export function EphemeralMessage({ ephemeral }: { ephemeral: Ephemeral }) {
  const { dismiss, complain } = usePage();
  const bot = useKnown((state) => state.hello?.botUserId ?? '');
  const { ts, text, blocks } = ephemeral;
  const noAction = async () => {
    complain('What only you can see has nothing to press here.');
    return false;
  };
  return (
    <article
      className="message message-ephemeral"
      data-row={ts}
      tabIndex={-1}
      aria-label={`Only visible to you: ${text}`}
    >
      <p className="ephemeral-note">
        <Icon name="eye" size={14} /> Only visible to you
      </p>
      <div className="message-gutter">
        <Avatar user={bot} />
      </div>
      <div className="message-main">
        <div className="message-author">
          <span className="message-name">Countersign</span>
          <span className="tag">APP</span>
          <Time at={timeOfTs(ts)} />
        </div>
        {blocks && blocks.length > 0 ? (
          <Blocks blocks={blocks} onAction={noAction} />
        ) : (
          <div className="message-text mrkdwn">
            <Mrkdwn text={text} />
          </div>
        )}
        <Button className="link-button" onPress={() => dismiss(ts)}>
          Dismiss
        </Button>
      </div>
    </article>
  );
}

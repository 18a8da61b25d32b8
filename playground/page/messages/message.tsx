import { memo, useState } from 'react';
import { useKnown, useMe, usePerson, useReader } from '../context.tsx';
import { Icon } from '../icons.tsx';
import { Avatar } from '../parts.tsx';
import type { PageMessage, Person } from '../protocol.ts';
import { fullTimeText, timeOfTs, timeText } from '../text/dates.ts';
import { parseMrkdwn, wordsOf } from '../text/mrkdwn.ts';
import { MessageBody } from './body.tsx';
import { EditMessage } from './edit.tsx';
import { MessageBoundary } from './message-boundary.tsx';
import { ReplyBar } from './reply-bar.tsx';
import { DeleteDialog, MessageTools } from './tools.tsx';

export type MessageProps = {
  message: PageMessage;
  /** Written right after another one by the same person. */
  follows: boolean;
  inThread: boolean;
  isEditing: boolean;
  onEdit: (ts: string | null) => void;
};

export const Message = memo(function Message({ message, follows, inThread, isEditing, onEdit }: MessageProps) {
  const [isActive, setActive] = useState(false);
  const [isLeaving, setLeaving] = useState(false);
  const isMine = useMe() === message.user;
  const label = useLabel(message);
  if (message.deleted) return <Deleted message={message} inThread={inThread} />;
  return (
    <article
      className="message"
      data-follows={follows}
      data-editing={isEditing}
      data-row={message.ts}
      data-mine={isMine}
      tabIndex={-1}
      aria-label={label}
      onPointerEnter={() => setActive(true)}
      onPointerLeave={() => setActive(false)}
      onFocus={() => setActive(true)}
      onBlur={(event) => {
        if (!event.currentTarget.contains(event.relatedTarget)) setActive(false);
      }}
    >
      <Gutter message={message} follows={follows} />
      <div className="message-main">
        {!follows && <Author message={message} />}
        {isEditing ? (
          <EditMessage message={message} onDone={() => onEdit(null)} />
        ) : (
          <MessageBoundary>
            <MessageBody message={message} />
          </MessageBoundary>
        )}
        {!inThread && <ReplyBar message={message} />}
      </div>
      {isActive && !isEditing && (
        <MessageTools
          message={message}
          inThread={inThread}
          onEdit={() => onEdit(message.ts)}
          onDelete={() => setLeaving(true)}
        />
      )}
      {isMine && <DeleteDialog message={message} isOpen={isLeaving} onOpenChange={setLeaving} />}
    </article>
  );
});

function Gutter({ message, follows }: { message: PageMessage; follows: boolean }) {
  const reader = useReader();
  const at = timeOfTs(message.ts);
  return (
    <div className="message-gutter">
      {follows ? (
        <time className="message-time-beside" dateTime={new Date(at).toISOString()}>
          {timeText(at, reader).replace(/ ?[AP]M$/i, '')}
        </time>
      ) : (
        <Avatar user={message.user} />
      )}
    </div>
  );
}

function Author({ message }: { message: PageMessage }) {
  const person = usePerson(message.user);
  return (
    <div className="message-author">
      <span className="message-name">{displayName(person, message.user)}</span>
      <PersonTag person={person} />
      <Time at={timeOfTs(message.ts)} />
    </div>
  );
}

export function PersonTag({ person }: { person: Person | undefined }) {
  if (person?.kind === 'bot') return <span className="tag">APP</span>;
  if (person?.kind === 'guest') return <span className="tag">GUEST</span>;
  return person?.kind === 'outsider' ? <span className="tag">EXTERNAL</span> : null;
}

export function Time({ at }: { at: number }) {
  const reader = useReader();
  return (
    <time className="message-time" dateTime={new Date(at).toISOString()} title={fullTimeText(at, reader)}>
      {timeText(at, reader)}
    </time>
  );
}

function Deleted({ message, inThread }: { message: PageMessage; inThread: boolean }) {
  return (
    <article className="message message-deleted" data-row={message.ts} tabIndex={-1} aria-label="A deleted message">
      <div className="message-gutter">
        <span className="deleted-sign">
          <Icon name="trash" />
        </span>
      </div>
      <div className="message-main">
        <p>This message was deleted.</p>
        {!inThread && <ReplyBar message={message} />}
      </div>
    </article>
  );
}

export function displayName(person: Person | undefined, id: string): string {
  return person?.realName ?? id;
}

function useLabel(message: PageMessage): string {
  const people = useKnown((state) => state.people);
  const reader = useReader();
  return `${displayName(people[message.user], message.user)}, ${timeText(timeOfTs(message.ts), reader)}: ${plainWords(message, people)}`;
}

const LONGEST_WORDS = 300;

export function plainWords({ text, files }: PageMessage, people: Record<string, Person>): string {
  const words = wordsOf(parseMrkdwn(text), ({ kind, id }) =>
    kind === 'person' ? `@${people[id]?.name ?? id}` : `#${id}`,
  );
  const shown = words.length > LONGEST_WORDS ? `${words.slice(0, LONGEST_WORDS)}…` : words;
  return shown || (files?.length ? `file ${files.map(({ name }) => name).join(', ')}` : '');
}

import { useEffect } from 'react';
import { Button } from 'react-aria-components';
import { Choice } from '../blocks/choice.tsx';
import { useKnown, usePage, useReader } from '../context.tsx';
import { Icon } from '../icons.tsx';
import { PaneHead } from '../parts.tsx';
import type { MailThread, MailWriter } from '../protocol.ts';
import { TEAM } from '../protocol.ts';
import { NEW } from '../state/route.ts';
import { dayTitle, fullTimeText, timeText } from '../text/dates.ts';
import { Labels, SenderMark } from './labels.tsx';

/** The support inbox, as the team or as a customer sees it. */
export function MailPane({ who }: { who: string }) {
  const { go, route } = usePage();
  const writers = useKnown((state) => state.hello?.mail?.writers ?? none);
  const mail = useKnown((state) => state.mail);
  useFollowed(who, route.thread);
  const threads = mail?.who === who ? mail.threads : null;
  return (
    <>
      <PaneHead title="Mail" onBack={() => go({ ...route, place: null, thread: undefined })}>
        <Choice
          key={`${who}${writers.length}`}
          label="Whose mail"
          placeholder="Choose somebody"
          value={who}
          options={readersOf(writers)}
          onChange={(chosen) => go({ ...route, place: { kind: 'mail', who: chosen }, thread: undefined })}
        />
        <Button className="block-button primary" onPress={() => go({ ...route, thread: NEW })}>
          Write a mail
        </Button>
      </PaneHead>
      <p className="mail-about">{aboutOf(writers.find(({ id }) => id === who))}</p>
      {threads === null ? (
        <p className="quiet mail-none">Reading the mailbox …</p>
      ) : threads.length === 0 ? (
        <p className="quiet mail-none">No mail yet. Press “Write a mail”, and the answer comes here.</p>
      ) : (
        <ul className="mail-threads" aria-label="Threads">
          {threads.map((thread) => (
            <Thread key={thread.id} thread={thread} isShown={route.thread === thread.id} isTeam={who === TEAM} />
          ))}
        </ul>
      )}
    </>
  );
}

const none: MailWriter[] = [];

function useFollowed(who: string, thread: string | undefined): void {
  const { send } = usePage();
  const isOpen = useKnown((state) => state.link.kind === 'open');
  const followed = thread === NEW ? undefined : thread;
  useEffect(() => {
    if (!isOpen) return;
    send({ type: 'mail', who, ...(followed ? { thread: followed } : {}) });
    return () => send({ type: 'no_mail' });
  }, [isOpen, who, followed, send]);
}

function readersOf(writers: MailWriter[]) {
  const team = { value: TEAM, text: 'The team', description: 'All mail to all desks' };
  return [team, ...writers.map((one) => ({ value: one.id, text: titleOf(one), description: one.about }))];
}

export function titleOf({ name, verified }: MailWriter): string {
  return verified ? name : `Forged ${name}`;
}

function aboutOf(writer: MailWriter | undefined): string {
  if (!writer)
    return 'The mailbox as the team sees it: all threads, with their labels. Answers that you write here are a colleague’s.';
  if (writer.verified) return `What ${writer.name} (${writer.address}) wrote, and what came back.`;
  return (
    `What somebody wrote who only claims to be ${writer.address}. The answers go to that address, never to the forger; ` +
    'they stand here so that you can see that they hold nothing of anybody’s records.'
  );
}

type ThreadProps = { thread: MailThread; isShown: boolean; isTeam: boolean };

function Thread({ thread, isShown, isTeam }: ThreadProps) {
  const { go, route } = usePage();
  const { id, subject, people, snippet, at, count, labels, hasFiles, hasUnverified } = thread;
  return (
    <li>
      <Button
        className="mail-thread"
        aria-current={isShown ? 'true' : undefined}
        onPress={() => go({ ...route, thread: id })}
      >
        <span className="mail-line">
          <span className="mail-people">
            {people.join(', ')} {count > 1 && <span className="mail-count">{count}</span>}
          </span>
          {hasFiles && (
            <span role="img" aria-label="with attachments">
              <Icon name="file" size={14} />
            </span>
          )}
          <When at={at} />
        </span>
        <span className="mail-subject">{subject || '(no subject)'}</span>
        <span className="mail-snippet">{snippet}</span>
        {isTeam && (
          <span className="mail-marks">
            {hasUnverified && <SenderMark isVerified={false} />}
            <Labels labels={labels} />
          </span>
        )}
      </Button>
    </li>
  );
}

export function When({ at }: { at: number }) {
  const reader = useReader();
  const day = dayTitle(at, reader);
  return (
    <time className="mail-time" dateTime={new Date(at).toISOString()} title={fullTimeText(at, reader)}>
      {day === 'Today' ? timeText(at, reader) : day}
    </time>
  );
}

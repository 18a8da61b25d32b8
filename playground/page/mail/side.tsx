import { useKnown, usePage } from '../context.tsx';
import { IconButton, PaneHead } from '../parts.tsx';
import { TEAM } from '../protocol.ts';
import { NEW } from '../state/route.ts';
import { isDraft, Letter } from './letter.tsx';
import { NewMail, Reply } from './write.tsx';

/** A thread of the mailbox, or a mail that one writes. */
export function MailSide({ who, thread }: { who: string; thread: string }) {
  const { go, route } = usePage();
  const mail = useKnown((state) => state.mail);
  const close = () => go({ ...route, thread: undefined });
  const isNew = thread === NEW;
  const isRead = mail?.who === who && mail.thread === thread;
  const subject = mail?.threads.find(({ id }) => id === thread)?.subject;
  return (
    <>
      <PaneHead title={isNew ? 'New mail' : subject || 'Mail'} onBack={close}>
        <IconButton
          className="pane-close"
          icon="close"
          label={isNew ? 'Close new mail' : 'Close mails'}
          onPress={close}
        />
      </PaneHead>
      {isNew ? <NewMail who={who} /> : <Letters who={who} thread={thread} isRead={isRead} />}
    </>
  );
}

function Letters({ who, thread, isRead }: { who: string; thread: string; isRead: boolean }) {
  const letters = useKnown((state) => state.mail?.letters);
  if (!isRead || !letters) return <p className="quiet mail-none">Reading the mails …</p>;
  if (letters.length === 0) return <p className="quiet mail-none">There is no such thread in this mailbox.</p>;
  return (
    <>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable without a mouse. */}
      <div className="mail-letters" role="log" aria-label="Mails of this thread" tabIndex={0}>
        {letters.map((letter) => (
          <Letter key={letter.id} letter={letter} isTeam={who === TEAM} />
        ))}
        {letters.findLast((letter) => !isDraft(letter))?.by !== 'us' && (
          <p className="quiet mail-waits">No answer yet.</p>
        )}
      </div>
      <Reply who={who} thread={thread} />
    </>
  );
}

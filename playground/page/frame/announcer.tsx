import { useEffect, useRef, useState } from 'react';
import { useKnown, usePage, usePlace } from '../context.tsx';
import { displayName, plainWords } from '../messages/message.tsx';
import type { PageMessage } from '../protocol.ts';
import { isReply } from '../state/rows.ts';

/** Reads out to screen readers what others write in the shown place. */
export function Announcer() {
  const { route } = usePage();
  const place = usePlace();
  const channel = place?.kind === 'channel' ? place.channel : '';
  const log = useKnown((state) => state.logs[channel]);
  const people = useKnown((state) => state.people);
  const me = useKnown((state) => state.hello?.me);
  const said = useRef({ channel: '', ts: '' });
  const [words, setWords] = useState('');
  useEffect(() => {
    const heard = Object.values(log?.messages ?? {})
      .filter((message) => !message.deleted && message.streaming !== true && isWhereOneLooks(message, route.thread))
      .sort((one, other) => (one.ts < other.ts ? -1 : 1))
      .at(-1);
    if (!heard) return;
    const isElsewhere = said.current.channel !== channel;
    const isNew = heard.ts > said.current.ts && heard.user !== me && !isElsewhere;
    said.current = { channel, ts: heard.ts > said.current.ts || isElsewhere ? heard.ts : said.current.ts };
    if (isNew) setWords(`${displayName(people[heard.user], heard.user)}: ${plainWords(heard, people)}`);
  }, [log, channel, route.thread, people, me]);
  return (
    <div className="unseen" aria-live="polite">
      {words}
    </div>
  );
}

function isWhereOneLooks(message: PageMessage, thread: string | undefined): boolean {
  return !isReply(message) || message.thread_ts === thread;
}

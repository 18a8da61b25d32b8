import type { PageFrame, ServerFrame } from '../page/protocol.ts';
import type { MailPort } from '../ports.ts';
import { openPoller, type Poller } from './poller.ts';

const EVERY_MS = 500;

/** Follows the mailbox for one page, from one `mail` frame to the next. */
export function followMail(mail: MailPort | null, send: (frame: ServerFrame) => void) {
  let poller: Poller | undefined;
  return {
    receive(frame: Extract<PageFrame, { type: 'mail' | 'no_mail' }>): void {
      poller?.close();
      if (!mail || frame.type === 'no_mail') return;
      const { who, thread } = frame;
      poller = openPoller(
        EVERY_MS,
        () => mail.look(who, thread),
        (seen) => send({ type: 'mail', who, ...(thread ? { thread } : {}), ...seen }),
      );
    },
    close: () => poller?.close(),
  };
}

import { Resolver } from 'node:dns/promises';
import { crashPoint } from '../../core/crash-points.ts';
import { deskForAddress } from '../../core/desk/desks.ts';
import type { MockMailbox } from '../../mailbox/mock/mailbox.ts';
import { openSmtpDoor, type SmtpOpened } from '../../mailbox/smtp/door.ts';
import type { EmailContext } from './context.ts';
import { type EmailDoor, openEmailDoor } from './door.ts';

export type MailOptions = {
  port: number;
  /** Takes another port where this one is taken. */
  orAnother: boolean;
  /** May people of this machine log in as any address? */
  verifies: boolean;
  /** May those who log in as a desk's address write as its team? Where mail goes out by a server, it would not leave. */
  submits: boolean;
};

/** Whoever sends a mail waits for it, so that it does not wait long. */
const dns = new Resolver({ timeout: 1_000, tries: 1 });

/** A real mailbox takes its mail itself and has no port here. */
export type Mail = { port: number | null } & Pick<EmailDoor, 'state' | 'stop'>;
export type MailOpened = { kind: 'open'; mail: Mail } | { kind: 'taken'; line: string };

/** The mock mailbox takes mail by SMTP, and we read it from there as we would read a real one. */
export async function openMail(
  context: Omit<EmailContext, 'mailbox'> & { mailbox: MockMailbox },
  { port, orAnother, verifies, submits }: MailOptions,
): Promise<MailOpened> {
  const { mailbox, desks, log } = context;
  const door = openEmailDoor(context);
  const open = (at: number): Promise<SmtpOpened> =>
    openSmtpDoor({
      port: at,
      verifies,
      resolveTxt: (name) => dns.resolveTxt(name),
      authority: mailbox.authority,
      accepts: (address) => deskForAddress(desks, address) !== undefined,
      deliver: mailbox.deliver,
      submit: verifies && submits ? mailbox.submit : null,
      delivered() {
        crashPoint('mail.kept');
        door.look();
      },
      log,
    });
  const first = await open(port);
  const opened = first.kind === 'taken' && orAnother ? await open(0) : first;
  if (opened.kind === 'taken') {
    await door.stop();
    return { kind: 'taken', line: `SMTP_PORT ${port} cannot be opened (${opened.code}): set it to a free one.` };
  }
  const { door: smtp } = opened;
  return {
    kind: 'open',
    mail: {
      port: smtp.port,
      state: door.state,
      async stop() {
        await smtp.close();
        await door.stop();
      },
    },
  };
}

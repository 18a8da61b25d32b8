import { type AddressInfo, isIP } from 'node:net';
import { SMTPServer, type SMTPServerDataStream, type SMTPServerSession } from 'smtp-server';
import { type ResolveTxt, vouchingDomain } from './dmarc.ts';

export type SmtpOptions = {
  port: number;
  /** Its name in the Authentication-Results header that it writes. */
  authority: string;
  /** May people log in as any address? Then their mail counts as theirs. */
  verifies: boolean;
  resolveTxt: ResolveTxt;
  /** Is there anybody who reads mail to this address? */
  accepts(address: string): boolean;
  /** Resolves after the commit. */
  deliver(raw: Buffer): Promise<unknown>;
  /** Stores what somebody sends who is logged in as one of our own addresses; null where nobody may. */
  submit: ((raw: Buffer) => Promise<unknown>) | null;
  delivered(): void;
  log: { warn(about: object, text: string): void };
};

export type SmtpDoor = { port: number; close(): Promise<void> };
export type SmtpOpened = { kind: 'open'; door: SmtpDoor } | { kind: 'taken'; code: string };

export const MOST_BYTES = 25 * 1024 * 1024;
const HOST = '127.0.0.1';
const MOST_CLIENTS = 20;
const MOST_RECIPIENTS = 20;
const IDLE_MS = 60_000;

/** A mail server for programs of this machine. It never relays: what it takes stays in the mailbox behind it. */
export function openSmtpDoor(options: SmtpOptions): Promise<SmtpOpened> {
  const server = new SMTPServer({
    name: options.authority,
    banner: 'Countersign',
    size: MOST_BYTES,
    maxClients: MOST_CLIENTS,
    socketTimeout: IDLE_MS,
    hidePIPELINING: false,
    disabledCommands: options.verifies ? ['STARTTLS'] : ['STARTTLS', 'AUTH'],
    authOptional: true,
    allowInsecureAuth: true,
    authMethods: ['PLAIN', 'LOGIN'],
    disableReverseLookup: true,
    logger: false,
    onAuth({ username }, _session, callback) {
      if (isAddress(username)) return callback(null, { user: username });
      callback(answer(535, 'Log in as a mail address'));
    },
    onRcptTo({ address }, session, callback) {
      if (!options.accepts(address) && !submitsTo(options, session))
        return callback(answer(550, `5.1.1 Nobody reads mail to ${address} here`));
      if (session.envelope.rcptTo.length >= MOST_RECIPIENTS) return callback(answer(452, '4.5.3 Too many recipients'));
      callback();
    },
    onData(stream, session, callback) {
      void take(options, stream, session).then(
        (text) => callback(null, text),
        (error: Error) => callback(error),
      );
    },
  });
  server.on('error', (error: Error) => options.log.warn({ err: error }, 'an SMTP client broke off'));
  return listen(server, options.port);
}

function listen(server: SMTPServer, port: number): Promise<SmtpOpened> {
  return new Promise((resolve) => {
    const refused = (error: NodeJS.ErrnoException) => resolve({ kind: 'taken', code: error.code ?? error.message });
    server.server.once('error', refused);
    server.listen(port, HOST, () => {
      server.server.off('error', refused);
      const close = () => new Promise<void>((closed) => server.close(() => closed()));
      resolve({ kind: 'open', door: { port: (server.server.address() as AddressInfo).port, close } });
    });
  });
}

/** Answers 250 after the commit, and 451 while the mailbox is out of reach. */
async function take(options: SmtpOptions, stream: SMTPServerDataStream, session: SMTPServerSession): Promise<string> {
  const written = await readWhole(stream);
  if (written === null) throw answer(552, `5.3.4 A mail may have ${MOST_BYTES / 1024 / 1024} MB here`);
  const user = typeof session.user === 'string' ? session.user : null;
  const recipients = session.envelope.rcptTo.map(({ address }) => address);
  const domain = user === null ? await vouchingDomain(written, recipients, options.resolveTxt) : null;
  const raw = Buffer.concat([Buffer.from(traceOf(options, session, resultOf(user, domain))), written]);
  const { submit } = options;
  const keep = submit && submitsTo(options, session) ? submit : options.deliver;
  try {
    await keep(raw);
  } catch (error) {
    options.log.warn({ err: error }, 'a mail could not be kept; its sender is asked to try again');
    throw answer(451, '4.3.0 The mailbox is out of reach: try again in a while');
  }
  options.delivered();
  return '2.0.0 Kept';
}

/** Whoever is logged in as one of our own addresses writes as the team, to anybody. */
function submitsTo({ submit, accepts }: SmtpOptions, { user }: SMTPServerSession): boolean {
  return submit !== null && typeof user === 'string' && accepts(user);
}

/** Reads a too large mail to its end without keeping it, because a client reads our refusal only after it has written all. */
async function readWhole(stream: SMTPServerDataStream): Promise<Buffer | null> {
  let chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size <= MOST_BYTES) chunks.push(chunk);
    else chunks = [];
  }
  return size <= MOST_BYTES ? Buffer.concat(chunks) : null;
}

/** The headers that a receiver writes above a mail. Readers trust only the topmost Authentication-Results. */
function traceOf({ authority }: SmtpOptions, session: SMTPServerSession, result: string): string {
  const { mailFrom, rcptTo } = session.envelope;
  const from = mailFrom ? mailFrom.address : '';
  const client = isIP(session.remoteAddress) ? session.remoteAddress : 'unknown';
  return [
    ...rcptTo.map(({ address }) => `Delivered-To: ${plain(address)}`),
    `Return-Path: <${plain(from)}>`,
    `Authentication-Results: ${authority}; ${result}`,
    `Received: from [${client}] by ${authority} with ${session.user ? 'ESMTPA' : 'ESMTP'} id ${session.id}; ${new Date().toUTCString()}`,
    '',
  ].join('\r\n');
}

/** How the sender was verified: by a login as that address, or by their domain's signature. */
function resultOf(user: string | null, domain: string | null): string {
  if (user !== null) return `auth=pass smtp.auth=${plain(user)}`;
  return domain === null ? 'auth=none' : `dmarc=pass header.from=${plain(domain)}`;
}

function plain(text: string): string {
  return text.replace(/[^\x21-\x7e]/g, '?');
}

function isAddress(text: string | undefined): text is string {
  return text !== undefined && /^[^\s@<>;]{1,64}@[^\s@<>;]{1,255}$/.test(text);
}

function answer(code: number, text: string): Error {
  return Object.assign(new Error(text), { responseCode: code });
}

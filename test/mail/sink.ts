import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';

/** What the mail server of others does with a mail: take it, put us off, refuse it, or take it and hang up first. */
export type Manner = 'take' | 'later' | 'refuse' | 'hang up';

export type Sink = { url: string; taken: { to: string[]; raw: string }[]; manners: Manner[]; close(): Promise<void> };

/** Follows `manners`, one for each mail, and takes every mail after those. */
export async function openSink(): Promise<Sink> {
  const taken: Sink['taken'] = [];
  const manners: Manner[] = [];
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS', 'AUTH'],
    logger: false,
    onData(stream, { envelope }, callback) {
      let raw = '';
      stream.on('data', (chunk: Buffer) => (raw += chunk.toString()));
      stream.on('end', () => {
        const manner = manners.shift() ?? 'take';
        if (manner === 'later') return callback(Object.assign(new Error('Busy'), { responseCode: 450 }));
        if (manner === 'refuse') return callback(Object.assign(new Error('No such person'), { responseCode: 550 }));
        taken.push({ to: envelope.rcptTo.map(({ address }) => address), raw });
        if (manner === 'take') return callback();
        for (const connection of server.connections) connection._socket.destroy();
      });
    },
  });
  server.on('error', () => {});
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.server.address() as AddressInfo;
  return {
    url: `smtp://127.0.0.1:${port}`,
    taken,
    manners,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

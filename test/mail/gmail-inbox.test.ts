import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Bot, startBot } from '../../bot/main.ts';
import { deskNamed } from '../../core/desk/desks.ts';
import { ANSWERED } from '../../mailbox/labels.ts';
import { openToolServers } from '../../tool-servers.ts';
import type { Script } from '../fakes/model/server.ts';
import { type App, startApp, until } from '../support/app.ts';
import { type GmailPeer, ours, startGmailPeer } from './gmail-peer.ts';
import { headerOf } from './post.ts';

const jordan = 'jordan.ellis@example.com';

const script: Script = ({ lastUser, toolResults }) => {
  if (toolResults.length > 0) return { text: toolResults.map(({ content }) => content).join(' ') };
  if (/balance/.test(lastUser)) return { calls: [{ name: 'bank__get_account_balance', arguments: {} }] };
  return { text: `You wrote: ${lastUser}` };
};

describe('mail to a desk whose mailbox is at Gmail', () => {
  let peer: GmailPeer;
  let app: App;
  let folder: string;
  let bot: Bot | undefined;
  beforeAll(async () => {
    peer = await startGmailPeer();
    folder = deskAt(ours);
    await peer.deliver(written({ id: 'before', text: 'What is my balance?' }));
    app = await startApp('postgres', script, { gmail: peer.account }, { desks: folder });
    // The records say where the reading begins, before anything comes.
    await until(() => peer.asked.includes('GET history'), 'the first look at the history');
  });
  afterAll(async () => {
    await bot?.stop();
    await app.close();
    await peer.close();
    rmSync(folder, { recursive: true });
  });

  const answersTo = async (id: string) =>
    (await peer.all()).filter(
      ({ labelIds, raw }) =>
        labelIds.includes('SENT') && headerOf(decoded(raw), 'In-Reply-To') === `<${id}@example.com>`,
    );
  const answerTo = (id: string) => until(async () => (await answersTo(id))[0], `an answer to ${id}`, 20_000);
  const labelsOf = async (id: string) => (await app.context.mail?.mailbox.read(id))?.labels ?? [];

  it('that comes before any was read is answered, though nobody reads at that moment', async () => {
    await app.bot.stop();
    await peer.deliver(written({ id: 'early', text: 'Good morning', verified: true }));
    bot = await startBot(app.context);
    expect(textOf((await answerTo('early')).raw)).toContain('Good morning');
  });

  it('is the only mailbox: the tools that read the mock one are not offered beside it', async () => {
    const desk = deskNamed(app.context.desks, 'jewelry');
    if (!desk) throw new Error('there is no desk jewelry');
    const tools = openToolServers(app.context);
    const offered = await tools.gateOf(app.context.mail?.tenant ?? '').offered(desk);
    await tools.close();
    expect(offered.map(({ name }) => name).filter((name) => name.startsWith('gmail__'))).toEqual(['gmail__send_email']);
  });

  it('is answered there, in its thread, and labelled as answered', async () => {
    const id = await peer.deliver(written({ id: 'one', text: 'What is my balance?', verified: true }));
    const answer = await answerTo('one');
    const question = (await peer.all()).find((one) => one.id === id);

    expect(textOf(answer.raw)).toContain('user_002 (Jordan Ellis) has $19,068.77');
    expect(answer.threadId).toBe(question?.threadId);
    expect(headerOf(decoded(answer.raw), 'From')).toContain(`<${ours}>`);
    await until(async () => (await labelsOf(id)).includes(ANSWERED), 'the label');
  });

  it.each([
    ['Google says nothing of', undefined],
    ['another receiver vouches for', 'mx.example.net; dmarc=pass header.from=example.com'],
    ['Google vouches for under another domain', 'mx.google.com; dmarc=pass (p=NONE) header.from=example.net'],
  ])('of a sender that %s says nothing of any account', async (what, results) => {
    const id = what.replaceAll(' ', '-');
    await peer.deliver(written({ id, text: 'What is my balance?', results }));
    expect(textOf((await answerTo(id)).raw)).not.toContain('19,068');
  });

  it('is answered once though the acknowledgement of the answer is lost', async () => {
    peer.faults.deafAfterSends = 1;
    const id = await peer.deliver(written({ id: 'deaf', text: 'Hello', verified: true }));
    await until(async () => (await labelsOf(id)).includes(ANSWERED), 'the label');
    expect(await answersTo('deaf')).toHaveLength(1);
    expect(peer.faults.deafAfterSends).toBe(0);
  });

  it('that comes while nobody reads is answered by who reads next, even where Gmail has forgotten the way', async () => {
    await bot?.stop();
    await peer.deliver(written({ id: 'asleep', text: 'Anyone there?', verified: true }));
    await peer.deliver(written({ id: 'asleep-too', text: 'Anyone at all?', verified: true }));
    await peer.forget();
    bot = await startBot(app.context);
    expect(textOf((await answerTo('asleep')).raw)).toContain('Anyone there?');
    expect(textOf((await answerTo('asleep-too')).raw)).toContain('Anyone at all?');
    for (const id of ['one', 'deaf', 'asleep']) expect(await answersTo(id)).toHaveLength(1);
  });

  it('waits while Gmail is down, which /health says, and is answered after', async () => {
    const mailState = async () => {
      const health = await fetch(`${bot?.url}/health`);
      const { parts } = (await health.json()) as { parts: { mail: string } };
      return { status: health.status, mail: parts.mail };
    };
    expect(await mailState()).toEqual({ status: 200, mail: `up: gmail ${ours}` });
    peer.faults.down = 503;
    await peer.deliver(written({ id: 'down', text: 'Is it down?', verified: true }));
    const down = await until(async () => (await mailState()).mail.startsWith('degraded') && mailState(), 'the news');
    expect(down).toMatchObject({ status: 200, mail: expect.stringContaining('Backend Error') });
    peer.faults.down = null;
    expect(textOf((await answerTo('down')).raw)).toContain('Is it down?');
    await until(async () => (await mailState()).mail.startsWith('up'), 'the good news');
  });

  it('that Gmail takes for spam is answered if a verified customer goes on with their conversation, and not otherwise', async () => {
    await peer.deliver(written({ id: 'known', text: 'I like blue.', verified: true }));
    const references = headerOf(decoded((await answerTo('known')).raw), 'Message-ID');
    const spam = (one: Written) => peer.deliver(written({ ...one, references }), new Date(), 'SPAM');
    await spam({ id: 'stranger', about: 'known', text: 'Mine, too.', from: 'alex@example.com', verified: true });
    await spam({ id: 'forged', about: 'known', text: 'Buy now!' });
    await peer.deliver(written({ id: 'advert', text: 'Buy now!', verified: true }), new Date(), 'SPAM');
    await spam({ id: 'spam', about: 'known', text: 'And green.', verified: true });
    expect(textOf((await answerTo('spam')).raw)).toContain('And green.');
    await peer.deliver(written({ id: 'after-spam', text: 'Hello', verified: true }));
    await answerTo('after-spam');
    for (const id of ['stranger', 'forged', 'advert']) expect([id, await answersTo(id)]).toEqual([id, []]);
  });

  it('that lay there before we came is left alone', async () => {
    await peer.deliver(written({ id: 'last', text: 'Last', verified: true }));
    await answerTo('last');
    expect(await answersTo('before')).toEqual([]);
  });
});

/** The shipped desks, with the bank's reachable under an address of one's own. */
function deskAt(address: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-desks-'));
  cpSync('desks', folder, { recursive: true });
  const file = join(folder, 'bank.yaml');
  writeFileSync(file, `${readFileSync(file, 'utf8')}\nemail: { addresses: [${address}] }\n`);
  return folder;
}

type Written = {
  id: string;
  text: string;
  verified?: boolean;
  results?: string;
  about?: string;
  from?: string;
  references?: string;
};

/** As Gmail keeps it: above what the customer wrote stands what its receiver found out. */
function written({ id, text, verified = false, results, about = id, from = jordan, references }: Written): Buffer {
  const vouched = verified
    ? 'mx.google.com; dkim=pass header.i=@example.com; dmarc=pass (p=NONE) header.from=example.com'
    : results;
  return Buffer.from(
    [
      `Delivered-To: ${ours}`,
      ...(vouched ? [`Authentication-Results: ${vouched}`] : []),
      `From: Jordan <${from}>`,
      `To: ${ours}`,
      `Subject: About ${about}`,
      ...(references ? [`In-Reply-To: ${references}`, `References: ${references}`] : []),
      `Date: ${new Date().toUTCString()}`,
      `Message-ID: <${id}@example.com>`,
      'Content-Type: text/plain; charset=utf-8',
      '',
      text,
      '',
    ].join('\r\n'),
  );
}

function decoded(raw: string): Buffer {
  return Buffer.from(raw, 'base64url');
}

/** Quoted-printable lines are joined. */
function textOf(raw: string): string {
  return decoded(raw)
    .toString()
    .replace(/=\r?\n/g, '');
}

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openThread } from '../../reading/worker-thread.ts';
import { type App, startApp, until } from '../support/app.ts';
import { openPost, type Post } from './post.ts';

const bank = 'support+bank@localhost';
const jordan = 'jordan.ellis@example.com';

describe('a mail that we cannot take', () => {
  let app: App;
  let post: Post;
  beforeAll(async () => {
    app = await startApp('postgres', () => ({ text: 'Certainly.' }), { smtpPort: 0, playground: true });
    post = await openPost(app);
  });
  afterAll(async () => {
    await post.close();
    await app.close();
  });

  const told = (subject: string) => app.slack.messages('C0APPROVALS').filter(({ text }) => text.includes(subject));

  it('because the database refuses it is left to a person, who hears of it once, and the next one is answered', async () => {
    await post.sql(`create function refuse_unbearable() returns trigger language plpgsql as $$ begin
      if new.content->>'text' like '%unbearable%' then raise exception 'no' using errcode = '22P02'; end if;
      return new; end $$`);
    await post.sql(`create trigger refuse before insert on countersign.entries
      for each row execute function refuse_unbearable()`);
    await post.write({ from: jordan, to: bank, subject: 'Odd', text: 'This is unbearable.' });
    await post.answerTo(await post.write({ from: jordan, to: bank, subject: 'Next', text: 'Hello' }));

    await until(() => told('Odd')[0], 'a word in Slack');
    expect(told('Odd')).toHaveLength(1);
    expect(told('Odd')[0]?.text).toContain('from `jordan.ellis@example.com`, subject `Odd`');
  });

  it('because it cannot be read is listed by its sender and subject, and a person hears of it', async () => {
    const opens = Array.from(
      { length: 2000 },
      (_, at) => `Content-Type: multipart/mixed; boundary=b${at}\n\n--b${at}\n`,
    );
    const raw = `From: ${jordan}\nTo: ${bank}\nSubject: Nested http://evil.example\n${opens.join('')}\n\nhi`;
    await post.write({ from: jordan, to: bank, raw });
    await post.answerTo(await post.write({ from: jordan, to: bank, subject: 'After', text: 'Hello again' }));

    await until(() => told('Nested')[0], 'a word in Slack');
    expect(told('Nested')[0]?.text).toContain('subject `Nested http://evil.example`');
    const [kept] = await post.sql("select from_address, text from mail.messages where subject like 'Nested%'");
    expect(kept).toEqual({ from_address: jordan, text: '' });
  });
});

describe('a reader in a thread of its own', () => {
  const script = `
    import { parentPort } from 'node:worker_threads';
    parentPort.on('message', (ms) => {
      for (const end = Date.now() + ms; Date.now() < end; );
      parentPort.postMessage({ ms });
    });
    for (const end = Date.now() + 700; Date.now() < end; );
    parentPort.postMessage('ready');`;
  const limits = { patienceMs: 500, mostMemoryMb: 64, mostGrowthMb: 400 };
  const thread = openThread<number, { ms: number }>(
    new URL(`data:text/javascript,${encodeURIComponent(script)}`),
    limits,
  );
  afterAll(() => thread.close());

  it('has its time from when it can read, again after another was given up, and more of it where that is asked for', async () => {
    const late = { kind: 'given_up', why: 'reading it takes longer than 0.5 s' };
    expect(await thread.ask(60_000, [])).toEqual(late);
    expect(await thread.ask(60_000, [])).toEqual(late);
    expect(await thread.ask(1_000, [], 20_000)).toEqual({ kind: 'answer', answer: { ms: 1_000 } });
  });
});

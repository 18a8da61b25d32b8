import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ModelRequest, Script } from '../fakes/model/server.ts';
import { openPost, type Post } from '../mail/post.ts';
import { type App, channel, startApp, until } from '../support/app.ts';

let app: App;
let post: Post;
beforeAll(async () => {
  app = await startApp('postgres', script, { vision: true, smtpPort: 0, playground: true });
  post = await openPost(app);
});
afterAll(async () => {
  await post.close();
  await app.close();
});

/** Refuses one colour of image, and otherwise says what it sees. */
const script: Script = ({ messages }) => {
  const images = imagesIn(messages);
  if (images.includes(urlOf(picture(9)))) return { status: 400 };
  const told = JSON.stringify(messages).includes('the model does not take this image');
  return { text: `I see ${images.length}.${told ? ' One I was not given.' : ''}` };
};

/** The smallest header of a png, so that its bytes say what it is. */
const picture = (colour: number) => Buffer.from(`89504e470d0a1a0a0000000d494844520${colour}`, 'hex');
const urlOf = (bytes: Buffer) => `data:image/png;base64,${bytes.toString('base64')}`;

function imagesIn(messages: ModelRequest['body']['messages']): string[] {
  return messages.flatMap((message) => (message.role === 'user' ? (message.images ?? []) : []));
}

const lastSeen = () => imagesIn(app.model.ledger.at(-1)!.body.messages);

async function ask(text: string, pictures: Buffer[], thread?: string): Promise<{ ts: string; answer: string }> {
  const files = pictures.map(
    (bytes, at) => app.slack.upload({ user: 'U0LISA', name: `${at}.png`, bytes: new Uint8Array(bytes) }).id,
  );
  const said = `<@${app.slack.botUserId}> ${text}`;
  const { ts } = await app.slack.say({
    user: 'U0LISA',
    channel,
    text: said,
    files,
    ...(thread && { thread_ts: thread }),
  });
  const root = thread ?? ts;
  const last = await until(() => {
    const found = app.replies(channel, root).at(-1);
    return found && found.ts > ts && !found.streaming ? found : undefined;
  }, 'an answer');
  return { ts: root, answer: last.text };
}

describe('an image, where the model can see', () => {
  it('is given to the model as it is, now and later in the conversation', async () => {
    const { ts, answer } = await ask('what is this?', [picture(1)]);
    expect([answer, lastSeen()]).toEqual(['I see 1.', [urlOf(picture(1))]]);
    await ask('and what is in the corner?', [], ts);
    expect(lastSeen()).toEqual([urlOf(picture(1))]);
  });

  it('leaves the steps small, and is kept once', async () => {
    const { ts } = await ask('look', [picture(1)]);
    await ask('look', [picture(1)], ts);
    expect(lastSeen()).toHaveLength(1);
    const { steps, parts } = await app.context.db.read(app.slack.teamId, async (tx) => ({
      steps: await tx.step.findMany({ where: { kind: 'files' }, select: { content: true } }),
      parts: await tx.filePart.findMany(),
    }));
    expect(JSON.stringify(steps)).not.toContain(picture(1).toString('base64'));
    expect(parts.map(({ bytes }) => Buffer.from(bytes).toString('hex'))).toEqual([picture(1).toString('hex')]);
  });

  it('gives way to newer ones where there are many', async () => {
    const { ts } = await ask('look', [1, 2, 3].map(picture));
    await ask('look', [4, 5, 6].map(picture), ts);
    expect(lastSeen()).toEqual([2, 3, 4, 5, 6].map((colour) => urlOf(picture(colour))));
  });

  it('that the endpoint refuses is left out, and the conversation goes on', async () => {
    const { ts, answer } = await ask('look', [picture(9)]);
    expect(answer).toBe('I see 0. One I was not given.');
    expect((await ask('and now?', [], ts)).answer).toBe('I see 0. One I was not given.');
  });

  it('comes by mail, too', async () => {
    const attachments = [{ filename: 'ring.png', content: picture(7) }];
    const from = 'jordan.ellis@example.com';
    const asked = await post.write({ from, to: 'support+bank@localhost', subject: 'Look', text: 'See.', attachments });
    expect((await post.answerTo(asked)).text).toContain('I see 1.');
    expect(lastSeen()).toEqual([urlOf(picture(7))]);
  });
});

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type App, backends, startApp } from '../support/app.ts';

describe.each(backends)('a mention in a channel, on %s', (backend) => {
  let app: App;
  beforeAll(async () => {
    app = await startApp(backend, ({ toolResults, lastUser }) => {
      if (!lastUser.includes('Lisa')) return { text: 'Hello.' };
      if (toolResults.length === 0) {
        return { calls: [{ name: 'jewelryops__search_customers', arguments: { query: 'Lisa Park' } }] };
      }
      return { text: `I found: ${toolResults[0]?.content}` };
    });
  });
  afterAll(() => app.close());

  it('is answered in its thread, with what the tool said', async () => {
    const reply = await app.ask('who is Lisa Park?');
    expect(reply.text).toContain('Lisa Park');
    expect(reply.text).toContain('CUST-');
  });

  it('goes on in the thread without a new mention', async () => {
    const first = await app.ask('hello');
    const second = await app.ask('and Lisa?', { thread: first.thread_ts! });
    expect(second.text).toContain('Lisa Park');
  });
});

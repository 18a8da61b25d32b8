import { describe, expect, it } from 'vitest';
import { channel, until } from '../support/app.ts';
import { sampledBackends } from '../support/seeds.ts';
import { type ShopApp, startShopApp } from '../support/shop-app.ts';

const tools = ['slow_look', 'slow_save', 'slow_once'];

/** Asks for all three slow tools, each with an id of this test's own. */
async function startSlow(backend: 'postgres' | 'redis', id: string): Promise<{ app: ShopApp; thread: string }> {
  const app = await startShopApp(backend, ({ toolResults }) =>
    toolResults.length > 0
      ? { text: toolResults.map(({ content }) => content).join('\n') }
      : { calls: tools.map((tool) => ({ name: `shop__${tool}`, arguments: { id } })) },
  );
  const { ts } = await app.slack.say({ user: 'U0LISA', channel, text: `<@${app.slack.botUserId}> go` });
  await until(() => app.shop.ledger.length === 3 || undefined, 'the calls');
  return { app, thread: ts };
}

function answerIn(app: ShopApp, thread: string) {
  return until(
    () => app.replies(channel, thread).find(({ text, streaming }) => !streaming && text.includes('data from')),
    'the answer',
  );
}

describe.each(sampledBackends('turns/agent-stop'))('a worker that stops in the middle of calls, on %s', (backend) => {
  it('leaves to the next one what may be called again, and no more', async () => {
    const { app, thread } = await startSlow(backend, `a-${backend}`);
    try {
      await app.restartWorkers();
      const { text } = await answerIn(app, thread);

      expect(app.shop.called().toSorted()).toEqual(['slow_look', 'slow_look', 'slow_once', 'slow_save', 'slow_save']);
      expect(new Set(app.shop.ledger.filter(({ tool }) => tool === 'slow_save').map(({ key }) => key)).size).toBe(1);
      expect(text.match(/at last/g)).toHaveLength(2);
      expect(text).toContain('took effect is not known');
      const states = Object.fromEntries((await app.calls()).map(({ tool, state }) => [tool, state]));
      expect(states).toEqual({
        shop__slow_look: 'succeeded',
        shop__slow_save: 'succeeded',
        shop__slow_once: 'unknown',
      });
    } finally {
      await app.close();
    }
  });
});

it('an effect that was cut off is UNKNOWN when its server cannot be asked again', async () => {
  const { app, thread } = await startSlow('postgres', 'b');
  try {
    await app.stopWorkers();
    await app.closeShop();
    await app.restartWorkers();
    const { text } = await answerIn(app, thread);

    expect(text.match(/took effect is not known/g)).toHaveLength(2);
    const states = Object.fromEntries((await app.calls()).map(({ tool, state }) => [tool, state]));
    expect(states).toEqual({ shop__slow_look: 'failed', shop__slow_save: 'unknown', shop__slow_once: 'unknown' });
  } finally {
    await app.close();
  }
});

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ModelRequest, Script } from '../fakes/model/server.ts';
import { until } from '../support/app.ts';
import { sampledBackends } from '../support/seeds.ts';
import { type ShopApp, startShopApp } from '../support/shop-app.ts';

const isSummary = ({ messages }: { messages: ModelRequest['body']['messages'] }) =>
  Boolean(messages[0]?.content?.startsWith('You keep the running summary'));

const TURNS = 40;

/** Answers each question with what a tool says, and summarizes as it is told to. */
const talking =
  (summary: () => Awaited<ReturnType<Script>>): Script =>
  ({ messages, lastUser, toolResults }) => {
    if (isSummary({ messages })) return summary();
    const number = /question (\d+)/.exec(lastUser)?.[1] ?? '';
    if (toolResults.length > 0) return { text: `Answer ${number}. ${'word '.repeat(40)}` };
    return { calls: [{ name: 'shop__look_up', arguments: { text: `fact ${number} ${'data '.repeat(200)}` } }] };
  };

async function converse(app: ShopApp, turns: number): Promise<string> {
  const { thread_ts } = await app.ask('question 1');
  for (let n = 2; n <= turns; n++) await app.ask(`question ${n}`, { thread: thread_ts! });
  return thread_ts!;
}

const turnRequests = (app: ShopApp) => app.model.ledger.filter(({ body }) => !isSummary(body));
const sizeOf = ({ body }: ModelRequest) => JSON.stringify(body.messages).length;
const asksFor = ({ body }: ModelRequest) =>
  body.messages.flatMap((m) => (m.role === 'user' ? (/question (\d+)/.exec(m.content)?.[1] ?? []) : [])).map(Number);

describe.each(sampledBackends('turns/summary'))('a thread of forty turns, on %s', (backend) => {
  let app: ShopApp;
  let made = 0;
  beforeAll(async () => {
    app = await startShopApp(
      backend,
      talking(() => ({ text: `Summary ${++made}: all was well.`, delayMs: 30 })),
    );
    await converse(app, TURNS);
  });
  afterAll(() => app.close());

  it('costs at its end no more than near its beginning', () => {
    const sizes = turnRequests(app).map(sizeOf);
    const early = Math.max(...sizes.slice(0, 30)); // the first fifteen turns
    expect(sizes).toHaveLength(2 * TURNS);
    expect(Math.max(...sizes.slice(30))).toBeLessThan(early * 1.3);
  });

  it('gives the model the summary and at least the last five exchanges whole', () => {
    const last = turnRequests(app).at(-1)!;
    const asked = asksFor(last);

    expect(last.body.messages[0]?.content).toMatch(/<data from="summary">\nSummary \d+: all was well\.\n<\/data>/);
    expect(asked.slice(-6)).toEqual([35, 36, 37, 38, 39, 40]);
    expect(asked.length).toBeLessThanOrEqual(16);
    const whole = last.body.messages.map(({ content }) => content ?? '').join('\n');
    for (const n of [35, 36, 37, 38, 39]) {
      expect(whole).toContain(`fact ${n} ${'data '.repeat(200)}`);
      expect(whole).toContain(`Answer ${n}.`);
    }
  });

  it('is summarized from all that was said before, in order, by requests of their own', () => {
    const material = app.model.ledger
      .filter(({ body }) => isSummary(body))
      .map(({ body }) => body.messages[1]!.content!);
    const covered = material.flatMap((text) => [...text.matchAll(/^question (\d+)$/gm)].map(([, n]) => Number(n)));

    expect(material.length).toBeGreaterThan(3);
    const known = [...new Set(covered)]; // two jobs at once may read the same
    expect(known).toEqual(Array.from(known, (_, i) => i + 1));
    expect(material.at(-1)).toMatch(/<data from="summary so far">\nSummary \d+: all was well\.\n/);
    expect(material[0]).toMatch(/<data from="person U0LISA">\nquestion 1\n<\/data>/);
    expect(material[0]).toMatch(/<data from="tool shop__look_up">\nfact 1 /);
  });

  it('keeps its whole history on record', async () => {
    const steps = await app.steps();
    for (const kind of ['input', 'tool']) expect(steps.filter((step) => step.kind === kind)).toHaveLength(TURNS);
  });
});

describe('a summary', () => {
  it('that fails costs the thread nothing, and is made later', async () => {
    let fails = true;
    const app = await startShopApp(
      'postgres',
      talking(() => (fails ? { status: 400 } : { text: 'At last.' })),
    );
    try {
      const thread = await converse(app, 18);
      const failed = app.model.ledger.filter(({ status }) => status === 400).length;
      expect(failed).toBeGreaterThan(1);
      expect(turnRequests(app).every(({ status }) => status === 200)).toBe(true);
      expect(asksFor(turnRequests(app).at(-1)!).length).toBeLessThanOrEqual(16);

      fails = false;
      await app.ask('question 19', { thread });
      await until(async () => (await summaryOf(app)) === 'At last.' || undefined, 'a summary');
    } finally {
      await app.close();
    }
  });

  it('is taken from one of two jobs that make it at once', async () => {
    let made = 0;
    const app = await startShopApp(
      'postgres',
      talking(() => ({ text: `Summary ${++made}`, delayMs: 500 })),
    );
    try {
      await converse(app, 11);
      const { id, tenant } = (await threads(app))[0]!;
      await until(() => made === 1 || undefined, 'the first job');
      app.context.jobs.add('summarize', { tenant, thread: Number(id) });
      await until(() => made === 2 || undefined, 'the second job');
      await until(async () => (await summaryOf(app)) || undefined, 'a summary');
      const first = (await threads(app))[0]!;
      await new Promise((resolve) => setTimeout(resolve, 700));

      expect((await threads(app))[0]).toMatchObject({ summary: first.summary, summaryUpto: first.summaryUpto });
      expect(first).toMatchObject({ summary: 'Summary 1', summaryUpto: 6 });
    } finally {
      await app.close();
    }
  });

  it('that grows without measure is cut', async () => {
    const app = await startShopApp(
      'postgres',
      talking(() => ({ text: 'long '.repeat(10_000) })),
    );
    try {
      await converse(app, 11);
      const summary = await until(async () => (await summaryOf(app)) || undefined, 'a summary');
      expect(summary.length).toBeLessThanOrEqual(4000);
    } finally {
      await app.close();
    }
  });
});

function threads(app: ShopApp) {
  return app.context.db.read(app.slack.teamId, (tx) => tx.thread.findMany());
}

async function summaryOf(app: ShopApp): Promise<string> {
  return (await threads(app))[0]?.summary ?? '';
}

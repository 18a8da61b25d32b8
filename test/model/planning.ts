import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { openMeaning } from '../../playground/model/meaning/meaning.ts';
import { decide } from '../../playground/model/plan/decide.ts';
import type { ChatRequest, Decision, Message, Tool } from '../../playground/model/types.ts';

export const TODAY = new Date('2026-11-29T12:00:00Z');

export function tool(
  name: string,
  description: string,
  properties: Record<string, unknown>,
  required: string[] = [],
): Tool {
  return { name, description, parameters: { type: 'object', properties, required } };
}

/** Plans with the real embeddings; an answer is the reasons of what stays open. */
export function openPlanner() {
  const meaning = openMeaning({ dataDir: mkdtempSync(join(tmpdir(), 'plan-')), log: { warn: () => undefined } });
  afterAll(() => meaning.close());
  const plan = (request: ChatRequest): Promise<Decision> =>
    decide(request, {
      meaning,
      today: TODAY,
      writeAnswer: ({ open }) => open.map(({ why }) => why).join(' ') || 'done',
    });
  const ask = (text: string, tools: Tool[], before: Message[] = []) =>
    plan({ messages: [...before, { role: 'user', text }], tools });
  /** Makes the calls with `run` until an answer comes; gives all calls in order. */
  async function converse(
    text: string,
    tools: Tool[],
    run: (name: string, args: Record<string, unknown>) => string,
    before: Message[] = [],
  ) {
    const messages: Message[] = [...before, { role: 'user', text }];
    const made: { name: string; arguments: Record<string, unknown> }[] = [];
    for (let round = 0; round < 10; round += 1) {
      const decision = await plan({ messages, tools });
      if (decision.kind === 'answer')
        return {
          made,
          answer: decision.text,
          messages: [...messages, { role: 'assistant' as const, text: decision.text, calls: [] }],
        };
      const calls = decision.calls.map((call, at) => ({ ...call, id: `call_${round}_${at}` }));
      made.push(...decision.calls);
      messages.push({ role: 'assistant', text: '', calls });
      for (const call of calls) messages.push({ role: 'tool', callId: call.id, text: run(call.name, call.arguments) });
    }
    throw new Error('It never came to an answer');
  }
  return { plan, ask, converse };
}

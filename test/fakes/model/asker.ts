import { type ChatMessage, type ModelAnswer, type ModelSettings, openModel } from '../../../core/agent/model.ts';
import type { FakeModel, ModelRequest, ScriptedOutput } from './server.ts';

export const user: ChatMessage = { role: 'user', content: 'where is order 7?' };
export const lookUp = { name: 'look_up', description: 'Looks an order up', parameters: { type: 'object' } };

/** `deltas` are those that no restart made void. */
export type Heard = { answer: ModelAnswer; deltas: string[]; restarts: number };

export type Asker = {
  /** Answers one after the other; the last one for ever. */
  scripted(...outputs: [ScriptedOutput, ...ScriptedOutput[]]): void;
  ask(settings?: Partial<ModelSettings>, signal?: AbortSignal): Promise<Heard>;
  /** The rows since this asker came. */
  requests(): ModelRequest[];
  statuses(): number[];
};

/** Asks one question of the fake through the real model client and notes what the caller heard. */
export function openAsker(fake: FakeModel): Asker {
  const before = fake.ledger.length;
  const requests = () => fake.ledger.slice(before);
  return {
    scripted(...outputs) {
      let at = 0;
      fake.script(() => outputs[at++] ?? outputs.at(-1) ?? outputs[0]);
    },
    ask: (settings = {}, signal = new AbortController().signal) =>
      hear({ apiKey: 'test-key-1', baseUrl: fake.baseUrl, model: 'm', backoff: () => 1, ...settings }, signal),
    requests,
    statuses: () => requests().map((row) => row.status),
  };
}

async function hear(settings: ModelSettings, signal: AbortSignal): Promise<Heard> {
  const deltas: string[] = [];
  let restarts = 0;
  const answer = await openModel(settings).complete(
    { messages: [user], tools: [lookUp] },
    {
      signal,
      onText: (delta) => deltas.push(delta),
      onRestart: () => {
        restarts += 1;
        deltas.length = 0;
      },
    },
  );
  return { answer, deltas, restarts };
}
